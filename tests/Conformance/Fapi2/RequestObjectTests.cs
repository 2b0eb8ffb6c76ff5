using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0 Message Signing: request objects (§2.8 of the reference).</summary>
public sealed class RequestObjectTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private const int Hour = 3600;

    [Module("fapi2-security-profile-final-ensure-request-object-with-multiple-aud-succeeds")]
    public async Task Several_audiences(string variant)
    {
        var flow = Flow(variant);
        await flow.SucceedAsync(new() { RequestObject = (_, claims) => claims["aud"] = new JsonArray(flow.Client.Server.Issuer, "https://other.test") });
    }

    [Module("fapi2-security-profile-final-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted")]
    public Task Nbf_in_eight_seconds(string variant) =>
        Flow(variant).SucceedAsync(new() { RequestObject = (_, claims) => claims["nbf"] = SuiteClient.Now() + 8 });

    [Module("fapi2-security-profile-final-ensure-request-object-without-exp-fails")]
    public Task No_exp(string variant) => IsRefusedAsync(variant, claims => claims.Remove("exp"));

    [Module("fapi2-security-profile-final-ensure-request-object-without-nbf-fails")]
    public Task No_nbf(string variant) => IsRefusedAsync(variant, claims => claims.Remove("nbf"));

    [Module("fapi2-security-profile-final-ensure-expired-request-object-fails")]
    public Task Expired(string variant) => IsRefusedAsync(variant, claims => claims["exp"] = SuiteClient.Now() - 300);

    [Module("fapi2-security-profile-final-ensure-request-object-with-bad-aud-fails")]
    public Task Another_audience(string variant) => IsRefusedAsync(variant, claims => claims["aud"] = "https://other.test");

    [Module("fapi2-security-profile-final-ensure-request-object-with-exp-over-60-fails")]
    public Task Valid_for_more_than_an_hour(string variant) => IsRefusedAsync(variant, claims => claims["exp"] = SuiteClient.Now() + Hour + 600);

    [Module("fapi2-security-profile-final-ensure-request-object-with-nbf-over-60-fails")]
    public Task From_more_than_an_hour_ago(string variant) => IsRefusedAsync(variant, claims => claims["nbf"] = SuiteClient.Now() - Hour - 600);

    [Module("fapi2-security-profile-final-par-authorization-request-containing-request_uri")]
    public Task With_a_request_uri_inside(string variant) =>
        IsRefusedAsync(variant, claims => claims["request_uri"] = $"urn:ietf:params:oauth:request_uri:{SuiteKey.Random()}");

    [Module("fapi2-security-profile-final-ensure-signed-request-object-with-RS256-fails")]
    public async Task Signed_RS256(string variant)
    {
        var flow = Flow(variant);
        await IsRefusedAsync(flow, new() { RequestObjectKey = flow.Client.Key.As("RS256") });
    }

    [Module("fapi2-security-profile-final-ensure-request-object-signature-algorithm-is-not-none")]
    public Task Signed_with_nothing(string variant) => IsRefusedAsync(Flow(variant), new()
    {
        RequestObject = (header, _) =>
        {
            header["alg"] = "none";
            header.Remove("kid");
        },
    });

    [Module("fapi2-security-profile-final-ensure-request-object-with-invalid-signature-fails")]
    public Task A_broken_signature(string variant) =>
        IsRefusedAsync(Flow(variant), new() { Form = form => form["request"] = SuiteWallet.Altered(form["request"]) });

    [Module("fapi2-security-profile-final-ensure-matching-key-in-authorization-request")]
    public async Task Signed_with_the_key_of_another_client(string variant)
    {
        var (flow, other) = (Flow(variant), OtherFlow(variant));
        await IsRefusedAsync(flow, new() { RequestObjectKey = other.Client.Key });
    }

    [Module("fapi2-security-profile-final-ensure-unsigned-request-at-par-endpoint-fails")]
    public async Task Not_signed(string variant) =>
        (await Flow(variant).PushAsync(new() { AsForm = true })).IsError("invalid_request", "invalid_request_object");

    private Task IsRefusedAsync(string variant, Action<JsonObject> change) =>
        IsRefusedAsync(Flow(variant), new() { RequestObject = (_, claims) => change(claims) });

    private static async Task IsRefusedAsync(Flow flow, Change change) =>
        (await flow.PushAsync(change)).IsError("invalid_request_object", "invalid_request");
}
