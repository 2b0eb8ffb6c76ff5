using System.Buffers.Binary;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>
/// The encryption of one meeting (ISO/IEC 18013-5 §9.1.1): keys from ECDH on P-256 and HKDF, messages under AES-256-GCM with counters. It holds
/// secrets and counts: one object belongs to one side of one meeting, and is not shared between threads.
/// </summary>
public sealed class SessionCipher : IDisposable
{
    private const int TagBytes = 16;

    private readonly AesGcm _outgoing;
    private readonly AesGcm _incoming;
    private readonly byte _outgoingName;
    private readonly byte _incomingName;
    private uint _sent;
    private uint _received;
    private bool _broken;

    private SessionCipher(byte[] outgoing, byte[] incoming, byte outgoingName, byte incomingName)
    {
        (_outgoing, _incoming) = (new AesGcm(outgoing, TagBytes), new AesGcm(incoming, TagBytes));
        (_outgoingName, _incomingName) = (outgoingName, incomingName);
        CryptographicOperations.ZeroMemory(outgoing);
        CryptographicOperations.ZeroMemory(incoming);
    }

    /// <summary>The reader's side.</summary>
    /// <param name="own">The reader's ephemeral key.</param>
    /// <param name="device">The device's ephemeral key.</param>
    /// <param name="transcript">The transcript of the meeting.</param>
    public static Parsed<SessionCipher> ForReader(ECDiffieHellman own, Jwk device, SessionTranscript transcript) => Create(own, device, transcript, isReader: true);

    /// <summary>The device's side.</summary>
    /// <param name="own">The device's ephemeral key.</param>
    /// <param name="reader">The reader's ephemeral key.</param>
    /// <param name="transcript">The transcript of the meeting.</param>
    public static Parsed<SessionCipher> ForDevice(ECDiffieHellman own, Jwk reader, SessionTranscript transcript) => Create(own, reader, transcript, isReader: false);

    /// <summary>Encrypts the next message.</summary>
    /// <exception cref="InvalidOperationException">There were more messages than there are counters.</exception>
    public byte[] Encrypt(ReadOnlySpan<byte> message)
    {
        var sealedMessage = new byte[message.Length + TagBytes];
        _sent = _sent < uint.MaxValue ? _sent + 1 : throw new InvalidOperationException("A counter is never used twice.");
        _outgoing.Encrypt(Nonce(_outgoingName, _sent), message, sealedMessage.AsSpan(0, message.Length), sealedMessage.AsSpan(message.Length));
        return sealedMessage;
    }

    /// <summary>Decrypts the next message. After one that does not decrypt, none does: the two sides no longer agree on what was said (ISO/IEC 18013-5 §9.1.1.6).</summary>
    public Parsed<byte[]> Decrypt(ReadOnlySpan<byte> message)
    {
        if (_broken || message.Length < TagBytes || _received == uint.MaxValue)
        {
            _broken = true;
            return new FormatFailure(FormatRule.Encryption, "the message, or one before it, does not decrypt");
        }

        var plain = new byte[message.Length - TagBytes];
        try
        {
            _incoming.Decrypt(Nonce(_incomingName, ++_received), message[..^TagBytes], message[^TagBytes..], plain);
            return plain;
        }
        catch (CryptographicException)
        {
            _broken = true;
            return new FormatFailure(FormatRule.Encryption, "the message, or one before it, does not decrypt");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _outgoing.Dispose();
        _incoming.Dispose();
    }

    /// <summary>Redacted: it holds keys.</summary>
    public override string ToString() => "session cipher";

    /// <summary>Reads an ephemeral key: of this cipher suite, on P-256.</summary>
    internal static Parsed<Jwk> ParseKey(ReadOnlyMemory<byte> encoded)
    {
        if (StrictCbor.ParseMap(encoded).Failed(out var failure, out var map) || CoseKey.Parse(map).Failed(out failure, out var key))
        {
            return failure;
        }

        return key.Curve == "P-256" ? key : new FormatFailure(FormatRule.Key, "the ephemeral key is not on P-256");
    }

    private static Parsed<SessionCipher> Create(ECDiffieHellman own, Jwk theirs, SessionTranscript transcript, bool isReader)
    {
        using var peer = KeyAgreement.Import(theirs);
        if (peer is null || Jwk.Of(own).Curve != "P-256")
        {
            return new FormatFailure(FormatRule.Key, "the keys are not both points on P-256");
        }

        // ISO/IEC 18013-5 §9.1.1.5.
        using var peerKey = peer.PublicKey;
        var shared = own.DeriveRawSecretAgreement(peerKey);
        var salt = SHA256.HashData(transcript.Wrapped());
        var reader = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, salt, "SKReader"u8.ToArray());
        var device = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, salt, "SKDevice"u8.ToArray());
        CryptographicOperations.ZeroMemory(shared);

        // Each side has an identifier of eight bytes: 0 for the reader, 1 for the device.
        return isReader ? new SessionCipher(reader, device, 0, 1) : new SessionCipher(device, reader, 1, 0);
    }

    private static byte[] Nonce(byte side, uint counter)
    {
        var nonce = new byte[12];
        nonce[7] = side;
        BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(8), counter);
        return nonce;
    }
}
