using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.PatentCheck;

/// <summary><c>POST /checks</c> and <c>GET /checks/{id}</c>: the page and programs use the same two.</summary>
internal static class CheckEndpoints
{
    private const int MaxBytes = 4 * 1024;

    public static void MapChecks(this WebApplication app)
    {
        app.MapPost("/checks", BeginAsync).FromOwnPages();
        app.MapGet("/checks/{id}", Read);
    }

    private static async Task<IResult> BeginAsync(HttpRequest request, PatentChecks checks, KeptBundle bundle)
    {
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (StrictJson.ParseObject(body.AsSpan(0, length), MaxBytes).Failed(out _, out var json) || Level.Find(json.Element.StringMember("level")) is not { } level)
        {
            return Error(StatusCodes.Status400BadRequest, "bad_level");
        }

        if (json.Element.StringMember("region") is not { } region || bundle.Trust.Bundle?.Content.Regions.ContainsKey(region) != true)
        {
            return Error(StatusCodes.Status400BadRequest, "unknown_region");
        }

        var ground = json.Element.StringMember("ground");
        return level.NeedsGround != (ground is not null && LegalGround.Codes.Contains(ground))
            ? Error(StatusCodes.Status400BadRequest, level.NeedsGround ? "ground_missing" : "ground_not_asked")
            : Kiosks.Json(await checks.BeginAsync(level, region, ground));
    }

    private static IResult Read(string id, Visits<Verdict> visits)
    {
        if (visits.Take(id) is not { } visit)
        {
            return Error(StatusCodes.Status404NotFound, "no_such_check");
        }

        return visit.Verdict is { } verdict
            ? Kiosks.Json(StatusCodes.Status200OK, writer => Write(writer, verdict, CultureInfo.CurrentUICulture))
            : Kiosks.Json(StatusCodes.Status200OK, writer => writer.WriteString("state", visits.IsOver(visit) ? "expired" : "waiting"));
    }

    private static void Write(Utf8JsonWriter writer, Verdict verdict, CultureInfo culture)
    {
        WriteReason(writer, verdict, culture);
        writer.WriteStartArray("shown");
        foreach (var (name, value) in verdict.Shown)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("label", PatentChecks.Words.Named($"Claim.{name}")(culture));
            writer.WriteString("value", InWords(name, value, culture));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("also");
        foreach (var other in verdict.Also)
        {
            writer.WriteStartObject();
            WriteReason(writer, other, culture);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteReason(Utf8JsonWriter writer, Verdict verdict, CultureInfo culture)
    {
        writer.WriteString("state", verdict.State);
        writer.WriteString("check", verdict.Check);
        writer.WriteString("failure", verdict.Failure);
        writer.WriteString("explanation", verdict.Explain(culture));
    }

    // As people read it: regions and the kind of a document by their names, the last paid day as a date of the language.
    private static string InWords(string name, string value, CultureInfo culture) => name switch
    {
        "authorized_regions" => string.Join(", ", value.Split(", ").Select(code => PatentChecks.RegionName(code, culture))),
        "identity_document" when value.Split(", ", 2) is [var kind, var rest] && PatentChecks.Words.Find(culture, $"Document.{kind}") is { } named => $"{named}, {rest}",
        "paid_until" when DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day.ToString("d MMMM yyyy", culture),
        _ => value,
    };

    private static IResult Error(int status, string error) => Kiosks.Json(status, writer => writer.WriteString("error", error));
}
