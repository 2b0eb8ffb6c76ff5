using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>Whether a claim has to be selectively disclosable (SD-JWT VC, "Claim Selective Disclosure Metadata").</summary>
public enum ClaimDisclosure
{
    /// <summary>It may be.</summary>
    Allowed,

    /// <summary>The issuer makes it selectively disclosable.</summary>
    Always,

    /// <summary>The issuer does not make it selectively disclosable.</summary>
    Never,
}

/// <summary>What type metadata say about a claim, beside how to show it.</summary>
/// <param name="Path">The claims it is about.</param>
/// <param name="Mandatory">Whether the issuer includes it always.</param>
/// <param name="Disclosure">Whether it is selectively disclosable.</param>
public sealed record ClaimRule(ClaimPath Path, bool Mandatory, ClaimDisclosure Disclosure);

/// <summary>A type metadata document (SD-JWT VC, "SD-JWT VC Type Metadata") as received: its members are well formed, unknown ones are ignored.</summary>
public sealed class TypeMetadataDocument
{
    /// <summary>The bound on a document, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private TypeMetadataDocument(ReadOnlyMemory<byte> document, JsonElement json, IReadOnlyList<StatedRule> rules) => (Document, Json, Rules) = (document, json, rules);

    /// <summary>The octets, over which integrity is computed.</summary>
    public ReadOnlyMemory<byte> Document { get; }

    /// <summary>The whole document: display texts and rendering are read from here, as text of a stranger to be escaped.</summary>
    public JsonElement Json { get; }

    /// <summary>The type that the document is about.</summary>
    public string Type => Json.StringMember("vct")!;

    /// <summary>The type that it extends, or null.</summary>
    public string? Extends => Json.StringMember("extends");

    /// <summary>The integrity of the document of that type, or null.</summary>
    public string? ExtendsIntegrity => Json.StringMember("extends#integrity");

    internal IReadOnlyList<StatedRule> Rules { get; }

    /// <summary>Parses a document.</summary>
    /// <param name="document">The octets. They are kept, not copied: the caller changes them no more.</param>
    public static Parsed<TypeMetadataDocument> Parse(ReadOnlyMemory<byte> document)
    {
        if (StrictJson.ParseObject(document.Span, MaxBytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        var element = json.Element;
        if (string.IsNullOrEmpty(element.StringMember("vct")))
        {
            return new FormatFailure(FormatRule.Member, "vct is missing or no string");
        }

        if (Array.Find(["extends", "extends#integrity", "name", "description"], name => element.Member(name) is not null && element.StringMember(name) is null) is { } wrong)
        {
            return new FormatFailure(FormatRule.Member, $"{wrong} is no string");
        }

        return ReadRules(element).Failed(out failure, out var rules) ? failure : new TypeMetadataDocument(document, element, rules);
    }

    /// <summary>The type.</summary>
    public override string ToString() => $"type metadata of {Type}";

    private static Parsed<List<StatedRule>> ReadRules(JsonElement json)
    {
        var rules = new List<StatedRule>();
        if (json.Member("claims") is null)
        {
            return rules;
        }

        if (json.ArrayMember("claims") is not { } claims)
        {
            return new FormatFailure(FormatRule.Member, "claims is no array");
        }

        foreach (var claim in claims.EnumerateArray())
        {
            if (ReadRule(claim).Failed(out var failure, out var rule))
            {
                return failure;
            }

            if (rules.Exists(other => other.Path.Equals(rule.Path)))
            {
                return new FormatFailure(FormatRule.Structure, "claims speaks of one path twice");
            }

            rules.Add(rule);
        }

        return rules;
    }

    private static Parsed<StatedRule> ReadRule(JsonElement claim)
    {
        if (claim.ArrayMember("path") is not { } array || ClaimPath.Parse(array).Failed(out _, out var path))
        {
            return new FormatFailure(FormatRule.Member, "a claim has a path of strings, whole numbers and nulls");
        }

        var mandatory = claim.BooleanMember("mandatory");
        if (mandatory is null && claim.Member("mandatory") is not null)
        {
            return new FormatFailure(FormatRule.Member, "mandatory is true or false");
        }

        if (claim.Member("sd") is null)
        {
            return new StatedRule(path, mandatory, null);
        }

        return claim.StringMember("sd") switch
        {
            "always" => new StatedRule(path, mandatory, ClaimDisclosure.Always),
            "allowed" => new StatedRule(path, mandatory, ClaimDisclosure.Allowed),
            "never" => new StatedRule(path, mandatory, ClaimDisclosure.Never),
            _ => new FormatFailure(FormatRule.Member, "sd is always, allowed or never"),
        };
    }

    /// <summary>A rule with what its document leaves unsaid: a type that extends another inherits that.</summary>
    internal sealed record StatedRule(ClaimPath Path, bool? Mandatory, ClaimDisclosure? Disclosure);
}
