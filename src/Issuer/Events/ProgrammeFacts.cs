using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Events;

/// <summary>
/// A programme (a trip, a competition) whose participants get a proof of it. It is given while the programme lasts and for a while after,
/// to whoever comes by the address that the organiser gives to those who take part; there are as many as places.
/// </summary>
/// <param name="Id">The programme's number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Start">Its first day, by UTC.</param>
/// <param name="End">Its last day.</param>
/// <param name="MinimumAge">The age that a participant shows; 0: whoever has a card.</param>
/// <param name="GuardianConsent">
/// True when nobody under age takes part without a guardian's consent, which the organiser holds. It is said of the programme, so that a
/// proof does not tell who is under age.
/// </param>
/// <param name="Roles">The roles, and how many take part in each.</param>
public sealed record ProgrammeFacts(string Id, string Name, DateOnly Start, DateOnly End, int MinimumAge, bool GuardianConsent, IReadOnlyList<AdmissionClass> Roles)
    : EventFacts(Id, Name, MinimumAge, Roles)
{
    private const int MaxDays = 366;

    /// <summary>For so many days after its last one proofs are given, and the programme can be cancelled.</summary>
    private const int CollectionDays = 30;

    /// <inheritdoc/>
    public override DateTimeOffset BeginsAt => new(Start, TimeOnly.MinValue, TimeSpan.Zero);

    /// <inheritdoc/>
    public override DateTimeOffset ClosesAt => new DateTimeOffset(End, TimeOnly.MinValue, TimeSpan.Zero).AddDays(1 + CollectionDays);

    /// <summary>Nobody has taken part before it begins.</summary>
    public override DateTimeOffset OpensAt => BeginsAt;

    /// <inheritdoc/>
    public override bool IsListed => false;

    /// <inheritdoc/>
    public override bool Fits(CredentialType type) => type.IsOfProgramme;

    /// <summary>So many months after the programme's end as the type says.</summary>
    public override long LastDay(CredentialType type) => Days.Of(End.AddMonths(type.CardValidityMonths)) + 1;

    /// <inheritdoc/>
    public override JsonElement Claims(string word, string? seat) => JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("guardian_consent", GuardianConsent);
        WritePeriod(writer);
        writer.WriteString("programme_id", Id);
        writer.WriteString("programme_name", Name);
        writer.WriteString("role", word);
        writer.WriteEndObject();
    }));

    internal static ProgrammeFacts? Read(JsonElement json) =>
        json.StringMember("programme_id") is { } id && json.StringMember("programme_name") is { } name && json.ObjectMember("period") is { } period
        && ClaimValues.Date(period.StringMember("start")) is { } start && ClaimValues.Date(period.StringMember("end")) is { } end
        && ReadAge(json) is { } age && json.BooleanMember("guardian_consent") is { } consent && ReadClasses(json, "roles", _ => false) is { } roles
            ? new(id, name, start, end, age, consent, roles)
            : null;

    /// <inheritdoc/>
    protected override string? OwnFault() =>
        Start > End || End.DayNumber - Start.DayNumber >= MaxDays ? "a programme ends after it begins, and within 366 days"
        : Roles.Any(role => role.Numbered) ? "a role has no numbers"
        : null;

    /// <inheritdoc/>
    protected override void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteBoolean("guardian_consent", GuardianConsent);
        writer.WriteNumber("minimum_age", MinimumAge);
        WritePeriod(writer);
        writer.WriteString("programme_id", Id);
        writer.WriteString("programme_name", Name);
        writer.WriteStartArray("roles");
        foreach (var role in Roles)
        {
            writer.WriteStartObject();
            writer.WriteNumber("places", role.Places);
            writer.WriteString("word", role.Word);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WritePeriod(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("period");
        writer.WriteString("end", CardDetails.Text(End));
        writer.WriteString("start", CardDetails.Text(Start));
        writer.WriteEndObject();
    }
}
