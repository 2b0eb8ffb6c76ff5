using System.Text.Json;
using IdentityPlatform.Formats;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>A JSON object that was read strictly and within a bound.</summary>
internal static class JsonBody
{
    /// <summary>Reads the body, or answers null for anything but an object within the bound.</summary>
    public static async Task<JsonElement?> ReadAsync(HttpRequest request, int maxBytes)
    {
        if (request.ContentLength > maxBytes)
        {
            return null;
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        try
        {
            // A body without a stated length is read no further than the bound, whatever the server allows.
            using var memory = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while (memory.Length <= maxBytes && (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
            {
                memory.Write(buffer, 0, read);
            }

            return StrictJson.ParseObject(memory.GetBuffer().AsSpan(0, (int)memory.Length), maxBytes).Succeeded(out var json, out _) ? json.Element : null;
        }
        catch (BadHttpRequestException)
        {
            return null;
        }
    }
}
