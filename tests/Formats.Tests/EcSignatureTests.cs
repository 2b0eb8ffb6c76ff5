using System.Formats.Asn1;
using System.Numerics;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Signatures in DER, held against the framework's writer of ASN.1.</summary>
public sealed class EcSignatureTests
{
    private static readonly int[] Sizes = [32, 48, 66];

    public static TheoryData<int, byte, int, byte, int> Integers => new(
        from size in Sizes
        from r in Ends(size)
        from s in Ends(size)
        select new TheoryDataRow<int, byte, int, byte, int>(size, r.First, r.Zeros, s.First, s.Zeros));

    [Theory]
    [MemberData(nameof(Integers))]
    public void Each_integer_is_as_short_as_can_be_and_positive(int size, byte firstOfR, int zerosOfR, byte firstOfS, int zerosOfS)
    {
        byte[] fixedLength = [.. Value(size, zerosOfR, firstOfR), .. Value(size, zerosOfS, firstOfS)];
        var der = new byte[EcSignature.MaxDerBytes];
        Array.Fill(der, (byte)0xAA);

        var length = EcSignature.WriteDer(fixedLength, der);

        var expected = new AsnWriter(AsnEncodingRules.DER);
        using (expected.PushSequence())
        {
            expected.WriteInteger(new BigInteger(fixedLength.AsSpan(0, size), isUnsigned: true, isBigEndian: true));
            expected.WriteInteger(new BigInteger(fixedLength.AsSpan(size), isUnsigned: true, isBigEndian: true));
        }

        Assert.Equal(expected.Encode(), der[..length]);
        var back = new byte[fixedLength.Length];
        Array.Fill(back, (byte)0xAA);
        EcSignature.ReadDer(der.AsSpan(0, length), back);
        Assert.Equal(fixedLength, back);
    }

    // With four or five of them in P-521, both integers take 127 or 128 bytes together, where X.690 §8.1.3.5 asks for another length.
    // Without and with leading zeros, with the highest bit of the first byte set and clear, and zero itself.
    private static IEnumerable<(byte First, int Zeros)> Ends(int size) => [(0x7F, 0), (0x80, 0), (0x7F, 1), (0x80, 1), (0x7F, 4), (0x7F, 5), (0x01, size - 1), (0x80, size - 1), (0x00, size - 1)];

    private static byte[] Value(int size, int zeros, byte first)
    {
        var value = new byte[size];
        value.AsSpan(zeros).Fill(0x5A);
        value[zeros] = first;
        return value;
    }
}
