using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Checks;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>
/// The document signer is certified under an anchor that is trusted for documents of this type (ISO/IEC 18013-5 §9.3.3). The
/// document is not verified yet: it only says which signer to look for.
/// </summary>
internal static class MdocIssuerTrust
{
    public static Step Check(MdocCase c) => c.Policy.IssuerTrust is IssuerTrust.PinnedKeys pinned ? ByPin(c, pinned) : ByBundle(c);

    private static Step ByBundle(MdocCase c)
    {
        if (FreshBundle.Check<MdocCase>(c.Policy, c.Trust, c.Now) is { } old)
        {
            return old;
        }

        return c.Trust.FindSigner(c.Document.IssuerSigned.IssuerAuth, AnchorRole.Credentials, c.Document.DocType, c.Now) switch
        {
            SignerVerdict.Trusted signer => Step.Passed(
                c with { Signer = new(signer.Key, signer.Subject, signer.From, signer.Until) }, c.Trust.AgeAt(c.Now)),
            SignerVerdict.Refused refused => refused.Failure,
            _ => throw new InvalidOperationException("There is no third verdict."),
        };
    }

    private static Step ByPin(MdocCase c, IssuerTrust.PinnedKeys pinned)
    {
        var keys = pinned.For(c.Document.DocType).ToList();
        if (keys.Count == 0)
        {
            return new Failure.NoPinnedKey(c.Document.DocType);
        }

        // With several keys for one type, the one that signed is the signer; with none of them, the next check says so.
        var signer = keys.Find(key => c.Document.IssuerSigned.Verify(key, [.. c.Policy.Algorithms]).Succeeded(out _, out _)) ?? keys[0];
        var thumbprint = signer.Jwk.ThumbprintText();
        return c.Trust.Denies(thumbprint) ? new Failure.DeniedSigner(thumbprint) : Step.Passed(c with { Signer = new(signer, thumbprint, null, null) });
    }
}
