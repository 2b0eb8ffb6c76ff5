using System.Buffers.Binary;
using System.Text;

namespace IdentityPlatform.Formats.Frames;

/// <summary>
/// A signed or encrypted token (JWS with 3 parts, JWE with 5) without its base64url, a quarter shorter: for each part its length (2 bytes, the
/// higher one first) and its bytes. Exact in both directions: the token is the same to the letter, so signatures hold.
/// </summary>
public static class PackedToken
{
    private const int LengthBytes = 2;

    /// <summary>Packs a token.</summary>
    /// <param name="token">In compact serialisation.</param>
    /// <exception cref="ArgumentException">It is none, or longer than a message of frames may be.</exception>
    public static byte[] Pack(string token)
    {
        using var packed = new MemoryStream();
        var parts = token.Split('.');
        foreach (var part in parts)
        {
            if (!Base64UrlText.TryDecode(part, out var bytes) || bytes.Length > Frame.MaxMessageBytes)
            {
                throw new ArgumentException("This is no token in compact serialisation.", nameof(token));
            }

            packed.WriteByte((byte)(bytes.Length >> 8));
            packed.WriteByte((byte)(bytes.Length & 0xFF));
            packed.Write(bytes);
        }

        return parts.Length is 3 or 5 && packed.Length <= Frame.MaxMessageBytes
            ? packed.ToArray()
            : throw new ArgumentException($"A token has 3 or 5 parts and packed at most {Frame.MaxMessageBytes} bytes.", nameof(token));
    }

    /// <summary>Unpacks a token: its form alone, what is in it is not looked at.</summary>
    /// <param name="message">The message that frames brought.</param>
    public static Parsed<string> Parse(ReadOnlySpan<byte> message)
    {
        if (message.Length > Frame.MaxMessageBytes)
        {
            return new FormatFailure(FormatRule.Size, $"a packed token has at most {Frame.MaxMessageBytes} bytes");
        }

        var (token, parts) = (new StringBuilder(), 0);
        while (!message.IsEmpty && parts <= 5)
        {
            if (message.Length < LengthBytes || BinaryPrimitives.ReadUInt16BigEndian(message) is var length && message.Length - LengthBytes < length)
            {
                return new FormatFailure(FormatRule.Structure, "a part is shorter than it says");
            }

            token.Append(parts++ == 0 ? "" : ".").Append(Base64UrlText.Encode(message.Slice(LengthBytes, length)));
            message = message[(LengthBytes + length)..];
        }

        return parts is 3 or 5 ? token.ToString() : new FormatFailure(FormatRule.Structure, "a token has 3 or 5 parts");
    }
}
