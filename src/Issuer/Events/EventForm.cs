using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Events;

/// <summary>The form of a new event, as an officer fills it in: local times of the centre, and places for each kind of admission. Its members are flat, as a page sends them with a passkey.</summary>
public static class EventForm
{
    /// <summary>The kinds of admission that a deployment's tickets have.</summary>
    public static IReadOnlyList<ChoiceWord> KindsOf(Deployment deployment) =>
        deployment.Types[0].Claims.FirstOrDefault(claim => claim.Name == "admission_class")?.Words ?? [];

    /// <summary>The facts that were filled in, under a new number; null where they do not fit.</summary>
    public static EventFacts? Read(JsonElement sent, Deployment deployment, Centre centre)
    {
        if (Local(sent, "starts_at", centre) is not { } starts || Local(sent, "ends_at", centre) is not { } ends
            || Number(sent.Member("minimum_age"), 120) is not { } age || ReadKinds(sent, deployment) is not { } kinds)
        {
            return null;
        }

        var facts = new EventFacts(
            CaseNumbers.New(),
            Text(sent, "event_name"),
            new Venue(Text(sent, "venue_name"), Text(sent, "venue_locality"), Text(sent, "venue_country").ToUpperInvariant()),
            starts,
            ends,
            age,
            kinds);
        return facts.Fault() is null ? facts : null;
    }

    // A kind without places is not of this event.
    private static List<AdmissionClass>? ReadKinds(JsonElement sent, Deployment deployment)
    {
        var kinds = new List<AdmissionClass>();
        foreach (var kind in KindsOf(deployment))
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
                kinds.Add(new AdmissionClass(kind.Word, count, sent.BooleanMember($"numbered_{kind.Word}") ?? sent.StringMember($"numbered_{kind.Word}") is "on" or "true"));
            }
        }

        return kinds;
    }

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
