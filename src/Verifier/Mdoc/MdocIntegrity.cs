using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>Every element has the digest that the issuer signed for it (ISO/IEC 18013-5 §9.3.1).</summary>
internal static class MdocIntegrity
{
    public static Step Check(MdocCase c) => c.Signed.Elements().Failed(out var failure, out var elements)
        ? new Failure.DigestMismatch(failure.Fact)
        : Step.Passed(c with { Claims = MdocClaims.Of(elements) });
}
