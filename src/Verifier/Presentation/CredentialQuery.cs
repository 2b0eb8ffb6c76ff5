using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
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

    /// <summary>Asks for a claim too.</summary>
    public CredentialQuery Asking(ClaimQuery claim) => Claims.Any(other => other.Path.Equals(claim.Path))
        ? throw new ArgumentException("A query does not point at one claim twice (OpenID4VP §6.3).", nameof(claim))
        : new(this) { Claims = Claims.Add(claim) };

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
        writer.WriteEndObject();
    }
}

/// <summary>A hint about accepted authorities (OpenID4VP §6.1.1).</summary>
/// <param name="Type">For example <c>aki</c>.</param>
/// <param name="Values">The values of that type.</param>
public sealed record TrustedAuthorities(string Type, ImmutableArray<string> Values)
{
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", Type);
        DcqlJson.WriteStrings(writer, "values", Values);
        writer.WriteEndObject();
    }
}
