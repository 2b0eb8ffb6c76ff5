using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Formats.Cose;

/// <summary>A COSE_Sign1 message (RFC 9052 §4.2) as received: well formed, and not verified.</summary>
public sealed class CoseSign1
{
    // RFC 9360 §2.
    internal const long X5ChainLabel = 33;

    private readonly CoseHeaders _headers;

    private CoseSign1(CoseHeaders headers, JwsAlgorithm algorithm, ReadOnlyMemory<byte>? payload, ReadOnlyMemory<byte> signature, bool isTagged)
    {
        _headers = headers;
        (Algorithm, UnverifiedPayload, Signature, IsTagged) = (algorithm, payload, signature, isTagged);
    }

    /// <summary>The algorithm of the protected header.</summary>
    public JwsAlgorithm Algorithm { get; }

    /// <summary>True when tag 18 stands before the message. Where a specification says which of the two it wants, the reader there asks.</summary>
    public bool IsTagged { get; }

    /// <summary>The payload, before any signature was checked; null when it is detached.</summary>
    public ReadOnlyMemory<byte>? UnverifiedPayload { get; }

    internal ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Parses a message.</summary>
    /// <param name="encoded">The bytes.</param>
    /// <param name="maxBytes">The bound on their length.</param>
    public static Parsed<CoseSign1> Parse(ReadOnlyMemory<byte> encoded, int maxBytes = StrictCbor.DefaultMaxBytes) =>
        StrictCbor.Parse(encoded, maxBytes).Failed(out var failure, out var value) ? failure : Parse(value);

    /// <summary>Reads a message out of an item.</summary>
    public static Parsed<CoseSign1> Parse(CborValue value)
    {
        var tagged = value.Tagged(CborTags.Sign1);
        if ((tagged ?? value).Items is not [var protectedHeader, var unprotected, var payload, var signature]
            || payload is not { Kind: CborKind.Bytes or CborKind.Null } || signature.Bytes is not { } signatureBytes)
        {
            return new FormatFailure(FormatRule.Structure, "COSE_Sign1 is an array of two headers, a payload or null, and a signature");
        }

        if (CoseHeaders.Parse(protectedHeader, unprotected).Failed(out var failure, out var headers))
        {
            return failure;
        }

        return CoseAlgorithms.Find(headers.Algorithm) is { } algorithm
            ? new CoseSign1(headers, algorithm, payload.Bytes, signatureBytes, tagged is not null)
            : new FormatFailure(FormatRule.Algorithm, "the protected header names no known signature algorithm");
    }

    /// <summary>A parameter of the protected header, or null.</summary>
    public CborValue? Protected(long label) => _headers.Protected(label);

    /// <summary>A parameter of the unprotected header, or null: nobody has signed it.</summary>
    public CborValue? Unprotected(long label) => _headers.Unprotected.Member(label);

    /// <summary>
    /// The <c>x5chain</c> (RFC 9360 §2), of whichever header it stands in, in DER and leaf first: bytes as received, to find a
    /// signer that is known already. Null where there is none, or where it is none.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? RawCertificates()
    {
        var chain = Protected(X5ChainLabel) ?? Unprotected(X5ChainLabel);
        if (chain?.Bytes is { } one)
        {
            return [one];
        }

        return chain?.Items is { Count: > 0 } items && items.All(item => item.Kind == CborKind.Bytes)
            ? [.. items.Select(item => item.Bytes!.Value)]
            : null;
    }

    /// <summary>The certificates of <c>x5chain</c>, without the anchor (HAIP §6.1.1). Says nothing about trust.</summary>
    public Parsed<X5cChain> Certificates(int maxCertificates = 4) => RawCertificates() is { } raw
        ? X5c.ParseDer(raw, maxCertificates)
        : new FormatFailure(FormatRule.Member, "x5chain is missing, or neither a certificate nor an array of them");

    /// <summary>Verifies the signature over the payload inside.</summary>
    /// <param name="key">The key that the caller trusts for this purpose.</param>
    /// <param name="allowed">The algorithms that the caller allows.</param>
    public Parsed<VerifiedCose> Verify(VerificationKey key, params ReadOnlySpan<JwsAlgorithm> allowed) => UnverifiedPayload is { } payload
        ? Verify(key, payload, allowed)
        : new FormatFailure(FormatRule.Structure, "the payload is detached");

    /// <summary>Verifies the signature over a payload that stands elsewhere; one that is inside as well is refused.</summary>
    /// <param name="key">The key that the caller trusts for this purpose.</param>
    /// <param name="payload">The detached payload.</param>
    /// <param name="allowed">The algorithms that the caller allows.</param>
    public Parsed<VerifiedCose> VerifyDetached(VerificationKey key, ReadOnlyMemory<byte> payload, params ReadOnlySpan<JwsAlgorithm> allowed) =>
        UnverifiedPayload is null
            ? Verify(key, payload, allowed)
            : new FormatFailure(FormatRule.Structure, "the payload is not detached");

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{Algorithm} COSE_Sign1";

    internal static byte[] SigningInput(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> payload)
    {
        using var input = new PooledBytes(SigningInputBytes(protectedHeader, payload));
        WriteSigningInput(input, protectedHeader, payload);
        return input.Written.ToArray();
    }

    private static int SigningInputBytes(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> payload) => protectedHeader.Length + payload.Length + 32;

    // RFC 9052 §4.4: context, protected header, external data (none here), payload.
    private static void WriteSigningInput(PooledBytes input, ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> payload)
    {
        input.WriteCborHead(CborHead.Array, 4);
        input.WriteCbor(CborHead.Text, "Signature1"u8);
        input.WriteCbor(CborHead.Bytes, protectedHeader);
        input.WriteCbor(CborHead.Bytes, []);
        input.WriteCbor(CborHead.Bytes, payload);
    }

    private Parsed<VerifiedCose> Verify(VerificationKey key, ReadOnlyMemory<byte> payload, ReadOnlySpan<JwsAlgorithm> allowed)
    {
        if (!allowed.Contains(Algorithm))
        {
            return new FormatFailure(FormatRule.Algorithm, $"algorithm {Algorithm} is not allowed here");
        }

        using var input = new PooledBytes(SigningInputBytes(_headers.ProtectedBytes.Span, payload.Span));
        WriteSigningInput(input, _headers.ProtectedBytes.Span, payload.Span);
        return key.Verify(Algorithm, input.Written, Signature.Span)
            ? new VerifiedCose(this, payload)
            : new FormatFailure(FormatRule.Signature, "the signature does not verify");
    }
}

/// <summary>A COSE_Sign1 message whose signature was verified. Only <see cref="CoseSign1"/> makes one.</summary>
public sealed class VerifiedCose
{
    internal VerifiedCose(CoseSign1 received, ReadOnlyMemory<byte> payload) => (Received, Payload) = (received, payload);

    /// <summary>What was received.</summary>
    public CoseSign1 Received { get; }

    /// <summary>The signed payload, inside or detached.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Redacted: a payload may be personal.</summary>
    public override string ToString() => Received.ToString();
}
