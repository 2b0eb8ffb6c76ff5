using System.Buffers;
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

    private const string FormType = "application/x-www-form-urlencoded";

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

        return http.Request.ContentLength > MaxFormBytes ? TooLarge() : await ReadBodyAsync(http);
    }

    /// <summary>True for a form in UTF-8.</summary>
    public static bool IsForm(HttpRequest request) =>
        request.ContentType == FormType
        || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

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

    // A form holds secrets: the buffer goes back empty.
    private static async Task<Checked<RequestParameters>> ReadBodyAsync(HttpContext http)
    {
        // One byte more than allowed tells "exactly full" from "too much" without reading on.
        var wanted = (int)(http.Request.ContentLength ?? MaxFormBytes) + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(wanted);
        var length = 0;
        try
        {
            length = await http.Request.Body.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, http.RequestAborted);
            return length > MaxFormBytes ? TooLarge() : Parse(buffer.AsSpan(0, length));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }
        finally
        {
            buffer.AsSpan(0, length).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Refusal TooLarge() => new(Rule.BodySize, OAuthErrors.InvalidRequest, "the body is too large");

    private static Checked<RequestParameters> Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return RequestParameters.Parse(StrictUtf8.GetString(body));
        }
        catch (DecoderFallbackException)
        {
            return new Refusal(Rule.FormEncoding, OAuthErrors.InvalidRequest, "the body is not UTF-8");
        }
    }
}
