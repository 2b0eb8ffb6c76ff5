using System.Reflection;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Kiosk;

/// <summary>What programs with one page that ask for cards have in common.</summary>
public static class Kiosks
{
    private const string ContentPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>How long a holder may take.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>What is asked of every presentation: a status too, since a card that cannot be withdrawn does not belong here.</summary>
    public static Policy Policy { get; } = new()
    {
        IssuerTrust = IssuerTrust.Bundle,
        HolderBinding = HolderBinding.Required,
        Status = StatusCheck.Always,
        ExpiryRequired = true,
        Algorithms = Policy.Haip.Algorithms,
        ClockSkew = TimeSpan.FromMinutes(2),
        PresentationMaxAge = Patience,
    };

    /// <summary>Registers what the page needs, the bundle, and what asks wallets.</summary>
    public static void AddKiosk<TVerdict>(this WebApplicationBuilder builder, KioskSettings settings)
        where TVerdict : class
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 256 * 1024);
        builder.Services.AddRazorComponents();
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddBundle(settings.Bundle);
        foreach (var source in settings.OtherBundles.Values.Distinct())
        {
            builder.Services.AddBundle(source, source);
        }

        builder.Services.AddSingleton(services => new HeldBundles(
            services.GetRequiredService<KeptBundle>(), settings.OtherBundles.ToDictionary(other => other.Key, other => services.GetRequiredKeyedService<KeptBundle>(other.Value))));
        builder.Services.AddPresentations(services => new PresentationOptions
        {
            PublicUrl = settings.PublicUrl,
            AccessKey = settings.AccessKey,
            Policy = Policy,
            Trust = () => services.GetRequiredService<KeptBundle>().Trust,
            TrustOf = query => services.GetRequiredService<HeldBundles>().For(query.Id).Trust,
            Lifetime = Patience,
        });
        builder.Services.AddSingleton<Visits<TVerdict>>();
    }

    /// <summary>Languages, headers, the shared stylesheet and script, the bundle's endpoints and the program's health.</summary>
    public static void UseKiosk(this WebApplication app)
    {
        app.UseRequestLocalization(new RequestLocalizationOptions
        {
            DefaultRequestCulture = new(Words.Languages[0]),
            SupportedCultures = [.. Words.Languages],
            SupportedUICultures = [.. Words.Languages],
            RequestCultureProviders = [new QueryStringRequestCultureProvider { QueryStringKey = "lang", UIQueryStringKey = "lang" }, new AcceptLanguageHeaderRequestCultureProvider()],
        });
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-store";
            return next(context);
        });
        app.MapAssets(typeof(Kiosks).Assembly);
        app.MapBundle();
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", () => Results.Text("ready"));
    }

    /// <summary>Serves the files that were built into a program: its stylesheet, script and picture.</summary>
    public static void MapAssets(this IEndpointRouteBuilder app, Assembly assembly)
    {
        var prefix = $"{assembly.GetName().Name}.Assets.";
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var type = Path.GetExtension(resource) switch
            {
                ".css" => "text/css",
                ".js" => "text/javascript",
                ".svg" => "image/svg+xml",
                _ => "text/plain",
            };
            app.MapGet($"/{resource[prefix.Length..]}", () => Results.Stream(assembly.GetManifestResourceStream(resource)!, $"{type}; charset=utf-8"));
        }
    }

    /// <summary>Refuses what a browser sends from another site's page; programs send no Origin.</summary>
    public static TBuilder FromOwnPages<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.AddEndpointFilter(async (context, next) =>
    {
        var settings = context.HttpContext.RequestServices.GetRequiredService<KioskSettings>();
        return context.HttpContext.Request.Headers.Origin is [{ } origin] && origin != settings.PublicUrl
            ? Json(StatusCodes.Status403Forbidden, writer => writer.WriteString("error", "foreign_origin"))
            : await next(context);
    });

    /// <summary>A JSON answer.</summary>
    public static IResult Json(int status, Action<Utf8JsonWriter> members) => Results.Text(
        JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }),
        "application/json",
        status);

    /// <summary>What the page gets for a question that was started: the link, and the same as a QR code.</summary>
    public static IResult Json(StartedPresentation? started, Action<Utf8JsonWriter>? more = null) => started is null
        ? Json(StatusCodes.Status503ServiceUnavailable, writer => writer.WriteString("error", "too_many_open"))
        : Json(StatusCodes.Status201Created, writer =>
        {
            writer.WriteString("id", started.Id);
            writer.WriteString("link", started.WalletLink);
            writer.WriteString("request_uri", started.RequestUri);
            writer.WriteString("expires_at", started.ExpiresAt);
            writer.WriteString("qr", started.QrSvg());
            more?.Invoke(writer);
        });
}
