using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Verifier;

/// <summary>
/// Why a presentation was rejected: closed variants that carry facts. Facts are times, types, names of signers and paths
/// of claims; never the value of a claim.
/// </summary>
public abstract record Failure
{
    private Failure(Check check) => Check = check;

    /// <summary>The check that failed.</summary>
    public Check Check { get; }

    /// <summary>The presentation breaks a rule of its wire format.</summary>
    public sealed record Malformed(FormatRule Rule, string Fact) : Failure(Check.Format);

    /// <summary>The header has no usable <c>x5c</c> chain (SD-JWT VC: no other key discovery is allowed by this policy).</summary>
    public sealed record NoIssuerCertificate(FormatRule Rule, string Fact) : Failure(Check.IssuerTrust);

    /// <summary>No certificate path leads from the signer to an anchor: which link failed, why, and which anchors were tried.</summary>
    public sealed record UntrustedIssuer(string Subject, int FailedLink, PathFault Reason, IReadOnlyList<string> TriedAnchors) : Failure(Check.IssuerTrust);

    /// <summary>The signer's anchor is trusted for credentials, but not for this type: which anchor that is, and for which types.</summary>
    public sealed record IssuerNotForType(string Subject, string? Type, string Anchor, IReadOnlyList<string> TrustedFor) : Failure(Check.IssuerTrust);

    /// <summary>The bundle denies this signer's key (RFC 7638 thumbprint).</summary>
    public sealed record DeniedSigner(string Thumbprint) : Failure(Check.IssuerTrust);

    /// <summary>The credential's <c>iss</c> is not a name in the signer's certificate.</summary>
    public sealed record IssuerMismatch(string Issuer, IReadOnlyList<string> CertificateNames) : Failure(Check.IssuerTrust);

    /// <summary>The policy pins no key for this type.</summary>
    public sealed record NoPinnedKey(string? Type) : Failure(Check.IssuerTrust);

    /// <summary>The bundle, or the list of anchors, is older than it allows itself to be.</summary>
    public sealed record BundleTooOld(DateTimeOffset AsOf, TimeSpan MaxAge) : Failure(Check.IssuerTrust);

    /// <summary>The issuer's signature does not verify with the trusted signer's key.</summary>
    public sealed record IssuerSignatureInvalid() : Failure(Check.IssuerSignature);

    /// <summary>The issuer's algorithm is not one that the policy allows.</summary>
    public sealed record IssuerAlgorithmNotAllowed(string Algorithm) : Failure(Check.IssuerSignature);

    /// <summary>A disclosure does not belong to what the issuer signed, or belongs to it twice (RFC 9901 §7.1).</summary>
    public sealed record DigestMismatch(string Fact) : Failure(Check.Integrity);

    /// <summary>A disclosure has the wrong shape, or a name that is forbidden or taken (RFC 9901 §7.1).</summary>
    public sealed record DisclosureRefused(string Fact) : Failure(Check.Integrity);

    /// <summary>The issuer names a digest algorithm in <c>_sd_alg</c> that is not known here.</summary>
    public sealed record UnknownDigestAlgorithm() : Failure(Check.Integrity);

    /// <summary>The <c>typ</c> header is not <c>dc+sd-jwt</c>.</summary>
    public sealed record WrongTokenType(string? Actual) : Failure(Check.Type);

    /// <summary><c>aka_vcts</c> is no array of strings, is empty, or names the credential's own type (SD-JWT VC).</summary>
    public sealed record AkaTypesMalformed() : Failure(Check.Type);

    /// <summary>The policy asks for the metadata of this type, and the bundle has none.</summary>
    public sealed record TypeMetadataMissing(string Type) : Failure(Check.Type);

    /// <summary>The metadata of this type cannot be used: malformed, not the document that was meant, a circle, too long, or looser than what they extend.</summary>
    public sealed record TypeMetadataUnusable(string Type, FormatRule Rule, string Fact) : Failure(Check.Type);

    /// <summary>A claim is not as the metadata of the type have it.</summary>
    public sealed record AgainstTypeMetadata(ClaimPath Path, TypeRule Rule) : Failure(Check.Type);

    /// <summary>The credential is of another type than those asked for.</summary>
    public sealed record UnexpectedType(string Actual, IReadOnlyList<string> Expected) : Failure(Check.Type);

    /// <summary>A claim that decides about validity came in a disclosure (SD-JWT VC: never selectively disclosable).</summary>
    public sealed record ForbiddenDisclosure(ClaimPath Path) : Failure(Check.Type);

    /// <summary>The credential's time is over.</summary>
    public sealed record Expired(DateTimeOffset Now, DateTimeOffset ValidUntil) : Failure(Check.Validity);

    /// <summary>The credential's time has not begun.</summary>
    public sealed record NotYetValid(DateTimeOffset Now, DateTimeOffset ValidFrom) : Failure(Check.Validity);

    /// <summary>The policy asks for a time claim that the credential does not have.</summary>
    public sealed record TimeMissing(string Claim) : Failure(Check.Validity);

    /// <summary>A time claim is not a whole number of seconds within the range of dates.</summary>
    public sealed record TimeMalformed(string Claim) : Failure(Check.Validity);

    /// <summary>The mdoc says that it was signed outside the time in which its signer's certificates are valid (ISO/IEC 18013-5 §9.3.1).</summary>
    public sealed record SignedOutsideCertificate(DateTimeOffset SignedAt, DateTimeOffset From, DateTimeOffset Until) : Failure(Check.Validity);

    /// <summary>The verifier's clock stands before the time at which its bundle was made.</summary>
    public sealed record ClockBehindBundle(DateTimeOffset Now, DateTimeOffset BundleTime) : Failure(Check.Validity);

    /// <summary>The presentation has no key-binding JWT.</summary>
    public sealed record HolderBindingMissing() : Failure(Check.HolderBinding);

    /// <summary>A printed code is bound to no holder, and the policy asks for holder binding.</summary>
    public sealed record NotHolderBound() : Failure(Check.HolderBinding);

    /// <summary>The credential names no holder key in <c>cnf</c>, or none that is usable.</summary>
    public sealed record HolderKeyUnusable(FormatRule Rule, string Fact) : Failure(Check.HolderBinding);

    /// <summary>The key-binding JWT's <c>typ</c> is not <c>kb+jwt</c>.</summary>
    public sealed record WrongKeyBindingType(string? Actual) : Failure(Check.HolderBinding);

    /// <summary>The holder's algorithm is not one that the policy allows.</summary>
    public sealed record HolderAlgorithmNotAllowed(string Algorithm) : Failure(Check.HolderBinding);

    /// <summary>The holder's signature or MAC is not the one of the key that the issuer bound the credential to.</summary>
    public sealed record HolderSignatureInvalid() : Failure(Check.HolderBinding);

    /// <summary>The key-binding JWT answers another request, or none.</summary>
    public sealed record WrongNonce() : Failure(Check.HolderBinding);

    /// <summary>The key-binding JWT is meant for another verifier.</summary>
    public sealed record WrongAudience(string Expected) : Failure(Check.HolderBinding);

    /// <summary>The key-binding JWT has no usable <c>iat</c>.</summary>
    public sealed record PresentationTimeMissing() : Failure(Check.HolderBinding);

    /// <summary>The key-binding JWT was made too long ago.</summary>
    public sealed record PresentationTooOld(DateTimeOffset Now, DateTimeOffset IssuedAt) : Failure(Check.HolderBinding);

    /// <summary>The key-binding JWT says that it was made in the future.</summary>
    public sealed record PresentationFromTheFuture(DateTimeOffset Now, DateTimeOffset IssuedAt) : Failure(Check.HolderBinding);

    /// <summary>The key-binding JWT covers another set of disclosures (<c>sd_hash</c>).</summary>
    public sealed record SdHashMismatch() : Failure(Check.HolderBinding);

    /// <summary>The holder did not sign over what was to be confirmed, over something else, or with another hash (OpenID4VP §B.3.3).</summary>
    public sealed record TransactionDataMismatch() : Failure(Check.HolderBinding);

    /// <summary>The issuer has withdrawn the credential.</summary>
    public sealed record Revoked(DateTimeOffset AsOf) : Failure(Check.Revocation);

    /// <summary>The issuer has suspended the credential.</summary>
    public sealed record Suspended(DateTimeOffset AsOf) : Failure(Check.Revocation);

    /// <summary>The list holds a value that this verifier gives no meaning to, and therefore not "valid".</summary>
    public sealed record UnregisteredStatus(int Value, DateTimeOffset AsOf) : Failure(Check.Revocation);

    /// <summary>Nothing can be said about the status, and the policy does not accept that.</summary>
    public sealed record StatusUnknown(StatusGap Reason) : Failure(Check.Revocation);

    /// <summary>A claim that was asked for was not presented.</summary>
    public sealed record ClaimMissing(ClaimPath Path) : Failure(Check.Request);

    /// <summary>A claim was presented with a value that was not asked for.</summary>
    public sealed record ValueNotRequested(ClaimPath Path) : Failure(Check.Request);

    /// <summary>More was disclosed than was asked for (OpenID4VP §6.4).</summary>
    public sealed record OverDisclosure(ClaimPath Path) : Failure(Check.Request);
}

/// <summary>What the metadata of a type ask of a claim (SD-JWT VC, "Claim Metadata").</summary>
public enum TypeRule
{
    /// <summary>It is always there. A selectively disclosable claim that is not shown is not missing.</summary>
    Mandatory,

    /// <summary>It is always selectively disclosable.</summary>
    AlwaysDisclosable,

    /// <summary>It is never selectively disclosable.</summary>
    NeverDisclosable,
}
