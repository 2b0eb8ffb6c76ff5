using System.Formats.Cbor;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>An mdoc in its holder's hands: with all elements, from which the holder chooses.</summary>
public sealed class HeldMdoc
{
    // An empty map in its byte string behind tag 24: the device adds nothing of its own.
    private static readonly byte[] NoDeviceElements = [0xD8, 0x18, 0x41, 0xA0];

    private HeldMdoc(IssuerSigned received) => Received = received;

    /// <summary>What the issuer sent. Its signature is for the holder to verify: holding says nothing about the issuer.</summary>
    public IssuerSigned Received { get; }

    /// <summary>Parses what an issuer sent.</summary>
    /// <param name="issued">The bytes of the issuer's part.</param>
    public static Parsed<HeldMdoc> Parse(ReadOnlyMemory<byte> issued) =>
        IssuerSigned.Parse(issued).Failed(out var failure, out var received) ? failure : new HeldMdoc(received);

    /// <summary>A device response with exactly the elements that are named, signed by the device.</summary>
    /// <param name="disclose">Namespaces and elements.</param>
    /// <param name="device">The key that the document is bound to.</param>
    /// <param name="transcript">The transcript of the request.</param>
    /// <param name="said">What the device itself says, such as what its holder confirms; null for nothing. The issuer has to let it.</param>
    /// <exception cref="ArgumentException">The document has no such element.</exception>
    public byte[] Present(
        IReadOnlyCollection<(string NameSpace, string Element)> disclose, SigningKey device, SessionTranscript transcript,
        IReadOnlyCollection<(string NameSpace, string Element, CborValue Value)>? said = null)
    {
        var own = said is null or { Count: 0 } ? NoDeviceElements : Embed(said);
        return Write(disclose, own, "deviceSignature", writer => CoseWriter.Write(writer, device, Authenticated(transcript, own), detached: true));
    }

    /// <summary>A device response with exactly the elements that are named, and a MAC of the device.</summary>
    /// <param name="disclose">Namespaces and elements.</param>
    /// <param name="macKey">What <see cref="DeviceMacKey.Derive"/> gave for this transcript.</param>
    /// <param name="transcript">The transcript of the request.</param>
    /// <exception cref="ArgumentException">The document has no such element.</exception>
    public byte[] PresentWithMac(IReadOnlyCollection<(string NameSpace, string Element)> disclose, ReadOnlyMemory<byte> macKey, SessionTranscript transcript) =>
        Write(disclose, NoDeviceElements, "deviceMac", writer => CoseMac0.Write(writer, macKey.Span, Authenticated(transcript, NoDeviceElements)));

    /// <summary>Redacted: a credential is personal.</summary>
    public override string ToString() => $"held {Received}";

    private static byte[] Embed(IReadOnlyCollection<(string NameSpace, string Element, CborValue Value)> said) => CborValue.Embed(CborValue.Map(
        said.GroupBy(one => one.NameSpace, StringComparer.Ordinal).Select(of => (of.Key, CborValue.Map(of.Select(one => (one.Element, one.Value))))))).Encoded.ToArray();

    private byte[] Authenticated(SessionTranscript transcript, byte[] own) => DeviceSigned.AuthenticatedBytes(transcript, Received.UnverifiedMso.DocType, own);

    private byte[] Write(IReadOnlyCollection<(string NameSpace, string Element)> disclose, byte[] own, string kind, Action<CborWriter> writeAuth)
    {
        // Keys stand in their deterministic order (RFC 8949 §4.2.1); what the issuer encoded stays as it is.
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: Received.Encoded.Length + 512);
        writer.WriteStartMap(3);
        writer.WriteTextString("status");
        writer.WriteInt32(0);
        writer.WriteTextString("version");
        writer.WriteTextString(MdocVersion.Current);
        writer.WriteTextString("documents");
        writer.WriteStartArray(1);
        writer.WriteStartMap(3);
        writer.WriteTextString("docType");
        writer.WriteTextString(Received.UnverifiedMso.DocType);
        writer.WriteTextString("deviceSigned");
        writer.WriteStartMap(2);
        writer.WriteTextString("deviceAuth");
        writer.WriteStartMap(1);
        writer.WriteTextString(kind);
        writeAuth(writer);
        writer.WriteEndMap();
        writer.WriteTextString("nameSpaces");
        writer.WriteEncodedValue(own);
        writer.WriteEndMap();
        writer.WriteTextString("issuerSigned");
        WriteIssuerSigned(writer, disclose);
        writer.WriteEndMap();
        writer.WriteEndArray();
        writer.WriteEndMap();
        return writer.Encode();
    }

    private void WriteIssuerSigned(CborWriter writer, IReadOnlyCollection<(string NameSpace, string Element)> disclose)
    {
        var chosen = disclose.Distinct()
            .GroupBy(wanted => wanted.NameSpace, wanted => Find(wanted.NameSpace, wanted.Element), StringComparer.Ordinal)
            .OrderBy(space => space.Key, CborKeyOrder.OfTexts)
            .ToList();
        writer.WriteStartMap(chosen.Count > 0 ? 2 : 1);
        writer.WriteTextString("issuerAuth");
        writer.WriteEncodedValue(Received.RawIssuerAuth.Span);
        if (chosen.Count > 0)
        {
            writer.WriteTextString("nameSpaces");
            writer.WriteStartMap(chosen.Count);
            foreach (var space in chosen)
            {
                writer.WriteTextString(space.Key);
                writer.WriteStartArray(space.Count());
                foreach (var item in space)
                {
                    writer.WriteEncodedValue(item.Encoded.Span);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndMap();
        }

        writer.WriteEndMap();
    }

    private IssuerSignedItem Find(string nameSpace, string element) =>
        Received.Items.GetValueOrDefault(nameSpace)?.FirstOrDefault(item => item.Identifier == element)
        ?? throw new ArgumentException($"The document has no {nameSpace} {element}.", nameof(element));
}
