using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Checks;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>A held status list says that the credential is valid (Token Status List §8.3).</summary>
internal static class SdJwtRevocation
{
    public static Step Check(SdJwtCase c) =>
        HeldStatus.Check(c, c.SignedClaims.Member("status") is null ? default(Parsed<StatusReference>?) : StatusReference.Parse(c.SignedClaims), c.Policy, c.Trust, c.Now);
}
