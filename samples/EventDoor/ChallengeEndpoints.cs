using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Kiosk;

namespace IdentityPlatform.EventDoor;

/// <summary><c>POST /challenges</c> and <c>GET /challenges/{id}</c>: the page and programs use the same two.</summary>
internal static class ChallengeEndpoints
{
    public static void MapChallenges(this WebApplication app)
    {
        app.MapPost("/challenges", async (Door door) => Kiosks.Json(await door.BeginAsync())).FromOwnPages();
        app.MapGet("/challenges/{id}", Read);
    }

    private static IResult Read(string id, Visits<Verdict> visits)
    {
        if (visits.Find(id) is not { } visit)
        {
            return Kiosks.Json(StatusCodes.Status404NotFound, writer => writer.WriteString("error", "no_such_challenge"));
        }

        return visit.Verdict is { } verdict
            ? Kiosks.Json(StatusCodes.Status200OK, writer => Write(writer, verdict))
            : Kiosks.Json(StatusCodes.Status200OK, writer => writer.WriteString("state", visits.IsOver(visit) ? "expired" : "waiting"));
    }

    private static void Write(Utf8JsonWriter writer, Verdict verdict)
    {
        writer.WriteString("state", verdict.State);
        WriteOptional(writer, "check", verdict.Check);
        WriteOptional(writer, "failure", verdict.Failure);
        WriteOptional(writer, "as_of", verdict.AsOf?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteBoolean("name_shown", verdict.Disclosed.Any(IsName));
        writer.WriteStartArray("disclosed");
        foreach (var path in verdict.Disclosed)
        {
            path.WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteString("explanation", verdict.Explain(CultureInfo.CurrentUICulture));
    }

    private static bool IsName(ClaimPath path) => path.Parts.Any(part => part.Name is { } name && name.Contains("name", StringComparison.Ordinal));

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
