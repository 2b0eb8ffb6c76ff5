using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Tokens;

/// <summary>What a token takes over from the grant: the sign-in (RFC 9470), the resource (RFC 8707), the details (RFC 9396).</summary>
public sealed class GrantedTokenTests : ServerTests
{
    private const string Details = """[{"type":"payment","amount":5}]""";

    private TestClient Portal { get => field ??= TokenClients.PortalOf(Server); }

    [Fact]
    public async Task A_sign_in_that_is_strong_and_recent_enough_is_admitted()
    {
        var token = (await One.SignInAsync()).Text("access_token");
        Assert.Equal(200, (await StrongAsync(token)).Status);
    }

    [Fact]
    public async Task A_sign_in_that_is_too_old_is_told_what_is_needed()
    {
        var token = (await One.SignInAsync()).Text("access_token");
        Server.Clock.Advance(TimeSpan.FromMinutes(2));
        var answer = await StrongAsync(token);
        answer.IsError(Server, 401, OAuthErrors.InsufficientUserAuthentication, Rule.TokenAuthTime);
        Assert.Contains(", acr_values=\"gold passkey\", max_age=\"60\", algs=", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_that_is_too_weak_is_refused()
    {
        Server.Owner.Answer = request => new OwnerAnswer.Authorized(new()
        {
            Subject = TestOwner.Subject,
            AuthTime = Server.Clock.GetUtcNow(),
            Acr = "bronze",
            GrantedScopes = request.Scopes,
        });
        (await StrongAsync((await One.SignInAsync()).Text("access_token"))).IsError(Server, 401, OAuthErrors.InsufficientUserAuthentication, Rule.TokenAcr);
    }

    [Fact]
    public async Task The_resource_that_was_granted_is_the_audience_and_this_server_always_may_be()
    {
        var code = await Portal.CodeAsync(request => (request.Form["scope"], request.Form["resource"]) = ("openid offline_access read", TokenClients.Api));
        var tokens = await Portal.RedeemAsync(code);
        Assert.Equal((TokenClients.Api, "api-person-1", "read"), (Audience(tokens), tokens.TokenClaims()["sub"]!.GetValue<string>(), tokens.Text("scope")));

        var own = await Portal.RefreshAsync(tokens.Text("refresh_token"), request => request.Form["resource"] = TestServer.Issuer);
        Assert.Equal((TestServer.Issuer, "openid offline_access read"), (Audience(own), own.Text("scope")));
        (await Portal.RefreshAsync(tokens.Text("refresh_token"), request => request.Form["resource"] = TokenClients.OtherApi))
            .IsError(Server, 400, OAuthErrors.InvalidTarget, Rule.Target);
    }

    [Fact]
    public async Task A_token_is_for_one_resource_at_a_time()
    {
        var code = await Portal.CodeAsync(request =>
        {
            request.Form["scope"] = "openid offline_access read";
            request.Suffix = $"&resource={Uri.EscapeDataString(TokenClients.Api)}&resource={Uri.EscapeDataString(TokenClients.OtherApi)}";
        });
        var tokens = await Portal.RedeemAsync(code);
        Assert.Equal(TokenClients.Api, Audience(tokens));
        Assert.Equal(TokenClients.OtherApi, Audience(await Portal.RefreshAsync(tokens.Text("refresh_token"), request => request.Form["resource"] = TokenClients.OtherApi)));
        (await Portal.RefreshAsync(
            tokens.Text("refresh_token"),
            request => request.Suffix = $"&resource={Uri.EscapeDataString(TokenClients.Api)}&resource={Uri.EscapeDataString(TokenClients.OtherApi)}"))
            .IsError(Server, 400, OAuthErrors.InvalidTarget, Rule.Target);
    }

    [Fact]
    public async Task Details_stand_in_the_response_and_in_the_token()
    {
        var tokens = await Portal.SignInAsync(request => request.Form["authorization_details"] = Details);
        Assert.Equal((Details, Details), (tokens.Json["authorization_details"]!.ToJsonString(), tokens.TokenClaims()["authorization_details"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_refresh_may_ask_for_the_same_details_and_not_for_others()
    {
        var token = (await Portal.SignInAsync(request => request.Form["authorization_details"] = Details)).Text("refresh_token");
        Assert.Equal(200, (await Portal.RefreshAsync(token, request => request.Form["authorization_details"] = Details)).Status);
        (await Portal.RefreshAsync(token, request => request.Form["authorization_details"] = """[{"type":"payment","amount":6}]"""))
            .IsError(Server, 400, OAuthErrors.InvalidAuthorizationDetails, Rule.AuthorizationDetails);
    }

    private static string Audience(Answer tokens) => tokens.TokenClaims()["aud"]!.AsArray().Single()!.GetValue<string>();

    private Task<Answer> StrongAsync(string token) => One.ResourceAsync(
        token, path: "/strong", changeProof: (_, claims) => claims["htu"] = $"{TestServer.Issuer}/strong");
}
