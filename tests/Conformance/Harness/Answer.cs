using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>What an endpoint answered.</summary>
public sealed class Answer
{
    private Answer(HttpRequestMessage request, HttpResponseMessage response, string body)
    {
        Call = $"{request.Method} {request.RequestUri?.AbsolutePath}";
        (Status, Headers, Body) = ((int)response.StatusCode, response.Headers, body);
        ContentType = response.Content.Headers.ContentType?.MediaType;
    }

    public string Call { get; }

    public int Status { get; }

    public HttpResponseHeaders Headers { get; }

    public string? ContentType { get; }

    public string Body { get; }

    /// <summary>The body, which has to be a JSON object.</summary>
    public JsonObject Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body)!.AsObject();
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
            {
                throw new Xunit.Sdk.XunitException($"{this}: the body is not a JSON object");
            }
        }
    }

    public static async Task<Answer> ReadAsync(HttpRequestMessage request, HttpResponseMessage response) =>
        new(request, response, await response.Content.ReadAsStringAsync());

    public string? Text(string member) => (string?)Json[member];

    public string Required(string member) => Text(member) ?? throw new Xunit.Sdk.XunitException($"{this}: {member} is missing");

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>One of these statuses.</summary>
    public Answer Is(params int[] statuses)
    {
        Assert.True(statuses.Contains(Status), $"{this}: expected status {string.Join(" or ", statuses)}");
        return this;
    }

    /// <summary>Any refusal.</summary>
    public Answer IsRefused()
    {
        Assert.True(Status is >= 400 and < 500, $"{this}: expected a status of 4xx");
        return this;
    }

    /// <summary>C8: a JSON error of these codes; 400, or 401 where a module allows it or the code is <c>invalid_client</c>.</summary>
    public Answer IsError(params string[] errors)
    {
        var error = Required("error");
        Assert.True(errors.Contains(error), $"{this}: expected {string.Join(" or ", errors)}");
        Assert.True(Status == 400 || (Status == 401 && error == "invalid_client"), $"{this}: a status of 400, or 401 for invalid_client, is expected");
        Assert.Equal("application/json", ContentType);
        Assert.DoesNotContain(Text("error_description") ?? "", character => character is '\r' or '\n' or '\t' or '"' or '\\' or > '\x7E');
        Assert.Null(Json["access_token"]);
        return this;
    }

    public override string ToString() => $"{Call} answered {Status} {(Body.Length > 400 ? Body[..400] : Body)}";
}
