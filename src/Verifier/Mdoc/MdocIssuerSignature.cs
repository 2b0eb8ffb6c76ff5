using IdentityPlatform.Formats.Jose;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>The issuer's signature verifies with the trusted signer's key and an allowed algorithm (ISO/IEC 18013-5 §9.1.2.4).</summary>
internal static class MdocIssuerSignature
{
    public static Step Check(MdocCase c)
    {
        var signed = c.Document.IssuerSigned;
        if (!c.Policy.Algorithms.Contains(signed.IssuerAuth.Algorithm))
        {
            return new Failure.IssuerAlgorithmNotAllowed(signed.IssuerAuth.Algorithm.Name());
        }

        return signed.Verify(c.Signer.Key, signed.IssuerAuth.Algorithm).Failed(out _, out var verified)
            ? new Failure.IssuerSignatureInvalid()
            : Step.Passed(c with { Signed = verified });
    }
}
