using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>A value of the register as the catalogue wants it, or nothing: what does not fit its type is not minted.</summary>
internal static class ClaimValues
{
    private const int MaxTextLength = 150;
    private const int MaxPictureLength = 96 * 1024;
    private const string MomentFormat = "yyyy-MM-dd'T'HH:mm:sszzz";

    /// <summary>How the data URL of a picture begins.</summary>
    public const string PicturePrefix = "data:image/jpeg;base64,";

    /// <summary>The bytes of a picture that fits.</summary>
    public static byte[] Picture(string dataUrl) => Convert.FromBase64String(dataUrl[PicturePrefix.Length..]);

    /// <summary>The value to mint, or null when it does not fit.</summary>
    public static SdValue? Fit(ClaimDefinition claim, JsonElement value) => claim.Type switch
    {
        ClaimType.List => List(claim, value),
        ClaimType.Parts => Object(claim, value, disclosable: true),
        ClaimType.Whole => Object(claim, value, disclosable: false),
        ClaimType.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? SdValue.Of(value.GetBoolean()) : null,
        // Ages are computed: a register that holds them is wrong.
        ClaimType.Ages => null,
        ClaimType.Text or ClaimType.Date or ClaimType.Moment or ClaimType.Country or ClaimType.Region or ClaimType.Choice or ClaimType.Digits or ClaimType.Picture => Text(claim, claim.Type, value),
        _ => throw new ArgumentOutOfRangeException(nameof(claim)),
    };

    /// <summary>A date in its one writing, or null. A card is full of them, and the framework's parser compares by the rules of a language.</summary>
    public static DateOnly? Date(string? text) =>
        text is { Length: 10 } && text[4] == '-' && text[7] == '-'
        && Number(text.AsSpan(0, 4)) is >= 1 and var year && Number(text.AsSpan(5, 2)) is >= 1 and <= 12 and var month
        && Number(text.AsSpan(8, 2)) is >= 1 and var day && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day)
            : null;

    // Of ASCII digits; -1 for anything else.
    private static int Number(ReadOnlySpan<char> text)
    {
        var number = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return -1;
            }

            number = (10 * number) + (digit - '0');
        }

        return number;
    }

    /// <summary>A date with its time in whole seconds and its offset (RFC 3339), in one writing; or null.</summary>
    public static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParseExact(text, MomentFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment : null;

    /// <summary>What <see cref="Moment"/> reads.</summary>
    public static string Text(DateTimeOffset moment) => moment.ToString(MomentFormat, CultureInfo.InvariantCulture);

    private static SdValue? Text(ClaimDefinition claim, ClaimType type, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text && Fits(claim, type, text) ? SdValue.Of(text) : null;

    private static bool Fits(ClaimDefinition claim, ClaimType type, string text) => type switch
    {
        ClaimType.Date => Date(text) is not null,
        ClaimType.Moment => Moment(text) is not null,
        ClaimType.Country => text.Length == 2 && !text.AsSpan().ContainsAnyExceptInRange('A', 'Z'),
        ClaimType.Region => RegionCode.IsOne(text),
        ClaimType.Choice => claim.Words.Any(word => word.Word == text),
        ClaimType.Digits => text.Length == claim.Length && !text.AsSpan().ContainsAnyExceptInRange('0', '9'),
        ClaimType.Picture => text.Length <= MaxPictureLength && text.StartsWith(PicturePrefix, StringComparison.Ordinal) && Base64.IsValid(text.AsSpan(PicturePrefix.Length)),
        ClaimType.Text or ClaimType.Flag or ClaimType.Ages or ClaimType.List or ClaimType.Parts or ClaimType.Whole =>
            text.Length is > 0 and <= MaxTextLength && text.IsNormalized(NormalizationForm.FormC),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static SdArray? List(ClaimDefinition claim, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            return null;
        }

        var items = value.EnumerateArray().Select(item => Text(claim, claim.Items!.Value, item)).ToList();
        return items.Contains(null) ? null : items.Aggregate(new SdArray(), (array, item) => claim.AlwaysDisclosed ? array.Plain(item!) : array.Disclosable(item!));
    }

    private static SdObject? Object(ClaimDefinition claim, JsonElement value, bool disclosable)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.EnumerateObject().Any() || HasStranger(claim.Members, value))
        {
            return null;
        }

        var built = new SdObject();
        foreach (var member in claim.Members)
        {
            if (value.Member(member.Name) is not { } given)
            {
                if (member.Required)
                {
                    return null;
                }

                continue;
            }

            if (Fit(member, given) is not { } fitting)
            {
                return null;
            }

            built = disclosable ? built.Disclosable(member.Name, fitting) : built.Plain(member.Name, fitting);
        }

        return built;
    }

    /// <summary>True when an object has a member that no definition names.</summary>
    public static bool HasStranger(IReadOnlyList<ClaimDefinition> known, JsonElement value) =>
        value.EnumerateObject().Any(member => !known.Any(claim => claim.Name == member.Name));
}
