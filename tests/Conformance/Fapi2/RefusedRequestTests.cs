using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0: authorization requests that the PAR endpoint or the authorization endpoint must refuse.</summary>
public sealed class RefusedRequestTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails")]
    public Task Without_redirect_uri(string variant) => IsRefusedAsync(variant, request => request.Remove("redirect_uri"), "invalid_request", "invalid_request_object");

    [Module("fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request")]
    public Task Without_redirect_uri_in_a_pushed_request(string variant) =>
        IsRefusedAsync(variant, request => request.Remove("redirect_uri"), "invalid_request", "invalid_request_object");

    // plain_fapi would tolerate it from a client that authenticates; the platform's rule is the stricter one.
    [Module("fapi2-security-profile-final-plain-fapi-tolerate-unregistered-redirect-uri")]
    public Task An_unregistered_redirect_uri(string variant) =>
        IsRefusedAsync(variant, request => request["redirect_uri"] = "https://elsewhere.test/callback", "invalid_request");

    [Module("fapi2-security-profile-final-ensure-response-type-code-idtoken-fails")]
    public Task Response_type_code_id_token(string variant) =>
        IsRefusedAsync(variant, request => request["response_type"] = "code id_token", "unsupported_response_type", "invalid_request", "unauthorized_client");

    [Module("fapi2-security-profile-final-ensure-response-type-token-fails")]
    public Task Response_type_token(string variant) =>
        IsRefusedAsync(variant, request => request["response_type"] = "token", "unsupported_response_type", "invalid_request", "unauthorized_client");

    [Module("fapi2-security-profile-final-par-ensure-pkce-required")]
    public Task Without_a_code_challenge(string variant) => IsRefusedAsync(
        variant,
        request =>
        {
            request.Remove("code_challenge");
            request.Remove("code_challenge_method");
        },
        "invalid_request");

    [Module("fapi2-security-profile-final-par-plain-pkce-rejected")]
    public async Task A_plain_code_challenge(string variant)
    {
        var flow = Flow(variant);
        (await flow.PushAsync(new()
        {
            Parameters = request => (request["code_challenge"], request["code_challenge_method"]) = (flow.Verifier, "plain"),
        })).IsError("invalid_request");
    }

    [Module("fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param")]
    public async Task Request_uri_as_a_form_field(string variant) => (await Flow(variant).PushAsync(new()
    {
        Form = form => form["request_uri"] = $"urn:ietf:params:oauth:request_uri:{SuiteKey.Random()}",
    })).IsError("invalid_request", "invalid_request_object", "request_uri_not_supported");

    [Module("fapi2-security-profile-final-par-attempt-invalid-http-method")]
    public async Task PUT_to_the_PAR_endpoint(string variant)
    {
        var answer = await Flow(variant).PushAsync(new() { Message = request => request.Method = HttpMethod.Put });
        Assert.InRange(answer.Status, 400, 599);
    }

    [Module("fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails")]
    public async Task A_request_that_was_not_pushed(string variant)
    {
        var flow = Flow(variant);
        var landing = await flow.OpenAsync(query =>
        {
            foreach (var (name, value) in flow.Request)
            {
                query[name] = value;
            }
        });
        landing.IsErrorPageOr("invalid_request", "invalid_request_object", "access_denied");
    }

    [Module("fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client")]
    public async Task The_request_uri_of_another_client(string variant)
    {
        var (mine, theirs) = (await Flow(variant).PushedAsync(), OtherFlow(variant));
        var landing = await theirs.OpenAsync(query => query["request_uri"] = mine.RequestUri!);
        landing.IsErrorPageOr("invalid_request", "invalid_request_object", "invalid_request_uri");
        await mine.RedeemedAsync((await mine.OpenAsync()).Code());
    }

    [Module("fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds")]
    public async Task A_request_uri_opened_twice_before_the_sign_in(string variant)
    {
        var flow = await Flow(variant).PushedAsync();
        Assert.False((await flow.OpenAsync(willing: Willing.ToLook)).IsAtClient, "a sign-in page is shown first");
        await flow.RedeemedAsync((await flow.OpenAsync()).Code());
    }

    [Module("fapi2-security-profile-final-par-attempt-reuse-request_uri")]
    public async Task A_request_uri_after_completion(string variant)
    {
        var flow = await Flow(variant).PushedAsync();
        await flow.RedeemedAsync((await flow.OpenAsync()).Code());
        (await flow.OpenAsync()).IsErrorPageOr("invalid_request_uri");
    }

    private async Task IsRefusedAsync(string variant, Action<Dictionary<string, string>> change, params string[] errors)
    {
        // A signed request may also be refused as a bad request object.
        string[] allowed = OfficialModules.Find(variant).Jar ? [.. errors, "invalid_request_object"] : errors;
        (await Flow(variant).PushAsync(new() { Parameters = change })).IsError(allowed);
    }
}
