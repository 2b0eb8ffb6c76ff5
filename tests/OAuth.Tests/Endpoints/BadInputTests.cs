using System.Net.Http.Headers;
using System.Text;
using Dapper;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>Bad input at every endpoint: the specification's error, never cached, and nothing written.</summary>
public sealed class BadInputTests : ServerTests
{
    public static TheoryData<string> Posts => ["/par", "/token", "/revoke"];

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task Another_method_is_refused(string path)
    {
        foreach (var method in (string[])["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"])
        {
            var answer = await One.SendAsync(new Request(new HttpMethod(method), path));
            Assert.Equal((405, "POST", "no-store"), (answer.Status, answer.Header("Allow"), answer.Header("Cache-Control")));
            Assert.Equal(Rule.Method, Server.LastRule);
        }

        await NothingIsWrittenAsync();
    }

    [Theory]
    [InlineData("/jwks")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task A_document_is_only_read(string path)
    {
        var answer = await One.SendAsync(new Request(HttpMethod.Post, path));
        answer.IsError(Server, 405, OAuthErrors.InvalidRequest, Rule.Method);
        Assert.Equal("GET, HEAD", answer.Header("Allow"));
        Assert.Equal(200, (await One.SendAsync(new Request(HttpMethod.Head, path))).Status);
    }

    [Fact]
    public async Task Authorize_takes_GET_and_POST_alone()
    {
        var answer = await One.SendAsync(new Request(HttpMethod.Put, "/authorize"));
        answer.IsErrorPage(Server, 405, OAuthErrors.InvalidRequest, Rule.Method);
        Assert.Equal("GET, POST", answer.Header("Allow"));
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task Another_content_type_is_refused(string path)
    {
        foreach (var type in (string[])["application/json", "multipart/form-data", "text/plain", "application/x-www-form-urlencoded; charset=utf-16"])
        {
            var body = new StringContent("{\"grant_type\":\"authorization_code\"}");
            body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            (await One.SendAsync(new Request(HttpMethod.Post, path) { Body = body })).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ContentType);
        }

        (await One.SendAsync(new Request(HttpMethod.Post, path))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ContentType);
        await NothingIsWrittenAsync();
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task An_oversized_body_is_refused(string path)
    {
        var answer = await One.SendAsync(One.Authenticated(path), request => request.Form["extra"] = new string('x', 64 * 1024));
        answer.IsError(Server, 413, OAuthErrors.InvalidRequest, Rule.BodySize);
        await NothingIsWrittenAsync();
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task An_oversized_body_of_unknown_length_is_refused(string path)
    {
        var body = new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes(new string('x', 70 * 1024))));
        body.Headers.ContentType = new("application/x-www-form-urlencoded");
        body.Headers.ContentLength = null;
        var request = new Request(HttpMethod.Post, path) { Body = body };
        request.Headers["Transfer-Encoding"] = "chunked";
        (await One.SendAsync(request)).IsError(Server, 413, OAuthErrors.InvalidRequest, Rule.BodySize);
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task An_empty_form_is_a_client_that_does_not_say_who_it_is(string path)
    {
        var body = new StringContent("", new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        (await One.SendAsync(new Request(HttpMethod.Post, path) { Body = body })).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.NoClientAuthentication);
        await NothingIsWrittenAsync();
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task A_doubled_parameter_is_refused(string path)
    {
        foreach (var suffix in (string[])["&client_id=one&client_id=one", "&client_assertion=x", "&unknown=1&unknown=2", "&empty=&empty="])
        {
            (await One.SendAsync(One.Authenticated(path), request => request.Suffix = suffix)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.DoubledParameter);
        }

        await NothingIsWrittenAsync();
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task What_is_no_UTF_8_is_refused(string path)
    {
        foreach (var suffix in (string[])["&x=%ff", "&x=%zz", "&x=%1", "&%c3%28=1"])
        {
            (await One.SendAsync(One.Authenticated(path), request => request.Suffix = suffix)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.FormEncoding);
        }

        var body = new ByteArrayContent([(byte)'a', (byte)'=', 0xff, 0xfe]);
        body.Headers.ContentType = new("application/x-www-form-urlencoded");
        (await One.SendAsync(new Request(HttpMethod.Post, path) { Body = body })).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.FormEncoding);
        await NothingIsWrittenAsync();
    }

    [Theory]
    [InlineData("grant_type", OAuthErrors.InvalidRequest, Rule.MissingParameter)]
    [InlineData("code", OAuthErrors.InvalidRequest, Rule.MissingParameter)]
    public async Task A_missing_parameter_of_a_token_request_is_refused(string name, string error, Rule rule) =>
        (await One.RedeemAsync("a-code", request => request.Form.Remove(name))).IsError(Server, 400, error, rule);

    [Theory]
    [InlineData("refresh_token")]
    [InlineData("grant_type")]
    public async Task A_missing_parameter_of_a_refresh_is_refused(string name) =>
        (await One.RefreshAsync("a-token", request => request.Form.Remove(name))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.MissingParameter);

    [Theory]
    [InlineData("password")]
    [InlineData("urn:example:unknown")]
    [InlineData("implicit")]
    public async Task An_unknown_grant_type_is_refused(string grantType) =>
        (await One.RedeemAsync("a-code", request => request.Form["grant_type"] = grantType)).IsError(Server, 400, OAuthErrors.UnsupportedGrantType, Rule.GrantType);

    [Fact]
    public async Task A_grant_type_that_the_client_did_not_register_is_refused() =>
        (await new TestClient(Server, "code-only", Server.Files.ClientOne).RefreshAsync("a-token"))
            .IsError(Server, 400, OAuthErrors.UnauthorizedClient, Rule.GrantTypeOfClient);

    [Theory]
    [InlineData("garbage")]
    [InlineData("\u0001\u0002")]
    [InlineData("' OR 1=1 --")]
    public async Task Garbage_codes_and_tokens_are_refused(string garbage)
    {
        (await One.RedeemAsync(garbage)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeUnknown);
        (await One.RefreshAsync(garbage)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
        (await One.RedeemAtDeskAsync(garbage, "123456")).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.PreAuthorizedCodeUnknown);
        await NothingIsWrittenAsync();
    }

    [Theory]
    [InlineData("garbage", Rule.TokenFormat)]
    [InlineData("", Rule.TokenScheme)]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0Iiwia2lkIjoiYWNjZXNzLXRva2Vucy0xIn0.e30.", Rule.TokenFormat)]
    [InlineData("eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImFjY2Vzcy10b2tlbnMtMSJ9.e30.AAAA", Rule.TokenSignature)]
    public async Task Garbage_access_tokens_are_refused(string token, Rule rule) =>
        (await One.ResourceAsync(token)).IsError(Server, 401, OAuthErrors.InvalidToken, rule);

    [Fact]
    public async Task A_resource_without_a_token_gets_a_challenge_without_an_error()
    {
        var answer = await One.GetAsync("/resource");
        answer.IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenMissing);
        Assert.Equal("DPoP algs=\"ES256 ES384 ES512 PS256\", Bearer", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_token_without_the_scope_is_refused()
    {
        var answer = await One.ResourceAsync((await One.SignInAsync()).Text("access_token"), path: "/resource?scope=card");
        answer.IsError(Server, 403, OAuthErrors.InsufficientScope, Rule.TokenScope);
        Assert.Contains("scope=\"card\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_altered_token_is_refused()
    {
        var parts = (await One.SignInAsync()).Text("access_token").Split('.');
        var claims = Encoding.UTF8.GetString(Convert.FromBase64String(parts[1].Replace('-', '+').Replace('_', '/').PadRight((parts[1].Length + 3) / 4 * 4, '=')));
        var altered = Formats.Base64UrlText.Encode(Encoding.UTF8.GetBytes(claims.Replace("pairwise-person-1", "pairwise-person-2", StringComparison.Ordinal)));
        (await One.ResourceAsync($"{parts[0]}.{altered}.{parts[2]}")).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenSignature);
    }

    [Fact]
    public async Task No_log_line_holds_a_secret()
    {
        var code = await One.CodeAsync();
        var tokens = await One.RedeemAsync(code);
        await One.RedeemAsync(code);
        await One.ResourceAsync(tokens.Text("access_token"));
        await One.RefreshAsync("a-secret-refresh-token");
        var secrets = (string[])[code, tokens.Text("access_token"), tokens.Text("refresh_token"), "a-secret-refresh-token", TestClient.Verifier, TestOwner.Subject];
        Assert.Contains(Server.Log.Lines, line => line == "/token refused client one: CodeReplay (invalid_grant)");
        Assert.All(Server.Log.Lines, line => Assert.All(secrets, secret => Assert.DoesNotContain(secret, line, StringComparison.Ordinal)));
    }

    private async Task NothingIsWrittenAsync()
    {
        foreach (var table in (string[])["oauth_grants", "oauth_refresh_tokens", "oauth_preauthorized_codes"])
        {
            Assert.Equal(0, await Server.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}"), Ct));
        }
    }
}
