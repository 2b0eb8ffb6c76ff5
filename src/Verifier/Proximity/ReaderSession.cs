using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.Proximity;

/// <summary>
/// The reader's side of one meeting face to face (ISO/IEC 18013-5), over any transport that carries bytes: the caller brings them to the device and back.
/// It holds secrets and counts messages: one object for one meeting, not shared between threads.
/// </summary>
public sealed class ReaderSession : IDisposable
{
    private readonly ECDiffieHellman _key;
    private readonly byte[] _keyBytes;
    private readonly SessionCipher _cipher;
    private bool _isEstablished;

    private ReaderSession(ECDiffieHellman key, byte[] keyBytes, SessionTranscript transcript, SessionCipher cipher) =>
        (_key, _keyBytes, Transcript, _cipher) = (key, keyBytes, transcript, cipher);

    /// <summary>What the device signs together with its document, so that an answer is good for this meeting alone.</summary>
    public SessionTranscript Transcript { get; }

    /// <summary>Begins a meeting with a device whose QR code was read.</summary>
    /// <param name="engagement">What the device showed.</param>
    /// <param name="key">A fresh key on P-256, which the session owns from here on.</param>
    /// <returns>A failure of <see cref="FormatRule.Key"/> where the two keys do not agree; the key is disposed of then.</returns>
    public static Parsed<ReaderSession> Open(DeviceEngagement engagement, ECDiffieHellman key) => Open(engagement, key, CborValue.Null);

    /// <summary>Begins a meeting with a device that was touched.</summary>
    /// <param name="met">How the two met by NFC.</param>
    /// <param name="key">A fresh key on P-256, which the session owns from here on.</param>
    /// <returns>A failure of <see cref="FormatRule.Key"/> where the two keys do not agree; the key is disposed of then.</returns>
    public static Parsed<ReaderSession> Open(NfcHandover met, ECDiffieHellman key) => Open(met.Engagement, key, met.Handover);

    /// <summary>Begins a meeting.</summary>
    /// <param name="engagement">What the device showed.</param>
    /// <param name="key">A fresh key on P-256, which the session owns from here on.</param>
    /// <param name="handover">How the two met (ISO/IEC 18013-5 §9.1.5.1): null for a QR code, the two NFC messages for NFC.</param>
    /// <returns>A failure of <see cref="FormatRule.Key"/> where the two keys do not agree; the key is disposed of then.</returns>
    public static Parsed<ReaderSession> Open(DeviceEngagement engagement, ECDiffieHellman key, CborValue handover)
    {
        var keyBytes = CoseKey.Write(Jwk.Of(key)).Encoded.ToArray();
        var transcript = SessionTranscript.ForProximity(engagement.Encoded, keyBytes, handover);
        if (SessionCipher.ForReader(key, engagement.DeviceKey, transcript).Failed(out var failure, out var cipher))
        {
            key.Dispose();
            return failure;
        }

        return new ReaderSession(key, keyBytes, transcript, cipher);
    }

    /// <summary>Asks for one document. The first request establishes the session.</summary>
    /// <param name="query">The query, of an mdoc, without claim sets: a device is asked for elements and cannot choose among sets of them.</param>
    /// <param name="reader">The key of the reader's certificate, chain included, with which the reader says who it is; null for none.</param>
    /// <param name="intentToRetain">Whether the reader means to keep what it is shown.</param>
    /// <returns>The bytes for the device.</returns>
    /// <exception cref="ArgumentException">The query is of another kind.</exception>
    public byte[] Ask(CredentialQuery query, SigningKey? reader = null, bool intentToRetain = false)
    {
        if (query.Format != CredentialQuery.MdocFormat || query.Claims.IsEmpty || !query.ClaimSets.IsEmpty)
        {
            throw new ArgumentException("A device is asked for an mdoc and its elements, without claim sets.", nameof(query));
        }

        // A path may go on within an element; the device is asked for the whole.
        var elements = query.Claims.Select(claim => (claim.Path.Parts[0].Name!, claim.Path.Parts[1].Name!)).Distinct().Select(name => (name.Item1, name.Item2, intentToRetain)).ToList();
        var data = _cipher.Encrypt(DeviceRequest.Write(query.Types[0], elements, reader, Transcript));
        var message = _isEstablished ? SessionMessage.Carry(data) : SessionMessage.Establish(_keyBytes, data);
        _isEstablished = true;
        return message;
    }

    /// <summary>Reads a message of the device.</summary>
    /// <param name="message">The bytes as received.</param>
    public ProximityAnswer Receive(ReadOnlyMemory<byte> message)
    {
        if (SessionMessage.Parse(message).Failed(out var failure, out var received))
        {
            return new ProximityAnswer.Malformed(failure, SessionMessage.DecodingError);
        }

        if (received.ReaderKey is not null)
        {
            return new ProximityAnswer.Malformed(new FormatFailure(FormatRule.Structure, "a device establishes no session"), SessionMessage.DecodingError);
        }

        if (received.Data is not { } data)
        {
            return new ProximityAnswer.Ended(received.Status!.Value);
        }

        return _cipher.Decrypt(data.Span).Failed(out failure, out var response)
            ? new ProximityAnswer.Malformed(failure, SessionMessage.EncryptionError)
            : new ProximityAnswer.Presented(Base64UrlText.Encode(response), received.Status == SessionMessage.Termination);
    }

    /// <summary>Ends the meeting.</summary>
    /// <param name="status">Why: <see cref="SessionMessage.Termination"/>, or what <see cref="ProximityAnswer.Malformed"/> says.</param>
    /// <returns>The bytes for the device.</returns>
    public static byte[] End(long status = SessionMessage.Termination) => SessionMessage.End(status);

    /// <summary>Checks what a device presented, with the device's signature or MAC over this meeting.</summary>
    /// <param name="presented">The answer.</param>
    /// <param name="query">What was asked for.</param>
    /// <param name="policy">What this verifier asks for always.</param>
    /// <param name="trust">The offline bundle and status lists.</param>
    /// <param name="now">The time of the check.</param>
    public VerificationResult Verify(ProximityAnswer.Presented presented, CredentialQuery query, Policy policy, Trust trust, DateTimeOffset now) => CredentialVerifier.Verify(
        presented.Presentation,
        new Expectation { Query = query, Nonce = "", Audience = "", Transcript = Transcript, ReaderKey = _key },
        policy,
        trust,
        now);

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher.Dispose();
        _key.Dispose();
    }

    /// <summary>Redacted: it holds keys.</summary>
    public override string ToString() => "reader session";
}

/// <summary>What a device answered: closed.</summary>
public abstract class ProximityAnswer
{
    private ProximityAnswer()
    {
    }

    /// <summary>Answers by case.</summary>
    public T Match<T>(Func<Presented, T> presented, Func<Ended, T> ended, Func<Malformed, T> malformed) => this switch
    {
        Presented p => presented(p),
        Ended e => ended(e),
        Malformed m => malformed(m),
        _ => throw new InvalidOperationException("There is no fourth answer."),
    };

    /// <summary>A device response, not verified yet.</summary>
    public sealed class Presented : ProximityAnswer
    {
        internal Presented(string presentation, bool isLast) => (Presentation, IsLast) = (presentation, isLast);

        /// <summary>The device response as base64url, as it is presented over OpenID4VP.</summary>
        public string Presentation { get; }

        /// <summary>True when the device ended the meeting with it.</summary>
        public bool IsLast { get; }

        /// <summary>Redacted: the response is personal.</summary>
        public override string ToString() => "presented";
    }

    /// <summary>The device ended the meeting.</summary>
    public sealed class Ended : ProximityAnswer
    {
        internal Ended(long status) => Status = status;

        /// <summary>10 when it could not decrypt, 11 when it could not decode, 20 when it just ended (ISO/IEC 18013-5 §9.1.1.4).</summary>
        public long Status { get; }
    }

    /// <summary>The message cannot be read; the meeting is over.</summary>
    public sealed class Malformed : ProximityAnswer
    {
        internal Malformed(FormatFailure failure, long status) => (Failure, Status) = (failure, status);

        /// <summary>The rule that it broke.</summary>
        public FormatFailure Failure { get; }

        /// <summary>What the device is told with <see cref="ReaderSession.End"/>.</summary>
        public long Status { get; }
    }
}
