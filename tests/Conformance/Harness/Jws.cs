using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>A compact JWS as the suite received it.</summary>
public sealed class Jws
{
    private readonly string _input;
    private readonly byte[] _signature;

    private Jws(string compact, string[] parts)
    {
        Compact = compact;
        (Header, Claims) = (Read(parts[0]), Read(parts[1]));
        (_input, _signature) = ($"{parts[0]}.{parts[1]}", Base64Url.DecodeFromChars(parts[2]));
    }

    public string Compact { get; }

    public JsonObject Header { get; }

    public JsonObject Claims { get; }

    public string Algorithm => (string)Header["alg"]!;

    public static Jws Parse(string compact)
    {
        var parts = compact.Split('.');
        Assert.True(parts.Length == 3, "a JWS has three parts");
        return new(compact, parts);
    }

    public string? Text(string claim) => (string?)Claims[claim];

    public long? Number(string claim) => (long?)Claims[claim];

    /// <summary>Checks the signature with the key of a JWKS that <c>kid</c> names; with the only fitting key where there is no <c>kid</c>.</summary>
    public Jws IsSignedBy(JsonArray keys, params string[] algorithms)
    {
        Assert.Contains(Algorithm, algorithms);
        var type = Algorithm == "ES256" ? "EC" : "RSA";
        var fitting = keys.Select(key => key!.AsObject()).Where(key => (string?)key["kty"] == type && (Header["kid"] is null || (string?)key["kid"] == (string?)Header["kid"])).ToList();
        Assert.True(fitting.Count == 1, $"{fitting.Count} keys of the JWKS fit kid {Header["kid"]}");
        Assert.True(IsValid(fitting[0]), "the signature is not valid");
        return this;
    }

    public override string ToString() => $"{Header} {Claims}";

    private bool IsValid(JsonObject jwk)
    {
        var input = Encoding.ASCII.GetBytes(_input);
        if (Algorithm == "ES256")
        {
            var point = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") };
            using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            return ec.VerifyData(input, _signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") });
        return rsa.VerifyData(input, _signature, HashAlgorithmName.SHA256, Algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static byte[] Bytes(JsonObject jwk, string name) => Base64Url.DecodeFromChars((string)jwk[name]!);

    private static JsonObject Read(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
}
