using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>The key of a device's MAC (ISO/IEC 18013-5 §9.1.3.5): agreed between the device's key and the reader's ephemeral one.</summary>
public static class DeviceMacKey
{
    /// <summary>Derives the key, on either side.</summary>
    /// <param name="own">This side's private key.</param>
    /// <param name="theirs">The other side's public key, on the same curve.</param>
    /// <param name="transcript">The transcript.</param>
    /// <returns>32 bytes: a secret of this session. A failure of <see cref="FormatRule.Key"/> where the two keys do not agree.</returns>
    public static Parsed<byte[]> Derive(ECDiffieHellman own, Jwk theirs, SessionTranscript transcript)
    {
        try
        {
            if (theirs.KeyType != "EC" || theirs.Curve != Jwk.Of(own).Curve)
            {
                return new FormatFailure(FormatRule.Key, "the two keys are on different curves");
            }

            using var peer = ECDiffieHellman.Create(new ECParameters
            {
                Curve = EcPublicKey.CurveOf(theirs),
                Q = new ECPoint { X = theirs.First, Y = theirs.Second },
            });
            using var peerKey = peer.PublicKey;
            var shared = own.DeriveRawSecretAgreement(peerKey);
            var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, SHA256.HashData(transcript.Wrapped()), "EMacKey"u8.ToArray());
            CryptographicOperations.ZeroMemory(shared);
            return key;
        }
        catch (CryptographicException)
        {
            return new FormatFailure(FormatRule.Key, "the key is no valid public key");
        }
    }
}
