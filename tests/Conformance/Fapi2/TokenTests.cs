using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0: the token endpoint.</summary>
public sealed class TokenTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("fapi2-security-profile-final-ensure-client-id-in-token-endpoint")]
    public async Task The_client_id_of_another_client(string variant)
    {
        var (flow, other) = (Flow(variant), OtherFlow(variant));
        var code = await flow.CodeAsync();
        (await flow.RedeemAsync(code, new() { Form = form => form["client_id"] = other.Client.Id })).IsError("invalid_client", "invalid_grant");
    }

    [Module("fapi2-security-profile-final-ensure-holder-of-key-required")]
    public async Task Without_what_binds_the_token(string variant)
    {
        var flow = Flow(variant);
        var code = await flow.CodeAsync();
        var answer = await flow.RedeemAsync(code, new() { WithoutProof = true });

        // A client that authenticates by its certificate is not even known without one.
        answer.IsError(flow.Client.Variant is { Auth: ClientAuth.Mtls, Sender: Sender.Mtls }
            ? ["invalid_request", "invalid_grant", "invalid_client"]
            : ["invalid_request", "invalid_grant", "invalid_dpop_proof"]);
    }

    [Module("fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client")]
    public async Task The_code_of_another_client(string variant)
    {
        var (mine, theirs) = (Flow(variant), OtherFlow(variant));
        var code = await mine.CodeAsync();
        (await theirs.RedeemAsync(code, new()
        {
            Form = form => (form["redirect_uri"], form["code_verifier"]) = (mine.Client.RedirectUri, mine.Verifier),
        })).IsError("invalid_grant");
    }

    [Module("fapi2-security-profile-final-ensure-pkce-code-verifier-required")]
    public async Task Without_a_code_verifier(string variant)
    {
        var flow = Flow(variant);
        (await flow.RedeemAsync(await flow.CodeAsync(), new() { Form = form => form.Remove("code_verifier") })).IsError("invalid_grant");
    }

    [Module("fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected")]
    public async Task Another_code_verifier(string variant)
    {
        var flow = Flow(variant);
        (await flow.RedeemAsync(await flow.CodeAsync(), new() { Form = form => form["code_verifier"] = SuiteKey.Random(48) })).IsError("invalid_grant");
    }

    [Module("fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second")]
    public async Task A_code_again_after_one_second(string variant)
    {
        var flow = Flow(variant);
        var code = await flow.CodeAsync();
        var tokens = await flow.RedeemedAsync(code);
        await Task.Delay(TimeSpan.FromSeconds(1));
        (await flow.RedeemAsync(code)).IsError("invalid_grant");
        (await tokens.CallAsync()).IsRefused();
    }
}
