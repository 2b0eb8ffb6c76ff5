using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Checks;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Printed.PrintedCase>;

namespace IdentityPlatform.Verifier.Printed;

/// <summary>The signer is trusted to issue codes of this type. The code is not verified yet: it only says which signer to look for.</summary>
internal static class PrintedIssuerTrust
{
    public static Step Check(PrintedCase c) => c.Policy.IssuerTrust.Match(() => ByBundle(c), pinned => ByPin(c, pinned));

    private static Step ByBundle(PrintedCase c)
    {
        if (FreshBundle.Check<PrintedCase>(c.Policy, c.Trust, c.Now) is { } old)
        {
            return old;
        }

        var verdict = c.Trust.FindSigner(c.Code.Message, AnchorRole.Credentials, c.Code.UnverifiedType, c.Now);
        if (verdict is not SignerVerdict.Trusted signer)
        {
            return ((SignerVerdict.Refused)verdict).Failure;
        }

        // The code names its issuer: it may not be another than the one whose certificate signed, or any trusted issuer could speak for every other.
        return CertificateNames.Matches(c.Code.UnverifiedIssuer, signer.Names)
            ? Step.Passed(c with { Signer = signer.Key, SignerName = signer.Subject }, c.Trust.AgeAt(c.Now))
            : new Failure.IssuerMismatch(c.Code.UnverifiedIssuer, signer.Names);
    }

    private static Step ByPin(PrintedCase c, IssuerTrust.PinnedKeys pinned)
    {
        var keys = pinned.For(c.Code.UnverifiedType).ToList();
        if (keys.Count == 0)
        {
            return new Failure.NoPinnedKey(c.Code.UnverifiedType);
        }

        // With several keys for one type, the one that signed is the signer; with none of them, the next check says so.
        var signer = keys.Find(key => c.Code.Verify(key, [.. c.Policy.Algorithms]).Succeeded(out _, out _)) ?? keys[0];
        var thumbprint = signer.Jwk.ThumbprintText();
        return c.Trust.Denies(thumbprint) ? new Failure.DeniedSigner(thumbprint) : Step.Passed(c with { Signer = signer, SignerName = thumbprint });
    }
}
