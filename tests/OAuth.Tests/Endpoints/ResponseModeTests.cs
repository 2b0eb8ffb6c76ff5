using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>Answers in forms and in JWTs (OAuth 2.0 Form Post Response Mode, JARM), errors among them.</summary>
public sealed class ResponseModeTests : ServerTests
{
    [Theory]
    [InlineData("jwt")]
    [InlineData("query.jwt")]
    public async Task A_signed_answer_holds_everything_and_redeems(string mode)
    {
        var redirect = (await AnswerAsync(mode)).Redirect();
        Assert.Equal(["kept", "response"], redirect.Keys.Order());
        var claims = Verify(redirect["response"], "one");
        Assert.Equal(["aud", "code", "exp", "iss", "state"], claims.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal("the-state", claims.StringMember("state"));
        Assert.Equal(200, (await One.RedeemAsync(claims.StringMember("code")!)).Status);
    }

    [Fact]
    public async Task A_signed_error_holds_everything_too()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.Denied(OAuthErrors.AccessDenied);
        var redirect = (await AnswerAsync("jwt")).Redirect();
        Assert.False(redirect.ContainsKey("error"));
        var claims = Verify(redirect["response"], "one");
        Assert.Equal((OAuthErrors.AccessDenied, "the-state"), (claims.StringMember("error"), claims.StringMember("state")));
    }

    [Fact]
    public async Task A_form_holds_everything_and_goes_to_the_registered_address()
    {
        var (address, fields) = Form(await AnswerAsync("form_post"));
        Assert.Equal(One.RedirectUri, address);
        Assert.Equal(["code", "iss", "state"], fields.Keys.Order());
        Assert.Equal(("the-state", TestServer.Issuer), (fields["state"], fields["iss"]));
        Assert.Equal(200, (await One.RedeemAsync(fields["code"])).Status);
    }

    [Fact]
    public async Task A_form_holds_errors()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.Denied(OAuthErrors.AccessDenied);
        var (_, fields) = Form(await AnswerAsync("form_post"));
        Assert.Equal((OAuthErrors.AccessDenied, "the-state", Rule.Owner), (fields["error"], fields["state"], Server.LastRule));
    }

    [Fact]
    public async Task A_form_holds_a_signed_answer()
    {
        var (address, fields) = Form(await AnswerAsync("form_post.jwt"));
        Assert.Equal(One.RedirectUri, address);
        Assert.Equal("the-state", Verify(Assert.Single(fields).Value, "one").StringMember("state"));
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_is_answered_in_its_mode()
    {
        var front = new TestClient(Server, "front", Server.Files.ClientOne);
        var parameters = front.AuthorizationParameters();
        (parameters["response_mode"], parameters["max_age"]) = ("form_post", "soon");
        var (_, fields) = Form(await front.GetAsync("/authorize?" + string.Join('&', parameters.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))));
        Assert.Equal((OAuthErrors.InvalidRequest, Rule.MaxAge), (fields["error"], Server.LastRule));
    }

    [Theory]
    [InlineData("fragment")]
    [InlineData("fragment.jwt")]
    [InlineData("web_message")]
    public async Task Other_modes_are_refused(string mode) =>
        (await One.PushAsync(request => request.Form["response_mode"] = mode)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ResponseMode);

    [Fact]
    public async Task Metadata_names_them()
    {
        var metadata = (await One.GetAsync("/.well-known/openid-configuration")).Json;
        Assert.Equal(["query", "form_post", "jwt", "query.jwt", "form_post.jwt"], metadata["response_modes_supported"]!.AsArray().Select(mode => mode!.GetValue<string>()));
        Assert.Equal(["ES256"], metadata["authorization_signing_alg_values_supported"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.True(metadata["request_parameter_supported"]!.GetValue<bool>());
        Assert.False(metadata["request_uri_parameter_supported"]!.GetValue<bool>());
    }

    private async Task<Answer> AnswerAsync(string mode) =>
        await One.AuthorizeAsync(await One.RequestUriAsync(request => request.Form["response_mode"] = mode));

    private static (string Address, Dictionary<string, string> Fields) Form(Answer answer)
    {
        Assert.Equal((200, "no-store"), (answer.Status, answer.Header("Cache-Control")));
        return (answer.Text("address"), answer.Json["fields"]!.AsObject().ToDictionary(field => field.Key, field => field.Value!.GetValue<string>()));
    }

    private JsonElement Verify(string response, string clientId)
    {
        var jwt = SignedJwt.Parse(response).OrThrow();
        using var key = VerificationKey.Import(Server.Get<Signer>().Published(KeyRole.IdentityTokens).Single(jwk => jwk.KeyId == jwt.KeyId)).OrThrow();
        var claims = jwt.Verify(key, null, JwsAlgorithm.ES256).OrThrow().Claims;
        Assert.Equal((TestServer.Issuer, clientId), (claims.StringMember("iss"), claims.StringMember("aud")));
        Assert.InRange(claims.LongMember("exp")!.Value - Server.Clock.GetUtcNow().ToUnixTimeSeconds(), 1, 600);
        return claims;
    }
}
