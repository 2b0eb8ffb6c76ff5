using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Conformance;

/// <summary>Module 39, dpop-negative-tests: one access token, many calls of a resource. The list is the suite's, in its order.</summary>
public sealed class DpopNegativeTests : ServerTests
{
    [Fact]
    public async Task Two_DPoP_headers() =>
        (await CallAsync(request => request.MoreHeaders.Add(("DPoP", One.Proof("GET", Url)))))
            .IsError(Server, 401, OAuthErrors.InvalidDpopProof, Rule.ProofDoubled);

    [Theory]
    [InlineData("garbage")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("e30.e30.e30")]
    public Task Malformed_JWT(string proof) => IsRefusedAsync(Rule.ProofFormat, proof);

    [Theory]
    [InlineData("typ")]
    [InlineData("alg")]
    [InlineData("jwk")]
    public Task Missing_header_member(string member) => IsRefusedAsync(Rule.ProofFormat, (header, _) => header.Remove(member));

    [Theory]
    [InlineData("jti")]
    [InlineData("htm")]
    [InlineData("htu")]
    [InlineData("iat")]
    public Task Missing_claim(string claim) => IsRefusedAsync(Rule.ProofFormat, (_, claims) => claims.Remove(claim));

    [Fact]
    public Task Missing_ath() => IsRefusedAsync(Rule.ProofAccessTokenHash, (_, claims) => claims.Remove("ath"));

    [Fact]
    public Task Wrong_typ() => IsRefusedAsync(Rule.ProofFormat, (header, _) => header["typ"] = "JWT");

    [Fact]
    public async Task Signed_RS256()
    {
        using var rsa = RSA.Create(2048);
        using var key = SigningKey.From(rsa, JwsAlgorithm.RS256);
        await IsRefusedAsync(Rule.ProofFormat, signer: key);
    }

    [Fact]
    public Task Alg_none() => IsRefusedAsync(Rule.ProofFormat, (header, _) => header["alg"] = "none");

    [Fact]
    public async Task Broken_signature()
    {
        var token = await TokenAsync();
        var parts = One.Proof("GET", Url, accessToken: token).Split('.');
        Assert.True(Base64UrlText.TryDecode(parts[2], out var signature));
        signature[10] ^= 1;
        await IsRefusedAsync(Rule.ProofFormat, $"{parts[0]}.{parts[1]}.{Base64UrlText.Encode(signature)}", token);
    }

    [Fact]
    public async Task Jwk_containing_the_private_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = JsonNode.Parse(Encoding.UTF8.GetString(JsonText.Write(writer => PrivateJwk.Write(writer, key, "k"))));
        await IsRefusedAsync(Rule.ProofFormat, (header, _) => header["jwk"] = jwk);
    }

    [Fact]
    public Task Htm_of_another_method() => IsRefusedAsync(Rule.ProofMethodOrUrl, (_, claims) => claims["htm"] = "PUT");

    [Theory]
    [InlineData("https://as.example/other")]
    [InlineData("https://other.example/resource")]
    [InlineData("http://as.example/resource")]
    [InlineData("https://as.example/resource/")]
    public Task Htu_of_another_URL(string url) => IsRefusedAsync(Rule.ProofMethodOrUrl, (_, claims) => claims["htu"] = url);

    [Fact]
    public async Task Htu_of_the_address_behind_the_proxy()
    {
        var inner = Server.Address + "/resource";
        await IsRefusedAsync(Rule.ProofMethodOrUrl, (_, claims) => claims["htu"] = inner);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(60)]
    [InlineData(-120)]
    public Task Iat_far_from_now(int seconds) => IsRefusedAsync(Rule.ProofTime, (_, claims) => claims["iat"] = claims["iat"]!.GetValue<long>() + seconds);

    [Fact]
    public Task Wrong_ath() => IsRefusedAsync(Rule.ProofAccessTokenHash, (_, claims) => claims["ath"] = DpopProof.HashOf("another token"));

    [Fact]
    public async Task Signed_with_a_different_key()
    {
        // RFC 9449 §7.1: the proof is sound, the token is another's.
        var token = await TokenAsync();
        var answer = await One.ResourceAsync(token, request => request.Headers["DPoP"] = One.Proof("GET", Url, signer: TestKeys.NewEc(), accessToken: token));
        answer.IsError(Server, 401, OAuthErrors.InvalidToken, Rule.ProofKey);
        Assert.StartsWith("DPoP error=\"invalid_token\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_DPoP_header() =>
        (await CallAsync(request => request.Headers.Remove("DPoP"))).IsError(Server, 401, OAuthErrors.InvalidDpopProof, Rule.ProofMissing);

    [Fact]
    public async Task DPoP_bound_token_sent_with_the_Bearer_scheme()
    {
        var token = await TokenAsync();
        var answer = await One.ResourceAsync(token, request => request.Headers["Authorization"] = $"Bearer {token}");
        answer.IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenScheme);
        Assert.StartsWith("DPoP error=\"invalid_token\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_jti_used_again()
    {
        var token = await TokenAsync();
        var proof = One.Proof("GET", Url, accessToken: token);
        Assert.Equal(200, (await One.ResourceAsync(token, request => request.Headers["DPoP"] = proof)).Status);
        (await One.ResourceAsync(token, request => request.Headers["DPoP"] = proof)).IsError(Server, 401, OAuthErrors.InvalidDpopProof, Rule.ProofReplay);
    }

    [Fact]
    public async Task The_same_jti_of_another_key_is_no_replay()
    {
        var (mine, theirs) = (await TokenAsync(), (await Two.SignInAsync()).Text("access_token"));
        Assert.Equal(200, (await One.ResourceAsync(mine, changeProof: (_, claims) => claims["jti"] = "shared")).Status);
        Assert.Equal(200, (await Two.ResourceAsync(theirs, changeProof: (_, claims) => claims["jti"] = "shared")).Status);
    }

    [Theory]
    [InlineData("https://as.example/resource?query=1#fragment")]
    [InlineData("https://as.example/resource")]
    [InlineData("HTTPS://AS.EXAMPLE/resource")]
    [InlineData("https://as.example:443/resource")]
    [InlineData("https://as.example/%72esource")]
    public async Task Htu_that_means_the_same_is_accepted(string url) =>
        Assert.Equal(200, (await One.ResourceAsync(await TokenAsync(), changeProof: (_, claims) => claims["htu"] = url)).Status);

    [Fact]
    public async Task A_query_of_the_request_is_not_part_of_htu() =>
        Assert.Equal(200, (await One.ResourceAsync(await TokenAsync(), path: "/resource?query=1")).Status);

    [Fact]
    public async Task Extra_header_and_claim_members_are_accepted() =>
        Assert.Equal(200, (await One.ResourceAsync(await TokenAsync(), changeProof: (header, claims) => (header["more"], claims["more"]) = ("x", "y"))).Status);

    [Fact]
    public async Task Header_name_in_capitals_is_accepted()
    {
        var token = await TokenAsync();
        var answer = await One.ResourceAsync(token, request =>
        {
            request.Headers.Remove("DPoP");
            request.Headers["DPOP"] = One.Proof("GET", Url, accessToken: token);
        });
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_final_normal_call_is_accepted_with_any_Accept()
    {
        var answer = await One.ResourceAsync(await TokenAsync(), request => request.Headers["Accept"] = "text/weird");
        Assert.Equal(200, answer.Status);
        Assert.NotNull(answer.Response.Headers.Date);
    }

    private const string Url = TestServer.Issuer + "/resource";

    private async Task<string> TokenAsync() => (await One.SignInAsync()).Text("access_token");

    private async Task<Answer> CallAsync(Action<Request> change) => await One.ResourceAsync(await TokenAsync(), change);

    private async Task IsRefusedAsync(Rule rule, Action<JsonObject, JsonObject>? change = null, SigningKey? signer = null)
    {
        var token = await TokenAsync();
        await IsRefusedAsync(rule, One.Proof("GET", Url, change, signer, token), token);
    }

    private async Task IsRefusedAsync(Rule rule, string proof, string? token = null)
    {
        var answer = await One.ResourceAsync(token ?? await TokenAsync(), request => request.Headers["DPoP"] = proof);
        answer.IsError(Server, 401, OAuthErrors.InvalidDpopProof, rule);
        Assert.StartsWith("DPoP error=\"invalid_dpop_proof\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Contains("algs=\"ES256 ES384 ES512 PS256\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }
}
