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

        return failure.Rule switch
        {
            FormatRule.Algorithm => new Failure.UnknownDigestAlgorithm(),
            FormatRule.Digest => new Failure.DigestMismatch(failure.Fact),
            _ => new Failure.DisclosureRefused(failure.Fact),
        };
    }
}
