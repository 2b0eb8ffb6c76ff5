using IdentityPlatform.Verifier.Checks;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>The plan for ISO mdoc: the same nine checks in the same order. The first that fails ends it.</summary>
internal static class MdocPlan
{
    internal static readonly Plan<MdocCase> Checks = new(
    [
        (Check.Format, MdocFormat.Check),
        (Check.IssuerTrust, MdocIssuerTrust.Check),
        (Check.IssuerSignature, MdocIssuerSignature.Check),
        (Check.Integrity, MdocIntegrity.Check),
        (Check.Type, MdocType.Check),
        (Check.Validity, MdocValidity.Check),
        (Check.HolderBinding, MdocHolderBinding.Check),
        (Check.Revocation, MdocRevocation.Check),
        (Check.Request, MdocRequest.Check),
    ],
    Credential);

    public static VerificationResult Run(MdocCase start) => Checks.Run(start);

    private static VerifiedCredential Credential(MdocCase verified) =>
        new(verified.Signed.Mso.DocType, verified.Signer.Name, verified.Signed.Mso.Validity.ValidUntil, verified.Claims.Json, verified.Claims.Paths)
        {
            CborStatus = verified.Signed.Mso.Status,
            IsHolderSigned = true,
        };
}
