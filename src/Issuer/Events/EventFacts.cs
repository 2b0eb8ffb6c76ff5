using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Events;

/// <summary>Where an event is.</summary>
/// <param name="Name">The hall or ground.</param>
/// <param name="Locality">The town.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record Venue(string Name, string Locality, string Country);

/// <summary>A kind of place in an event.</summary>
/// <param name="Word">The word of the ticket type's <c>admission_class</c>.</param>
/// <param name="Places">How many there are.</param>
/// <param name="Numbered">True where each has a number, from 1.</param>
public sealed record AdmissionClass(string Word, int Places, bool Numbered);

/// <summary>
/// What two officers decide about an event: all that its tickets say, for whom it is, and how many there may be. It names nobody.
/// Its canonical bytes are what their decisions commit to.
/// </summary>
/// <param name="Id">The event's number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Venue">Its place.</param>
/// <param name="StartsAt">Its beginning, in the time of its place.</param>
/// <param name="EndsAt">Its end: no ticket is given after it.</param>
/// <param name="MinimumAge">The age that a visitor shows; 0: whoever has a card.</param>
/// <param name="Classes">The kinds of places, in the order in which people read them.</param>
public sealed record EventFacts(string Id, string Name, Venue Venue, DateTimeOffset StartsAt, DateTimeOffset EndsAt, int MinimumAge, IReadOnlyList<AdmissionClass> Classes)
{
    /// <summary>The ages that a card can show.</summary>
    public static IReadOnlyList<int> Ages { get; } = [0, 12, 14, 16, 18];

    private const int MaxText = 150;
    private const int MaxPlaces = 100_000;
    private const int MaxClasses = 8;
    private static readonly TimeSpan MaxLength = TimeSpan.FromDays(31);

    /// <summary>All places.</summary>
    public int Capacity => Classes.Sum(one => one.Places);

    /// <summary>The kind of a word, or null.</summary>
    public AdmissionClass? Find(string word) => Classes.FirstOrDefault(one => one.Word == word);

    /// <summary>What does not fit; null where all does.</summary>
    public string? Fault() =>
        new[] { Id, Name, Venue.Name, Venue.Locality }.Any(text => !IsText(text)) ? "a text is missing, too long or not normalised"
        : Venue.Country.Length != 2 || Venue.Country.AsSpan().ContainsAnyExceptInRange('A', 'Z') ? "the country is a code of two letters"
        : StartsAt >= EndsAt || EndsAt - StartsAt > MaxLength ? "an event ends after it begins, and within 31 days"
        : !Ages.Contains(MinimumAge) ? "a card does not show this age"
        : !AreKinds(Classes)
            ? "each kind of place occurs once, with 1 to 100000 places"
            : null;

    /// <summary>Reads facts strictly: only bytes that <see cref="ToBytes"/> writes are facts, and only where they fit.</summary>
    public static Parsed<EventFacts> Parse(ReadOnlySpan<byte> bytes)
    {
        if (StrictJson.ParseObject(bytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        if (Read(json.Element) is not { } facts || facts.Fault() is not null)
        {
            return new FormatFailure(FormatRule.Member, "an event has event_id, event_name, venue, starts_at, ends_at, minimum_age and classes that fit");
        }

        return facts.ToBytes().AsSpan().SequenceEqual(bytes) ? facts : new FormatFailure(FormatRule.Structure, "the event is not in canonical form");
    }

    /// <summary>The canonical bytes: members in alphabetical order, no white space.</summary>
    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("classes");
        foreach (var one in Classes)
        {
            writer.WriteStartObject();
            writer.WriteBoolean("numbered", one.Numbered);
            writer.WriteNumber("places", one.Places);
            writer.WriteString("word", one.Word);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("ends_at", ClaimValues.Text(EndsAt));
        writer.WriteString("event_id", Id);
        writer.WriteString("event_name", Name);
        writer.WriteNumber("minimum_age", MinimumAge);
        writer.WriteString("starts_at", ClaimValues.Text(StartsAt));
        WriteVenue(writer);
        writer.WriteEndObject();
    });

    /// <summary>What a decision commits to. Nothing in it is secret, so there is no salt.</summary>
    public byte[] Commitment() => SHA256.HashData(ToBytes());

    /// <summary>What a ticket for one place says.</summary>
    /// <param name="admissionClass">The kind of the place.</param>
    /// <param name="seat">Its number, or null.</param>
    public JsonElement TicketClaims(string admissionClass, string? seat) => JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("admission_class", admissionClass);
        writer.WriteString("ends_at", ClaimValues.Text(EndsAt));
        writer.WriteString("event_id", Id);
        writer.WriteString("event_name", Name);
        if (seat is not null)
        {
            writer.WriteString("seat", seat);
        }

        writer.WriteString("starts_at", ClaimValues.Text(StartsAt));
        WriteVenue(writer);
        writer.WriteEndObject();
    }));

    private void WriteVenue(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("venue");
        writer.WriteString("country", Venue.Country);
        writer.WriteString("locality", Venue.Locality);
        writer.WriteString("name", Venue.Name);
        writer.WriteEndObject();
    }

    private static EventFacts? Read(JsonElement json) =>
        json.StringMember("event_id") is { } id && json.StringMember("event_name") is { } name && json.ObjectMember("venue") is { } venue
        && venue.StringMember("name") is { } hall && venue.StringMember("locality") is { } locality && venue.StringMember("country") is { } country
        && ClaimValues.Moment(json.StringMember("starts_at")) is { } starts && ClaimValues.Moment(json.StringMember("ends_at")) is { } ends
        && json.LongMember("minimum_age") is >= 0 and <= 120 and var age && ReadClasses(json) is { } classes
            ? new(id, name, new Venue(hall, locality, country), starts, ends, (int)age, classes)
            : null;

    private static List<AdmissionClass>? ReadClasses(JsonElement json)
    {
        if (json.ArrayMember("classes") is not { } array || array.GetArrayLength() > MaxClasses)
        {
            return null;
        }

        var classes = new List<AdmissionClass>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || item.StringMember("word") is not { } word
                || item.LongMember("places") is not (> 0 and <= MaxPlaces and var places) || item.BooleanMember("numbered") is not { } numbered)
            {
                return null;
            }

            classes.Add(new AdmissionClass(word, (int)places, numbered));
        }

        return classes;
    }

    private static bool AreKinds(IReadOnlyList<AdmissionClass> classes) =>
        classes.Count is > 0 and <= MaxClasses && classes.DistinctBy(one => one.Word).Count() == classes.Count
        && classes.All(one => IsText(one.Word) && one.Places is > 0 and <= MaxPlaces);

    private static bool IsText(string text) => text.Length is > 0 and <= MaxText && text.Trim() == text && text.IsNormalized(NormalizationForm.FormC);
}
