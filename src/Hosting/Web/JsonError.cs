using IdentityPlatform.Formats;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Hosting.Web;

/// <summary>The error of a JSON endpoint that serves a page's script: a stable code, a fact for developers, words for the person.</summary>
public static class JsonError
{
    /// <summary>An answer that is never cached.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">The code that scripts and tests compare.</param>
    /// <param name="description">For a developer, in English.</param>
    /// <param name="message">For the person, in the language of the page; the page's script shows it.</param>
    public static IResult Result(int status, string error, string description, string? message = null) =>
        new Answer(status, error, description, message);

    private sealed class Answer(int status, string error, string description, string? message) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => status;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var body = JsonText.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("error", error);
                writer.WriteString("error_description", description);
                if (message is not null)
                {
                    writer.WriteString("message", message);
                }

                writer.WriteEndObject();
            });
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.Headers.CacheControl = "no-store";
            await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
