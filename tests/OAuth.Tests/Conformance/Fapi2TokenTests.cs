using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Conformance;

/// <summary>Modules of the FAPI 2.0 plan about the token endpoint and the code.</summary>
public sealed class Fapi2TokenTests : ServerTests
{
    [Fact]
    public async Task M12_check_dpop_proof_nbf_exp()
    {
        var now = Server.Clock.GetUtcNow().ToUnixTimeSeconds();
        var token = (await One.SignInAsync()).Text("access_token");
        Assert.Equal(200, (await One.ResourceAsync(token, changeProof: (_, claims) => (claims["nbf"], claims["exp"]) = (now - 5, now + 60))).Status);
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public async Task M13_and_M14_ensure_dpopproof_with_iat_10_seconds_off_succeeds(int seconds)
    {
        var code = await One.CodeAsync();
        var iat = Server.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds;
        var answer = await One.RedeemAsync(code, request => request.Headers["DPoP"] = One.Proof("POST", $"{TestServer.Issuer}/token", (_, claims) => claims["iat"] = iat));
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task M16_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt()
    {
        var code = await One.CodeAsync(request => request.Headers["DPoP"] = One.Proof("POST", $"{TestServer.Issuer}/par", signer: TestKeys.NewEc()));
        (await One.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeKey);
    }

    [Fact]
    public async Task M17_ensure_token_endpoint_fails_with_mismatched_dpop_jkt()
    {
        var code = await One.CodeAsync(request => request.Form["dpop_jkt"] = TestKeys.NewEc().PublicKey.ThumbprintText());
        (await One.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeKey);
    }

    [Fact]
    public async Task M29_ensure_client_id_in_token_endpoint() =>
        (await One.RedeemAsync(await One.CodeAsync(), request => request.Form["client_id"] = "two"))
            .IsError(Server, 401, OAuthErrors.InvalidClient, Rule.ClientIdMismatch);

    [Fact]
    public async Task M30_ensure_holder_of_key_required() =>
        (await One.RedeemAsync(await One.CodeAsync(), request => request.Headers.Remove("DPoP")))
            .IsError(Server, 400, OAuthErrors.InvalidDpopProof, Rule.ProofMissing);

    [Fact]
    public async Task M30_a_missing_proof_does_not_cost_the_code()
    {
        var code = await One.CodeAsync();
        await One.RedeemAsync(code, request => request.Headers.Remove("DPoP"));
        Assert.Equal(200, (await One.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task M31_ensure_authorization_code_is_bound_to_client()
    {
        var code = await One.CodeAsync();
        (await Two.RedeemAsync(code, request => request.Form["redirect_uri"] = One.RedirectUri)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeUnknown);
        Assert.Equal(200, (await One.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task M32_attempt_reuse_authorization_code_after_one_second()
    {
        var code = await One.CodeAsync();
        var tokens = await One.RedeemAsync(code);
        Assert.Equal(200, (await One.ResourceAsync(tokens.Text("access_token"))).Status);
        Server.Clock.Advance(TimeSpan.FromSeconds(1));

        (await One.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeReplay);
        (await One.ResourceAsync(tokens.Text("access_token"))).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenRevoked);
        (await One.RefreshAsync(tokens.Text("refresh_token"))).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
    }

    [Fact]
    public async Task M32_codereuse_30seconds()
    {
        var code = await One.CodeAsync();
        var tokens = await One.RedeemAsync(code);
        Server.Clock.Advance(TimeSpan.FromSeconds(30));
        (await One.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeReplay);
        (await One.ResourceAsync(tokens.Text("access_token"))).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenRevoked);
    }

    [Fact]
    public async Task M32_another_client_that_replays_a_code_does_no_harm()
    {
        var code = await One.CodeAsync();
        var tokens = await One.RedeemAsync(code);
        (await Two.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeUnknown);
        Assert.Equal(200, (await One.ResourceAsync(tokens.Text("access_token"))).Status);
    }

    [Fact]
    public async Task M33_ensure_token_endpoint_fails_with_expired_auth_code()
    {
        var code = await One.CodeAsync();
        Server.Clock.Advance(TimeSpan.FromSeconds(62));
        (await One.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeUnknown);
    }

    [Fact]
    public async Task M33_a_code_is_good_for_most_of_a_minute()
    {
        var code = await One.CodeAsync();
        Server.Clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(200, (await One.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task M50_ensure_pkce_code_verifier_required() =>
        (await One.RedeemAsync(await One.CodeAsync(), request => request.Form.Remove("code_verifier")))
            .IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeVerifier);

    [Fact]
    public async Task M51_incorrect_pkce_code_verifier_rejected() =>
        (await One.RedeemAsync(await One.CodeAsync(), request => request.Form["code_verifier"] = TestClient.Verifier + "x"))
            .IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeVerifier);

    [Fact]
    public async Task M51_a_wrong_verifier_costs_the_code()
    {
        var code = await One.CodeAsync();
        await One.RedeemAsync(code, request => request.Form["code_verifier"] = TestClient.Verifier + "x");
        (await One.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeReplay);
    }

    [Fact]
    public async Task Another_redirect_uri_is_refused() =>
        (await One.RedeemAsync(await One.CodeAsync(), request => request.Form["redirect_uri"] = "https://one.example/other"))
            .IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeRedirectUri);

    [Fact]
    public async Task A_redirect_uri_may_be_left_out_as_in_OAuth_2_1() =>
        Assert.Equal(200, (await One.RedeemAsync(await One.CodeAsync(), request => request.Form.Remove("redirect_uri"))).Status);

    [Fact]
    public async Task A_closed_account_gives_no_tokens()
    {
        var code = await One.CodeAsync();
        Server.Content.Closed = true;
        (await One.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.GrantContent);
    }

    [Fact]
    public async Task An_erased_person_gives_no_tokens()
    {
        var code = await One.CodeAsync();
        await Server.Get<Hosting.PersonKeys.PersonKeys>().DestroyAsync(TestOwner.Subject, Ct);
        (await One.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.GrantContent);
    }
}
