using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>The claims of an access token: a good one, and one change at a time.</summary>
public sealed class AccessTokenChecksTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void A_token_of_this_server_passes() => Assert.Null(Run(_ => { }));

    [Fact]
    public void One_of_several_audiences_is_enough() => Assert.Null(Run(claims => claims["aud"] = new JsonArray("https://other.example", TestServer.Issuer)));

    [Fact]
    public void The_last_second_counts() => Assert.Null(Run(claims => claims["exp"] = Now.ToUnixTimeSeconds() + 1));

    [Fact]
    public void Another_issuer_is_refused() => Assert.Equal(Rule.TokenIssuer, Run(claims => claims["iss"] = "https://other.example"));

    [Fact]
    public void Another_audience_is_refused() => Assert.Equal(Rule.TokenAudience, Run(claims => claims["aud"] = new JsonArray("https://other.example")));

    [Fact]
    public void An_expired_token_is_refused() => Assert.Equal(Rule.TokenTime, Run(claims => claims["exp"] = Now.ToUnixTimeSeconds()));

    [Theory]
    [InlineData("iss", Rule.TokenIssuer)]
    [InlineData("aud", Rule.TokenFormat)]
    [InlineData("exp", Rule.TokenTime)]
    [InlineData("sub", Rule.TokenFormat)]
    [InlineData("client_id", Rule.TokenFormat)]
    [InlineData("scope", Rule.TokenFormat)]
    [InlineData("grant_id", Rule.TokenFormat)]
    public void A_missing_claim_is_refused(string claim, Rule rule) => Assert.Equal(rule, Run(claims => claims.Remove(claim)));

    [Fact]
    public void A_clients_own_token_needs_no_grant() => Assert.Null(Run(claims => Assert.True(claims.Remove("grant_id") && (claims["sub"] = "one") is not null)));

    [Fact]
    public void A_token_without_cnf_is_bound_to_nothing() => Assert.Null(Run(claims => claims.Remove("cnf")));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"jwk":{}}""")]
    [InlineData("""{"jkt":1}""")]
    [InlineData("""{"jkt":"a","x5t#S256":"b"}""")]
    [InlineData("[]")]
    public void A_binding_that_is_not_understood_is_refused(string cnf) => Assert.Equal(Rule.TokenFormat, Run(claims => claims["cnf"] = JsonNode.Parse(cnf)));

    private static Rule? Run(Action<JsonObject> change)
    {
        var claims = new JsonObject
        {
            ["iss"] = TestServer.Issuer,
            ["aud"] = new JsonArray(TestServer.Issuer),
            ["exp"] = Now.ToUnixTimeSeconds() + 300,
            ["sub"] = "pairwise",
            ["client_id"] = "one",
            ["scope"] = "openid",
            ["grant_id"] = "grant",
            ["cnf"] = new JsonObject { ["jkt"] = "thumbprint" },
        };
        change(claims);
        using var key = TestKeys.NewEc();
        using var verificationKey = VerificationKey.Import(key.PublicKey).OrThrow();
        var token = SignedJwt.Parse(TestKeys.Jwt(key, new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt" }, claims)).OrThrow();
        var verified = token.Verify(verificationKey, "at+jwt", JwsAlgorithm.ES256).OrThrow();
        return (AccessTokenChecks.Run(verified, TestServer.Issuer, Now) ?? AccessTokenChecks.Audience(verified.Claims, TestServer.Issuer))?.Rule;
    }
}
