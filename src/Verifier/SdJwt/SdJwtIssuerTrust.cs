using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Checks;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>
/// The signer is trusted to issue credentials of this type. The claims are not verified yet: they only say which signer to
/// look for, and the signature is then checked with the key found here. How the key is found is the policy's word alone,
/// never the presentation's (SD-JWT VC §2.5).
/// </summary>
internal static class SdJwtIssuerTrust
{
    public static Step Check(SdJwtCase c)
    {
        var claims = c.Token.IssuerJwt.UnverifiedClaims;
        return c.Policy.IssuerTrust is IssuerTrust.PinnedKeys pinned ? ByPin(c, claims, pinned) : ByBundle(c, claims);
    }

    private static Step ByBundle(SdJwtCase c, JsonElement claims)
    {
        if (FreshBundle.Check<SdJwtCase>(c.Policy, c.Trust, c.Now) is { } old)
        {
            return old;
        }

        var verdict = c.Trust.FindSigner(c.Token.IssuerJwt.Header, AnchorRole.Credentials, c.Type, c.Now);
        if (verdict is not SignerVerdict.Trusted signer)
        {
            return ((SignerVerdict.Refused)verdict).Failure;
        }

        // Whoever answers for a type under another name, or under one that it extends, is trusted for that type itself.
        if (AcceptedType.Of(claims, c) is { } type && type != c.Type
            && c.Trust.FindSigner(c.Token.IssuerJwt.Header, AnchorRole.Credentials, type, c.Now) is SignerVerdict.Refused refused)
        {
            return refused.Failure;
        }

        // SD-JWT VC §2.5: with x5c the issuer is the certificate's subject; an iss beside it may not claim another name,
        // or any trusted issuer could speak for every other.
        if (claims.Member("iss") is { } issuer && !CertificateNames.Matches(issuer, signer.Names))
        {
            return new Failure.IssuerMismatch(issuer.ValueKind == JsonValueKind.String ? issuer.GetString()! : "", signer.Names);
        }

        return Step.Passed(c.With(signer.Key, signer.Subject), c.Trust.AgeAt(c.Now));
    }

    private static Step ByPin(SdJwtCase c, JsonElement claims, IssuerTrust.PinnedKeys pinned)
    {
        var (own, type) = (c.Type, AcceptedType.Of(claims, c));
        var keys = pinned.For(own).ToList();
        if (type is not null && type != own)
        {
            // As for an anchor: pinned for the type that it answers as, too.
            keys.RemoveAll(key => !pinned.For(type).Any(other => other.Jwk.ThumbprintText() == key.Jwk.ThumbprintText()));
        }

        if (keys.Count == 0)
        {
            return new Failure.NoPinnedKey(type ?? own);
        }

        // With several keys for one type, the one that signed is the signer; with none of them, the next check says so.
        var signer = keys.Find(key => c.Token.IssuerJwt.Verify(key, null, [.. c.Policy.Algorithms]).Succeeded(out _, out _)) ?? keys[0];
        var thumbprint = signer.Jwk.ThumbprintText();
        return c.Trust.Denies(thumbprint) ? new Failure.DeniedSigner(thumbprint) : Step.Passed(c.With(signer, thumbprint));
    }
}
