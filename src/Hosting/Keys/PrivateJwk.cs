using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>Private keys as JSON (RFC 7518 §6), for files. Never printed or logged.</summary>
internal static class PrivateJwk
{
    /// <summary>Reads a private key; its <c>alg</c> is needed for RSA, its curve decides for EC.</summary>
    /// <exception cref="FormatException">A member is missing or malformed; the message holds no value.</exception>
    /// <exception cref="CryptographicException">The numbers are no key.</exception>
    public static SigningKey Read(JsonElement jwk, IReadOnlyList<byte[]> chain)
    {
        var key = jwk.StringMember("kty") switch
        {
            "EC" => SigningKey.From(ReadEc(jwk), jwk.StringMember("kid"), chain),
            "RSA" => SigningKey.From(ReadRsa(jwk), RsaAlgorithm(jwk), jwk.StringMember("kid"), chain),
            _ => throw new FormatException("kty is neither EC nor RSA"),
        };
        return Agrees(key) ? key : throw new FormatException("the private and the public part of jwk are of different keys");
    }

    /// <summary>Writes a new key with its private part.</summary>
    public static void Write(Utf8JsonWriter writer, SigningKey key, ECDsa secret)
    {
        var jwk = key.PublicKey;
        var p = secret.ExportParameters(includePrivateParameters: true);
        writer.WriteStartObject();
        writer.WriteString("kty", "EC");
        writer.WriteString("crv", jwk.Curve);
        writer.WriteString("x", Base64UrlText.Encode(p.Q.X));
        writer.WriteString("y", Base64UrlText.Encode(p.Q.Y));
        writer.WriteString("d", Base64UrlText.Encode(p.D));
        writer.WriteString("kid", key.KeyId);
        writer.WriteString("alg", key.Algorithm.Name());
        writer.WriteEndObject();
        CryptographicOperations.ZeroMemory(p.D);
    }

    private static ECDsa ReadEc(JsonElement jwk)
    {
        var (curve, size) = jwk.StringMember("crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => throw new FormatException("crv is none of P-256, P-384 and P-521"),
        };
        var d = Number(jwk, "d");
        return d.Length == size
            ? ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Number(jwk, "x"), Y = Number(jwk, "y") }, D = d })
            : throw new FormatException($"d is not of {size} bytes");
    }

    private static RSA ReadRsa(JsonElement jwk) => RSA.Create(new RSAParameters
    {
        Modulus = Number(jwk, "n"),
        Exponent = Number(jwk, "e"),
        D = Number(jwk, "d"),
        P = Number(jwk, "p"),
        Q = Number(jwk, "q"),
        DP = Number(jwk, "dp"),
        DQ = Number(jwk, "dq"),
        InverseQ = Number(jwk, "qi"),
    });

    private static JwsAlgorithm RsaAlgorithm(JsonElement jwk) =>
        JwsAlgorithms.Find(jwk.StringMember("alg")) is { } algorithm && algorithm.Curve() is null
            ? algorithm
            : throw new FormatException("alg of an RSA key is PS256 or RS256");

    private static byte[] Number(JsonElement jwk, string name) =>
        Base64UrlText.TryDecode(jwk.StringMember(name), out var bytes) && bytes.Length > 0
            ? bytes
            : throw new FormatException($"member '{name}' of jwk is missing or not base64url");

    private static bool Agrees(SigningKey key)
    {
        ReadOnlySpan<byte> probe = "a key agrees with itself"u8;
        return VerificationKey.Import(key.PublicKey).Succeeded(out var verification, out _)
            && verification.Verify(key.Algorithm, probe, key.Sign(probe));
    }
}
