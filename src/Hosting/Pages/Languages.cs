using System.Globalization;
using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;

namespace IdentityPlatform.Hosting.Pages;

/// <summary>The language of a page: <c>ui_locales</c> of the request (OpenID Connect Core §3.1.2.1), then what the person chose before, then the browser's.</summary>
public sealed class Languages(PagesOptions options, Cookies cookies)
{
    private const string Cookie = "language";
    private const string SwitchPath = "/language";

    /// <summary>The languages to offer, each under its own name.</summary>
    public IReadOnlyList<CultureInfo> Offered { get; } = [.. options.Languages.Select(CultureInfo.GetCultureInfo)];

    /// <summary>Speaks the first known language of a <c>ui_locales</c> value from now on, in this request and those that follow.</summary>
    public void Prefer(HttpContext http, string? uiLocales)
    {
        if (FirstKnown(uiLocales) is { } language)
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language;
            cookies.Set(http, Cookie, language.Name);
        }
    }

    /// <summary>The address that switches the language and comes back to this page; a page that answered a form cannot be asked for again.</summary>
    public static string SwitchTo(CultureInfo language, HttpContext http)
    {
        var back = HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : "/";
        return $"{SwitchPath}?lang={language.Name}&to={Uri.EscapeDataString(back)}";
    }

    internal RequestLocalizationOptions RequestLocalization()
    {
        var localization = new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(Offered[0]),
            SupportedCultures = [.. Offered],
            SupportedUICultures = [.. Offered],

            // Three is too few for who lives abroad: "de-DE,de;q=0.9,tr-TR;q=0.8,tr;q=0.7,kk;q=0.6".
            RequestCultureProviders = [new Choice(this), new AcceptLanguageHeaderRequestCultureProvider { MaximumAcceptLanguageHeaderValuesToTry = 12 }],
        };
        return localization;
    }

    internal Task SwitchAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path == SwitchPath && HttpMethods.IsGet(http.Request.Method))
        {
            Prefer(http, http.Request.Query["lang"]);
            http.Response.Redirect(IsLocal(http.Request.Query["to"]) ? http.Request.Query["to"]! : "/");
            return Task.CompletedTask;
        }

        Prefer(http, http.Request.Query["ui_locales"]);
        return next(http);
    }

    // Browsers read "//host" and "/\host" as another host. What is not printable ASCII was never written by SwitchTo.
    private static bool IsLocal(string? path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal) && path.All(c => c is > ' ' and <= '~');

    // RFC 5646 tags, in the order of preference; "ru-RU" is served in "ru".
    private CultureInfo? FirstKnown(string? uiLocales) => (uiLocales ?? "")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(tag => Offered.FirstOrDefault(offered => IsRange(tag, offered.Name)))
        .FirstOrDefault(found => found is not null);

    private static bool IsRange(string tag, string language) =>
        tag.Equals(language, StringComparison.OrdinalIgnoreCase) || tag.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase);

    private sealed class Choice(Languages languages) : RequestCultureProvider
    {
        public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
        {
            var found = languages.FirstKnown(languages.CookieOf(httpContext));
            return Task.FromResult(found is null ? null : new ProviderCultureResult(found.Name));
        }
    }

    private string? CookieOf(HttpContext http) => cookies.Find(http, Cookie);
}
