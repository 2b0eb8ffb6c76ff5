using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Formats.Printed;

/// <summary>Base45 (RFC 9285): bytes in the letters for which a QR code has a denser form. Strict: each text is the one encoding of its bytes.</summary>
internal static class Base45Text
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[(bytes.Length / 2 * 3) + (bytes.Length % 2 * 2)];
        var at = 0;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            var pair = i + 1 < bytes.Length;
            var value = pair ? (bytes[i] << 8) | bytes[i + 1] : bytes[i];
            for (var digit = 0; digit < (pair ? 3 : 2); digit++, value /= 45)
            {
                text[at++] = Alphabet[value % 45];
            }
        }

        return new string(text);
    }

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 3 == 1)
        {
            return false;
        }

        var decoded = new byte[(text.Length / 3 * 2) + (text.Length % 3 / 2)];
        for (int i = 0, at = 0; i < text.Length; i += 3, at += 2)
        {
            var group = text[i..Math.Min(i + 3, text.Length)];
            if (Value(group) is not { } value || value > (group.Length == 3 ? ushort.MaxValue : byte.MaxValue))
            {
                return false;
            }

            if (group.Length == 3)
            {
                (decoded[at], decoded[at + 1]) = ((byte)(value >> 8), (byte)(value & 0xFF));
            }
            else
            {
                decoded[at] = (byte)value;
            }
        }

        bytes = decoded;
        return true;
    }

    // The first letter counts least.
    private static int? Value(ReadOnlySpan<char> group)
    {
        var value = 0;
        for (var i = group.Length - 1; i >= 0; i--)
        {
            var digit = Alphabet.IndexOf(group[i], StringComparison.Ordinal);
            if (digit < 0)
            {
                return null;
            }

            value = (value * 45) + digit;
        }

        return value;
    }
}
