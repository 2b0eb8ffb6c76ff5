using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Refresh;

namespace IdentityPlatform.PatentCheck;

/// <summary><c>POST /checks</c> and <c>GET /checks/{id}</c>: the page and programs use the same two.</summary>
internal static class CheckEndpoints
{
    private const int MaxBytes = 4 * 1024;

    public static void MapChecks(this WebApplication app)
    {
        app.MapPost("/checks", BeginAsync).AddEndpointFilter(OwnPages.Only);
        app.MapGet("/checks/{id}", Read);
        app.MapPost("/bundle/refresh", RefreshAsync).AddEndpointFilter(OwnPages.Only);
    }

    private static async Task<IResult> BeginAsync(HttpRequest request, PatentChecks checks, BundleStore store)
    {
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (StrictJson.ParseObject(body.AsSpan(0, length), MaxBytes).Failed(out _, out var json) || Level.Find(json.Element.StringMember("level")) is not { } level)
        {
            return Error(StatusCodes.Status400BadRequest, "bad_level");
        }

        if (json.Element.StringMember("region") is not { } region || store.Trust.Bundle?.Content.Regions.ContainsKey(region) != true)
        {
            return Error(StatusCodes.Status400BadRequest, "unknown_region");
        }

        var ground = json.Element.StringMember("ground");
        return level.NeedsGround != (ground is not null && LegalGround.Codes.Contains(ground))
            ? Error(StatusCodes.Status400BadRequest, level.NeedsGround ? "ground_missing" : "ground_not_asked")
            : Begin(checks, level, region, ground);
    }

    private static IResult Begin(PatentChecks checks, Level level, string region, string? ground) => checks.Begin(level, region, ground) is { } started
        ? CheckJson.Answer(StatusCodes.Status201Created, writer =>
        {
            writer.WriteString("id", started.Id);
            writer.WriteString("link", started.WalletLink);
            writer.WriteString("request_uri", started.RequestUri);
            writer.WriteString("expires_at", started.ExpiresAt);
            writer.WriteString("qr", started.QrSvg());
        })
        : Error(StatusCodes.Status503ServiceUnavailable, "too_many_checks");

    private static IResult Read(string id, PatentChecks checks)
    {
        if (checks.Take(id) is not { } check)
        {
            return Error(StatusCodes.Status404NotFound, "no_such_check");
        }

        return check.Verdict is { } verdict
            ? CheckJson.Answer(StatusCodes.Status200OK, writer => Write(writer, verdict, CultureInfo.CurrentUICulture))
            : CheckJson.Answer(StatusCodes.Status200OK, writer => writer.WriteString("state", checks.IsOver(check) ? "expired" : "waiting"));
    }

    private static async Task<IResult> RefreshAsync(BundleUpdates updates, CancellationToken ct)
    {
        var outcome = await updates.FetchAsync(ct);
        return CheckJson.Answer(outcome == "stored" ? StatusCodes.Status200OK : StatusCodes.Status502BadGateway, writer => writer.WriteString("outcome", outcome));
    }

    private static void Write(Utf8JsonWriter writer, Verdict verdict, CultureInfo culture)
    {
        writer.WriteString("state", verdict.State);
        writer.WriteString("check", verdict.Check);
        writer.WriteString("failure", verdict.Failure);
        writer.WriteString("explanation", verdict.Explain(culture));
        writer.WriteStartArray("shown");
        foreach (var (name, value) in verdict.Shown)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("label", Texts.Named($"Claim.{name}")(culture));
            writer.WriteString("value", name == "authorized_regions" ? string.Join(", ", value.Split(", ").Select(code => Texts.RegionName(code, culture))) : value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static IResult Error(int status, string error) => CheckJson.Answer(status, writer => writer.WriteString("error", error));
}

/// <summary>JSON answers, never cached.</summary>
internal static class CheckJson
{
    public static IResult Answer(int status, Action<Utf8JsonWriter> members) => Results.Text(
        JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }),
        "application/json",
        status);
}
