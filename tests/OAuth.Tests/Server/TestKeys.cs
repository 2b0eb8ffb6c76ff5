using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>Keys, certificates and JWTs of a test, right or broken.</summary>
public static class TestKeys
{
    public static SigningKey NewEc(string? keyId = null) => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256), keyId);

    /// <summary>A JWT with exactly this header and these claims.</summary>
    public static string Jwt(SigningKey key, JsonObject header, JsonObject claims)
    {
        var input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Base64UrlText.Encode(key.Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static JsonNode PublicJwk(SigningKey key) => JsonNode.Parse(key.PublicKey.ToJson())!;

    /// <summary>A file of the key directory with a new key.</summary>
    public static string KeyFile(string role)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = JsonText.Write(writer => PrivateJwk.Write(writer, key, $"{role}-1"));
        return $$"""{"role":"{{role}}","state":"active","jwk":{{Encoding.UTF8.GetString(jwk)}}}""";
    }

    /// <summary>A self-signed authority.</summary>
    public static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(5));
    }

    /// <summary>A certificate with its key for a TLS server at localhost.</summary>
    public static X509Certificate2 ServerCertificate(X509Certificate2 authority) => TlsCertificate(authority, "CN=localhost", "1.3.6.1.5.5.7.3.1", names => names.AddDnsName("localhost"));

    /// <summary>A certificate with its key for a TLS client; self-signed without an authority.</summary>
    public static X509Certificate2 TlsCertificate(
        X509Certificate2? authority, string subject, string use = "1.3.6.1.5.5.7.3.2", Action<SubjectAlternativeNameBuilder>? names = null, TimeSpan? age = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        if (names is not null)
        {
            var builder = new SubjectAlternativeNameBuilder();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }

        var from = DateTimeOffset.UtcNow.AddHours(-12) - (age ?? TimeSpan.Zero);
        using var certificate = authority is null
            ? request.CreateSelfSigned(from, from.AddDays(2))
            : request.Create(authority, from, from.AddDays(2), RandomNumberGenerator.GetBytes(8));
        using var whole = authority is null ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null) : certificate.CopyWithPrivateKey(key);

        // TLS on some systems wants a key that was loaded, not one that lives in memory alone.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A key with a certificate of that authority.</summary>
    public static SigningKey Certified(X509Certificate2 authority, string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-12), DateTimeOffset.UtcNow.AddYears(4), [1, 2, 3]);
        return SigningKey.From(key, chain: [certificate.RawData]);
    }

    private static string Encode(JsonObject json) => Base64UrlText.Encode(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
