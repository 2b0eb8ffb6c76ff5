using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>
/// A key of the suite and the JOSE signatures it makes (RFC 7515, RFC 7518 §3). Written apart from the platform's own, so that
/// a fault there cannot hide, and able to sign what nobody should accept.
/// </summary>
public sealed class SuiteKey : IDisposable
{
    private readonly ECDsa? _ec;
    private readonly RSA? _rsa;

    private SuiteKey(string algorithm, ECDsa? ec, RSA? rsa)
    {
        (Algorithm, _ec, _rsa) = (algorithm, ec, rsa);
        KeyId = Thumbprint = ThumbprintOf(Bare());
    }

    /// <summary>The JWS <c>alg</c> of its signatures.</summary>
    public string Algorithm { get; }

    public string KeyId { get; }

    /// <summary>RFC 7638.</summary>
    public string Thumbprint { get; }

    public AsymmetricAlgorithm Pair => (AsymmetricAlgorithm?)_ec ?? _rsa!;

    public static SuiteKey Of(string algorithm) => algorithm switch
    {
        "ES256" => new(algorithm, ECDsa.Create(ECCurve.NamedCurves.nistP256), null),
        "PS256" or "RS256" => new(algorithm, null, RSA.Create(2048)),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
    };

    /// <summary>The same key for signatures of another algorithm.</summary>
    public SuiteKey As(string algorithm) => new(algorithm, _ec, _rsa);

    /// <summary>The public key as it is registered: with <c>kid</c>, <c>use</c> and <c>alg</c>.</summary>
    public JsonObject PublicJwk()
    {
        var jwk = Bare();
        (jwk["kid"], jwk["use"], jwk["alg"]) = (KeyId, "sig", Algorithm);
        return jwk;
    }

    /// <summary>The members that make the public key, and no other.</summary>
    public JsonObject Bare()
    {
        if (_ec is not null)
        {
            var point = _ec.ExportParameters(false).Q;
            return new() { ["crv"] = "P-256", ["kty"] = "EC", ["x"] = Text(point.X!), ["y"] = Text(point.Y!) };
        }

        var numbers = _rsa!.ExportParameters(false);
        return new() { ["e"] = Text(numbers.Exponent!), ["kty"] = "RSA", ["n"] = Text(numbers.Modulus!) };
    }

    /// <summary>The private key, for the modules that publish it by mistake.</summary>
    public JsonObject PrivateJwk()
    {
        var jwk = Bare();
        jwk["d"] = Text(_ec is not null ? _ec.ExportParameters(true).D! : _rsa!.ExportParameters(true).D!);
        return jwk;
    }

    /// <summary>A compact JWS. The algorithm is the header's, where it names one that this key can do; else this key's own.</summary>
    public string Sign(JsonObject header, JsonObject claims)
    {
        var input = $"{Text(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Text(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return (string?)header["alg"] == "none" ? input + "." : $"{input}.{Text(Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Text(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static string HashOf(string text) => Text(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    public static string Random(int bytes = 24) => Text(RandomNumberGenerator.GetBytes(bytes));

    /// <summary>RFC 7638 §3: the required members in the order of their names.</summary>
    public static string ThumbprintOf(JsonObject jwk)
    {
        string[] names = (string?)jwk["kty"] == "EC" ? ["crv", "kty", "x", "y"] : ["e", "kty", "n"];
        var members = names.Select(name => $"\"{name}\":\"{jwk[name]}\"");
        return HashOf($"{{{string.Join(',', members)}}}");
    }

    public void Dispose()
    {
        _ec?.Dispose();
        _rsa?.Dispose();
    }

    public override string ToString() => $"{Algorithm} key {KeyId}";

    private byte[] Sign(byte[] input) => _ec is not null
        ? _ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
        : _rsa!.SignData(input, HashAlgorithmName.SHA256, Algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
}
