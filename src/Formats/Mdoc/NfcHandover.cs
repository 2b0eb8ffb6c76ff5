using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>
/// How a device and a reader met by NFC (ISO/IEC 18013-5 §8.2.2.1): what the device says of itself, the carriers over which the meeting
/// goes on, and the element of the transcript that ties it to this touch. As received: well formed, and nobody has vouched for it.
/// </summary>
public sealed class NfcHandover
{
    private const string SelectType = "Hs";
    private const string EngagementType = "iso.org:18013:deviceengagement";
    private const string EngagementId = "mdoc";

    private NfcHandover(ReadOnlyMemory<byte> select, NfcHandoverRequest? request, DeviceEngagement engagement, IReadOnlyList<NfcCarrier> carriers) =>
        (Select, Request, Engagement, Carriers) = (select, request, engagement, carriers);

    /// <summary>The message of the device: its handover select.</summary>
    public ReadOnlyMemory<byte> Select { get; }

    /// <summary>The message of the reader where the two negotiated; null where the device's was simply read.</summary>
    public NfcHandoverRequest? Request { get; }

    /// <summary>The device's engagement.</summary>
    public DeviceEngagement Engagement { get; }

    /// <summary>The carriers that the device offers, the preferred first; after a request the one that it chose.</summary>
    public IReadOnlyList<NfcCarrier> Carriers { get; }

    /// <summary>The handover of the transcript (ISO/IEC 18013-5 §9.1.5.1): both messages as they were sent.</summary>
    public CborValue Handover => CborValue.Array(CborValue.Of(Select), Request is { } request ? CborValue.Of(request.Encoded) : CborValue.Null);

    /// <summary>Parses what the device said.</summary>
    /// <param name="select">Its handover select, as an NDEF message.</param>
    /// <param name="request">The request that it answers (negotiated handover); null where there was none (static handover).</param>
    public static Parsed<NfcHandover> Parse(ReadOnlyMemory<byte> select, NfcHandoverRequest? request = null)
    {
        if (HandoverMessage.Parse(select, SelectType, mayCollide: false).Failed(out var failure, out var message))
        {
            return failure;
        }

        if (message.Auxiliary.GetValueOrDefault(EngagementId) is not { } record || !record.Is(NdefFormat.External, EngagementType))
        {
            return new FormatFailure(FormatRule.Structure, $"a carrier refers to the device engagement, which is the record {EngagementId}");
        }

        if (request is not null && (message.Carriers is not [var chosen] || !request.Carriers.Any(asked => asked.RecordType == chosen.RecordType)))
        {
            return new FormatFailure(FormatRule.Structure, "a device chooses one of the carriers that a reader asks for");
        }

        return DeviceEngagement.Parse(record.Payload).Failed(out failure, out var engagement)
            ? failure
            : new NfcHandover(select, request, engagement, message.Carriers);
    }

    /// <summary>Writes what a device says: the device's side.</summary>
    /// <param name="engagement">Its engagement, without ways in which it can be reached: the carriers are those.</param>
    /// <param name="carriers">The carriers, the preferred first; after a request the one that it chose.</param>
    /// <param name="request">The request that it answers, or null.</param>
    /// <exception cref="FormatException">There is no carrier, one twice, or another than was asked for.</exception>
    public static NfcHandover Create(DeviceEngagement engagement, IReadOnlyList<NfcCarrier> carriers, NfcHandoverRequest? request = null) =>
        Parse(HandoverMessage.Write(SelectType, null, carriers, new(NdefFormat.External, EngagementType, EngagementId, engagement.Encoded)), request).OrThrow();

    /// <summary>Redacted: it belongs to one meeting.</summary>
    public override string ToString() => $"NFC handover with {Carriers.Count} carriers";
}

/// <summary>What a reader asks for in a negotiated handover (ISO/IEC 18013-5 §8.2.2.1).</summary>
public sealed class NfcHandoverRequest
{
    private const string RequestType = "Hr";

    private NfcHandoverRequest(ReadOnlyMemory<byte> encoded, IReadOnlyList<NfcCarrier> carriers) => (Encoded, Carriers) = (encoded, carriers);

    /// <summary>The bytes, as they were sent.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The carriers that the reader can go on with, the preferred first.</summary>
    public IReadOnlyList<NfcCarrier> Carriers { get; }

    /// <summary>Parses a handover request: the device's side.</summary>
    public static Parsed<NfcHandoverRequest> Parse(ReadOnlyMemory<byte> encoded) => HandoverMessage.Parse(encoded, RequestType, mayCollide: true).Failed(out var failure, out var message)
        ? failure
        : new NfcHandoverRequest(encoded, message.Carriers);

    /// <summary>Writes a handover request: the reader's side.</summary>
    /// <param name="collision">A random number, by which two who both ask find out whose request counts.</param>
    /// <param name="carriers">The carriers, the preferred first.</param>
    /// <exception cref="FormatException">There is no carrier, or one twice.</exception>
    public static NfcHandoverRequest Create(ushort collision, params IReadOnlyList<NfcCarrier> carriers) =>
        Parse(HandoverMessage.Write(RequestType, collision, carriers, null)).OrThrow();

    /// <summary>Redacted: it belongs to one meeting.</summary>
    public override string ToString() => $"NFC handover request with {Carriers.Count} carriers";
}
