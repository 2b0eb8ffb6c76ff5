using System.Formats.Cbor;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>What a device signs together with its document, so that an answer is good for one request alone (ISO/IEC 18013-5 §9.1.5.1).</summary>
public sealed class SessionTranscript
{
    private SessionTranscript(ReadOnlyMemory<byte> encoded) => Encoded = encoded;

    /// <summary>The bytes of the transcript.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The transcript of a request by redirect or <c>direct_post</c> (OpenID4VP 1.0 B.2.6.1).</summary>
    /// <param name="clientId">The whole <c>client_id</c>, with its prefix.</param>
    /// <param name="nonce">The request's nonce.</param>
    /// <param name="encryptionKey">The key to which the response is encrypted; null when it is not.</param>
    /// <param name="responseUri">The <c>response_uri</c>, or the <c>redirect_uri</c> where there is none.</param>
    public static SessionTranscript ForOpenId4Vp(string clientId, string nonce, Jwk? encryptionKey, string responseUri) => OfHandover("OpenID4VPHandover", writer =>
    {
        writer.WriteStartArray(4);
        writer.WriteTextString(clientId);
        writer.WriteTextString(nonce);
        WriteThumbprint(writer, encryptionKey);
        writer.WriteTextString(responseUri);
        writer.WriteEndArray();
    });

    /// <summary>The transcript of a request over the Digital Credentials API (OpenID4VP 1.0 B.2.6.2).</summary>
    /// <param name="origin">The origin of the page, without <c>origin:</c> before it.</param>
    /// <param name="nonce">The request's nonce.</param>
    /// <param name="encryptionKey">The key to which the response is encrypted; null when it is not.</param>
    public static SessionTranscript ForDcApi(string origin, string nonce, Jwk? encryptionKey) => OfHandover("OpenID4VPDCAPIHandover", writer =>
    {
        writer.WriteStartArray(3);
        writer.WriteTextString(origin);
        writer.WriteTextString(nonce);
        WriteThumbprint(writer, encryptionKey);
        writer.WriteEndArray();
    });

    /// <summary>The transcript of a meeting face to face (ISO/IEC 18013-5 §9.1.5.1).</summary>
    /// <param name="deviceEngagement">The bytes of the device engagement, as they were shown.</param>
    /// <param name="readerKey">The bytes of the reader's ephemeral COSE_Key, as they were sent.</param>
    /// <param name="handover">How the two met: null for a QR code, an array for NFC.</param>
    public static SessionTranscript ForProximity(ReadOnlyMemory<byte> deviceEngagement, ReadOnlyMemory<byte> readerKey, CborValue handover)
    {
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartArray(3);
        writer.WriteTag((CborTag)CborTags.Encoded);
        writer.WriteByteString(deviceEngagement.Span);
        writer.WriteTag((CborTag)CborTags.Encoded);
        writer.WriteByteString(readerKey.Span);
        writer.WriteEncodedValue(handover.Encoded.Span);
        writer.WriteEndArray();
        return new(writer.Encode());
    }

    /// <summary>A transcript that another party put together; only its outer form is checked.</summary>
    public static Parsed<SessionTranscript> Parse(ReadOnlyMemory<byte> encoded)
    {
        if (StrictCbor.Parse(encoded).Failed(out var failure, out var value))
        {
            return failure;
        }

        return value.Items is { Count: 3 }
            ? new SessionTranscript(encoded)
            : new FormatFailure(FormatRule.Structure, "a session transcript is an array of engagement, reader key and handover");
    }

    /// <summary>The transcript in a byte string behind tag 24, where keys are derived from it.</summary>
    internal byte[] Wrapped()
    {
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: Encoded.Length + 16);
        writer.WriteTag((CborTag)CborTags.Encoded);
        writer.WriteByteString(Encoded.Span);
        return writer.Encode();
    }

    private static SessionTranscript OfHandover(string name, Action<CborWriter> writeInfo)
    {
        var info = new CborWriter(CborConformanceMode.Lax);
        writeInfo(info);
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: 96);
        writer.WriteStartArray(3);
        writer.WriteNull();
        writer.WriteNull();
        writer.WriteStartArray(2);
        writer.WriteTextString(name);
        writer.WriteByteString(SHA256.HashData(info.Encode()));
        writer.WriteEndArray();
        writer.WriteEndArray();
        return new(writer.Encode());
    }

    private static void WriteThumbprint(CborWriter writer, Jwk? key)
    {
        if (key is null)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteByteString(key.Thumbprint());
        }
    }
}
