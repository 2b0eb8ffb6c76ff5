using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>A credential keeps to the metadata of its type (SD-JWT VC, "Type Metadata" and "Claim Metadata"), where the policy asks for that.</summary>
internal static class SdJwtTypeMetadata
{
    public static Failure? Check(SdJwtCase c, string type)
    {
        if (c.Policy.TypeMetadata == TypeMetadataCheck.NotRead)
        {
            return null;
        }

        if (c.Trust.Types.Find(type) is not { } held)
        {
            return c.Policy.TypeMetadata == TypeMetadataCheck.Required ? new Failure.TypeMetadataMissing(type) : null;
        }

        if (held.Failed(out var unusable, out var chain))
        {
            return new Failure.TypeMetadataUnusable(type, unusable.Rule, unusable.Fact);
        }

        if (CheckIntegrity(c, type, chain.Documents[0]) is { } other)
        {
            return other;
        }

        return CheckRules(c, chain);
    }

    private static Failure.AgainstTypeMetadata? CheckRules(SdJwtCase c, TypeChain chain) =>
        chain.Rules.Select(rule => CheckRule(c, rule)).FirstOrDefault(failure => failure is not null);

    // A credential that says which document describes it is described by that one alone.
    private static Failure.TypeMetadataUnusable? CheckIntegrity(SdJwtCase c, string type, TypeMetadataDocument document)
    {
        if (c.SignedClaims.Member("vct#integrity") is null)
        {
            return null;
        }

        if (IntegrityMetadata.Parse(c.SignedClaims.StringMember("vct#integrity") ?? "").Failed(out var failure, out var integrity))
        {
            return new Failure.TypeMetadataUnusable(type, failure.Rule, failure.Fact);
        }

        return integrity.IsOf(document.Document.Span) ? null : new Failure.TypeMetadataUnusable(type, FormatRule.Digest, "the document is not the one that the credential names");
    }

    private static Failure.AgainstTypeMetadata? CheckRule(SdJwtCase c, ClaimRule rule)
    {
        // An index counts items that were not disclosed, and those cannot be counted here.
        if (rule.Path.Parts.Any(part => part.Index is not null))
        {
            return null;
        }

        if (IsMissing(c, rule))
        {
            return new Failure.AgainstTypeMetadata(rule.Path, TypeRule.Mandatory);
        }

        if (rule.Disclosure == ClaimDisclosure.Never && c.Disclosed.DisclosedPaths.Any(rule.Path.Covers))
        {
            return new Failure.AgainstTypeMetadata(rule.Path, TypeRule.NeverDisclosable);
        }

        return rule.Disclosure == ClaimDisclosure.Always && rule.Path.Expand(c.Disclosed.Claims).Any(shown => !IsDisclosed(c, shown))
            ? new Failure.AgainstTypeMetadata(rule.Path, TypeRule.AlwaysDisclosable)
            : null;
    }

    // Only of a claim that is never selectively disclosable its absence tells something, and only where what it stands in is there.
    private static bool IsMissing(SdJwtCase c, ClaimRule rule)
    {
        if (!rule.Mandatory || rule.Disclosure != ClaimDisclosure.Never || rule.Path.Select(c.Disclosed.Claims).Count > 0)
        {
            return false;
        }

        return rule.Path.Parts.Count == 1 || rule.Path.Parent().Select(c.Disclosed.Claims).Count > 0;
    }

    // Itself, or as a part of what was disclosed.
    private static bool IsDisclosed(SdJwtCase c, ClaimPath shown) => c.Disclosed.DisclosedPaths.Any(disclosed => disclosed.CoversStartOf(shown));
}
