using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Checks;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>The plan for SD-JWT VC: nine checks in their order. The first that fails ends it.</summary>
internal static class SdJwtPlan
{
    // The credential is judged before its status is looked up (Token Status List §8.3), and the request last: what was asked
    // for is compared with claims that are known to be the issuer's.
    internal static readonly Plan<SdJwtCase> Checks = new(
    [
        (Check.Format, SdJwtFormat.Check),
        (Check.IssuerTrust, SdJwtIssuerTrust.Check),
        (Check.IssuerSignature, SdJwtIssuerSignature.Check),
        (Check.Integrity, SdJwtIntegrity.Check),
        (Check.Type, SdJwtType.Check),
        (Check.Validity, SdJwtValidity.Check),
        (Check.HolderBinding, SdJwtHolderBinding.Check),
        (Check.Revocation, SdJwtRevocation.Check),
        (Check.Request, SdJwtRequest.Check),
    ],
    Credential);

    /// <summary>Runs the plan; what the case holds is void afterwards.</summary>
    public static VerificationResult Run(SdJwtCase start)
    {
        using (start)
        {
            return Checks.Run(start);
        }
    }

    private static VerifiedCredential Credential(SdJwtCase verified) => new(
        verified.Type!,
        verified.Issuer,
        verified.SignedClaims.LongMember("exp") is { } end ? UnixTime.Find(end) : null,
        verified.Disclosed.Claims,
        verified.Disclosed.DisclosedPaths)
    {
        IsSdJwt = true,
        IsHolderSigned = verified.Token.KeyBinding is not null,
    };
}
