using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>Answers of the endpoints that wallets and verifiers call.</summary>
internal static class WalletAnswers
{
    /// <summary>JSON that nobody keeps.</summary>
    public static IResult Json(int status, Action<Utf8JsonWriter> write, int expectedBytes = 512) =>
        new Answer(status, "application/json", Object(write, expectedBytes));

    /// <summary>A success of the credential endpoints: JSON, or encrypted where the wallet asked for it (OpenID4VCI 1.0 §10).</summary>
    public static IResult Success(int status, ResponseEncryption? encryption, FillRandom random, Action<Utf8JsonWriter> write, int expectedBytes = 512) => encryption is null
        ? Json(status, write, expectedBytes)
        : new Answer(status, "application/jwt", Encoding.ASCII.GetBytes(encryption.Encrypt(Object(write, expectedBytes), random)));

    /// <summary>An error of the credential endpoint (OpenID4VCI 1.0 §8.3.1.2): always 400, never encrypted.</summary>
    public static IResult Error(CredentialFailure failure) => Error(StatusCodes.Status400BadRequest, failure.Error.Name(), failure.Description);

    /// <summary>An error with a code and a sentence for developers.</summary>
    public static IResult Error(int status, string error, string description) => Json(status, writer =>
    {
        writer.WriteString("error", error);
        // RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
        writer.WriteString("error_description", string.Concat(description.Where(c => c is >= ' ' and <= '~' and not '"' and not '\\')));
    });

    /// <summary>Maps an endpoint with one method; every other one is answered with 405 that nobody keeps.</summary>
    public static void MapOnly(this WebApplication app, string method, string path, Delegate handler)
    {
        app.MapMethods(path, method == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [method], handler);
        app.Map(path, (HttpContext http) =>
        {
            http.Response.Headers.Allow = method;
            return Error(StatusCodes.Status405MethodNotAllowed, "invalid_request", $"the method is {method}");
        });
    }

    /// <summary>A public document: any origin may read it, caches may keep it for a while, and who has it already gets 304 (RFC 9110 §13.1.2).</summary>
    public static IResult Public(HttpContext http, string mediaType, ReadOnlyMemory<byte> body, string tag, TimeSpan maxAge)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.CacheControl = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"public, max-age={(long)maxAge.TotalSeconds}");
        headers.ETag = $"\"{tag}\"";
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == "*" || known.Tag == $"\"{tag}\"")
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(body, mediaType);
    }

    private static byte[] Object(Action<Utf8JsonWriter> write, int expectedBytes) => JsonText.Write(
        writer =>
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        },
        expectedBytes);

    private sealed class Answer(int status, string mediaType, byte[] body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = mediaType;
            httpContext.Response.ContentLength = body.Length;
            httpContext.Response.Headers.CacheControl = "no-store";
            return httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }
}
