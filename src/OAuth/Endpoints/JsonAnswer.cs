using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>JSON answers of the protocol endpoints, never cached (RFC 6749 §5.1).</summary>
internal sealed class JsonAnswer : IResult, IStatusCodeHttpResult
{
    private readonly int _status;
    private readonly byte[] _body;

    private readonly string _contentType;

    private JsonAnswer(int status, byte[] body, string contentType = "application/json") => (_status, _body, _contentType) = (status, body, contentType);

    public int? StatusCode => _status;

    public static JsonAnswer Of(int status, byte[] body) => new(status, body);

    /// <summary>JSON in another form, such as signed.</summary>
    public static JsonAnswer Of(int status, byte[] body, string contentType) => new(status, body, contentType);

    /// <summary>The error of RFC 6749 §5.2: 401 for a client that is not who it says, else 400, or what HTTP itself says.</summary>
    public static JsonAnswer Error(Refusal refusal) => Error(refusal, StatusOf(refusal));

    public static JsonAnswer Error(Refusal refusal, int status) => new(status, JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("error", refusal.Error);
        writer.WriteString("error_description", refusal.Description);
        writer.WriteEndObject();
    }));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = _status;
        response.ContentType = _contentType;
        response.ContentLength = _body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        return response.Body.WriteAsync(_body, httpContext.RequestAborted).AsTask();
    }

    private static int StatusOf(Refusal refusal) => refusal.Error == OAuthErrors.InvalidClient
        ? StatusCodes.Status401Unauthorized
        : HttpMessage.StatusOf(refusal) ?? StatusCodes.Status400BadRequest;
}
