using System.Text;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>What every endpoint asks of the HTTP message before it reads a parameter.</summary>
internal static class HttpMessage
{
    /// <summary>The bound on a form: a request with an assertion and every parameter has a tenth of it.</summary>
    private const int MaxFormBytes = 64 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null when the method is one of these; else the refusal, with the <c>Allow</c> header set (RFC 9110 §15.5.6).</summary>
    public static Refusal? CheckMethod(HttpContext http, params string[] allowed)
    {
        if (allowed.Contains(http.Request.Method))
        {
            return null;
        }

        http.Response.Headers.Allow = string.Join(", ", allowed);
        return new(Rule.Method, OAuthErrors.InvalidRequest, "the method is not one of this endpoint");
    }

    /// <summary>The form of the body (RFC 6749 §3.2, appendix B).</summary>
    public static async Task<Checked<RequestParameters>> ReadFormAsync(HttpContext http)
    {
        if (!IsForm(http.Request))
        {
            return new Refusal(Rule.ContentType, OAuthErrors.InvalidRequest, "the content type is not application/x-www-form-urlencoded");
        }

        var body = http.Request.ContentLength > MaxFormBytes ? null : await ReadAsync(http);
        if (body is null)
        {
            return new Refusal(Rule.BodySize, OAuthErrors.InvalidRequest, "the body is too large");
        }

        return Decode(body) is { } text
            ? RequestParameters.Parse(text)
            : new Refusal(Rule.FormEncoding, OAuthErrors.InvalidRequest, "the body is not UTF-8");
    }

    /// <summary>True for a form in UTF-8.</summary>
    public static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>The parameters of the query.</summary>
    public static Checked<RequestParameters> ReadQuery(HttpContext http) =>
        RequestParameters.Parse(http.Request.QueryString.Value?.TrimStart('?') ?? "");

    /// <summary>The status of what HTTP itself refuses; null for the rest.</summary>
    public static int? StatusOf(Refusal refusal)
    {
        if (refusal.Rule == Rule.Method)
        {
            return StatusCodes.Status405MethodNotAllowed;
        }

        return refusal.Rule == Rule.BodySize ? StatusCodes.Status413PayloadTooLarge : null;
    }

    private static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        var buffer = new byte[MaxFormBytes + 1];
        try
        {
            // One byte more than allowed tells "exactly full" from "too much" without reading on.
            var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
            return length > MaxFormBytes ? null : buffer[..length];
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private static string? Decode(byte[] body)
    {
        try
        {
            return StrictUtf8.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
