using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.OAuth.Tests.RelyingParty;

public sealed class OpenIdClientTests
{
    private const long Noon = 1795262400;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_right_provider_signs_the_person_in()
    {
        var scenario = new ProviderScenario();

        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await scenario.SignInAsync(Ct));

        Assert.Equal("pairwise", signedIn.Subject);
        Assert.Equal("S256", scenario.Pushed!["code_challenge_method"]);
        Assert.Equal(scenario.Pushed["code_challenge"], Formats.Base64UrlText.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(scenario.Redeemed!["code_verifier"]))));
        Assert.Equal(2, scenario.Proofs.Count);
        Assert.Single(scenario.Proofs.Select(proof => proof.KeyThumbprint).Distinct());
        Assert.Equal("""{"iss":"service-one","sub":"service-one","aud":"https://op.example.org"}""", AssertionOf(scenario));
    }

    [Fact]
    public async Task A_provider_that_wants_its_nonce_gets_it_on_the_second_try()
    {
        var scenario = new ProviderScenario { DpopNonce = "server-nonce" };

        Assert.IsType<SignInOutcome.SignedIn>(await scenario.SignInAsync(Ct));
        Assert.Equal([null, "server-nonce", null, "server-nonce"], scenario.Proofs.Select(proof => proof.Nonce));
    }

    public static TheoryData<string, Action<ProviderScenario>, SignInFailure, string?> Wrong { get; } = new()
    {
        { "another state", s => s.Response["state"] = "another", SignInFailure.State, null },
        { "no issuer", s => s.Response.Remove("iss"), SignInFailure.Issuer, null },
        { "another provider's issuer", s => s.Response["iss"] = "https://evil.example.org", SignInFailure.Issuer, null },
        { "an error", s => s.Response["error"] = "access_denied", SignInFailure.ProviderError, "access_denied" },
        { "no code", s => s.Response.Remove("code"), SignInFailure.Code, null },
        { "a bearer token", s => s.TokenResponse["token_type"] = "Bearer", SignInFailure.TokenResponse, null },
        { "no ID token", s => s.TokenResponse["id_token"] = 1, SignInFailure.TokenResponse, null },
        { "an ID token that is none", s => s.TokenResponse["id_token"] = "x.y.z", SignInFailure.IdTokenSignature, null },
        { "an ID token of another key", s => s.OtherKey = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256), "op-1"), SignInFailure.IdTokenSignature, null },
        { "an ID token of an unknown key", s => s.OtherKey = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256), "op-2"), SignInFailure.IdTokenSignature, null },
        { "another iss", s => s.IdToken["iss"] = "https://op.example.org/", SignInFailure.IdTokenClaims, "iss" },
        { "another aud", s => s.IdToken["aud"] = "service-two", SignInFailure.IdTokenClaims, "aud" },
        { "two audiences", s => s.IdToken["aud"] = new System.Text.Json.Nodes.JsonArray("service-one", "service-two"), SignInFailure.IdTokenClaims, "aud" },
        { "expired", s => s.IdToken["exp"] = Noon - 60, SignInFailure.IdTokenClaims, "exp" },
        { "issued tomorrow", s => s.IdToken["iat"] = Noon + 61, SignInFailure.IdTokenClaims, "iat" },
        { "another nonce", s => s.IdToken["nonce"] = "another", SignInFailure.IdTokenClaims, "nonce" },
        { "no subject", s => s.IdToken["sub"] = string.Empty, SignInFailure.IdTokenClaims, "sub" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task Whatever_is_wrong_ends_the_sign_in_by_its_name(string what, Action<ProviderScenario> change, SignInFailure reason, string? error)
    {
        var scenario = new ProviderScenario();
        change(scenario);

        var failed = Assert.IsType<SignInOutcome.Failed>(await scenario.SignInAsync(Ct));

        Assert.Equal((what, reason, error), (what, failed.Reason, failed.Error));
    }

    public static TheoryData<string, Action<ProviderScenario>> Tolerated { get; } = new()
    {
        { "one audience in an array", s => s.IdToken["aud"] = new System.Text.Json.Nodes.JsonArray("service-one") },
        { "expired within the skew", s => s.IdToken["exp"] = Noon - 59 },
        { "issued within the skew", s => s.IdToken["iat"] = Noon + 60 },
        { "a token type in other letters", s => s.TokenResponse["token_type"] = "dpop" },
        { "claims that nobody asked for", s => s.IdToken["extra"] = true },
    };

    [Theory]
    [MemberData(nameof(Tolerated), DisableDiscoveryEnumeration = true)]
    public async Task What_the_specification_allows_signs_in(string what, Action<ProviderScenario> change)
    {
        var scenario = new ProviderScenario();
        change(scenario);

        Assert.True(await scenario.SignInAsync(Ct) is SignInOutcome.SignedIn, what);
    }

    public static TheoryData<string, string> WrongMetadata { get; } = new()
    {
        { "issuer", "https://op.example.org/" },
        { "token_endpoint", "http://op.example.org/token" },
        { "jwks_uri", "jwks" },
        { "authorization_response_iss_parameter_supported", "yes" },
    };

    [Theory]
    [MemberData(nameof(WrongMetadata))]
    public async Task Metadata_that_cannot_be_trusted_starts_no_sign_in(string member, string value)
    {
        var scenario = new ProviderScenario();
        scenario.Metadata[member] = value;
        using var client = scenario.Client();

        var thrown = await Assert.ThrowsAsync<FormatException>(() => client.StartAsync(new SignInRequest(), Ct));

        Assert.Contains(member, thrown.Message, StringComparison.Ordinal);
        Assert.Null(scenario.Pushed);
    }

    [Theory]
    [InlineData("pairwise", true)]
    [InlineData("somebody-else", false)]
    public async Task Userinfo_counts_for_the_subject_of_the_ID_token_alone(string subject, bool taken)
    {
        var scenario = new ProviderScenario { UserInfo = { ["sub"] = subject } };
        using var client = scenario.Client();
        var signedIn = (SignInOutcome.SignedIn)await scenario.SignInAsync(Ct);

        var claims = await client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, Ct);

        Assert.Equal(taken, claims is not null);
        Assert.Equal(DpopProof.HashOf("at"), scenario.Proofs[^1].AccessTokenHash);
    }

    [Fact]
    public void What_is_kept_between_the_redirects_says_nothing_when_printed()
    {
        var state = SignInState.Create(RandomNumberGenerator.Fill);

        Assert.Equal("sign-in state", state.ToString());
        Assert.Equal(state.ToBytes(), SignInState.FromBytes(state.ToBytes()).ToBytes());
    }

    private static string AssertionOf(ProviderScenario scenario)
    {
        var claims = SignedJwt.Parse(scenario.Redeemed!["client_assertion"]).OrThrow().UnverifiedClaims;
        return $$"""{"iss":"{{claims.GetProperty("iss")}}","sub":"{{claims.GetProperty("sub")}}","aud":"{{claims.GetProperty("aud")}}"}""";
    }
}
