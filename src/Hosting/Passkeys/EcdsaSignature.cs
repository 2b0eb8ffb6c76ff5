using System.Formats.Asn1;
using System.Numerics;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>WebAuthn carries ECDSA signatures in DER (§6.5.5), JOSE and <c>VerificationKey</c> as two numbers of fixed length.</summary>
internal static class EcdsaSignature
{
    /// <summary>The fixed-length form on P-256, or null for anything but strict DER of two positive numbers that fit.</summary>
    public static byte[]? FromDer(ReadOnlyMemory<byte> der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var numbers = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var (r, s) = (numbers.ReadInteger(), numbers.ReadInteger());
            numbers.ThrowIfNotEmpty();
            var both = new byte[64];
            return Write(r, both.AsSpan(0, 32)) && Write(s, both.AsSpan(32)) ? both : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool Write(BigInteger number, Span<byte> destination)
    {
        if (number.Sign <= 0 || number.GetByteCount(isUnsigned: true) > destination.Length)
        {
            return false;
        }

        return number.TryWriteBytes(destination[^number.GetByteCount(isUnsigned: true)..], out _, isUnsigned: true, isBigEndian: true);
    }
}
