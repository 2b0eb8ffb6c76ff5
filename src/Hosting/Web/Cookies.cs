using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Hosting.Web;

/// <summary>
/// The cookies of one program. Cookies ignore ports, so every name begins with the program's; under https it also has
/// the <c>__Host-</c> prefix, which no other host can set (RFC 6265bis §4.1.3.2).
/// </summary>
public sealed class Cookies
{
    private readonly string _prefix;
    private readonly bool _secure;

    /// <param name="programName">Short and unique on its host: <c>idp</c>, <c>card-issuer</c>.</param>
    /// <param name="publicUrl">The address that people see; its scheme decides over <c>Secure</c>.</param>
    public Cookies(string programName, string publicUrl)
    {
        _secure = publicUrl.StartsWith("https://", StringComparison.Ordinal);
        _prefix = (_secure ? "__Host-" : "") + programName;
    }

    /// <summary>The full name of a cookie: <c>idp-session</c>, or <c>__Host-idp-session</c> under https.</summary>
    public string NameOf(string cookie) => $"{_prefix}-{cookie}";

    /// <summary>The value that the browser sent, or null.</summary>
    public string? Find(HttpContext http, string cookie) => http.Request.Cookies[NameOf(cookie)];

    /// <summary>Sets a cookie that scripts cannot read; without a lifetime it ends with the browser.</summary>
    public void Set(HttpContext http, string cookie, string value, TimeSpan? lifetime = null, SameSiteMode sameSite = SameSiteMode.Lax) =>
        http.Response.Cookies.Append(NameOf(cookie), value, Options(sameSite, lifetime));

    /// <summary>Tells the browser to forget a cookie.</summary>
    public void Clear(HttpContext http, string cookie) => http.Response.Cookies.Delete(NameOf(cookie), Options(SameSiteMode.Lax, null));

    private CookieOptions Options(SameSiteMode sameSite, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        Secure = _secure,
        SameSite = sameSite,
        Path = "/",
        IsEssential = true,
        MaxAge = lifetime,
    };
}
