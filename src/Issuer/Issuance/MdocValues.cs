using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Claims as the elements of an mdoc. The values fit their definitions already: <see cref="ClaimValues"/> saw to it.</summary>
internal static class MdocValues
{
    private const int MaxTextLength = 150;

    /// <summary>The content of a document: what has a place in it, and a decoy for each element that is absent.</summary>
    public static MdocContent Content(CredentialType type, IEnumerable<(ClaimDefinition Claim, JsonElement Value)> claims)
    {
        var content = new MdocContent(type.Mdoc!.DocType);
        var absent = type.MdocPlaces().Select(entry => entry.Place).ToHashSet();
        foreach (var (place, value) in claims.SelectMany(claim => Elements(claim.Claim, claim.Value)))
        {
            content.Add(place.NameSpace, place.Element, value);
            absent.Remove(place);
        }

        return absent.GroupBy(place => place.NameSpace, StringComparer.Ordinal)
            .Aggregate(content, (built, space) => built.WithDecoys(space.Key, space.Count()));
    }

    /// <summary>A value as a printed code holds it: lists whole, all else as in an mdoc.</summary>
    public static CborValue OnPaper(ClaimDefinition claim, JsonElement value) =>
        claim.Type == ClaimType.List ? CborValue.Array(value.EnumerateArray().Select(item => CborValue.Of(item.GetString()!))) : Value(claim, value);

    private static IEnumerable<(MdocPlace Place, CborValue Value)> Elements(ClaimDefinition claim, JsonElement value)
    {
        if (claim.Type == ClaimType.Ages && claim.Mdoc is not null)
        {
            return claim.Thresholds.Select(age => (claim.Mdoc.For(age), CborValue.Of(value.BooleanMember(Name(age))!.Value)));
        }

        var own = claim.Mdoc is { } place ? [(place, Value(claim, value))] : Array.Empty<(MdocPlace, CborValue)>();
        return own.Concat(claim.Members
            .Where(member => member.Mdoc is not null && value.Member(member.Name) is not null)
            .Select(member => (member.Mdoc!, Value(member, value.Member(member.Name)!.Value))));
    }

    private static CborValue Value(ClaimDefinition claim, JsonElement value) => claim.Type switch
    {
        ClaimType.Date => CborValue.Of(ClaimValues.Date(value.GetString())!.Value),
        ClaimType.Moment => CborValue.Of(ClaimValues.Moment(value.GetString())!.Value),
        ClaimType.Picture => CborValue.Of(ClaimValues.Picture(value.GetString()!)),
        ClaimType.List when claim.Mdoc is { AllItems: true } => CborValue.Array(value.EnumerateArray().Select(item => CborValue.Of(item.GetString()!))),
        // ISO/IEC TS 23220-2 has room for one: the first is the one that the person named first.
        ClaimType.List => CborValue.Of(value[0].GetString()!),
        ClaimType.Parts => CborValue.Of(Joined(claim, value)),
        ClaimType.Whole => CborValue.Map(claim.Members
            .Where(member => value.Member(member.Name) is not null)
            .Select(member => (member.Name, Value(member, value.Member(member.Name)!.Value)))),
        ClaimType.Text or ClaimType.Country or ClaimType.Region or ClaimType.Choice or ClaimType.Digits => CborValue.Of(value.GetString()!),
        ClaimType.Flag => CborValue.Of(value.GetBoolean()),
        ClaimType.Ages => throw new ArgumentException("Ages stand in places of their own.", nameof(claim)),
        _ => throw new ArgumentOutOfRangeException(nameof(claim)),
    };

    // From the nearest to the widest: "Гюмри, AM". ISO/IEC TS 23220-2: at most 150 characters, so of long names the widest is left out.
    private static string Joined(ClaimDefinition claim, JsonElement value) => claim.Members.Reverse()
        .Select(member => value.StringMember(member.Name))
        .OfType<string>()
        .Aggregate((text, part) => text.Length + part.Length + 2 <= MaxTextLength ? $"{text}, {part}" : text);

    private static string Name(int age) => age.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
