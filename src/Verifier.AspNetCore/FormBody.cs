using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>A form that was read within bounds, without doubled parameters (RFC 6749 §3.1).</summary>
internal sealed class FormBody
{
    private const int MaxParameters = 32;

    private readonly IDictionary<string, Microsoft.Extensions.Primitives.StringValues> _values;

    private FormBody(IDictionary<string, Microsoft.Extensions.Primitives.StringValues> values) => _values = values;

    /// <summary>Reads the body, or answers null for anything but a form within the bound.</summary>
    public static async Task<FormBody?> ReadAsync(HttpRequest request, int maxBytes)
    {
        if (!request.HasFormContentType || request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) || request.ContentLength > maxBytes)
        {
            return null;
        }

        // Servers bound bodies at less or more than an answer may have: this endpoint says its own.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        try
        {
            using var reader = new FormReader(request.Body, Encoding.UTF8) { ValueCountLimit = MaxParameters, ValueLengthLimit = maxBytes };
            var values = await reader.ReadFormAsync(request.HttpContext.RequestAborted);
            return values.Values.All(value => value.Count == 1) ? new FormBody(values) : null;
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The parameter, or null.</summary>
    public string? Single(string name) => _values.TryGetValue(name, out var value) ? value[0] : null;
}
