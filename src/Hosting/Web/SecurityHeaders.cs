using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Hosting.Web;

/// <summary>The headers that every answer of a program carries, and the stricter ones of its pages.</summary>
public static class SecurityHeaders
{
    private const string FormTargets = "form-action targets";

    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'; form-action 'self'";

    private const string PermissionsPolicy =
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)";

    // One delegate for all requests.
    private static readonly Func<object, Task> WriteAlone = state => Write((HttpContext)state, https: false);
    private static readonly Func<object, Task> WriteWithTransport = state => Write((HttpContext)state, https: true);

    /// <summary>
    /// Lets a form of this page end at another origin. Chromium applies <c>form-action</c> to the redirects that follow a
    /// form post (CSP 3 §6.4.2), so a consent form whose answer goes to a relying service has to name that service.
    /// </summary>
    /// <param name="http">The request whose page holds the form.</param>
    /// <param name="url">An absolute address that was verified to belong to the service; only its origin is used.</param>
    public static void AllowFormsToEndAt(HttpContext http, string url)
    {
        var target = new Uri(url, UriKind.Absolute);
        // An app's own scheme has no origin: CSP 3 §2.3.1 names it by the scheme alone.
        var source = target.Scheme is "https" or "http" ? target.GetLeftPart(UriPartial.Authority) : target.Scheme + ":";
        http.Items[FormTargets] = http.Items[FormTargets] is string before ? $"{before} {source}" : source;
    }

    internal static Task ApplyAsync(HttpContext http, bool https, RequestDelegate next)
    {
        http.Response.OnStarting(https ? WriteWithTransport : WriteAlone, http);
        return next(http);
    }

    private static Task Write(HttpContext http, bool https)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        // No other site learns an address of ours. "no-referrer" would go too far: under it browsers send "Origin: null" with
        // our own forms (Fetch §3.2, "append a request Origin header"), which SameOriginOnly could not tell from a foreign one.
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = PermissionsPolicy;
        headers.ContentSecurityPolicy = http.Items[FormTargets] is string targets ? $"{ContentPolicy} {targets}" : ContentPolicy;
        if (https)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        if (IsPage(http.Response) && headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }

    private static bool IsPage(HttpResponse response) =>
        response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
