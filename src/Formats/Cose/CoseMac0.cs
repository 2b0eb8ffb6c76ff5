using System.Formats.Cbor;
using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Cose;

/// <summary>A COSE_Mac0 message (RFC 9052 §6.2) with HMAC 256/256 and a detached payload: what ISO/IEC 18013-5 §9.1.3.5 has a device make.</summary>
public sealed class CoseMac0
{
    // RFC 9053 §3.1: HMAC w/ SHA-256, whole.
    private const long Hmac256 = 5;

    private readonly CoseHeaders _headers;
    private readonly ReadOnlyMemory<byte> _tag;

    private CoseMac0(CoseHeaders headers, ReadOnlyMemory<byte> tag) => (_headers, _tag) = (headers, tag);

    /// <summary>Reads a message out of an item, with or without tag 17.</summary>
    public static Parsed<CoseMac0> Parse(CborValue value)
    {
        if ((value.Tagged(CborTags.Mac0) ?? value).Items is not [var protectedHeader, var unprotected, { Kind: CborKind.Null }, var tag]
            || tag.Bytes is not { } tagBytes)
        {
            return new FormatFailure(FormatRule.Structure, "COSE_Mac0 is an array of two headers, null for a detached payload, and a tag");
        }

        if (CoseHeaders.Parse(protectedHeader, unprotected).Failed(out var failure, out var headers))
        {
            return failure;
        }

        return headers.Algorithm == Hmac256
            ? new CoseMac0(headers, tagBytes)
            : new FormatFailure(FormatRule.Algorithm, "the protected header does not name HMAC 256/256");
    }

    /// <summary>True when the tag is the one of this key and payload.</summary>
    public bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload) =>
        CryptographicOperations.FixedTimeEquals(Tag(_headers.ProtectedBytes.Span, key, payload), _tag.Span);

    /// <summary>Redacted.</summary>
    public override string ToString() => "COSE_Mac0";

    /// <summary>Makes a message with a detached payload.</summary>
    internal static void Write(CborWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload)
    {
        // {1: 5}
        ReadOnlySpan<byte> header = [0xA1, 0x01, 0x05];
        writer.WriteStartArray(4);
        writer.WriteByteString(header);
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteNull();
        writer.WriteByteString(Tag(header, key, payload));
        writer.WriteEndArray();
    }

    private static byte[] Tag(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload)
    {
        // RFC 9052 §6.3: context, protected header, external data (none here), payload.
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: protectedHeader.Length + payload.Length + 16);
        writer.WriteStartArray(4);
        writer.WriteTextString("MAC0");
        writer.WriteByteString(protectedHeader);
        writer.WriteByteString([]);
        writer.WriteByteString(payload);
        writer.WriteEndArray();
        return HMACSHA256.HashData(key, writer.Encode());
    }
}
