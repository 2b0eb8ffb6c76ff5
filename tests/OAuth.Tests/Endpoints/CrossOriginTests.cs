using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>Which pages may read what the endpoints answer (Fetch §3.2).</summary>
public sealed class CrossOriginTests : ServerTests
{
    private const string OfPublicClient = "https://public.example";

    [Theory]
    [InlineData("/token")]
    [InlineData("/par")]
    [InlineData("/revoke")]
    public async Task The_browser_is_told_what_a_page_of_a_public_client_may_send(string path)
    {
        var answer = await PreflightAsync(path, OfPublicClient);
        Assert.Equal(204, answer.Status);
        Assert.Equal(
            (OfPublicClient, "POST", "Authorization, Content-Type, DPoP", "600", "Origin"),
            (answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Allow-Methods"), answer.Header("Access-Control-Allow-Headers"),
            answer.Header("Access-Control-Max-Age"), answer.Header("Vary")));
        Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
    }

    // A confidential client's page has no business there; neither has a page that only looks like a public client's.
    [Theory]
    [InlineData("https://one.example")]
    [InlineData("https://stranger.example")]
    [InlineData("https://public.example.stranger.example")]
    [InlineData("http://public.example")]
    [InlineData("https://public.example:444")]
    [InlineData("https://PUBLIC.example")]
    [InlineData("https://public.example/")]
    [InlineData("null")]
    [InlineData("*")]
    public async Task Another_origin_gets_no_header_of_cors(string origin)
    {
        foreach (var path in new[] { "/token", "/par", "/revoke" })
        {
            var answer = await PreflightAsync(path, origin);
            answer.IsError(Server, 405, OAuthErrors.InvalidRequest, Rule.Method);
            Assert.Empty(HeadersOfCors(answer));
            Assert.Equal("POST", answer.Response.Content.Headers.Allow.Single());

            Assert.Empty(HeadersOfCors(await SendAsync(path, origin)));
        }
    }

    [Fact]
    public async Task A_page_of_a_public_client_reads_refusals_too()
    {
        var answer = await SendAsync("/token", OfPublicClient);
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.NoClientAuthentication);
        Assert.Equal((OfPublicClient, "DPoP-Nonce, WWW-Authenticate"), (answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Expose-Headers")));
    }

    [Fact]
    public async Task A_page_of_a_public_client_signs_a_person_in_by_itself()
    {
        var page = new TestClient(Server, "public", Server.Files.ClientOne) { Authenticate = request => request.Form["client_id"] = "public" };
        var tokens = await page.SignInAsync(request => request.Headers["Origin"] = OfPublicClient);
        Assert.Equal("DPoP", tokens.Text("token_type"));
    }

    [Fact]
    public async Task Options_without_the_question_of_a_browser_is_no_method_of_the_endpoint() =>
        (await One.SendAsync(new Request(HttpMethod.Options, "/token") { Headers = { ["Origin"] = OfPublicClient } }))
            .IsError(Server, 405, OAuthErrors.InvalidRequest, Rule.Method);

    [Fact]
    public async Task The_page_that_a_person_sees_is_for_no_script_of_another_origin() =>
        Assert.Empty(HeadersOfCors(await One.SendAsync(new Request(HttpMethod.Get, "/authorize") { Headers = { ["Origin"] = OfPublicClient } })));

    private Task<Answer> PreflightAsync(string path, string origin) => One.SendAsync(new Request(HttpMethod.Options, path)
    {
        Headers = { ["Origin"] = origin, ["Access-Control-Request-Method"] = "POST", ["Access-Control-Request-Headers"] = "authorization,dpop" },
    });

    private Task<Answer> SendAsync(string path, string origin) => One.SendAsync(new Request(HttpMethod.Post, path)
    {
        Headers = { ["Origin"] = origin },
        Form = { ["grant_type"] = "authorization_code" },
    });

    private static IEnumerable<string> HeadersOfCors(Answer answer) =>
        answer.Response.Headers.Select(header => header.Key).Where(name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
}
