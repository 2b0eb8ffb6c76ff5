using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Presentation;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>Binds requests to the browser that started them.</summary>
public static class BrowserEndpoints
{
    private const int SecretBytes = 24;

    /// <summary>Starts a request for this browser, which gets a cookie if it has none.</summary>
    /// <returns>The request, or null when too many are open.</returns>
    public static Task<StartedPresentation?> StartAsync(this Presentations presentations, HttpContext http, DcqlQuery query, PresentationWay way) =>
        presentations.StartAsync(query, way, SessionOf(presentations, http) ?? NewSession(presentations, http), ct: http.RequestAborted);

    /// <summary>What has become of a request of this browser; the response code is read from the query string.</summary>
    public static Task<PresentationOutcome> TakeAsync(this Presentations presentations, HttpContext http, string id) =>
        presentations.TakeAsync(id, SessionOf(presentations, http) ?? "", http.Request.Query["response_code"] is [var code] ? code : null, http.RequestAborted);

    internal static async Task<IResult> StartAsync(HttpContext http, Presentations presentations, DcqlQuery query)
    {
        // A page of another site neither starts requests in a visitor's name nor gives their browser another session (Fetch Metadata; older browsers do not say).
        if (http.Request.Headers["Sec-Fetch-Site"] is [{ } from] && from is not ("same-origin" or "none"))
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        var way = http.Request.Query["way"] switch
        {
            ["same-device"] => PresentationWay.SameDevice,
            ["dc-api"] => PresentationWay.DcApi,
            _ => PresentationWay.CrossDevice,
        };
        if (await presentations.StartAsync(http, query, way) is not { } started)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        var json = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", started.Id);
            WriteWay(writer, started);
            writer.WriteEndObject();
        });
        return Results.Text(json, "application/json");
    }

    internal static async Task<IResult> PostDcApi(string id, HttpContext http, Presentations presentations)
    {
        // Only a script of this origin can send this type, so no other page answers for the browser.
        if (!http.Request.HasJsonContentType() || await JsonBody.ReadAsync(http.Request, Jwe.DefaultMaxBytes + 4096) is not { } json || json.ObjectMember("data") is not { } data)
        {
            return Results.BadRequest();
        }

        return await presentations.AnswerDcApiAsync(id, SessionOf(presentations, http) ?? "", data, http.RequestAborted) switch
        {
            Answered.Taken => Results.NoContent(),
            Answered.Malformed => Results.BadRequest(),
            _ => Results.NotFound(),
        };
    }

    internal static IResult GetScript() => Results.Text(DcApiScript.Text, "text/javascript");

    private static void WriteWay(Utf8JsonWriter writer, StartedPresentation started)
    {
        if (started.DcApiOptions is { } options)
        {
            writer.WritePropertyName("options");
            writer.WriteRawValue(options);
            return;
        }

        writer.WriteString("link", started.WalletLink);
        if (started.RequestUri.Length > 0)
        {
            writer.WriteString("request_uri", started.RequestUri);
        }

        writer.WriteString("qr", started.QrSvg());
    }

    private static string? SessionOf(Presentations presentations, HttpContext http) =>
        http.Request.Cookies.TryGetValue(CookieName(presentations.Options), out var value) && Base64UrlText.TryDecode(value, out var secret) && secret.Length == SecretBytes
            ? value
            : null;

    private static string NewSession(Presentations presentations, HttpContext http)
    {
        Span<byte> random = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(random);
        var session = Base64UrlText.Encode(random);
        http.Response.Cookies.Append(CookieName(presentations.Options), session, new CookieOptions
        {
            HttpOnly = true,
            Secure = IsHttps(presentations.Options),
            SameSite = SameSiteMode.Lax,
            Path = "/",
            IsEssential = true,
        });
        return session;
    }

    private static string CookieName(PresentationOptions options) => IsHttps(options) ? "__Host-" + options.CookieName : options.CookieName;

    private static bool IsHttps(PresentationOptions options) => options.PublicUrl.StartsWith("https://", StringComparison.Ordinal);
}
