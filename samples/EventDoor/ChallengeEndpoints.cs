using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.EventDoor;

/// <summary><c>POST /challenges</c> and <c>GET /challenges/{id}</c>: the page and programs use the same two.</summary>
internal static class ChallengeEndpoints
{
    public static void MapChallenges(this WebApplication app)
    {
        app.MapPost("/challenges", Begin).AddEndpointFilter(OwnPages.Only);
        app.MapGet("/challenges/{id}", Read);
    }

    private static IResult Begin(Door door) => door.Begin() is { } started
        ? Json(StatusCodes.Status201Created, writer =>
        {
            writer.WriteString("id", started.Id);
            writer.WriteString("link", started.WalletLink);
            writer.WriteString("request_uri", started.RequestUri);
            writer.WriteString("expires_at", started.ExpiresAt);
            writer.WriteString("qr", started.QrSvg());
        })
        : Json(StatusCodes.Status503ServiceUnavailable, writer => writer.WriteString("error", "too_many_challenges"));

    private static IResult Read(string id, Door door)
    {
        if (door.Find(id) is not { } challenge)
        {
            return Json(StatusCodes.Status404NotFound, writer => writer.WriteString("error", "no_such_challenge"));
        }

        return challenge.Verdict is { } verdict
            ? Json(StatusCodes.Status200OK, writer => Write(writer, verdict))
            : Json(StatusCodes.Status200OK, writer => writer.WriteString("state", door.IsOver(challenge) ? "expired" : "waiting"));
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

    private static bool IsName(Formats.SdJwt.ClaimPath path) => path.Parts[0].Name is { } name && name.Contains("name", StringComparison.Ordinal);

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static IResult Json(int status, Action<Utf8JsonWriter> members) => DoorJson.Answer(status, members);
}

/// <summary>JSON answers, never cached.</summary>
internal static class DoorJson
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
