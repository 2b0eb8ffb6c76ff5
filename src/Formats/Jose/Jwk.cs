using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.Jose;

/// <summary>A public key as JSON (RFC 7517): EC on the three NIST curves, or RSA of 2048 to 8192 bits. A private part is refused.</summary>
public sealed class Jwk
{
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private static readonly (string Name, int Size)[] Curves = [("P-256", 32), ("P-384", 48), ("P-521", 66)];

    private Jwk(string keyType, string? curve, byte[] first, byte[] second, JsonElement json)
    {
        (KeyType, Curve, First, Second) = (keyType, curve, first, second);
        KeyId = json.StringMember("kid");
        Use = json.StringMember("use");
        Algorithm = json.StringMember("alg");
    }

    /// <summary><c>EC</c> or <c>RSA</c>.</summary>
    public string KeyType { get; }

    /// <summary>The curve of an EC key, else null.</summary>
    public string? Curve { get; }

    /// <summary>The size of an RSA key in bits; 0 for an EC key.</summary>
    public int ModulusBits => KeyType == "RSA" ? First.Length * 8 : 0;

    /// <summary>The <c>kid</c> member.</summary>
    public string? KeyId { get; }

    /// <summary>The <c>use</c> member.</summary>
    public string? Use { get; }

    /// <summary>The <c>alg</c> member.</summary>
    public string? Algorithm { get; }

    /// <summary><c>x</c> of an EC key, <c>n</c> of an RSA key.</summary>
    internal byte[] First { get; }

    /// <summary><c>y</c> of an EC key, <c>e</c> of an RSA key.</summary>
    internal byte[] Second { get; }

    /// <summary>Parses a public key. Unknown members are ignored (RFC 7517 §4).</summary>
    public static Parsed<Jwk> Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new FormatFailure(FormatRule.Structure, "a JWK is a JSON object");
        }

        foreach (var name in PrivateMembers)
        {
            if (json.TryGetProperty(name, out _))
            {
                return new FormatFailure(FormatRule.Key, $"a public JWK holds no '{name}'");
            }
        }

        return json.HasString("kty", "EC") ? ParseEc(json)
            : json.HasString("kty", "RSA") ? ParseRsa(json)
            : new FormatFailure(FormatRule.Key, "kty is neither EC nor RSA");
    }

    /// <summary>The public half of a key that this program holds.</summary>
    /// <exception cref="ArgumentException">The key is on none of the three curves.</exception>
    public static Jwk Of(ECDsa key, string? keyId = null) => Of(key.ExportParameters(includePrivateParameters: false), keyId);

    /// <summary>The public half of a key agreement key that this program holds.</summary>
    /// <exception cref="ArgumentException">The key is on none of the three curves.</exception>
    public static Jwk Of(ECDiffieHellman key, string? keyId = null) => Of(key.ExportParameters(includePrivateParameters: false), keyId);

    /// <summary>The public half of a key to which others encrypt (<see cref="Jwe"/>): with <c>use</c>, <c>alg</c> and a <c>kid</c>, which their messages repeat.</summary>
    /// <param name="key">A key on P-256.</param>
    /// <param name="keyId">The <c>kid</c>; null takes the thumbprint.</param>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public static Jwk ForEncryption(ECDiffieHellman key, string? keyId = null)
    {
        var bare = Of(key);
        return bare.Curve == "P-256"
            ? Write("EC", bare.Curve, ("x", bare.First), ("y", bare.Second), keyId ?? bare.ThumbprintText(), KeyAgreement.Name, "enc")
            : throw new ArgumentException("The key is not on P-256.", nameof(key));
    }

    /// <summary>The public half of a key that this program holds; <c>alg</c> where it is given, since an RSA key does not tell it.</summary>
    public static Jwk Of(RSA key, string? keyId = null, JwsAlgorithm? algorithm = null)
    {
        var p = key.ExportParameters(includePrivateParameters: false);
        return Write("RSA", null, ("n", p.Modulus!), ("e", p.Exponent!), keyId, algorithm?.Name());
    }

    /// <summary>The SHA-256 thumbprint of RFC 7638, 32 bytes.</summary>
    public byte[] Thumbprint()
    {
        // RFC 7638 §3.2: the required members alone, in lexicographic order, without white space.
        var (first, second) = (Base64UrlText.Encode(First), Base64UrlText.Encode(Second));
        var canonical = KeyType == "EC"
            ? $$"""{"crv":"{{Curve}}","kty":"EC","x":"{{first}}","y":"{{second}}"}"""
            : $$"""{"e":"{{second}}","kty":"RSA","n":"{{first}}"}""";
        return SHA256.HashData(Encoding.ASCII.GetBytes(canonical));
    }

    /// <summary>The thumbprint as base64url text: the <c>jkt</c> of RFC 9449 §6.</summary>
    public string ThumbprintText() => Base64UrlText.Encode(Thumbprint());

    /// <summary>True when both are the same key, whatever their <c>kid</c>.</summary>
    public bool IsSameKeyAs(Jwk other) =>
        Curve == other.Curve && First.AsSpan().SequenceEqual(other.First) && Second.AsSpan().SequenceEqual(other.Second);

    /// <summary>The same key without <c>kid</c>, <c>use</c> and <c>alg</c>: what a proof or a <c>cnf</c> carries, so that nothing beside the key can identify its holder.</summary>
    public Jwk WithoutKeyId() => new(KeyType, Curve, First, Second, default);

    /// <summary>Writes the key as a JSON object: the required members, then <c>kid</c>, <c>use</c> and <c>alg</c> where present.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("kty", KeyType);
        if (Curve is not null)
        {
            writer.WriteString("crv", Curve);
        }

        writer.WriteString(KeyType == "EC" ? "x" : "n", Base64UrlText.Encode(First));
        writer.WriteString(KeyType == "EC" ? "y" : "e", Base64UrlText.Encode(Second));
        WriteOptional(writer, "kid", KeyId);
        WriteOptional(writer, "use", Use);
        WriteOptional(writer, "alg", Algorithm);
        writer.WriteEndObject();
    }

    /// <summary>The key as JSON text.</summary>
    public string ToJson() => Encoding.UTF8.GetString(JsonText.Write(WriteTo));

    /// <summary>An EC key by its point; that it lies on the curve is for the import to say.</summary>
    internal static Parsed<Jwk> OfPoint(string curve, byte[] x, byte[] y)
    {
        var size = CoordinateBytes(curve);
        return size > 0 && x.Length == size && y.Length == size
            ? new Jwk("EC", curve, x, y, default)
            : new FormatFailure(FormatRule.Key, $"x and y are of {size} bytes each");
    }

    private static Parsed<Jwk> ParseEc(JsonElement json)
    {
        var curve = CurveOf(json);
        if (curve.Size == 0)
        {
            return new FormatFailure(FormatRule.Key, "crv is none of P-256, P-384 and P-521");
        }

        // RFC 7518 §6.2.1.2: coordinates have the full length of the field.
        return Coordinate(json, "x", curve.Size) is { } x && Coordinate(json, "y", curve.Size) is { } y
            ? new Jwk("EC", curve.Name, x, y, json)
            : new FormatFailure(FormatRule.Key, $"x and y are base64url of {curve.Size} bytes each");
    }

    private static (string Name, int Size) CurveOf(JsonElement json)
    {
        foreach (var curve in Curves)
        {
            if (json.HasString("crv", curve.Name))
            {
                return curve;
            }
        }

        return default;
    }

    private static byte[]? Coordinate(JsonElement json, string name, int size)
    {
        if (json.Member(name) is not { ValueKind: JsonValueKind.String } member)
        {
            return null;
        }

        // Without an escape, which base64url has no need of, the text is read where it stands.
        var text = JsonMarshal.GetRawUtf8Value(member)[1..^1];
        if (text.Contains((byte)'\\'))
        {
            text = Encoding.UTF8.GetBytes(member.GetString()!);
        }

        return Base64UrlText.Parse(text, name).Succeeded(out var bytes, out _) && bytes.Length == size ? bytes : null;
    }

    private static Parsed<Jwk> ParseRsa(JsonElement json)
    {
        // RFC 7518 §3.3: 2048 bits or larger; the upper bound keeps a foreign key from costing seconds.
        return Base64UrlText.TryDecode(json.StringMember("n"), out var n) && n.Length is >= 256 and <= 1024 && n[0] != 0
            && Base64UrlText.TryDecode(json.StringMember("e"), out var e) && IsExponent(e)
            ? new Jwk("RSA", null, n, e, json)
            : new FormatFailure(FormatRule.Key, "n and e are base64url of a modulus of 2048 to 8192 bits and a small exponent");
    }

    private static int CoordinateBytes(string? curve) => curve switch { "P-256" => 32, "P-384" => 48, "P-521" => 66, _ => 0 };

    // An even exponent or 1 is no RSA key; above 64 bits a verification costs as much as a signature.
    private static bool IsExponent(byte[] e) => e.Length is >= 1 and <= 8 && e[0] != 0 && (e[^1] & 1) == 1 && (e.Length > 1 || e[0] > 1);

    private static Jwk Of(ECParameters key, string? keyId)
    {
        // A curve is known by its identifier: others have the size of the NIST curves too (secp256k1, the Brainpool curves).
        var curve = (key.Curve.IsNamed ? key.Curve.Oid.Value : null) switch
        {
            "1.2.840.10045.3.1.7" => "P-256",
            "1.3.132.0.34" => "P-384",
            "1.3.132.0.35" => "P-521",
            _ => throw new ArgumentException("The key is on none of P-256, P-384 and P-521.", nameof(key)),
        };
        var size = CoordinateBytes(curve);
        return Write("EC", curve, ("x", Pad(key.Q.X!, size)), ("y", Pad(key.Q.Y!, size)), keyId);
    }

    private static Jwk Write(string keyType, string? curve, (string Name, byte[] Value) first, (string Name, byte[] Value) second, string? keyId, string? algorithm = null, string? use = null)
    {
        var json = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("kty", keyType);
            WriteOptional(writer, "crv", curve);
            writer.WriteString(first.Name, Base64UrlText.Encode(first.Value));
            writer.WriteString(second.Name, Base64UrlText.Encode(second.Value));
            WriteOptional(writer, "kid", keyId);
            WriteOptional(writer, "use", use);
            WriteOptional(writer, "alg", algorithm);
            writer.WriteEndObject();
        });
        return Parse(JsonElement.Parse(json)).OrThrow();
    }

    private static byte[] Pad(byte[] value, int size)
    {
        var padded = new byte[size];
        value.CopyTo(padded, size - value.Length);
        return padded;
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
