using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Events;

/// <summary>A kind of place in an event, or a role in a programme.</summary>
/// <param name="Word">The word of the type's <see cref="CredentialType.PlaceWords"/>.</param>
/// <param name="Places">How many there are.</param>
/// <param name="Numbered">True where each has a number, from 1.</param>
public sealed record AdmissionClass(string Word, int Places, bool Numbered);

/// <summary>
/// What two officers decide: all that the credentials of an event or a programme say, for whom it is, and how many there may be. It names
/// nobody. Its canonical bytes are what their decisions commit to.
/// </summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="MinimumAge">The age that a visitor shows; 0: whoever has a card.</param>
/// <param name="Classes">The kinds of places, in the order in which people read them.</param>
public abstract record EventFacts(string Id, string Name, int MinimumAge, IReadOnlyList<AdmissionClass> Classes)
{
    private const int MaxText = 150;
    private const int MaxPlaces = 100_000;
    private const int MaxClasses = 8;

    /// <summary>The ages that a card can show.</summary>
    public static IReadOnlyList<int> Ages { get; } = [0, 12, 14, 16, 18];

    /// <summary>Its beginning.</summary>
    public abstract DateTimeOffset BeginsAt { get; }

    /// <summary>Nothing is given, and nothing is decided, from this time on.</summary>
    public abstract DateTimeOffset ClosesAt { get; }

    /// <summary>Nothing is given before this time.</summary>
    public abstract DateTimeOffset OpensAt { get; }

    /// <summary>True where everybody may find it among the others; else whoever takes part is told its address.</summary>
    public abstract bool IsListed { get; }

    /// <summary>All places.</summary>
    public int Capacity => Classes.Sum(one => one.Places);

    /// <summary>The kind of a word, or null.</summary>
    public AdmissionClass? Find(string word) => Classes.FirstOrDefault(one => one.Word == word);

    /// <summary>What does not fit; null where all does.</summary>
    public string? Fault() =>
        !IsText(Id) || !IsText(Name) ? "a text is missing, too long or not normalised"
        : !Ages.Contains(MinimumAge) ? "a card does not show this age"
        : !AreKinds(Classes) ? "each kind of place occurs once, with 1 to 100000 places"
        : OwnFault();

    /// <summary>Whether credentials of this type say such facts.</summary>
    public abstract bool Fits(CredentialType type);

    /// <summary>The day on which its credentials end, the same for all of them.</summary>
    public abstract long LastDay(CredentialType type);

    /// <summary>What a credential for one place says.</summary>
    /// <param name="word">The kind of the place.</param>
    /// <param name="seat">Its number, or null.</param>
    public abstract JsonElement Claims(string word, string? seat);

    /// <summary>Reads facts strictly: only bytes that <see cref="ToBytes"/> writes are facts, and only where they fit.</summary>
    public static Parsed<EventFacts> Parse(ReadOnlySpan<byte> bytes)
    {
        if (StrictJson.ParseObject(bytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        EventFacts? facts = json.Element.Member("programme_id") is null ? AdmissionFacts.Read(json.Element) : ProgrammeFacts.Read(json.Element);
        if (facts is null || facts.Fault() is not null)
        {
            return new FormatFailure(FormatRule.Member, "the members of an event or of a programme are there, and fit");
        }

        return facts.ToBytes().AsSpan().SequenceEqual(bytes) ? facts : new FormatFailure(FormatRule.Structure, "the event is not in canonical form");
    }

    /// <summary>The canonical bytes: members in alphabetical order, no white space.</summary>
    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        WriteMembers(writer);
        writer.WriteEndObject();
    });

    /// <summary>What a decision commits to. Nothing in it is secret, so there is no salt.</summary>
    public byte[] Commitment() => SHA256.HashData(ToBytes());

    /// <summary>What does not fit of the members that not all facts have; null where all does.</summary>
    protected abstract string? OwnFault();

    /// <summary>Writes the members in alphabetical order.</summary>
    protected abstract void WriteMembers(Utf8JsonWriter writer);

    /// <summary>Reads the kinds of places of a list; null where one is none.</summary>
    protected static IReadOnlyList<AdmissionClass>? ReadClasses(JsonElement json, string name, Func<JsonElement, bool?> numbered)
    {
        if (json.ArrayMember(name) is not { } array || array.GetArrayLength() > MaxClasses)
        {
            return null;
        }

        var classes = new List<AdmissionClass>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || item.StringMember("word") is not { } word
                || item.LongMember("places") is not (> 0 and <= MaxPlaces and var places) || numbered(item) is not { } isNumbered)
            {
                return null;
            }

            classes.Add(new AdmissionClass(word, (int)places, isNumbered));
        }

        return classes;
    }

    /// <summary>An age as the facts hold it, or null.</summary>
    protected static int? ReadAge(JsonElement json) => json.LongMember("minimum_age") is >= 0 and <= 120 and var age ? (int)age : null;

    /// <summary>True for a text that people read.</summary>
    protected static bool IsText(string text) => text.Length is > 0 and <= MaxText && text.Trim() == text && text.IsNormalized(NormalizationForm.FormC);

    private static bool AreKinds(IReadOnlyList<AdmissionClass> classes) =>
        classes.Count is > 0 and <= MaxClasses && classes.DistinctBy(one => one.Word).Count() == classes.Count
        && classes.All(one => IsText(one.Word) && one.Places is > 0 and <= MaxPlaces);
}
