using System.Formats.Cbor;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Cose;

/// <summary>An EC public key as COSE_Key (RFC 9052 §7, RFC 9053 §7.1.1), on the three NIST curves; to and from <see cref="Jwk"/>.</summary>
public static class CoseKey
{
    private const long KeyType = 1;
    private const long Curve = -1;
    private const long X = -2;
    private const long Y = -3;
    private const long Private = -4;
    private const long Ec2 = 2;

    /// <summary>Reads a key. Compressed points and private parts are refused; members that are not known are ignored (RFC 9052 §7).</summary>
    public static Parsed<Jwk> Parse(CborValue value)
    {
        if (value.Kind != CborKind.Map)
        {
            return new FormatFailure(FormatRule.Structure, "a COSE_Key is a map");
        }

        if (value.Member(Private) is not null)
        {
            return new FormatFailure(FormatRule.Key, "a public COSE_Key holds no private part");
        }

        if (value.Member(KeyType)?.Number != Ec2 || CurveName(value.Member(Curve)?.Number) is not { } curve)
        {
            return new FormatFailure(FormatRule.Key, "kty is not EC2, or crv none of P-256, P-384 and P-521");
        }

        return value.Member(X)?.Bytes is { } x && value.Member(Y)?.Bytes is { } y
            ? Jwk.OfPoint(curve, x.ToArray(), y.ToArray())
            : new FormatFailure(FormatRule.Key, "x and y are byte strings: a compressed point is not taken");
    }

    /// <summary>Writes a key: type, curve and coordinates, in deterministic order, and nothing that could identify its holder beside them.</summary>
    /// <exception cref="ArgumentException">It is no EC key.</exception>
    public static CborValue Write(Jwk key) => CborValue.Build(writer => Write(writer, key));

    internal static void Write(CborWriter writer, Jwk key)
    {
        writer.WriteStartMap(4);
        writer.WriteInt64(KeyType);
        writer.WriteInt64(Ec2);
        writer.WriteInt64(Curve);
        writer.WriteInt64(key.Curve switch
        {
            "P-256" => 1,
            "P-384" => 2,
            "P-521" => 3,
            _ => throw new ArgumentException("Only an EC key is written as COSE_Key.", nameof(key)),
        });
        writer.WriteInt64(X);
        writer.WriteByteString(key.First);
        writer.WriteInt64(Y);
        writer.WriteByteString(key.Second);
        writer.WriteEndMap();
    }

    private static string? CurveName(long? number) => number switch { 1 => "P-256", 2 => "P-384", 3 => "P-521", _ => null };
}
