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
