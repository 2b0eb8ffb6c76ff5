using System.Net;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>What came back over HTTP.</summary>
public sealed class Answer(HttpResponseMessage response, string body)
{
    public HttpResponseMessage Response { get; } = response;

    public string Body { get; } = body;

    public int Status => (int)Response.StatusCode;

    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string? Header(string name) => Response.Headers.TryGetValues(name, out var values) || Response.Content.Headers.TryGetValues(name, out values)
        ? string.Join(", ", values)
        : null;

    /// <summary>The claims of the access token.</summary>
    public JsonNode TokenClaims()
    {
        Assert.True(Base64UrlText.TryDecode(Text("access_token").Split('.')[1], out var claims));
        return JsonNode.Parse(claims)!;
    }

    public string Text(string member) => Json[member]!.GetValue<string>();

    /// <summary>The parameters in the query of the redirect.</summary>
    public IReadOnlyDictionary<string, string> Redirect()
    {
        Assert.Equal(HttpStatusCode.SeeOther, Response.StatusCode);
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Response.Headers.Location!.Query).ToDictionary(p => p.Key, p => p.Value.Single()!);
    }

    /// <summary>The JSON error of a protocol endpoint: exact status, code and rule, never cached.</summary>
    public void IsError(TestServer server, int status, string error, Rule rule)
    {
        Assert.Equal((status, error, rule), (Status, Text("error"), server.LastRule));
        Assert.Equal("application/json", Response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("no-store", Header("Cache-Control"), StringComparison.Ordinal);

        // RFC 6749 §5.2: the characters that a description may have.
        Assert.All(Text("error_description"), c => Assert.True(c is >= ' ' and <= '~' and not '"' and not '\\'));
    }

    /// <summary>The page for a person, and no redirect to anybody.</summary>
    public void IsErrorPage(TestServer server, int status, string error, Rule rule)
    {
        Assert.Equal((status, $"error page: {error}", rule), (Status, Body, server.LastRule));
        Assert.Null(Response.Headers.Location);
        Assert.Contains("no-store", Header("Cache-Control"), StringComparison.Ordinal);
    }

    /// <summary>The error at the redirect URI, with state and issuer.</summary>
    public void IsRedirectError(TestServer server, string error, Rule rule, string? state = "the-state")
    {
        var parameters = Redirect();
        Assert.Equal((error, rule), (parameters["error"], server.LastRule));
        Assert.Equal(state, parameters.GetValueOrDefault("state"));
        Assert.Equal(TestServer.Issuer, parameters["iss"]);
        Assert.False(parameters.ContainsKey("code"));
    }
}
