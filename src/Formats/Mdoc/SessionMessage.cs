using System.Formats.Cbor;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>
/// A message of a meeting (ISO/IEC 18013-5 §9.1.1.4): SessionEstablishment, which carries the reader's key, or SessionData. What it says is encrypted.
/// As received: well formed, and not decrypted.
/// </summary>
public sealed class SessionMessage
{
    /// <summary>The status of a side that could not decrypt.</summary>
    public const long EncryptionError = 10;

    /// <summary>The status of a side that could not decode.</summary>
    public const long DecodingError = 11;

    /// <summary>The status of a side that ends the meeting.</summary>
    public const long Termination = 20;

    private SessionMessage(ReadOnlyMemory<byte>? readerKeyBytes, Jwk? readerKey, ReadOnlyMemory<byte>? data, long? status) =>
        (ReaderKeyBytes, ReaderKey, Data, Status) = (readerKeyBytes, readerKey, data, status);

    /// <summary>The bytes of the reader's ephemeral COSE_Key, as they were sent, or null: for the transcript.</summary>
    public ReadOnlyMemory<byte>? ReaderKeyBytes { get; }

    /// <summary>The reader's ephemeral key, or null.</summary>
    public Jwk? ReaderKey { get; }

    /// <summary>The encrypted message, or null.</summary>
    public ReadOnlyMemory<byte>? Data { get; }

    /// <summary>The status, or null.</summary>
    public long? Status { get; }

    /// <summary>Parses a message.</summary>
    /// <param name="encoded">The bytes.</param>
    /// <param name="maxBytes">The bound on their length.</param>
    public static Parsed<SessionMessage> Parse(ReadOnlyMemory<byte> encoded, int maxBytes = StrictCbor.DefaultMaxBytes)
    {
        if (StrictCbor.ParseMap(encoded, maxBytes).Failed(out var failure, out var map))
        {
            return failure;
        }

        var (data, status) = (map.Member("data"), map.Member("status"));
        if (data is { Kind: not CborKind.Bytes } || status is { Number: not >= 0 } || (data is null && status is null))
        {
            return new FormatFailure(FormatRule.Structure, "a message has data in a byte string, a status of a whole number, or both");
        }

        return map.Member("eReaderKey") is { } wrapped ? ReadEstablishment(wrapped, data?.Bytes, status?.Number) : new SessionMessage(null, null, data?.Bytes, status?.Number);
    }

    /// <summary>Writes SessionEstablishment.</summary>
    /// <param name="readerKeyBytes">The bytes of the reader's COSE_Key, the same as in the transcript.</param>
    /// <param name="data">The encrypted first request.</param>
    public static byte[] Establish(ReadOnlySpan<byte> readerKeyBytes, ReadOnlySpan<byte> data)
    {
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: data.Length + readerKeyBytes.Length + 32);
        writer.WriteStartMap(2);
        writer.WriteTextString("eReaderKey");
        writer.WriteTag((CborTag)CborTags.Encoded);
        writer.WriteByteString(readerKeyBytes);
        writer.WriteTextString("data");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>Writes SessionData with a message, and perhaps a status behind it.</summary>
    public static byte[] Carry(ReadOnlySpan<byte> data, long? status = null)
    {
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: data.Length + 32);
        writer.WriteStartMap(status is null ? 1 : 2);
        writer.WriteTextString("data");
        writer.WriteByteString(data);
        WriteStatus(writer, status);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>Writes SessionData with a status alone.</summary>
    public static byte[] End(long status)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartMap(1);
        WriteStatus(writer, status);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => ReaderKey is null ? "session data" : "session establishment";

    private static Parsed<SessionMessage> ReadEstablishment(CborValue wrapped, ReadOnlyMemory<byte>? data, long? status)
    {
        // ISO/IEC 18013-5 §9.1.1.4: what establishes a session carries the first request.
        if (wrapped.Embedded() is not { } keyBytes || data is null)
        {
            return new FormatFailure(FormatRule.Structure, "a session is established by a key behind tag 24 and data");
        }

        return SessionCipher.ParseKey(keyBytes).Failed(out var failure, out var key) ? failure : new SessionMessage(keyBytes, key, data, status);
    }

    private static void WriteStatus(CborWriter writer, long? status)
    {
        if (status is { } number)
        {
            writer.WriteTextString("status");
            writer.WriteInt64(number);
        }
    }
}
