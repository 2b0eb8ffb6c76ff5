using IdentityPlatform.Formats.Jose;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>The issuer's signature verifies with the trusted signer's key and an allowed algorithm (RFC 9901 §7.1, item 2).</summary>
internal static class SdJwtIssuerSignature
{
    public static Step Check(SdJwtCase c)
    {
        var jwt = c.Token.IssuerJwt;
        if (!c.Policy.Algorithms.Contains(jwt.Algorithm))
        {
            return new Failure.IssuerAlgorithmNotAllowed(jwt.Algorithm.Name());
        }

        // The typ is the matter of the Type check.
        return jwt.Verify(c.Signer, type: null, jwt.Algorithm).Failed(out _, out var verified)
            ? new Failure.IssuerSignatureInvalid()
            : Step.Passed(c.With(verified));
    }
}
