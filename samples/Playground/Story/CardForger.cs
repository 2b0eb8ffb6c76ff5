using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Wallet.Cards;

namespace IdentityPlatform.Playground.Story;

/// <summary>Makes cards that no honest issuer would: with the example signer but past their end, or with a signer of its own.</summary>
internal static class CardForger
{
    /// <summary>A copy like <paramref name="model"/>, over 18, signed by <paramref name="signer"/>.</summary>
    public static CardCopy Make(CardCopy model, SigningKey signer, DateTimeOffset validFrom, DateTimeOffset validUntil)
    {
        var holder = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var claims = new SdObject()
            .Plain("iss", SdValue.Of(model.Card.Claims.GetProperty("iss")))
            .Plain("vct", SdValue.Of(model.Type))
            .Plain("nbf", SdValue.Of(validFrom.ToUnixTimeSeconds()))
            .Plain("exp", SdValue.Of(validUntil.ToUnixTimeSeconds()))
            .Plain("status", SdValue.Of(model.Card.Claims.GetProperty("status")))
            .Plain("cnf", new SdObject().Plain("jwk", SdValue.Of(JsonElement.Parse(Jwk.Of(holder).ToJson()))))
            .Plain("age_equal_or_over", new SdObject().Disclosable("18", SdValue.Of(true)));
        var issued = SdJwtWriter.Issue(signer, "dc+sd-jwt", claims, RandomNumberGenerator.Fill);
        return CardCopy.Take(issued, holder).OrThrow();
    }

    /// <summary>A signer under a certification authority that nobody knows.</summary>
    public static SigningKey UnknownSigner(DateTimeOffset now)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Nobody's root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var root = rootRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var leafRequest = new CertificateRequest("CN=Nobody", leafKey, HashAlgorithmName.SHA256);
        leafRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        leafRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        using var leaf = leafRequest.Create(root, now.AddDays(-1), now.AddDays(30), [1, 2, 3, 4]);
        return SigningKey.From(leafKey, chain: [leaf.RawData]);
    }
}
