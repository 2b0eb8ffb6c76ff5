using IdentityPlatform.Formats;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>Every disclosure is referenced exactly once by what the issuer signed (RFC 9901 §7.1, items 3 to 5).</summary>
internal static class SdJwtIntegrity
{
    public static Step Check(SdJwtCase c)
    {
        if (c.Token.Process(c.SignedClaims).Succeeded(out var disclosed, out var failure))
        {
            return Step.Passed(c.With(disclosed));
        }

        if (failure.Rule == FormatRule.Algorithm)
        {
            return new Failure.UnknownDigestAlgorithm();
        }

        return failure.Rule == FormatRule.Digest ? new Failure.DigestMismatch(failure.Fact) : new Failure.DisclosureRefused(failure.Fact);
    }
}
