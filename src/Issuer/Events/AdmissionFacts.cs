using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Events;

/// <summary>Where an event is.</summary>
/// <param name="Name">The hall or ground.</param>
/// <param name="Locality">The town.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record Venue(string Name, string Locality, string Country);

/// <summary>An event to which tickets admit.</summary>
/// <param name="Id">The event's number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Venue">Its place.</param>
/// <param name="StartsAt">Its beginning, in the time of its place.</param>
/// <param name="EndsAt">Its end: no ticket is given after it.</param>
/// <param name="MinimumAge">The age that a visitor shows; 0: whoever has a card.</param>
/// <param name="Classes">The kinds of places, in the order in which people read them.</param>
public sealed record AdmissionFacts(
    string Id, string Name, Venue Venue, DateTimeOffset StartsAt, DateTimeOffset EndsAt, int MinimumAge, IReadOnlyList<AdmissionClass> Classes)
    : EventFacts(Id, Name, MinimumAge, Classes)
{
    private static readonly TimeSpan MaxLength = TimeSpan.FromDays(31);

    /// <inheritdoc/>
    public override DateTimeOffset BeginsAt => StartsAt;

    /// <inheritdoc/>
    public override DateTimeOffset ClosesAt => EndsAt;

    /// <inheritdoc/>
    public override DateTimeOffset OpensAt => DateTimeOffset.MinValue;

    /// <inheritdoc/>
    public override bool IsListed => true;

    /// <inheritdoc/>
    public override bool Fits(CredentialType type) => type is { IsOfEvent: true, IsOfProgramme: false };

    /// <summary>The midnight after the end.</summary>
    public override long LastDay(CredentialType type) => Days.Of(EndsAt) + 1;

    /// <inheritdoc/>
    public override JsonElement Claims(string word, string? seat) => JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("admission_class", word);
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

    internal static AdmissionFacts? Read(JsonElement json) =>
        json.StringMember("event_id") is { } id && json.StringMember("event_name") is { } name && json.ObjectMember("venue") is { } venue
        && venue.StringMember("name") is { } hall && venue.StringMember("locality") is { } locality && venue.StringMember("country") is { } country
        && ClaimValues.Moment(json.StringMember("starts_at")) is { } starts && ClaimValues.Moment(json.StringMember("ends_at")) is { } ends
        && ReadAge(json) is { } age && ReadClasses(json, "classes", item => item.BooleanMember("numbered")) is { } classes
            ? new(id, name, new Venue(hall, locality, country), starts, ends, age, classes)
            : null;

    /// <inheritdoc/>
    protected override string? OwnFault() =>
        !IsText(Venue.Name) || !IsText(Venue.Locality) ? "a text is missing, too long or not normalised"
        : Venue.Country.Length != 2 || Venue.Country.AsSpan().ContainsAnyExceptInRange('A', 'Z') ? "the country is a code of two letters"
        : StartsAt >= EndsAt || EndsAt - StartsAt > MaxLength ? "an event ends after it begins, and within 31 days"
        : null;

    /// <inheritdoc/>
    protected override void WriteMembers(Utf8JsonWriter writer)
    {
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
    }

    private void WriteVenue(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("venue");
        writer.WriteString("country", Venue.Country);
        writer.WriteString("locality", Venue.Locality);
        writer.WriteString("name", Venue.Name);
        writer.WriteEndObject();
    }
}
