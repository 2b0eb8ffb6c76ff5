using System.Globalization;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Basic;

/// <summary>OpenID Connect Discovery: the Config plan, and the same module in the Dynamic plan.</summary>
public sealed class ConfigTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("oidcc-discovery-endpoint-verification")]
    public async Task Discovery(string variant)
    {
        var server = Flow(variant).Client.Server;
        var answer = (await server.GetAsync($"{server.Issuer}/.well-known/openid-configuration")).Is(200);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(server.Issuer, answer.Text("issuer"));
        Assert.All(["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"], name => server.Endpoint(name));
        Assert.All(
            answer.Json.Where(member => member.Key.EndsWith("_endpoint", StringComparison.Ordinal) || member.Key.EndsWith("_uri", StringComparison.Ordinal)),
            member => Assert.StartsWith("https://", (string)member.Value!, StringComparison.Ordinal));
        Assert.Contains("code", server.Strings("response_types_supported"));
        Assert.Contains(server.Strings("subject_types_supported"), type => type is "public" or "pairwise");
        Assert.Contains("RS256", server.Strings("id_token_signing_alg_values_supported"));
        Assert.DoesNotContain("none", server.Strings("id_token_signing_alg_values_supported"));
        Assert.Contains("openid", server.Strings("scopes_supported"));
        Assert.NotEmpty(server.Strings("claims_supported"));
        Assert.All(server.Strings("ui_locales_supported"), locale => Assert.NotNull(CultureInfo.GetCultureInfo(locale, predefinedOnly: true)));
        await server.KeysAsync();
    }

    /// <summary>What the page says is not applicable is so because the metadata say so.</summary>
    [Fact]
    public void What_is_not_applicable_is_not_offered()
    {
        var server = Suite.Provider;
        Assert.Empty(server.Strings("scopes_supported").Intersect(["email", "address", "phone"]));
        Assert.DoesNotContain("none", server.Strings("request_object_signing_alg_values_supported"));
        Assert.False(server.Says("request_uri_parameter_supported"));
    }
}
