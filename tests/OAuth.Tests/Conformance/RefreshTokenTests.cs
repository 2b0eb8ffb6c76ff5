using System.Text.Json.Nodes;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Conformance;

/// <summary>Module 40, refresh-token, in the suite's steps.</summary>
public sealed class RefreshTokenTests : ServerTests
{
    [Fact]
    public async Task Step_1_without_offline_access_there_is_none() =>
        Assert.False((await One.SignInAsync(request => request.Form["scope"] = "openid")).Json.ContainsKey("refresh_token"));

    [Fact]
    public async Task Step_2_a_refresh_gives_tokens_with_the_same_sign_in_and_without_the_nonce()
    {
        var first = await One.SignInAsync();
        Assert.Matches("^[A-Za-z0-9_-]{43}$", first.Text("refresh_token"));
        Server.Clock.Advance(TimeSpan.FromMinutes(10));

        var second = await One.RefreshAsync(first.Text("refresh_token"));
        Assert.Equal((200, "no-store"), (second.Status, second.Header("Cache-Control")));
        var (before, after) = (JsonNode.Parse(first.Text("id_token"))!, JsonNode.Parse(second.Text("id_token"))!);
        Assert.Equal(before["auth_time"]!.GetValue<long>(), after["auth_time"]!.GetValue<long>());
        Assert.Equal("session-1", after["sid"]!.GetValue<string>());
        Assert.Equal(GrantTypes.RefreshToken, after["grant_type"]!.GetValue<string>());
        Assert.Null(after["nonce"]);
        Assert.Equal(200, (await One.ResourceAsync(second.Text("access_token"))).Status);
    }

    [Fact]
    public async Task Step_3_no_rotation_the_same_token_works_again()
    {
        var token = (await One.SignInAsync()).Text("refresh_token");
        for (var i = 0; i < 3; i++)
        {
            var answer = await One.RefreshAsync(token);
            Assert.Equal(200, answer.Status);
            Assert.False(answer.Json.ContainsKey("refresh_token"));
            Server.Clock.Advance(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task Step_4_refresh_without_client_authentication_fails() =>
        (await One.RefreshAsync((await One.SignInAsync()).Text("refresh_token"), request =>
        {
            request.Form.Remove("client_assertion");
            request.Form.Remove("client_assertion_type");
        })).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.NoClientAuthentication);

    [Fact]
    public async Task Step_5_refresh_without_a_DPoP_proof_fails() =>
        (await One.RefreshAsync((await One.SignInAsync()).Text("refresh_token"), request => request.Headers.Remove("DPoP")))
            .IsError(Server, 400, OAuthErrors.InvalidDpopProof, Rule.ProofMissing);

    [Fact]
    public async Task Step_5_refresh_with_another_DPoP_key_fails() =>
        (await One.RefreshAsync(
            (await One.SignInAsync()).Text("refresh_token"),
            request => request.Headers["DPoP"] = One.Proof("POST", $"{TestServer.Issuer}/token", signer: TestKeys.NewEc())))
            .IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenKey);

    [Fact]
    public async Task Step_7_the_token_of_another_client_fails()
    {
        var token = (await Two.SignInAsync()).Text("refresh_token");
        (await One.RefreshAsync(token)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
    }

    [Fact]
    public async Task Step_7_the_access_token_of_another_client_with_my_key_fails() =>
        (await One.ResourceAsync((await Two.SignInAsync()).Text("access_token"))).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.ProofKey);

    [Fact]
    public async Task A_refresh_may_ask_for_less()
    {
        var token = (await One.SignInAsync()).Text("refresh_token");
        Assert.Equal("openid", (await One.RefreshAsync(token, request => request.Form["scope"] = "openid")).Text("scope"));
    }

    [Fact]
    public async Task A_refresh_may_not_ask_for_more()
    {
        var token = (await One.SignInAsync(request => request.Form["scope"] = "openid offline_access")).Text("refresh_token");
        (await One.RefreshAsync(token, request => request.Form["scope"] = "openid profile")).IsError(Server, 400, OAuthErrors.InvalidScope, Rule.Scope);
    }

    [Fact]
    public async Task A_refresh_token_ends_after_its_time()
    {
        var token = (await One.SignInAsync()).Text("refresh_token");
        Server.Clock.Advance(TimeSpan.FromDays(91));
        (await One.RefreshAsync(token)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
    }

    [Fact]
    public async Task An_access_token_ends_after_five_minutes()
    {
        var token = (await One.SignInAsync()).Text("access_token");
        Server.Clock.Advance(TimeSpan.FromSeconds(290));
        Assert.Equal(200, (await One.ResourceAsync(token)).Status);
        Server.Clock.Advance(TimeSpan.FromSeconds(10));
        (await One.ResourceAsync(token)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenTime);
    }
}
