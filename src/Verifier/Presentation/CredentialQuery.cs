using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>One credential query of DCQL (OpenID4VP §6.1), for SD-JWT VCs or mdocs. Immutable: each method gives another query.</summary>
public sealed partial class CredentialQuery
{
    /// <summary>The format identifier (SD-JWT VC).</summary>
    public const string SdJwtFormat = "dc+sd-jwt";

    /// <summary>The format identifier (ISO mdoc).</summary>
    public const string MdocFormat = "mso_mdoc";

    internal CredentialQuery(string id, string format, ImmutableArray<string> types)
    {
        if (!IsId(id))
        {
            throw new ArgumentException("An id holds letters, digits, '_' and '-'.", nameof(id));
        }

        if (types.IsEmpty)
        {
            throw new ArgumentException("A query names at least one type.", nameof(types));
        }

        (Id, Format, Types) = (id, format, types);
    }

    private CredentialQuery(CredentialQuery other)
    {
        (Id, Format, Types, Claims, ClaimSets) = (other.Id, other.Format, other.Types, other.Claims, other.ClaimSets);
        (Multiple, HolderBinding, TrustedAuthorities) = (other.Multiple, other.HolderBinding, other.TrustedAuthorities);
    }

    /// <summary>The key of the answer in the VP token.</summary>
    public string Id { get; }

    /// <summary>The format: <see cref="SdJwtFormat"/> or <see cref="MdocFormat"/>.</summary>
    public string Format { get; }

    /// <summary>The accepted types: <c>vct_values</c> (OpenID4VP §B.3.5), or the one <c>doctype_value</c> (§B.2.3).</summary>
    public ImmutableArray<string> Types { get; }

    /// <summary>The claims asked for; none asks for no selectively disclosable claim (OpenID4VP §6.4.1).</summary>
    public ImmutableArray<ClaimQuery> Claims { get; private init; } = [];

    /// <summary>Alternatives of claims by id, the preferred first; none means that all claims are asked for.</summary>
    public ImmutableArray<ImmutableArray<string>> ClaimSets { get; private init; } = [];

    /// <summary>Whether several credentials may answer.</summary>
    public bool Multiple { get; private init; }

    /// <summary>Whether the wallet is asked for a holder's signature. What is accepted is the policy's matter.</summary>
    public bool HolderBinding { get; private init; } = true;

    /// <summary>Hints for the wallet (OpenID4VP §6.1.1): trust itself is checked on what arrives.</summary>
    public ImmutableArray<TrustedAuthorities> TrustedAuthorities { get; private init; } = [];

    /// <summary>Asks for an SD-JWT VC of one of the types.</summary>
    public static CredentialQuery OfType(string id, params ReadOnlySpan<string> types) => new(id, SdJwtFormat, [.. types]);

    /// <summary>Asks for an mdoc of the type. Its claims are paths of a namespace and an element.</summary>
    public static CredentialQuery OfDocType(string id, string docType) => new(id, MdocFormat, [docType]);

    /// <summary>Asks for a claim too.</summary>
    public CredentialQuery Asking(params object?[] path) => Asking(new ClaimQuery(null, ClaimPath.Of(path), []));

    /// <summary>Asks for a claim with one of these values. A wallet need not look at them: they are compared with what arrives.</summary>
    /// <param name="path">The claims path pointer.</param>
    /// <param name="values">Strings, whole numbers or booleans.</param>
    /// <exception cref="ArgumentException">There is no value, or one of another kind (OpenID4VP §6.3).</exception>
    public CredentialQuery AskingFor(ClaimPath path, params IReadOnlyList<object> values) => Asking(new ClaimQuery(null, path, ClaimQuery.ValuesOf(values)));

    /// <summary>Asks for a claim too.</summary>
    /// <exception cref="ArgumentException">The claim or its id is there already, the id is none, or the path does not name an element of an mdoc.</exception>
    public CredentialQuery Asking(ClaimQuery claim)
    {
        if (Claims.Any(other => other.Path.Equals(claim.Path)))
        {
            throw new ArgumentException("A query does not point at one claim twice (OpenID4VP §6.3).", nameof(claim));
        }

        if (claim.Id is { } id && (!IsId(id) || Claims.Any(other => other.Id == id)))
        {
            throw new ArgumentException("A claim's id is its own, of letters, digits, '_' and '-' (OpenID4VP §6.3).", nameof(claim));
        }

        return Format != MdocFormat || IsElement(claim.Path)
            ? new(this) { Claims = Claims.Add(claim) }
            : throw new ArgumentException("A claim of an mdoc has a path of a namespace and an element (OpenID4VP §B.2.4).", nameof(claim));
    }

    /// <summary>Accepts one of several sets of claims, named by their ids.</summary>
    public CredentialQuery WithClaimSets(params IEnumerable<ImmutableArray<string>> sets)
    {
        var all = sets.ToImmutableArray();
        return all.All(set => !set.IsEmpty && set.All(id => Claims.Any(claim => claim.Id == id))) && Claims.All(claim => claim.Id is not null)
            ? new(this) { ClaimSets = all }
            : throw new ArgumentException("A claim set names claims of the query by their ids.", nameof(sets));
    }

    /// <summary>Lets several credentials answer.</summary>
    public CredentialQuery AllowingSeveral() => new(this) { Multiple = true };

    /// <summary>Does not ask the wallet for a holder's signature.</summary>
    public CredentialQuery WithoutHolderBinding() => new(this) { HolderBinding = false };

    /// <summary>Tells the wallet whose credentials are accepted, for example by the key identifiers of their authorities (<c>aki</c>).</summary>
    public CredentialQuery From(TrustedAuthorities authorities) => new(this) { TrustedAuthorities = TrustedAuthorities.Add(authorities) };

    internal static bool IsElement(ClaimPath path) => path.Parts.Count >= 2 && path.Parts[0].Name is not null && path.Parts[1].Name is not null;

    internal static bool IsId(string text) => Id_().IsMatch(text);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("format", Format);
        writer.WriteStartObject("meta");
        if (Format == MdocFormat)
        {
            writer.WriteString("doctype_value", Types[0]);
        }
        else
        {
            DcqlJson.WriteStrings(writer, "vct_values", Types);
        }

        writer.WriteEndObject();
        if (Multiple)
        {
            writer.WriteBoolean("multiple", true);
        }

        if (!HolderBinding)
        {
            writer.WriteBoolean("require_cryptographic_holder_binding", false);
        }

        DcqlJson.WriteList(writer, "trusted_authorities", TrustedAuthorities, authority => authority.WriteTo(writer));
        DcqlJson.WriteList(writer, "claims", Claims, claim => claim.WriteTo(writer));
        DcqlJson.WriteList(writer, "claim_sets", ClaimSets, set => DcqlJson.WriteStrings(writer, null, set));
        writer.WriteEndObject();
    }

    // OpenID4VP §6.1: alphanumeric, underscore and hyphen.
    [GeneratedRegex("^[A-Za-z0-9_-]+\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id_();
}

/// <summary>One claim of a credential query (OpenID4VP §6.3).</summary>
/// <param name="Id">The id that claim sets use, or null.</param>
/// <param name="Path">The claims path pointer.</param>
/// <param name="Values">The values asked for, or none for any.</param>
public sealed record ClaimQuery(string? Id, ClaimPath Path, ImmutableArray<JsonElement> Values)
{
    /// <summary>Of an mdoc: whether the verifier means to keep the value (OpenID4VP §B.2.4); null says nothing about it.</summary>
    public bool? IntentToRetain { get; init; }

    internal static ImmutableArray<JsonElement> ValuesOf(IReadOnlyList<object> values) => values.Count > 0
        ? [.. values.Select(ValueOf)]
        : throw new ArgumentException("There is at least one value.", nameof(values));

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Id is not null)
        {
            writer.WriteString("id", Id);
        }

        writer.WritePropertyName("path");
        Path.WriteTo(writer);
        DcqlJson.WriteList(writer, "values", Values, value => value.WriteTo(writer));
        if (IntentToRetain is { } keeps)
        {
            writer.WriteBoolean("intent_to_retain", keeps);
        }

        writer.WriteEndObject();
    }

    private static JsonElement ValueOf(object value) => JsonElement.Parse(JsonText.Write(writer =>
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case int or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            default:
                throw new ArgumentException("A value is a string, a whole number or a boolean.", nameof(value));
        }
    }));
}

/// <summary>A hint about accepted authorities (OpenID4VP §6.1.1).</summary>
/// <param name="Type">For example <c>aki</c>.</param>
/// <param name="Values">The values of that type.</param>
public sealed record TrustedAuthorities(string Type, ImmutableArray<string> Values)
{
    /// <summary>Authorities by their key identifiers (<c>aki</c>), as HAIP §5 has every wallet know them.</summary>
    /// <param name="authorities">Their certificates.</param>
    /// <exception cref="ArgumentException">A certificate has no subject key identifier.</exception>
    public static TrustedAuthorities ByKey(params IReadOnlyList<X509Certificate2> authorities) => new("aki", [.. authorities.Select(KeyIdOf)]);

    /// <summary>Authorities of a trusted list (<c>etsi_tl</c>).</summary>
    /// <param name="lists">The addresses of the lists.</param>
    public static TrustedAuthorities OfList(params IReadOnlyList<Uri> lists) => new("etsi_tl", [.. lists.Select(list => list.AbsoluteUri)]);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", Type);
        DcqlJson.WriteStrings(writer, "values", Values);
        writer.WriteEndObject();
    }

    private static string KeyIdOf(X509Certificate2 authority) =>
        authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } identifier
            ? Base64UrlText.Encode(identifier.SubjectKeyIdentifierBytes.Span)
            : throw new ArgumentException("The certificate has no subject key identifier.", nameof(authority));
}
