using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Events;

/// <summary>The form of a new event, as an officer fills it in: local times of the centre, and places for each kind of admission. Its members are flat, as a page sends them with a passkey.</summary>
public static class EventForm
{
    /// <summary>The kinds of places that facts can have.</summary>
    public static IReadOnlyList<ChoiceWord> KindsOf(Deployment deployment, EventFacts facts) => deployment.Types.First(facts.Fits).PlaceWords;

    /// <summary>The type of what is proposed: the first one where none is named, null where there is no such.</summary>
    public static CredentialType? TypeOf(string? named, Deployment deployment) =>
        string.IsNullOrEmpty(named) ? deployment.Types[0] : deployment.Types.FirstOrDefault(type => type.Id == named);

    /// <summary>The facts that were filled in, under a new number; null where they do not fit.</summary>
    public static EventFacts? Read(JsonElement sent, Deployment deployment, Centre centre)
    {
        if (TypeOf(sent.StringMember("type"), deployment) is not { } type || Number(sent.Member("minimum_age"), 120) is not { } age
            || ReadKinds(sent, type) is not { } kinds)
        {
            return null;
        }

        EventFacts? facts = type.IsOfProgramme ? Programme(sent, age, kinds) : Admission(sent, centre, age, kinds);
        return facts?.Fault() is null ? facts : null;
    }

    private static AdmissionFacts? Admission(JsonElement sent, Centre centre, int age, IReadOnlyList<AdmissionClass> kinds) =>
        Local(sent, "starts_at", centre) is { } starts && Local(sent, "ends_at", centre) is { } ends
            ? new(
                CaseNumbers.New(),
                Text(sent, "event_name"),
                new Venue(Text(sent, "venue_name"), Text(sent, "venue_locality"), Text(sent, "venue_country").ToUpperInvariant()),
                starts,
                ends,
                age,
                kinds)
            : null;

    private static ProgrammeFacts? Programme(JsonElement sent, int age, IReadOnlyList<AdmissionClass> roles) =>
        ClaimValues.Date(sent.StringMember("start")) is { } start && ClaimValues.Date(sent.StringMember("end")) is { } end
            ? new(CaseNumbers.New(), Text(sent, "event_name"), start, end, age, Ticked(sent, "guardian_consent"), roles)
            : null;

    // A kind without places is not of this event.
    private static List<AdmissionClass>? ReadKinds(JsonElement sent, CredentialType type)
    {
        var kinds = new List<AdmissionClass>();
        foreach (var kind in type.PlaceWords)
        {
            if (sent.Member($"places_{kind.Word}") is not { } given || given is { ValueKind: JsonValueKind.String } && given.GetString()!.Length == 0)
            {
                continue;
            }

            if (Number(given, int.MaxValue) is not { } count)
            {
                return null;
            }

            if (count > 0)
            {
                kinds.Add(new AdmissionClass(kind.Word, count, Ticked(sent, $"numbered_{kind.Word}")));
            }
        }

        return kinds;
    }

    private static bool Ticked(JsonElement sent, string name) => sent.BooleanMember(name) ?? sent.StringMember(name) is "on" or "true";

    // As <input type="datetime-local"> writes it, by the clock on the centre's wall.
    private static DateTimeOffset? Local(JsonElement sent, string name, Centre centre) =>
        DateTime.TryParseExact(sent.StringMember(name), "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? new DateTimeOffset(local, centre.Offset)
            : null;

    private static int? Number(JsonElement? value, int most)
    {
        var text = value is { ValueKind: JsonValueKind.String } given ? given.GetString() : value is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= most ? count : null;
    }

    private static string Text(JsonElement sent, string name) => (sent.StringMember(name) ?? "").Trim().Normalize(NormalizationForm.FormC);
}
