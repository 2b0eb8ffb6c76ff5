using System.Security.Cryptography;
using System.Text.Json;

namespace IdentityPlatform.Formats.Jose;

/// <summary>A private key as JSON (RFC 7518 §6.2.2, §6.3.2): how keys lie in files. Never on the wire.</summary>
public static class PrivateJwk
{
    /// <summary>Imports a private key; <c>alg</c> decides between PS256 (default) and RS256 for RSA. The <c>kid</c> is kept, else the thumbprint is used.</summary>
    /// <param name="json">The JWK with its private members.</param>
    /// <param name="chain">The certificates of the key, leaf first, in DER; may be empty.</param>
    public static Parsed<SigningKey> Parse(JsonElement json, IReadOnlyList<byte[]>? chain = null)
    {
        try
        {
            return json.StringMember("kty") switch
            {
                "EC" => SigningKey.InMemory(EcParameters(json), json.StringMember("kid"), chain),
                "RSA" => SigningKey.From(RSA.Create(RsaParameters(json)), JwsAlgorithms.Find(json.StringMember("alg")) ?? JwsAlgorithm.PS256, json.StringMember("kid"), chain),
                _ => new FormatFailure(FormatRule.Key, "kty is neither EC nor RSA"),
            };
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return new FormatFailure(FormatRule.Key, "the private key is malformed or its parts do not fit together");
        }
    }

    /// <summary>Imports the private key to which others encrypt (<see cref="Jwe"/>): EC on P-256.</summary>
    /// <param name="json">The JWK with its private member.</param>
    public static Parsed<ECDiffieHellman> ParseAgreement(JsonElement json)
    {
        try
        {
            return json.StringMember("kty") == "EC" && json.StringMember("crv") == "P-256"
                ? ECDiffieHellman.Create(EcParameters(json))
                : new FormatFailure(FormatRule.Key, "the key is not EC on P-256");
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return new FormatFailure(FormatRule.Key, "the private key is malformed or its parts do not fit together");
        }
    }

    /// <summary>Writes an EC key with its private part.</summary>
    public static void Write(Utf8JsonWriter writer, ECDsa key, string keyId)
    {
        var p = key.ExportParameters(includePrivateParameters: true);
        writer.WriteStartObject();
        writer.WriteString("kty", "EC");
        writer.WriteString("crv", $"P-{key.KeySize}");
        writer.WriteString("kid", keyId);
        writer.WriteString("x", Base64UrlText.Encode(p.Q.X));
        writer.WriteString("y", Base64UrlText.Encode(p.Q.Y));
        writer.WriteString("d", Base64UrlText.Encode(p.D));
        writer.WriteEndObject();
    }

    /// <summary>Writes an RSA key with its private part and its <c>alg</c>.</summary>
    public static void Write(Utf8JsonWriter writer, RSA key, JwsAlgorithm algorithm, string keyId)
    {
        var p = key.ExportParameters(includePrivateParameters: true);
        writer.WriteStartObject();
        writer.WriteString("kty", "RSA");
        writer.WriteString("kid", keyId);
        writer.WriteString("alg", algorithm.Name());
        foreach (var (name, value) in new[] { ("n", p.Modulus), ("e", p.Exponent), ("d", p.D), ("p", p.P), ("q", p.Q), ("dp", p.DP), ("dq", p.DQ), ("qi", p.InverseQ) })
        {
            writer.WriteString(name, Base64UrlText.Encode(value));
        }

        writer.WriteEndObject();
    }

    private static ECParameters EcParameters(JsonElement json) => new()
    {
        Curve = json.StringMember("crv") switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => throw new FormatException("The curve is unknown."),
        },
        Q = new ECPoint { X = Bytes(json, "x"), Y = Bytes(json, "y") },
        D = Bytes(json, "d"),
    };

    private static RSAParameters RsaParameters(JsonElement json) => new()
    {
        Modulus = Bytes(json, "n"),
        Exponent = Bytes(json, "e"),
        D = Bytes(json, "d"),
        P = Bytes(json, "p"),
        Q = Bytes(json, "q"),
        DP = Bytes(json, "dp"),
        DQ = Bytes(json, "dq"),
        InverseQ = Bytes(json, "qi"),
    };

    // A missing member is no empty one: the framework indexes into what it is given.
    private static byte[] Bytes(JsonElement json, string name) =>
        Base64UrlText.Parse(json.StringMember(name) is { Length: > 0 } text ? text : throw new FormatException($"{name} is missing."), name).OrThrow();
}
