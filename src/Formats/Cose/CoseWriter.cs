using System.Formats.Cbor;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Cose;

/// <summary>Signs COSE_Sign1 messages (RFC 9052 §4.4).</summary>
public static class CoseWriter
{
    // RFC 9596 §2.
    internal const long TypeLabel = 16;

    /// <summary>Signs a payload; tag 18 stands before the message.</summary>
    /// <param name="key">An EC key; its algorithm goes into the protected header.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="mediaType">The <c>typ</c> (header 16, RFC 9596), or null.</param>
    /// <param name="withCertificates">True to add <c>x5chain</c> (RFC 9360) to the unprotected header.</param>
    /// <exception cref="InvalidOperationException">A certificate chain is asked for, and the key has none.</exception>
    public static byte[] Sign(SigningKey key, ReadOnlySpan<byte> payload, string? mediaType = null, bool withCertificates = true)
    {
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: payload.Length + 1024);
        writer.WriteTag((CborTag)CborTags.Sign1);
        Write(writer, key, payload, mediaType, withCertificates);
        return writer.Encode();
    }

    /// <summary>Writes an untagged message into another; the payload stands in it, or elsewhere when it is detached.</summary>
    internal static void Write(
        CborWriter writer, SigningKey key, ReadOnlySpan<byte> payload, string? mediaType = null, bool withCertificates = false, bool detached = false)
    {
        var header = ProtectedHeader(key, mediaType);
        writer.WriteStartArray(4);
        writer.WriteByteString(header);
        writer.WriteStartMap(withCertificates ? 1 : 0);
        if (withCertificates)
        {
            WriteChain(writer, key);
        }

        writer.WriteEndMap();
        if (detached)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteByteString(payload);
        }

        writer.WriteByteString(key.Sign(CoseSign1.SigningInput(header, payload)));
        writer.WriteEndArray();
    }

    private static byte[] ProtectedHeader(SigningKey key, string? mediaType)
    {
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: 64);
        writer.WriteStartMap(mediaType is null ? 1 : 2);
        writer.WriteInt64(CoseHeaders.AlgorithmLabel);
        writer.WriteInt64(key.Algorithm.CoseNumber());
        if (mediaType is not null)
        {
            writer.WriteInt64(TypeLabel);
            writer.WriteTextString(mediaType);
        }

        writer.WriteEndMap();
        return writer.Encode();
    }

    // RFC 9360 §2: one certificate stands alone, several in an array.
    private static void WriteChain(CborWriter writer, SigningKey key)
    {
        writer.WriteInt64(CoseSign1.X5ChainLabel);
        switch (key.CertificateChain)
        {
            case []:
                throw new InvalidOperationException($"Key {key.KeyId} has no certificate chain for x5chain.");
            case [var alone]:
                writer.WriteByteString(alone);
                break;
            case var several:
                writer.WriteStartArray(several.Count);
                foreach (var certificate in several)
                {
                    writer.WriteByteString(certificate);
                }

                writer.WriteEndArray();
                break;
        }
    }
}
