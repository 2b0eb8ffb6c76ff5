using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IdentityPlatform.Formats;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace IdentityPlatform.Hosting.Web;

/// <summary>The JSON object that a request carries, read strictly, or the answer that refuses it.</summary>
public sealed class JsonBody
{
    /// <summary>The bound where an endpoint has no reason for another.</summary>
    public const int DefaultMaxBytes = 64 * 1024;

    private readonly JsonElement _json;
    private readonly IResult? _refusal;

    private JsonBody(JsonElement json, IResult? refusal) => (_json, _refusal) = (json, refusal);

    /// <summary>Reads the body: 415 for another content type, 413 for too much, 400 for anything but one strict JSON object.</summary>
    public static async Task<JsonBody> ReadAsync(HttpContext http, int maxBytes = DefaultMaxBytes)
    {
        if (!IsJson(http.Request))
        {
            return Refused(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "The content type is application/json.");
        }

        var bytes = http.Request.ContentLength > maxBytes ? null : await ReadBytesAsync(http, maxBytes);
        if (bytes is null)
        {
            return Refused(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"The body has at most {maxBytes} bytes.");
        }

        return StrictJson.ParseObject(bytes, maxBytes).Failed(out var failure, out var value)
            ? Refused(StatusCodes.Status400BadRequest, "invalid_request", failure.Fact)
            : new JsonBody(value.Element, null);
    }

    /// <summary>True with the answer to give when the body was refused, false with its JSON object when it was read.</summary>
    public bool Refused([NotNullWhen(true)] out IResult? refusal, out JsonElement json)
    {
        (refusal, json) = (_refusal, _json);
        return refusal is not null;
    }

    /// <summary>Redacted: a body may hold anything.</summary>
    public override string ToString() => _refusal is null ? "JSON body" : "refused body";

    private static JsonBody Refused(int status, string error, string description) => new(default, JsonError.Result(status, error, description));

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static async Task<byte[]?> ReadBytesAsync(HttpContext http, int maxBytes)
    {
        // One byte more than allowed tells "exactly full" from "too much" without reading on.
        var buffer = new byte[maxBytes + 1];
        try
        {
            var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
            return length > maxBytes ? null : buffer[..length];
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }
}
