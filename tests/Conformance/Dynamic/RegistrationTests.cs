using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Dynamic;

/// <summary>Dynamic plan: what a registration says and what follows from it (§2.4 of the reference).</summary>
public sealed class RegistrationTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("oidcc-idtoken-rs256")]
    public async Task Id_tokens_in_RS256(string variant)
    {
        var client = await RegisterAsync(variant, (_, json) => json["id_token_signed_response_alg"] = "RS256");
        Assert.Equal("RS256", (await new Flow(client, Browser()).SucceedAsync()).Identity.Algorithm);
    }

    [Module("oidcc-userinfo-rs256")]
    public async Task Userinfo_in_RS256(string variant)
    {
        var client = await RegisterAsync(variant, (_, json) => json["userinfo_signed_response_alg"] = "RS256");
        var flow = new Flow(client, Browser());
        var tokens = await TokenSet.ReadAsync(flow, (await flow.RedeemAsync(await flow.CodeAsync())).Is(200));
        var answer = (await tokens.CallAsync()).Is(200);
        Assert.Equal("application/jwt", answer.ContentType);
        var signed = Jws.Parse(answer.Body).IsSignedBy(await client.Server.KeysAsync(), "RS256");
        Assert.Equal((client.Server.Issuer, tokens.Identity.Text("sub")), (signed.Text("iss"), signed.Text("sub")));
        Assert.Contains(client.Id, Checks.Audience(signed));
    }

    [Module("oidcc-registration-logo-uri")]
    public async Task Logo(string variant)
    {
        // One grey pixel. What the page shows comes from the provider's own address: the service does not learn who looks.
        var pixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==");
        var client = await RegisterAsync(variant, (_, json) => json["logo_uri"] = Suite.Received.Publish("logo.png", pixel));
        var page = (await new Flow(client, Browser()).OpenAsync(willing: Willing.ToLook)).Page;
        Assert.True(page.IsSignIn, $"{page} is the sign-in page");
        Assert.DoesNotContain("logo.png", page.Body, StringComparison.Ordinal);
        var source = WebUtility.HtmlDecode(Regex.Match(page.Body, "<img class=\"logo\" src=\"([^\"]+)\"").Groups[1].Value);
        using var http = SuiteHttp.Create();
        Assert.Equal(pixel, await http.GetByteArrayAsync(new Uri(page.Url, source)));
    }

    [Module("oidcc-registration-policy-uri")]
    public Task Policy(string variant) => IsShownAsync(variant, "policy_uri", "policy");

    [Module("oidcc-registration-tos-uri")]
    public Task Terms(string variant) => IsShownAsync(variant, "tos_uri", "terms");

    [Module("oidcc-registration-jwks-uri")]
    public async Task Keys_at_an_address(string variant) => await new Flow(await WithKeysAtAnAddressAsync(variant, client => client.Key), Browser()).SucceedAsync();

    [Module("oidcc-registration-sector-uri")]
    public Task A_sector_that_holds_the_redirect_uri(string variant) =>
        RegisterAsync(variant, (client, json) => json["sector_identifier_uri"] = Sector(client.RedirectUri));

    [Module("oidcc-registration-sector-bad")]
    public Task A_sector_that_does_not(string variant) => Suite.Registrar.RefuseAsync(
        OfficialModules.Find(variant), (_, json) => json["sector_identifier_uri"] = Sector("https://elsewhere.test/callback"), "invalid_client_metadata", "invalid_redirect_uri");

    [Module("oidcc-3rd_party-init-login")]
    public async Task Initiate_login_uri(string variant)
    {
        var client = await RegisterAsync(variant, (_, json) => json["initiate_login_uri"] = "https://service.test/start");
        Assert.Equal("https://service.test/start", (string?)client.Registered!["initiate_login_uri"]);
        Assert.Equal("https://service.test/start", (await Suite.Registrar.ReadAsync(client)).Is(200).Text("initiate_login_uri"));
    }

    [Module("oidcc-3rd_party-init-login-nohttps")]
    public Task Initiate_login_uri_without_TLS(string variant) => Suite.Registrar.RefuseAsync(
        OfficialModules.Find(variant), (_, json) => json["initiate_login_uri"] = "http://service.test/start", "invalid_client_metadata");

    [Module("oidcc-server-rotate-keys")]
    public async Task Rotation_of_the_servers_keys(string variant)
    {
        var flow = new Flow(await RegisterAsync(variant), Browser());
        var before = (await flow.Client.Server.KeysAsync()).Select(key => (string)key!["kid"]!).ToList();
        await Suite.Idp.Child.RunVerbAsync("keys", "rotate", "--role", "identity-tokens", "--algorithm", "RS256");
        for (var attempt = 0; ; attempt++)
        {
            var after = (await flow.Client.Server.KeysAsync()).Select(key => (string)key!["kid"]!).ToList();
            Assert.Empty(before.Except(after));
            if (after.Except(before).Any())
            {
                break;
            }

            Assert.True(attempt < 60, "a new kid appears within a minute");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        await flow.SucceedAsync();
    }

    [Module("oidcc-refresh-token-rp-key-rotation")]
    public async Task Rotation_of_the_clients_keys(string variant)
    {
        using var next = SuiteKey.Of("ES256");
        var published = (SuiteKey?)null;
        var client = await WithKeysAtAnAddressAsync(variant, client => published ?? client.Key);
        var flow = new Flow(client, Browser());
        (flow.Request["scope"], flow.Request["prompt"]) = ("openid offline_access", "consent");
        var first = await flow.SucceedAsync();
        published = next;
        await Task.Delay(TimeSpan.FromSeconds(60));
        Checks.TokenResponse(await flow.RefreshAsync(first.RefreshToken!, new() { AssertionKey = next }), "Bearer");
    }

    [Module("oidcc-ensure-client-assertion-with-iss-aud-succeeds")]
    public async Task The_issuer_as_audience_of_an_assertion(string variant) => await new Flow(await RegisterAsync(variant), Browser())
        .SucceedAsync(new() { Assertion = (_, claims) => claims["aud"] = Suite.Provider.Issuer });

    private Task<SuiteClient> RegisterAsync(string variant, Action<SuiteClient, JsonObject>? change = null) =>
        Suite.RegisterAsync(OfficialModules.Find(variant), change);

    private Task<SuiteClient> WithKeysAtAnAddressAsync(string variant, Func<SuiteClient, SuiteKey> key) => RegisterAsync(variant, (client, json) =>
    {
        json.Remove("jwks");
        json["jwks_uri"] = Suite.Received.Publish($"keys-{SuiteKey.Random(6)}", () => new JsonObject { ["keys"] = new JsonArray(key(client).PublicJwk()) }.ToJsonString());
    });

    private string Sector(string redirectUri) => Suite.Received.Publish($"sector-{SuiteKey.Random(6)}", () => new JsonArray(redirectUri).ToJsonString());

    // The first page that the person sees, or the consent page after it, shows where the service says it is.
    private async Task IsShownAsync(string variant, string member, string path)
    {
        var address = $"https://service.test/{path}";
        var client = await RegisterAsync(variant, (_, json) => json[member] = address);
        var page = (await new Flow(client, Browser()).OpenAsync(willing: Willing.ToLook)).Page;
        Assert.True(page.IsSignIn, $"{page} is the sign-in page");
        Assert.Contains(address, page.Body, StringComparison.Ordinal);
    }
}
