using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0: client assertions, at the token endpoint and at PAR.</summary>
public sealed class AssertionTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private static readonly string[] Refusals = ["invalid_client", "invalid_request"];

    [Module("fapi2-security-profile-final-ensure-signed-client-assertion-with-RS256-fails")]
    public async Task Signed_RS256(string variant)
    {
        var flow = Flow(variant);
        (await flow.RedeemAsync(await flow.CodeAsync(), new() { AssertionKey = flow.Client.Key.As("RS256") })).IsError("invalid_client");
    }

    [Module("fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint")]
    public async Task No_assertion(string variant)
    {
        var flow = Flow(variant);
        (await flow.RedeemAsync(await flow.CodeAsync(), new() { WithoutAuthentication = true })).IsError(Refusals);
    }

    [Module("fapi2-security-profile-final-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails")]
    public Task Expired_five_minutes_ago(string variant) => IsRefusedAtTokenAsync(variant, claims => claims["exp"] = SuiteClient.Now() - 300);

    [Module("fapi2-security-profile-final-ensure-client-assertion-with-wrong-aud-fails")]
    public Task Another_audience(string variant) => IsRefusedAtTokenAsync(variant, claims => claims["aud"] = "https://other.test");

    [Module("fapi2-security-profile-final-ensure-client-assertion-with-no-sub-fails")]
    public Task No_sub(string variant) => IsRefusedAtTokenAsync(variant, claims => claims.Remove("sub"));

    [Module("fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted")]
    public async Task A_clock_that_is_eight_seconds_ahead(string variant) => (await PushAsync(variant, claims => Shift(claims, 8))).Is(201);

    [Module("fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails")]
    public async Task A_clock_that_is_over_a_minute_ahead(string variant) => (await PushAsync(variant, claims => Shift(claims, 75))).IsError(Refusals);

    [Module("fapi2-security-profile-final-par-test-array-as-audience-fails")]
    public async Task Several_audiences(string variant)
    {
        var flow = Flow(variant);
        var issuer = flow.Client.Server.Issuer;
        (await PushAsync(variant, claims => claims["aud"] = new JsonArray(issuer, "https://other.test"))).IsError(Refusals);
        (await PushAsync(variant, claims => claims["aud"] = new JsonArray(issuer))).IsError(Refusals);
    }

    [Module("fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails")]
    public async Task The_PAR_endpoint_as_audience(string variant) =>
        (await PushAsync(variant, claims => claims["aud"] = Suite.Provider.Endpoint("pushed_authorization_request_endpoint"))).IsError(Refusals);

    [Module("fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails")]
    public async Task The_token_endpoint_as_audience(string variant) =>
        (await PushAsync(variant, claims => claims["aud"] = Suite.Provider.Endpoint("token_endpoint"))).IsError(Refusals);

    private async Task IsRefusedAtTokenAsync(string variant, Action<JsonObject> change)
    {
        var flow = Flow(variant);
        (await flow.RedeemAsync(await flow.CodeAsync(), new() { Assertion = (_, claims) => change(claims) })).IsError(Refusals);
    }

    private Task<Answer> PushAsync(string variant, Action<JsonObject> change) => Flow(variant).PushAsync(new() { Assertion = (_, claims) => change(claims) });

    private static void Shift(JsonObject claims, int seconds)
    {
        foreach (var name in new[] { "iat", "nbf", "exp" })
        {
            claims[name] = (long)claims[name]! + seconds;
        }
    }
}
