using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Tokens;

/// <summary>What tokens are bound to, by the client's registration, and how each kind is shown to a resource.</summary>
public sealed class BindingTests : ServerTests
{
    private const string Url = TestServer.Issuer + "/resource";

    private TestClient Bearer => TokenClients.BearerOf(Server);

    private TestClient Certified { get => field ??= TokenClients.CertifiedOf(Server); set; }

    [Fact]
    public async Task An_unbound_token_has_no_cnf_and_goes_as_Bearer()
    {
        var tokens = await Bearer.SignInAsync();
        Assert.Equal(("Bearer", null), (tokens.Text("token_type"), tokens.TokenClaims()["cnf"]));
        Assert.Equal(200, (await Bearer.ResourceAsync(tokens.Text("access_token"))).Status);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_is_compared_without_case(string scheme)
    {
        var token = (await Bearer.SignInAsync()).Text("access_token");
        Assert.Equal(200, (await Bearer.ResourceAsync(token, request => request.Headers["Authorization"] = $"{scheme} {token}")).Status);
    }

    [Fact]
    public async Task A_proof_that_comes_all_the_same_binds()
    {
        var client = new TestClient(Server, TokenClients.Bearer, Server.Files.ClientOne);
        var tokens = await client.SignInAsync();
        Assert.Equal(("DPoP", client.Dpop.PublicKey.ThumbprintText()), (tokens.Text("token_type"), tokens.TokenClaims()["cnf"]!["jkt"]!.GetValue<string>()));
        Assert.Equal(200, (await client.ResourceAsync(tokens.Text("access_token"))).Status);
    }

    [Fact]
    public async Task A_broken_proof_is_refused_where_none_is_needed() =>
        (await Bearer.RedeemAsync(await Bearer.CodeAsync(), request => request.Headers["DPoP"] = "garbage"))
            .IsError(Server, 400, OAuthErrors.InvalidDpopProof, Rule.ProofFormat);

    [Fact]
    public async Task A_client_of_DPoP_gets_nothing_without_a_proof() =>
        (await One.RedeemAsync(await One.CodeAsync(), request => request.Headers.Remove("DPoP")))
            .IsError(Server, 400, OAuthErrors.InvalidDpopProof, Rule.ProofMissing);

    [Fact]
    public async Task An_unbound_token_under_the_DPoP_scheme_is_refused()
    {
        var token = (await Bearer.SignInAsync()).Text("access_token");
        var answer = await Bearer.ResourceAsync(token, request =>
        {
            request.Headers["Authorization"] = $"DPoP {token}";
            request.Headers["DPoP"] = Bearer.Proof("GET", Url, accessToken: token);
        });
        answer.IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenScheme);
        Assert.StartsWith("Bearer error=\"invalid_token\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bearer_token_that_is_not_valid_is_challenged_as_such()
    {
        var answer = await Bearer.ResourceAsync("garbage");
        answer.IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenFormat);
        Assert.Equal(
            "Bearer error=\"invalid_token\", error_description=\"the access token is not one of this server\", DPoP algs=\"ES256 ES384 ES512 PS256\"",
            answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task An_unbound_token_may_come_in_a_form() =>
        Assert.Equal(200, (await FormAsync(Bearer, (await Bearer.SignInAsync()).Text("access_token"))).Status);

    [Fact]
    public async Task A_bound_token_may_not_come_in_a_form() =>
        (await FormAsync(One, (await One.SignInAsync()).Text("access_token"))).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenScheme);

    [Fact]
    public async Task Only_a_POST_carries_a_token_in_its_form() =>
        (await FormAsync(Bearer, (await Bearer.SignInAsync()).Text("access_token"), HttpMethod.Put))
            .IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenMissing);

    [Fact]
    public async Task A_token_in_the_query_is_refused()
    {
        var token = (await Bearer.SignInAsync()).Text("access_token");
        (await Bearer.GetAsync($"/resource?access_token={token}")).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.TokenInQuery);
    }

    [Fact]
    public async Task A_token_of_a_certificate_goes_as_Bearer_with_the_certificate()
    {
        var tokens = await Certified.SignInAsync();
        var thumbprint = Base64UrlText.Encode(System.Security.Cryptography.SHA256.HashData(Certified.Certificate!.RawData));
        Assert.Equal(("Bearer", thumbprint), (tokens.Text("token_type"), tokens.TokenClaims()["cnf"]!["x5t#S256"]!.GetValue<string>()));
        Assert.Equal(200, (await Certified.ResourceAsync(tokens.Text("access_token"))).Status);
    }

    [Fact]
    public async Task A_client_of_certificates_gets_nothing_without_one() =>
        (await Certified.RedeemAsync(await Certified.CodeAsync(), request => request.Headers.Remove(TestServer.CertificateHeader)))
            .IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.CertificateMissing);

    [Fact]
    public async Task A_client_of_certificates_may_not_ask_for_DPoP() =>
        (await Certified.RedeemAsync(await Certified.CodeAsync(), request => request.Headers["DPoP"] = Certified.Proof("POST", $"{TestServer.Issuer}/token")))
            .IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ProofUnexpected);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_of_a_certificate_is_worth_nothing_without_it(bool another)
    {
        var token = (await Certified.SignInAsync()).Text("access_token");
        var answer = await Certified.ResourceAsync(token, request =>
        {
            request.Headers.Remove(TestServer.CertificateHeader);
            if (another)
            {
                request.Headers[TestServer.CertificateHeader] = Convert.ToBase64String(TestKeys.Authority("A thief").RawData);
            }
        });
        answer.IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenCertificate);
    }

    [Fact]
    public async Task A_confidential_client_may_change_its_certificate_at_a_refresh()
    {
        var token = (await Certified.SignInAsync()).Text("refresh_token");
        Certified = TokenClients.CertifiedOf(Server);
        var refreshed = await Certified.RefreshAsync(token);
        Assert.Equal(200, refreshed.Status);
        Assert.Equal(200, (await Certified.ResourceAsync(refreshed.Text("access_token"))).Status);
    }

    private static Task<Answer> FormAsync(TestClient client, string token, HttpMethod? method = null)
    {
        var request = new Request(method ?? HttpMethod.Post, "/resource");
        request.Form["access_token"] = token;
        return client.SendAsync(request);
    }
}
