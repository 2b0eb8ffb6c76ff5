using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>A kind of credential that this deployment issues: one data file.</summary>
public sealed class CredentialType
{
    /// <summary>The <c>credential_configuration_id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The OAuth scope that asks for it.</summary>
    public required string Scope { get; init; }

    /// <summary>How it is issued as mdoc; null where it is not.</summary>
    public MdocForm? Mdoc { get; init; }

    /// <summary>What wallets may ask for: the type in each of its formats.</summary>
    public IReadOnlyList<CredentialConfiguration> Configurations => field ??=
    [
        new(this, CredentialFormat.SdJwtVc, Id, Scope),
        .. Mdoc is { } mdoc ? [new CredentialConfiguration(this, CredentialFormat.MsoMdoc, mdoc.Id, mdoc.Scope)] : Array.Empty<CredentialConfiguration>(),
    ];

    /// <summary>The <c>vct</c>: an https URL with the version in its path.</summary>
    public required string Vct { get; init; }

    /// <summary>Its type metadata.</summary>
    public TypeMetadata Metadata => field ??= TypeMetadata.Of(this);

    /// <summary>How many copies one request may get.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How long a copy is valid; nothing of a ticket and a proof, which have one copy.</summary>
    public required int CopyValidityDays { get; init; }

    /// <summary>How long the card itself is valid, and a proof of taking part in a programme after its end; of a ticket nothing.</summary>
    public required int CardValidityMonths { get; init; }

    /// <summary>Its name.</summary>
    public required LocalisedText Name { get; init; }

    /// <summary>What it is and what it is not.</summary>
    public required LocalisedText Description { get; init; }

    /// <summary>The colour of its picture.</summary>
    public required string BackgroundColor { get; init; }

    /// <summary>The colour of the text on it.</summary>
    public required string TextColor { get; init; }

    /// <summary>That its keys have to be attested, and how; null: they need not be.</summary>
    public KeyAttestationNeed? KeyAttestations { get; init; }

    /// <summary>What stands for the represented person, where it lets its holder act for another; else null.</summary>
    public Representation? Represents { get; init; }

    /// <summary>How it is printed; null where it is not.</summary>
    public PrintedForm? Printed { get; init; }

    /// <summary>Its claims.</summary>
    public required IReadOnlyList<ClaimDefinition> Claims { get; init; }

    /// <summary>True for a type that lasts as long as it is paid for: it is issued for a region, under an agreement.</summary>
    public bool IsPaid => Claims.Any(claim => claim.Value == IssuerValue.PaidUntil);

    /// <summary>True for a ticket, and for the proof of taking part in a programme: all that it says is an event's, and nothing is anybody's.</summary>
    public bool IsOfEvent => Claims.Any(claim => claim.Source == ClaimSource.Event);

    /// <summary>True for the proof of taking part in a programme.</summary>
    public bool IsOfProgramme => IsOfEvent && Claims.Any(claim => claim.Name == "programme_id");

    /// <summary>The words of the kinds of places in an event, or of the roles in a programme: those of the one choice that the type has of it.</summary>
    public IReadOnlyList<ChoiceWord> PlaceWords => Claims.FirstOrDefault(claim => claim is { Source: ClaimSource.Event, Type: ClaimType.Choice })?.Words ?? [];

    /// <summary>The claim that names the region which issues; null where none does.</summary>
    public ClaimDefinition? Jurisdiction => Claims.FirstOrDefault(claim => claim.Type == ClaimType.Region);

    /// <summary>The claim that officers amend while what was paid runs on: what the person declared to do, which is disclosed whole. Null where nothing is.</summary>
    public ClaimDefinition? Amendable => IsPaid ? Claims.FirstOrDefault(claim => claim is { Source: ClaimSource.Declared, Type: ClaimType.Whole }) : null;

    /// <summary>The claim that tells how its holder signed in, or null: then it is not kept.</summary>
    public ClaimDefinition? Account => Claims.FirstOrDefault(claim => claim.Source == ClaimSource.SignIn);

    /// <summary>The claim that is the holder's photograph, or null.</summary>
    public ClaimDefinition? Photograph => Claims.FirstOrDefault(claim => claim.Source == ClaimSource.Photograph);

    /// <summary>The last day that was decided about; null where the type has its own term alone.</summary>
    public DateOnly? DecidedEnd(JsonElement claims) =>
        Represents is { } who && DateOnly.TryParseExact(claims.StringMember(who.Until), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) ? last : null;

    /// <summary>What a consent page tells: the label and purpose of each claim, in a language.</summary>
    public IReadOnlyList<(string Label, string Purpose)> ConsentTexts(string language) =>
        [.. Claims.Select(claim => (claim.Label.In(language), claim.Purpose.In(language)))];

    /// <summary>Every claim with its path (OpenID4VCI 1.0 Appendix C): parents before their parts, null for the items of a list.</summary>
    public IEnumerable<(IReadOnlyList<string?> Path, ClaimDefinition Claim, LocalisedText Label)> Paths()
    {
        foreach (var claim in Claims)
        {
            yield return ([claim.Name], claim, claim.Label);
            foreach (var member in claim.Type == ClaimType.Parts ? claim.Members : [])
            {
                yield return ([claim.Name, member.Name], member, member.Label);
            }

            foreach (var age in claim.Thresholds)
            {
                yield return ([claim.Name, age.ToString(CultureInfo.InvariantCulture)], claim, AgeLabel(claim.ThresholdLabel!, age));
            }

            if (claim.Type == ClaimType.List)
            {
                yield return ([claim.Name, null], claim, claim.Label);
            }
        }
    }

    /// <summary>Every claim that an mdoc of the type holds, with its place: ages one by one, parts where they have a place of their own.</summary>
    public IEnumerable<(MdocPlace Place, ClaimDefinition Claim, LocalisedText Label)> MdocPlaces()
    {
        foreach (var claim in Claims)
        {
            foreach (var age in claim.Mdoc is null ? [] : claim.Thresholds)
            {
                yield return (claim.Mdoc!.For(age), claim, AgeLabel(claim.ThresholdLabel!, age));
            }

            if (claim is { Mdoc: { } place, Type: not ClaimType.Ages })
            {
                yield return (place, claim, claim.Label);
            }

            foreach (var member in claim.Members.Where(member => member.Mdoc is not null))
            {
                yield return (member.Mdoc!, member, member.Label);
            }
        }
    }

    // The label of an age claim has the age in place of "{0}".
    private static LocalisedText AgeLabel(LocalisedText label, int age) =>
        new(label.All.ToDictionary(
            text => text.Language,
            text => text.Text.Replace("{0}", age.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
}
