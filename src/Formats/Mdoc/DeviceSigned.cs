using System.Text;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>The holder's part of an mdoc (ISO/IEC 18013-5 §8.3.2.1.2.2) as received: well formed, and not verified.</summary>
public sealed class DeviceSigned
{
    private readonly ReadOnlyMemory<byte> _wrapped;
    private readonly CborValue _nameSpaces;

    private DeviceSigned(ReadOnlyMemory<byte> wrapped, CborValue nameSpaces, CoseSign1? signature, CoseMac0? mac) =>
        (_wrapped, _nameSpaces, Signature, Mac) = (wrapped, nameSpaces, signature, mac);

    /// <summary>The device's signature; null when it made a MAC.</summary>
    public CoseSign1? Signature { get; }

    /// <summary>The device's MAC; null when it signed.</summary>
    public CoseMac0? Mac { get; }

    /// <summary>The namespaces and names of what the device itself adds: each needs the issuer's leave (<see cref="DeviceKeyInfo.MaySign"/>).</summary>
    public IEnumerable<(string NameSpace, string Element)> Names => _nameSpaces.Count == 0 ? [] : _nameSpaces.Members!.SelectMany(
        space => space.Value.Members!, (space, member) => (space.Key.Text!, member.Key.Text!));

    /// <summary>Verifies the device's signature over the transcript, the type and its own elements.</summary>
    /// <param name="device">The device key of the verified security object.</param>
    /// <param name="docType">The type of the document.</param>
    /// <param name="transcript">The transcript that the verifier itself put together.</param>
    /// <param name="allowed">The algorithms that the caller allows.</param>
    public Parsed<VerifiedDeviceSigned> Verify(
        VerificationKey device, string docType, SessionTranscript transcript, params ReadOnlySpan<JwsAlgorithm> allowed)
    {
        if (Signature is null)
        {
            return new FormatFailure(FormatRule.Structure, "the device made no signature but a MAC");
        }

        return Signature.VerifyDetached(device, AuthenticatedBytes(transcript, docType, _wrapped.Span), allowed).Failed(out var failure, out _)
            ? failure
            : new VerifiedDeviceSigned(_nameSpaces);
    }

    /// <summary>Verifies the device's MAC over the transcript, the type and its own elements.</summary>
    /// <param name="key">What <see cref="DeviceMacKey.Derive"/> gave for this transcript.</param>
    /// <param name="docType">The type of the document.</param>
    /// <param name="transcript">The transcript that the verifier itself put together.</param>
    public Parsed<VerifiedDeviceSigned> VerifyMac(ReadOnlySpan<byte> key, string docType, SessionTranscript transcript)
    {
        if (Mac is null)
        {
            return new FormatFailure(FormatRule.Structure, "the device made no MAC but a signature");
        }

        return Mac.Verify(key, AuthenticatedBytes(transcript, docType, _wrapped.Span))
            ? new VerifiedDeviceSigned(_nameSpaces)
            : new FormatFailure(FormatRule.Signature, "the MAC does not verify");
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => Signature is null ? "device MAC" : "device signature";

    internal static Parsed<DeviceSigned> Parse(CborValue value)
    {
        if (value.Member("nameSpaces") is not { } wrapped || wrapped.Embedded() is not { } bytes || value.Member("deviceAuth") is not { Kind: CborKind.Map } auth)
        {
            return new FormatFailure(FormatRule.Structure, "DeviceSigned is a map of nameSpaces behind tag 24 and a deviceAuth");
        }

        if (StrictCbor.ParseMap(bytes).Failed(out var failure, out var nameSpaces))
        {
            return failure;
        }

        if (nameSpaces.Count > 0 && !nameSpaces.Members!.All(space => space.Key.Kind == CborKind.Text && space.Value.Members is { } members && members.All(member => member.Key.Kind == CborKind.Text)))
        {
            return new FormatFailure(FormatRule.Structure, "the device's nameSpaces are maps of names to values");
        }

        return ReadAuth(auth, wrapped.Encoded, nameSpaces);
    }

    // ISO/IEC 18013-5 §9.1.3.4: DeviceAuthentication, in its byte string behind tag 24.
    internal static byte[] AuthenticatedBytes(SessionTranscript transcript, string docType, ReadOnlySpan<byte> nameSpaces)
    {
        using var type = new PooledBytes(3 * docType.Length);
        type.CutAt(Encoding.UTF8.GetBytes(docType, type.Take(3 * docType.Length)));
        using var inner = new PooledBytes(transcript.Encoded.Length + type.Length + nameSpaces.Length + 48);
        inner.WriteCborHead(CborHead.Array, 4);
        inner.WriteCbor(CborHead.Text, "DeviceAuthentication"u8);
        inner.Write(transcript.Encoded.Span);
        inner.WriteCbor(CborHead.Text, type.Written);
        inner.Write(nameSpaces);
        using var wrapped = new PooledBytes(inner.Length + (2 * CborHead.MaxLength));
        wrapped.WriteCborHead(CborHead.Tag, (int)CborTags.Encoded);
        wrapped.WriteCbor(CborHead.Bytes, inner.Written);
        return wrapped.Written.ToArray();
    }

    private static Parsed<DeviceSigned> ReadAuth(CborValue auth, ReadOnlyMemory<byte> wrapped, CborValue nameSpaces)
    {
        switch (auth.Member("deviceSignature"), auth.Member("deviceMac"))
        {
            case ({ } signature, null):
                return CoseSign1.Parse(signature).Failed(out var failure, out var sign1) ? failure : new DeviceSigned(wrapped, nameSpaces, sign1, null);
            case (null, { } mac):
                return CoseMac0.Parse(mac).Failed(out failure, out var mac0) ? failure : new DeviceSigned(wrapped, nameSpaces, null, mac0);
            default:
                return new FormatFailure(FormatRule.Structure, "deviceAuth holds a deviceSignature or a deviceMac, and not both");
        }
    }
}

/// <summary>The holder's part of an mdoc with a verified signature or MAC. Only <see cref="DeviceSigned"/> makes one.</summary>
public sealed class VerifiedDeviceSigned
{
    internal VerifiedDeviceSigned(CborValue nameSpaces) => Elements = new MdocElements(nameSpaces);

    /// <summary>What the device itself says; mostly nothing.</summary>
    public MdocElements Elements { get; }

    /// <summary>Redacted: values are personal.</summary>
    public override string ToString() => $"device: {Elements}";
}
