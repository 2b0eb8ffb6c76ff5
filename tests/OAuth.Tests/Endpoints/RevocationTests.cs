using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary><c>/revoke</c> (RFC 7009), and the ways in which a host revokes.</summary>
public sealed class RevocationTests : ServerTests
{
    [Theory]
    [InlineData("refresh_token")]
    [InlineData("access_token")]
    public async Task Either_token_ends_the_whole_grant(string kind)
    {
        var tokens = await One.SignInAsync();
        var answer = await RevokeAsync(One, tokens.Text(kind), kind);
        Assert.Equal((200, "no-store"), (answer.Status, answer.Header("Cache-Control")));
        await AreDeadAsync(tokens);
    }

    [Fact]
    public async Task A_wrong_hint_does_not_matter()
    {
        var tokens = await One.SignInAsync();
        Assert.Equal(200, (await RevokeAsync(One, tokens.Text("refresh_token"), "access_token")).Status);
        await AreDeadAsync(tokens);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("e30.e30.e30")]
    [InlineData("\u0000")]
    public async Task An_unknown_token_is_revoked_already(string token) => Assert.Equal(200, (await RevokeAsync(One, token)).Status);

    [Fact]
    public async Task The_token_of_another_client_is_left_alone()
    {
        var tokens = await One.SignInAsync();
        (await RevokeAsync(Two, tokens.Text("refresh_token"))).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.TokenOfAnotherClient);
        Assert.Equal(200, (await One.RefreshAsync(tokens.Text("refresh_token"))).Status);
    }

    [Fact]
    public async Task A_grant_does_not_take_others_with_it()
    {
        var (first, second) = (await One.SignInAsync(), await One.SignInAsync());
        await RevokeAsync(One, first.Text("refresh_token"));
        Assert.Equal(200, (await One.RefreshAsync(second.Text("refresh_token"))).Status);
    }

    [Fact]
    public async Task A_host_can_end_everything_of_a_person()
    {
        var (mine, theirs) = (await One.SignInAsync(), await Two.SignInAsync());
        await Server.Get<StoredGrants>().RevokeOfSubjectAsync(TestOwner.Subject, null, Ct);
        await AreDeadAsync(mine);
        (await Two.RefreshAsync(theirs.Text("refresh_token"))).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
    }

    [Fact]
    public async Task A_host_can_end_what_a_person_gave_to_one_client()
    {
        var (mine, theirs) = (await One.SignInAsync(), await Two.SignInAsync());
        await Server.Get<StoredGrants>().RevokeOfSubjectAsync(TestOwner.Subject, "one", Ct);
        await AreDeadAsync(mine);
        Assert.Equal(200, (await Two.RefreshAsync(theirs.Text("refresh_token"))).Status);
    }

    [Fact]
    public async Task A_clients_own_token_cannot_be_revoked_and_nobody_says_it_was()
    {
        var service = TokenClients.ServiceOf(Server);
        var token = (await service.ServeAsync()).Text("access_token");
        (await RevokeAsync(service, token)).IsError(Server, 400, OAuthErrors.UnsupportedTokenType, Rule.TokenKind);
        (await RevokeAsync(One, token)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.TokenOfAnotherClient);
    }

    [Fact]
    public async Task Revoking_twice_is_as_once_and_a_rotating_token_goes_too()
    {
        var page = TokenClients.PageOf(Server);
        var token = (await page.SignInAsync()).Text("refresh_token");
        Assert.Equal(200, (await RevokeAsync(page, token)).Status);
        Assert.Equal(200, (await RevokeAsync(page, token)).Status);
        (await page.RefreshAsync(token)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
    }

    [Fact]
    public async Task A_missing_token_is_refused() =>
        (await RevokeAsync(One, "")).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.MissingParameter);

    private static Task<Answer> RevokeAsync(TestClient client, string token, string? hint = null)
    {
        var request = client.Authenticated("/revoke");
        request.Form["token"] = token;
        request.Form["token_type_hint"] = hint ?? "";
        return client.SendAsync(request);
    }

    private async Task AreDeadAsync(Answer tokens)
    {
        (await One.RefreshAsync(tokens.Text("refresh_token"))).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
        (await One.ResourceAsync(tokens.Text("access_token"))).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenRevoked);
    }
}
