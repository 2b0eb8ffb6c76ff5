using System.Buffers.Binary;
using System.Text;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>
/// A handover request or select (NFC Forum Connection Handover 1.5): a first record that lists alternative carriers, and after it the
/// records that they name. What is listed is there, once; what is there need not be listed.
/// </summary>
internal sealed class HandoverMessage
{
    private const byte Version = 0x15;
    private const string Alternative = "ac";
    private const string Collision = "cr";

    private HandoverMessage(IReadOnlyList<NfcCarrier> carriers, IReadOnlyDictionary<string, NdefRecord> auxiliary) => (Carriers, Auxiliary) = (carriers, auxiliary);

    public IReadOnlyList<NfcCarrier> Carriers { get; }

    /// <summary>The records to which carriers refer beside their own, by id.</summary>
    public IReadOnlyDictionary<string, NdefRecord> Auxiliary { get; }

    /// <summary>Parses a message.</summary>
    /// <param name="encoded">The bytes.</param>
    /// <param name="type">The type of the first record.</param>
    /// <param name="mayCollide">Whether the first record may hold the number that decides which of two requests counts.</param>
    public static Parsed<HandoverMessage> Parse(ReadOnlyMemory<byte> encoded, string type, bool mayCollide)
    {
        if (NdefMessage.Parse(encoded).Failed(out var failure, out var records))
        {
            return failure;
        }

        if (!records[0].Is(NdefFormat.WellKnown, type))
        {
            return new FormatFailure(FormatRule.Type, $"the first record is not {type}");
        }

        // A minor version adds nothing that the older ones cannot read.
        var head = records[0].Payload;
        if (head.IsEmpty || head.Span[0] >> 4 != Version >> 4)
        {
            return new FormatFailure(FormatRule.Type, "the version of the handover is not 1");
        }

        if (NdefMessage.Parse(head[1..]).Failed(out failure, out var listed))
        {
            return failure;
        }

        if (mayCollide && listed[0].Is(NdefFormat.WellKnown, Collision) && listed[0].Payload.Length == sizeof(ushort))
        {
            listed.RemoveAt(0);
        }

        var named = records.Skip(1).Where(record => record.Id.Length > 0).ToList();
        return named.Select(record => record.Id).Distinct().Count() < named.Count
            ? new FormatFailure(FormatRule.Structure, "two records have one id")
            : ReadCarriers(listed, named.ToDictionary(record => record.Id));
    }

    /// <summary>Writes a message: the carriers, then the record to which all of them refer.</summary>
    public static byte[] Write(string type, ushort? collision, IReadOnlyList<NfcCarrier> carriers, NdefRecord? auxiliary)
    {
        List<NdefRecord> listed = [];
        if (collision is { } number)
        {
            var bytes = new byte[sizeof(ushort)];
            BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
            listed.Add(new(NdefFormat.WellKnown, Collision, "", bytes));
        }

        byte[] reference = auxiliary is null ? [0] : [1, .. Reference(auxiliary.Id)];
        listed.AddRange(carriers.Select(carrier => new NdefRecord(NdefFormat.WellKnown, Alternative, "", (byte[])[(byte)carrier.Power, .. Reference(carrier.Id), .. reference])));
        var head = new NdefRecord(NdefFormat.WellKnown, type, "", (byte[])[Version, .. NdefMessage.Write(listed)]);
        NdefRecord[] last = auxiliary is null ? [] : [auxiliary];
        return NdefMessage.Write([head, .. carriers.Select(carrier => carrier.ToRecord()), .. last]);
    }

    private static Parsed<HandoverMessage> ReadCarriers(List<NdefRecord> listed, Dictionary<string, NdefRecord> named)
    {
        var carriers = new List<NfcCarrier>();
        var auxiliary = new Dictionary<string, NdefRecord>();
        foreach (var one in listed)
        {
            if (!one.Is(NdefFormat.WellKnown, Alternative) || ReadReferences(one.Payload.Span) is not [var own, .. var others]
                || !named.TryGetValue(own, out var record) || carriers.Exists(carrier => carrier.Id == own) || !others.TrueForAll(named.ContainsKey))
            {
                return new FormatFailure(FormatRule.Structure, "what is listed is carriers, each once, with records that are there");
            }

            if (NfcCarrier.Read(record, (NfcCarrierPower)one.Payload.Span[0]).Failed(out var failure, out var carrier))
            {
                return failure;
            }

            carriers.Add(carrier);
            others.ForEach(other => auxiliary[other] = named[other]);
        }

        return carriers.Count > 0 ? new HandoverMessage(carriers, auxiliary) : new FormatFailure(FormatRule.Structure, "a handover lists a carrier");
    }

    // How far it is, the id of its own record, and a number of others; null for anything else.
    private static List<string>? ReadReferences(ReadOnlySpan<byte> payload)
    {
        if (payload is not [<= (byte)NfcCarrierPower.Unknown, .. var rest] || TakeReference(ref rest) is not { } own || rest is not [var others, ..])
        {
            return null;
        }

        List<string> ids = [own];
        rest = rest[1..];
        for (var i = 0; i < others; i++)
        {
            if (TakeReference(ref rest) is not { } other)
            {
                return null;
            }

            ids.Add(other);
        }

        return rest.IsEmpty ? ids : null;
    }

    private static string? TakeReference(ref ReadOnlySpan<byte> from)
    {
        if (from is not [> 0 and var length, .. var rest] || rest.Length < length)
        {
            return null;
        }

        from = rest[length..];
        return Encoding.Latin1.GetString(rest[..length]);
    }

    private static byte[] Reference(string id) => [(byte)id.Length, .. Encoding.Latin1.GetBytes(id)];
}
