using System.Buffers.Binary;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Printed;

namespace IdentityPlatform.Formats.Frames;

/// <summary>
/// One of the QR codes that together hold a message too large for one: shown in turn, again and again, and read by a camera in any order.
/// Every frame says which message it belongs to, how long that is and which part this is; a message has exactly one way to be split
/// into a number of frames, so that what is accepted encodes to the same text.
/// </summary>
/// <remarks>
/// The text is <see cref="Prefix"/> and Base45 (RFC 9285) of: the first 8 bytes of the message's SHA-256, its length (2 bytes, the
/// higher one first), the number of this frame from 0 (1 byte), how many frames there are (1 byte), and the part. The parts are equally long,
/// but for the last. The hash finds damage; it proves nothing about the sender, which is for the message itself to do.
/// </remarks>
public sealed class Frame : IEquatable<Frame>
{
    /// <summary>What the text of each frame begins with.</summary>
    public const string Prefix = "MF1:";

    /// <summary>The longest message, in bytes.</summary>
    public const int MaxMessageBytes = 32 * 1024;

    /// <summary>The most frames of one message.</summary>
    public const int MaxFrames = 128;

    /// <summary>The part of a message that a frame usually holds, in bytes: a QR code of 65 modules a side at level L, which cameras read from a phone's screen.</summary>
    public const int UsualPartBytes = 280;

    private const int HashBytes = 8;
    private const int HeaderBytes = HashBytes + 4;

    private readonly byte[] _bytes;

    private Frame(byte[] bytes) => _bytes = bytes;

    /// <summary>The number of this frame, from 0.</summary>
    public int Index => _bytes[HashBytes + 2];

    /// <summary>How many frames the message has.</summary>
    public int Count => _bytes[HashBytes + 3];

    internal int MessageBytes => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(HashBytes));

    internal ReadOnlySpan<byte> Part => _bytes.AsSpan(HeaderBytes);

    /// <summary>Splits a message.</summary>
    /// <param name="message">The message: 1 byte to <see cref="MaxMessageBytes"/>.</param>
    /// <param name="partBytes">How much of it a frame holds at most, in bytes.</param>
    /// <exception cref="ArgumentException">The message is empty or too long for frames of this size.</exception>
    public static IReadOnlyList<Frame> Split(ReadOnlySpan<byte> message, int partBytes = UsualPartBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partBytes, 1);
        var count = (message.Length + partBytes - 1) / partBytes;
        if (message.IsEmpty || message.Length > MaxMessageBytes || count > MaxFrames)
        {
            throw new ArgumentException($"A message has 1 to {MaxMessageBytes} bytes and at most {MaxFrames} frames.", nameof(message));
        }

        // With parts as equal as can be, fewer may be enough.
        var part = PartLength(message.Length, count);
        count = (message.Length + part - 1) / part;
        var hash = SHA256.HashData(message).AsSpan(0, HashBytes);
        var frames = new Frame[count];
        for (var index = 0; index < count; index++)
        {
            var rest = message[(index * part)..];
            frames[index] = Of(hash, message.Length, index, count, rest[..Math.Min(part, rest.Length)]);
        }

        return frames;
    }

    /// <summary>Parses the text of a QR code.</summary>
    /// <param name="text">The text.</param>
    public static Parsed<Frame> Parse(string text)
    {
        if (text.Length > PrintedCode.MaxLetters)
        {
            return new FormatFailure(FormatRule.Size, $"a frame has at most {PrintedCode.MaxLetters} letters");
        }

        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !Base45Text.TryDecode(text.AsSpan(Prefix.Length), out var bytes) || bytes.Length <= HeaderBytes)
        {
            return new FormatFailure(FormatRule.Structure, $"a frame is {Prefix}, Base45 and a part of a message");
        }

        var frame = new Frame(bytes);
        if (frame.MessageBytes is 0 or > MaxMessageBytes || frame.Count > MaxFrames)
        {
            return new FormatFailure(FormatRule.Size, $"a message has 1 to {MaxMessageBytes} bytes and at most {MaxFrames} frames");
        }

        return frame.IsInPlace()
            ? frame
            : new FormatFailure(FormatRule.Structure, "the number, the count and the length of a part do not go together");
    }

    /// <summary>The text of the QR code: letters of its alphanumeric mode.</summary>
    public string ToText() => Prefix + Base45Text.Encode(_bytes);

    /// <inheritdoc/>
    public bool Equals(Frame? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Frame);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(BinaryPrimitives.ReadInt64BigEndian(_bytes), Index);

    /// <summary>Redacted: which frame of how many.</summary>
    public override string ToString() => $"frame {Index + 1} of {Count}";

    internal bool IsOfSameMessage(Frame other) => Count == other.Count && _bytes.AsSpan(0, HashBytes + 2).SequenceEqual(other._bytes.AsSpan(0, HashBytes + 2));

    internal bool IsHashOf(ReadOnlySpan<byte> message) => SHA256.HashData(message).AsSpan(0, HashBytes).SequenceEqual(_bytes.AsSpan(0, HashBytes));

    /// <summary>Where the part begins in its message.</summary>
    internal int Offset => Index * PartLength(MessageBytes, Count);

    private static int PartLength(int messageBytes, int count) => (messageBytes + count - 1) / count;

    private static Frame Of(ReadOnlySpan<byte> hash, int messageBytes, int index, int count, ReadOnlySpan<byte> part)
    {
        var bytes = new byte[HeaderBytes + part.Length];
        hash.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(HashBytes), (ushort)messageBytes);
        (bytes[HashBytes + 2], bytes[HashBytes + 3]) = ((byte)index, (byte)count);
        part.CopyTo(bytes.AsSpan(HeaderBytes));
        return new Frame(bytes);
    }

    // No frame is empty, and each holds exactly what the split gives it.
    private bool IsInPlace()
    {
        if (Index >= Count)
        {
            return false;
        }

        var part = PartLength(MessageBytes, Count);
        return (Count - 1) * part < MessageBytes && Part.Length == Math.Min(part, MessageBytes - Offset);
    }
}
