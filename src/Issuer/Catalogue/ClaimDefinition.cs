namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>What a claim's value is.</summary>
public enum ClaimType
{
    /// <summary>A string of at most 150 characters.</summary>
    Text,

    /// <summary>A date, YYYY-MM-DD.</summary>
    Date,

    /// <summary>A date with its time and the offset of its place (RFC 3339), in whole seconds.</summary>
    Moment,

    /// <summary>An ISO 3166-1 alpha-2 code.</summary>
    Country,

    /// <summary>An ISO 3166-2 code of a region that the deployment names.</summary>
    Region,

    /// <summary>One of a closed set of words.</summary>
    Choice,

    /// <summary>A string of digits of one length.</summary>
    Digits,

    /// <summary>A JPEG as a data URL.</summary>
    Picture,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A set of booleans, one for each age, computed from the date of birth on the day of minting.</summary>
    Ages,

    /// <summary>An array whose items are each disclosed apart.</summary>
    List,

    /// <summary>An object whose members are each disclosed apart.</summary>
    Parts,

    /// <summary>An object that is disclosed whole or not at all.</summary>
    Whole,
}

/// <summary>Where a value comes from.</summary>
public enum ClaimSource
{
    /// <summary>The document shown at the centre.</summary>
    Document,

    /// <summary>Declared by the person.</summary>
    Declared,

    /// <summary>The photograph taken at the centre.</summary>
    Photograph,

    /// <summary>Computed on the day of minting from another claim.</summary>
    Computed,

    /// <summary>Added by the issuer.</summary>
    Issuer,

    /// <summary>The sign-in at the provider through which the person came.</summary>
    SignIn,

    /// <summary>An event that two officers decided, and the place in it that the ticket is for.</summary>
    Event,

    /// <summary>The represented person's sign-in there, from that person's own case.</summary>
    RepresentedSignIn,
}

/// <summary>Which of the issuer's own values a claim of <see cref="ClaimSource.Issuer"/> is.</summary>
public enum IssuerValue
{
    /// <summary>A number of 13 random digits and two check digits, new with every card.</summary>
    Number,

    /// <summary>A number of ten random digits behind the series of the region that issues, new with every card.</summary>
    SeriesNumber,

    /// <summary>The day of issue.</summary>
    Issued,

    /// <summary>The last day of the card.</summary>
    Expires,

    /// <summary>The deployment's authority.</summary>
    Authority,

    /// <summary>The deployment's country.</summary>
    Country,

    /// <summary>The last day that is paid for, by the region's own calendar: what the treasury's signed facts come to.</summary>
    PaidUntil,

    /// <summary>The regions of the agreement under which it was issued.</summary>
    Regions,
}

/// <summary>One word of a <see cref="ClaimType.Choice"/>.</summary>
/// <param name="Word">The value.</param>
/// <param name="Label">What people read.</param>
public sealed record ChoiceWord(string Word, LocalisedText Label);

/// <summary>
/// One claim of a credential type. Every claim is selectively disclosable, but for those of a representation that nobody may hide: what
/// is represented how, for what, and until when. The technical ones are no part of a catalogue.
/// </summary>
public sealed class ClaimDefinition
{
    /// <summary>The member's name; empty for the items of a list.</summary>
    public required string Name { get; init; }

    /// <summary>What the value is.</summary>
    public required ClaimType Type { get; init; }

    /// <summary>Where the value comes from.</summary>
    public required ClaimSource Source { get; init; }

    /// <summary>Which value the issuer adds; null for the other sources.</summary>
    public IssuerValue? Value { get; init; }

    /// <summary>True when every credential of the type holds it.</summary>
    public required bool Required { get; init; }

    /// <summary>True for what is shown with every presentation, whatever is asked for.</summary>
    public bool AlwaysDisclosed { get; init; }

    /// <summary>What the field is for: a field without a purpose is not collected.</summary>
    public required LocalisedText Purpose { get; init; }

    /// <summary>What the holder reads.</summary>
    public required LocalisedText Label { get; init; }

    /// <summary>The parts of <see cref="ClaimType.Parts"/> and <see cref="ClaimType.Whole"/>.</summary>
    public IReadOnlyList<ClaimDefinition> Members { get; init; } = [];

    /// <summary>The items' type of a <see cref="ClaimType.List"/>.</summary>
    public ClaimType? Items { get; init; }

    /// <summary>The words of a <see cref="ClaimType.Choice"/>, or of a list of them.</summary>
    public IReadOnlyList<ChoiceWord> Words { get; init; } = [];

    /// <summary>The ages of <see cref="ClaimType.Ages"/>.</summary>
    public IReadOnlyList<int> Thresholds { get; init; } = [];

    /// <summary>The claim that <see cref="ClaimType.Ages"/> are computed from: a date of birth.</summary>
    public string? Of { get; init; }

    /// <summary>What the holder reads about one age of <see cref="ClaimType.Ages"/>; <c>{0}</c> stands for the age.</summary>
    public LocalisedText? ThresholdLabel { get; init; }

    /// <summary>Where the claim stands in an mdoc; null where it does not.</summary>
    public MdocPlace? Mdoc { get; init; }

    /// <summary>The number of digits of <see cref="ClaimType.Digits"/>.</summary>
    public int Length { get; init; }
}
