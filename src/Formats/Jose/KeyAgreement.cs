using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.Formats.Jose;

/// <summary>RFC 7518 §4.6: the key agreement and its key derivation.</summary>
internal static class KeyAgreement
{
    public const string Name = "ECDH-ES";

    public static int? KeyBytes(string? enc) => enc switch { "A128GCM" => 16, "A256GCM" => 32, _ => null };

    public static ECDiffieHellman? Import(Jwk key)
    {
        if (key.Curve != "P-256")
        {
            return null;
        }

        try
        {
            return ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = key.First, Y = key.Second },
            });
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // RFC 7518 §4.6.2: one round of the Concat KDF; SHA-256 gives as much as the longest key needs.
    public static byte[] Derive(ECDiffieHellman mine, ECDiffieHellman theirs, string enc, int keyBytes, byte[] apu, byte[] apv)
    {
        using var publicKey = theirs.PublicKey;
        byte[] otherInfo = [.. Sized(Encoding.ASCII.GetBytes(enc)), .. Sized(apu), .. Sized(apv), .. Number(keyBytes * 8)];
        var derived = mine.DeriveKeyFromHash(publicKey, HashAlgorithmName.SHA256, Number(1), otherInfo);
        return derived[..keyBytes];
    }

    private static byte[] Sized(byte[] data) => [.. Number(data.Length), .. data];

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
