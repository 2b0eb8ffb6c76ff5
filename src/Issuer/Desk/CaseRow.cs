using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>A row of <c>applications</c>.</summary>
internal sealed class CaseRow
{
    public const string Columns =
        """
        id AS Id, person_id AS PersonId, state AS State, changed_at AS ChangedAt, attempt AS Attempt, version AS Version, centre AS Centre,
        type AS Type, slot AS Slot, booked_day AS BookedDay, reschedules AS Reschedules, progress AS Progress, claims AS Claims, proofing AS Proofing, document_hash AS DocumentHash
        """;

    public const string PlainColumns =
        "id, person_id, state, changed_at, attempt, version, centre, type, slot, booked_day, reschedules, progress, claims, proofing, document_hash";

    private const string DayFormat = "yyyy-MM-dd";

    public required string Id { get; init; }

    public required string PersonId { get; init; }

    public required string Type { get; init; }

    public required string Slot { get; init; }

    public required string State { get; init; }

    public required long ChangedAt { get; init; }

    public required long Attempt { get; init; }

    public required long Version { get; init; }

    public string? Centre { get; init; }

    public string? BookedDay { get; init; }

    public required long Reschedules { get; init; }

    public required string Progress { get; init; }

    public byte[]? Claims { get; init; }

    public byte[]? Proofing { get; init; }

    public string? DocumentHash { get; init; }

    /// <summary>Reads <see cref="PlainColumns"/>.</summary>
    public static CaseRow Read(Row row) => new()
    {
        Id = row.Text(0),
        PersonId = row.Text(1),
        State = row.Text(2),
        ChangedAt = row.Number(3),
        Attempt = row.Number(4),
        Version = row.Number(5),
        Centre = row.TextOrNull(6),
        Type = row.Text(7),
        Slot = row.Text(8),
        BookedDay = row.TextOrNull(9),
        Reschedules = row.Number(10),
        Progress = row.Text(11),
        Claims = row.BytesOrNull(12),
        Proofing = row.BytesOrNull(13),
        DocumentHash = row.TextOrNull(14),
    };

    public static string? DayText(DateOnly? day) => day?.ToString(DayFormat, CultureInfo.InvariantCulture);

    public Application ToApplication()
    {
        var progress = StrictJson.ParseObject(Encoding.UTF8.GetBytes(Progress)).OrThrow().Element;
        return new Application
        {
            Id = Id,
            PersonId = PersonId,
            Type = Type,
            Slot = Slot,
            State = ApplicationStates.Find(State),
            ChangedAt = DateTimeOffset.FromUnixTimeSeconds(ChangedAt),
            Attempt = (int)Attempt,
            Centre = Centre,
            Day = ClaimValues.Date(BookedDay),
            Reschedules = (int)Reschedules,
            Proofing = (ProofingOutcome)(progress.LongMember("proofing") ?? 0),
            DuplicateDocument = progress.BooleanMember("duplicate") ?? false,
            RepresentedDiffers = progress.BooleanMember("represented_differs") ?? false,
            FirstOfficer = progress.StringMember("first"),
            Recommendation = DecisionDocument.KindOf(progress.StringMember("recommendation")),
            SecondOfficer = progress.StringMember("second"),
            Ground = RefusalGrounds.Find(progress.StringMember("ground")),
            RefusedAt = progress.LongMember("refused_at") is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
        };
    }

    /// <summary>What of an application has no column of its own, as JSON.</summary>
    public static string ProgressOf(Application application) => Encoding.UTF8.GetString(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("proofing", (int)application.Proofing);
        writer.WriteBoolean("duplicate", application.DuplicateDocument);
        if (application.RepresentedDiffers)
        {
            writer.WriteBoolean("represented_differs", true);
        }

        WriteText(writer, "first", application.FirstOfficer);
        WriteText(writer, "recommendation", DecisionDocument.WordFor(application.Recommendation));
        WriteText(writer, "second", application.SecondOfficer);
        WriteText(writer, "ground", application.Ground == RefusalGround.None ? null : application.Ground.Word());
        if (application.RefusedAt is { } refusedAt)
        {
            writer.WriteNumber("refused_at", refusedAt.ToUnixTimeSeconds());
        }

        writer.WriteEndObject();
    }));

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
