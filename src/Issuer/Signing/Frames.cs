using System.Buffers.Binary;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>Messages on a connection: four bytes of length, big-endian, then as many bytes. Nothing is read that is longer than its bound.</summary>
internal static class Frames
{
    private const int PrefixBytes = sizeof(int);

    /// <summary>The next message; null where the other side has ended the connection between two of them.</summary>
    /// <exception cref="InvalidDataException">It is empty, longer than the bound, or ends in its middle.</exception>
    public static async Task<byte[]?> ReadAsync(Stream stream, int maxBytes, CancellationToken ct)
    {
        var prefix = new byte[PrefixBytes];
        var read = await stream.ReadAtLeastAsync(prefix, PrefixBytes, throwOnEndOfStream: false, ct);
        if (read == 0)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (read < PrefixBytes || length <= 0 || length > maxBytes)
        {
            throw new InvalidDataException("A message is empty, too long, or cut off.");
        }

        var message = new byte[length];
        return await stream.ReadAtLeastAsync(message, length, throwOnEndOfStream: false, ct) == length
            ? message
            : throw new InvalidDataException("A message is cut off.");
    }

    /// <summary>Sends a message at once.</summary>
    public static async Task WriteAsync(Stream stream, byte[] message, CancellationToken ct)
    {
        var frame = new byte[PrefixBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        message.CopyTo(frame, PrefixBytes);
        await stream.WriteAsync(frame, ct);
        await stream.FlushAsync(ct);
    }
}
