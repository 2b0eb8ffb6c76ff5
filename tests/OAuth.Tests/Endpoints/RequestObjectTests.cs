using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>Request objects through the browser (OpenID Connect Core §6.1), for clients that need not push.</summary>
public sealed class RequestObjectTests : ServerTests
{
    private TestClient Plain => new(Server, "plain", Server.Files.ClientOne);

    [Fact]
    public async Task The_redirect_uri_inside_wins() =>
        Assert.NotEmpty((await OpenAsync(Plain.SignedRequest(), "https://evil.example/")).Redirect()["code"]);

    [Fact]
    public async Task Outside_a_client_may_leave_everything_to_the_object() =>
        Assert.NotEmpty((await OpenAsync(Plain.SignedRequest(), null)).Redirect()["code"]);

    [Fact]
    public async Task Exp_and_nbf_are_asked_of_FAPI_clients_alone() =>
        Assert.NotEmpty((await OpenAsync(Plain.SignedRequest(claims => { claims.Remove("nbf"); claims.Remove("exp"); }), null)).Redirect()["code"]);

    [Fact]
    public async Task A_bad_redirect_uri_inside_is_shown_to_the_person_although_the_one_outside_is_good() =>
        (await OpenAsync(Plain.SignedRequest(claims => claims["redirect_uri"] = "https://evil.example/"), Plain.RedirectUri))
            .IsErrorPage(Server, 400, OAuthErrors.InvalidRequest, Rule.RedirectUri);

    [Fact]
    public async Task An_object_that_does_not_verify_is_told_at_a_good_redirect_uri() =>
        (await OpenAsync(Plain.SignedRequest(signer: Server.Files.ClientTwo), Plain.RedirectUri))
            .IsRedirectError(Server, OAuthErrors.InvalidRequestObject, Rule.RequestObjectSignature, state: null);

    [Fact]
    public async Task And_to_the_person_without_one() =>
        (await OpenAsync(Plain.SignedRequest(signer: Server.Files.ClientTwo), "https://evil.example/"))
            .IsErrorPage(Server, 400, OAuthErrors.InvalidRequestObject, Rule.RequestObjectSignature);

    [Fact]
    public async Task An_unsigned_object_is_not_supported()
    {
        var unsigned = Base64UrlText.Encode(Encoding.UTF8.GetBytes("""{"alg":"none"}""")) + "." + Plain.SignedRequest().Split('.')[1] + ".";
        (await OpenAsync(unsigned, Plain.RedirectUri)).IsRedirectError(Server, OAuthErrors.RequestNotSupported, Rule.RequestObjectAlgorithm, state: null);
    }

    [Fact]
    public async Task An_object_does_not_go_round_the_pushed_request() =>
        (await One.GetAsync($"/authorize?client_id=one&request={One.SignedRequest()}")).IsErrorPage(Server, 400, OAuthErrors.InvalidRequest, Rule.PushedRequestRequired);

    private Task<Answer> OpenAsync(string requestObject, string? redirectUri) => Plain.GetAsync(
        $"/authorize?client_id=plain&response_type=code&scope=openid&request={requestObject}"
        + (redirectUri is null ? "" : $"&redirect_uri={Uri.EscapeDataString(redirectUri)}"));
}
