using IdentityPlatform.Formats;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.Interop.Cards;

/// <summary>Verdicts that differ, and why that is right.</summary>
/// <param name="why">The reason.</param>
/// <param name="failure">What we refuse and they accept; null where it is the other way round.</param>
/// <param name="refused">What they say where they refuse and we accept.</param>
internal sealed class Difference(string why, Func<Failure, bool>? failure, string? refused = null)
{
    public bool Explains(Failure? ours, string? theirs) =>
        ours is not null ? failure?.Invoke(ours) == true : refused is not null && theirs?.Contains(refused, StringComparison.Ordinal) == true;

    public override string ToString() => why;
}

/// <summary>All differences that are known.</summary>
internal static class Differences
{
    public static IReadOnlyList<Difference> OfSdJwts { get; } =
    [
        new("RFC 8259 §8.1, RFC 8725 §2.4: JSON of two readings is refused, theirs takes what its parser takes", f => f is Failure.Malformed { Rule: FormatRule.Json }),
        new("RFC 7515 §2: base64url has one spelling, theirs skips what does not belong to it", f => f is Failure.Malformed { Rule: FormatRule.Base64Url }),
        new("theirs has no bound on size", f => f is Failure.Malformed { Rule: FormatRule.Size }),
        new("an issuer is trusted for its types and under its own name; the test gives theirs the signer's key alone", f => f is Failure.IssuerNotForType or Failure.IssuerMismatch),
        new("who is asked for a type takes no other, and theirs was not told which", f => f is Failure.UnexpectedType),
        new("RFC 9901 §4.1.1, §7.1: digests are strings, none stands twice, and each disclosure belongs to one", f => f is Failure.DigestMismatch or Failure.DisclosureRefused),
        new("RFC 9901 §4.1.1: an algorithm that nobody knows; theirs asks Web Crypto, which knows names in other spellings", f => f is Failure.UnknownDigestAlgorithm),
        new("RFC 7519 §4.1.4: a time is a number; and HAIP's policy here wants an end", f => f is Failure.TimeMissing or Failure.TimeMalformed),
        new("RFC 7519 §4.1.4: nought is a time too; theirs takes it for none", f => f is Failure.Expired),
        new("RFC 9901 §7.3: a presentation is for its verifier and of now; theirs leaves aud and iat to its caller", f => f is Failure.WrongAudience or Failure.PresentationTooOld or Failure.PresentationFromTheFuture or Failure.PresentationTimeMissing),
        new("RFC 7518 §6.2.1.2: coordinates have their full length; Web Crypto is not as strict", f => f is Failure.HolderKeyUnusable),
        new("a status that cannot be told is not valid; theirs skips what it does not know", f => f is Failure.StatusUnknown),
        new("theirs was not told what was asked for", f => f is Failure.ClaimMissing or Failure.OverDisclosure or Failure.ValueNotRequested),
    ];

    public static IReadOnlyList<Difference> OfMdocs { get; } =
    [
        new("RFC 8949 §5.6, §3.1: no key twice, valid UTF-8, definite lengths; theirs takes what its decoder takes", f => f is Failure.Malformed { Rule: FormatRule.Cbor }),
        new("ISO/IEC 18013-5 §8.3.2.1.2.2: version, status, namespaces and items have their shape", f => f is Failure.Malformed { Rule: FormatRule.Type or FormatRule.Structure or FormatRule.Member or FormatRule.Disclosure }),
        new("a certificate is one DER structure; OpenSSL leaves what follows it", f => f is Failure.NoIssuerCertificate { Rule: FormatRule.Certificate }),
        new("an issuer is trusted for its types; theirs was not told for which", f => f is Failure.IssuerNotForType),
        new("a status that cannot be told is not valid; theirs reads no status", f => f is Failure.StatusUnknown),
        new("theirs was not told what was asked for", f => f is Failure.ClaimMissing or Failure.OverDisclosure),
        new("RFC 9052 §1.5: a label is a number or a text; theirs takes numbers alone", failure: null, "Error decoding DeviceSignature"),
        new("the same in the issuer's signature", failure: null, "Error decoding IssuerAuth"),
    ];
}
