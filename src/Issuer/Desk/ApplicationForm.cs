using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>What is wrong with a field of an application.</summary>
public enum FieldFault
{
    None,

    /// <summary>It is needed and empty.</summary>
    Missing,

    /// <summary>It is longer than 150 characters, or holds control characters.</summary>
    Text,

    /// <summary>Not letters of the Latin alphabet, as in the document's machine-readable zone.</summary>
    Latin,

    /// <summary>Not a date, or none on which a living person was born.</summary>
    Date,

    /// <summary>Not a country code of two letters.</summary>
    Country,

    /// <summary>None of the choices.</summary>
    Choice,

    /// <summary>No region that may issue now.</summary>
    Region,

    /// <summary>Not as many digits as it has.</summary>
    Digits,

    /// <summary>No last day that a representation may have.</summary>
    Until,

    /// <summary>No field of this form: what was not asked for is not kept.</summary>
    Unknown,
}

/// <summary>What came of reading an application form. Closed.</summary>
public abstract class FilledForm
{
    private FilledForm()
    {
    }

    /// <summary>Every field is as it should be.</summary>
    public sealed class Complete(JsonElement claims) : FilledForm
    {
        public JsonElement Claims { get; } = claims;
    }

    /// <summary>Fields to mend, by their dotted names.</summary>
    public sealed class Faulty(IReadOnlyDictionary<string, FieldFault> faults) : FilledForm
    {
        public IReadOnlyDictionary<string, FieldFault> Faults { get; } = faults;
    }
}

/// <summary>
/// The form of an application: those claims of the credential type that come from the document or from the person.
/// Names are kept exactly as written, in NFC; any part but the required ones may be absent.
/// </summary>
public sealed class ApplicationForm(CredentialType type, Deployment deployment)
{
    private const int MaxText = 150;
    private const int MaxItems = 5;
    private const string LatinSuffix = "_latin1";

    /// <summary>The claims that a person fills in, in the order of the catalogue.</summary>
    public IReadOnlyList<ClaimDefinition> Fields { get; } =
        [.. type.Claims.Where(claim => claim.Source is ClaimSource.Document or ClaimSource.Declared)];

    /// <summary>The regions that may issue on a day.</summary>
    public IReadOnlyList<Region> RegionsOn(DateOnly day) => [.. deployment.Regions.Values.Where(region => deployment.AgreementFor(region.Code, day) is not null)];

    /// <summary>Reads what was sent; a text may also hold several countries, separated by spaces or commas.</summary>
    public FilledForm Read(JsonElement sent, DateOnly today)
    {
        var reading = new Reading(type, today, [.. RegionsOn(today).Select(region => region.Code)]);
        var claims = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var field in Fields)
            {
                reading.Claim(writer, field, field.Name, sent.Member(field.Name));
            }

            writer.WriteEndObject();
        });
        foreach (var name in sent.EnumerateObject().Select(member => member.Name).Where(name => Fields.All(field => field.Name != name)))
        {
            reading.Faults[name] = FieldFault.Unknown;
        }

        var filled = JsonElement.Parse(claims);
        if (reading.Faults.Count == 0 && type.Represents is { } who && !MayEndSo(filled, who, today))
        {
            reading.Faults[who.Until] = FieldFault.Until;
        }

        return reading.Faults.Count == 0 ? new FilledForm.Complete(filled) : new FilledForm.Faulty(reading.Faults);
    }

    /// <summary>Reads one claim as <see cref="Read"/> reads all; null where something is to be mended.</summary>
    public JsonElement? ReadOne(ClaimDefinition field, JsonElement sent, DateOnly today)
    {
        var reading = new Reading(type, today, []);
        var claim = JsonElement.Parse(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            reading.Claim(writer, field, field.Name, sent);
            writer.WriteEndObject();
        }));
        return reading.Faults.Count == 0 ? claim.Member(field.Name) : null;
    }

    private bool MayEndSo(JsonElement claims, Representation who, DateOnly today) =>
        ClaimValues.Date(claims.ObjectMember(who.Claim)?.StringMember(Representation.Birthdate)) is { } born
        && type.DecidedEnd(claims) is { } until && RepresentationTerm.Allows(born, today, until);

    private sealed class Reading(CredentialType type, DateOnly today, IReadOnlyList<string> regions)
    {
        public Dictionary<string, FieldFault> Faults { get; } = new(StringComparer.Ordinal);

        public void Claim(Utf8JsonWriter writer, ClaimDefinition claim, string path, JsonElement? sent)
        {
            if (claim.Type is ClaimType.Parts or ClaimType.Whole)
            {
                Parts(writer, claim, path, sent);
            }
            else if (claim.Type == ClaimType.List)
            {
                Items(writer, claim, path, sent);
            }
            else
            {
                Text(writer, claim, path, sent);
            }
        }

        private void Parts(Utf8JsonWriter writer, ClaimDefinition claim, string path, JsonElement? sent)
        {
            var given = claim.Members.Where(member => !IsEmpty(sent?.Member(member.Name))).ToList();
            if (given.Count == 0)
            {
                Require(claim, path);
                return;
            }

            writer.WriteStartObject(claim.Name);
            foreach (var member in claim.Members)
            {
                Claim(writer, member, $"{path}.{member.Name}", sent!.Value.Member(member.Name));
            }

            writer.WriteEndObject();
        }

        private void Items(Utf8JsonWriter writer, ClaimDefinition claim, string path, JsonElement? sent)
        {
            var items = ItemsOf(sent, claim.Items ?? ClaimType.Text);
            if (items.Count == 0)
            {
                Require(claim, path);
                return;
            }

            if (items.Count > MaxItems || items.Any(item => item is null || FaultOf(claim, claim.Items ?? ClaimType.Text, item) != FieldFault.None))
            {
                Faults[path] = claim.Items == ClaimType.Country ? FieldFault.Country : claim.Items == ClaimType.Choice ? FieldFault.Choice : FieldFault.Text;
                return;
            }

            writer.WriteStrings(claim.Name, items.OfType<string>().Distinct(StringComparer.Ordinal));
        }

        private void Text(Utf8JsonWriter writer, ClaimDefinition claim, string path, JsonElement? sent)
        {
            if (IsEmpty(sent))
            {
                Require(claim, path);
                return;
            }

            var text = sent is { ValueKind: JsonValueKind.String } value ? Normal(value.GetString()!, claim.Type) : null;
            var fault = text is null ? FieldFault.Text : FaultOf(claim, claim.Type, text);
            if (fault != FieldFault.None)
            {
                Faults[path] = fault;
                return;
            }

            writer.WriteString(claim.Name, text);
        }

        private void Require(ClaimDefinition claim, string path)
        {
            if (claim.Required)
            {
                Faults[path] = FieldFault.Missing;
            }
        }

        private FieldFault FaultOf(ClaimDefinition claim, ClaimType kind, string text)
        {
            if (text.Length is 0 or > MaxText || text.Any(char.IsControl))
            {
                return FieldFault.Text;
            }

            return kind switch
            {
                ClaimType.Date => IsDate(claim, text) ? FieldFault.None : FieldFault.Date,
                ClaimType.Country => text.Length == 2 && text.All(char.IsAsciiLetterUpper) ? FieldFault.None : FieldFault.Country,
                ClaimType.Region => regions.Contains(text) ? FieldFault.None : FieldFault.Region,
                ClaimType.Digits => text.Length == claim.Length && text.All(char.IsAsciiDigit) ? FieldFault.None : FieldFault.Digits,
                ClaimType.Choice => claim.Words.Any(word => word.Word == text) ? FieldFault.None : FieldFault.Choice,
                ClaimType.Text or ClaimType.Moment or ClaimType.Picture or ClaimType.Flag or ClaimType.Ages or ClaimType.List or ClaimType.Parts or ClaimType.Whole =>
                    claim.Name.EndsWith(LatinSuffix, StringComparison.Ordinal) && !text.All(IsLatin) ? FieldFault.Latin : FieldFault.None,
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            };
        }

        private bool IsDate(ClaimDefinition claim, string text) => claim.Name == type.Represents?.Until ? ClaimValues.Date(text) is not null : IsBirthdate(text);

        private bool IsBirthdate(string text) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date <= today && date.Year >= today.Year - 130;

        private static bool IsLatin(char c) => char.IsAsciiLetter(c) || c is ' ' or '-' or '\'';

        private static bool IsEmpty(JsonElement? sent) =>
            sent is not { } value || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString()));

        private static List<string?> ItemsOf(JsonElement? sent, ClaimType kind) => sent switch
        {
            // The boxes that were ticked on a page.
            { ValueKind: JsonValueKind.Object } boxes => [.. boxes.EnumerateObject().Where(box => box.Value.ValueKind == JsonValueKind.String).Select(box => box.Name)],
            { ValueKind: JsonValueKind.String } text =>
                [.. text.GetString()!.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries).Select(item => Normal(item, kind))],
            { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null)],
            null => [],
            _ => [null],
        };

        private static string Normal(string text, ClaimType type)
        {
            var trimmed = text.Trim();
            return type == ClaimType.Country ? trimmed.ToUpperInvariant() : trimmed.IsNormalized() ? trimmed : trimmed.Normalize(NormalizationForm.FormC);
        }
    }
}
