using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0: authorization requests that must go through.</summary>
public sealed class RequestTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("fapi2-security-profile-final-ensure-authorization-request-without-state-success")]
    public async Task Without_state(string variant)
    {
        var flow = Flow(variant);
        flow.Request.Remove("state");
        await flow.SucceedAsync();
    }

    [Module("fapi2-security-profile-final-ensure-authorization-request-without-nonce-success")]
    public async Task Without_nonce(string variant)
    {
        var flow = Flow(variant);
        flow.Request.Remove("nonce");
        await flow.SucceedAsync();
    }

    [Module("fapi2-security-profile-final-ensure-authorization-request-with-64-char-nonce-success")]
    public async Task With_a_nonce_of_64_characters(string variant)
    {
        var flow = Flow(variant);
        flow.Request["nonce"] = SuiteKey.Random(48);
        await flow.SucceedAsync();
    }

    // Refusing would be allowed; coming back intact is the better answer, and the one that is required here.
    [Module("fapi2-security-profile-final-ensure-authorization-request-with-long-nonce")]
    public async Task With_a_long_nonce(string variant)
    {
        var flow = Flow(variant);
        flow.Request["nonce"] = SuiteKey.Random(288);
        await flow.SucceedAsync();
    }

    [Module("fapi2-security-profile-final-ensure-authorization-request-with-long-state")]
    public async Task With_a_long_state(string variant)
    {
        var flow = Flow(variant);
        flow.Request["state"] = SuiteKey.Random(288);
        await flow.SucceedAsync();
    }

    [Module("fapi2-security-profile-final-ensure-other-scope-order-succeeds")]
    public async Task With_scopes_in_reverse_order(string variant)
    {
        var flow = Flow(variant);
        flow.Request["scope"] = "profile openid";
        await flow.SucceedAsync();
    }

    [Module("fapi2-security-profile-final-test-claims-parameter-identity-claims")]
    public async Task Every_supported_claim_may_be_asked_for(string variant)
    {
        var flow = Flow(variant);
        var names = string.Join(',', flow.Client.Server.Strings("claims_supported").Select(name => $"\"{name}\":null"));
        flow.Request["claims"] = $$$"""{"userinfo":{{{{names}}}},"id_token":{{{{names}}}}}""";
        await flow.SucceedAsync();
    }

    // The pushed value counts; what stands beside it in the address does not.
    [Module("fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object")]
    public async Task Another_nonce_in_the_front_channel(string variant)
    {
        var flow = await Flow(variant).PushedAsync();
        await flow.RedeemedAsync((await flow.OpenAsync(query => query["nonce"] = "outside")).Code());
    }

    [Module("fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object")]
    public async Task Another_state_in_the_front_channel(string variant)
    {
        var flow = await Flow(variant).PushedAsync();
        await flow.RedeemedAsync((await flow.OpenAsync(query => query["state"] = "outside")).Code());
    }

    [Module("fapi2-security-profile-final-state-only-outside-request-object-not-used")]
    public async Task State_in_the_front_channel_alone(string variant)
    {
        var flow = Flow(variant);
        flow.Request.Remove("state");
        await flow.PushedAsync();
        await flow.RedeemedAsync((await flow.OpenAsync(query => query["state"] = "outside")).Code());
    }

    [Module("fapi2-security-profile-final-par-without-duplicate-parameters")]
    public async Task Client_id_and_request_uri_alone_in_the_front_channel(string variant)
    {
        var flow = await Flow(variant).PushedAsync();
        var landing = await flow.OpenAsync(query =>
        {
            foreach (var name in query.Keys.Except(["client_id", "request_uri"]))
            {
                query.Remove(name);
            }
        });
        await flow.RedeemedAsync(landing.Code());
    }

    [Module("fapi2-security-profile-final-user-rejects-authentication")]
    public async Task The_person_refuses(string variant)
    {
        var flow = Flow(variant);
        if (flow.Client.Variant.IsHaip)
        {
            // Who signs in is for the identity provider to ask; what is refused here is the wallet.
            await new Flow(flow.Client, flow.Browser).SucceedAsync();
        }

        (await flow.AuthorizeAsync(willing: Willing.ToNothing)).IsError("access_denied");
    }
}
