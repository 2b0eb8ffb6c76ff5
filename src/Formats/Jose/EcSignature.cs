namespace IdentityPlatform.Formats.Jose;

/// <summary>An ECDSA signature in the fixed-length form of RFC 7518 §3.4 and in the DER of RFC 3279 §2.2.3.</summary>
internal static class EcSignature
{
    /// <summary>The longest one, in fields of 66 bytes (P-521): a sequence of two integers, each with a zero in front.</summary>
    public const int MaxDerBytes = 3 + (2 * (2 + 1 + 66));

    private const byte Sequence = 0x30;
    private const byte Integer = 0x02;

    /// <summary>Writes r and s, which stand one after the other in fields of equal length, and answers how many bytes it took.</summary>
    public static int WriteDer(ReadOnlySpan<byte> fixedLength, Span<byte> der)
    {
        var r = fixedLength[..(fixedLength.Length / 2)];
        var s = fixedLength[r.Length..];
        var content = 4 + IntegerBytes(r) + IntegerBytes(s);
        var next = 0;
        der[next++] = Sequence;

        // X.690 §8.1.3.5: from 128 on, a first byte says how many bytes of length follow.
        if (content > 127)
        {
            der[next++] = 0x81;
        }

        der[next++] = (byte)content;
        next += WriteInteger(r, der[next..]);
        return next + WriteInteger(s, der[next..]);
    }

    /// <summary>Reads r and s of a signature that OpenSSL has just made into fields of equal length.</summary>
    public static void ReadDer(ReadOnlySpan<byte> der, Span<byte> fixedLength)
    {
        var field = fixedLength.Length / 2;
        var numbers = der[(der[1] == 0x81 ? 3 : 2)..];
        ReadInteger(numbers, fixedLength[..field]);
        ReadInteger(numbers[(2 + numbers[1])..], fixedLength[field..]);
    }

    private static void ReadInteger(ReadOnlySpan<byte> der, Span<byte> value)
    {
        var digits = der.Slice(2, der[1]).TrimStart((byte)0);
        value.Clear();
        digits.CopyTo(value[(value.Length - digits.Length)..]);
    }

    private static int WriteInteger(ReadOnlySpan<byte> value, Span<byte> der)
    {
        var length = IntegerBytes(value);
        (der[0], der[1], der[2]) = (Integer, (byte)length, 0);

        // X.690 §8.3.2: as short as can be, with a zero in front where the highest bit would make it negative.
        var digits = value[Math.Max(0, value.Length - length)..];
        digits.CopyTo(der[(2 + length - digits.Length)..]);
        return 2 + length;
    }

    private static int IntegerBytes(ReadOnlySpan<byte> value)
    {
        var first = value.IndexOfAnyExcept((byte)0);
        return first < 0 ? 1 : value.Length - first + (value[first] >> 7);
    }
}
