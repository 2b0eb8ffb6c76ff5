using System.Formats.Cbor;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>What a reader asks a device for (ISO/IEC 18013-5 §8.3.2.1.2.1) as received: well formed, and its reader not authenticated.</summary>
public sealed class DeviceRequest
{
    private DeviceRequest(IReadOnlyList<DocumentRequest> documents) => Documents = documents;

    /// <summary>The documents asked for.</summary>
    public IReadOnlyList<DocumentRequest> Documents { get; }

    /// <summary>Parses a request.</summary>
    /// <param name="encoded">The bytes.</param>
    /// <param name="maxDocuments">The bound on the number of documents.</param>
    public static Parsed<DeviceRequest> Parse(ReadOnlyMemory<byte> encoded, int maxDocuments = 8)
    {
        if (StrictCbor.ParseMap(encoded).Failed(out var failure, out var map))
        {
            return failure;
        }

        if (!MdocVersion.IsKnown(map.Member("version")))
        {
            return new FormatFailure(FormatRule.Type, "version is not 1 of the device request");
        }

        if (map.Member("docRequests")?.Items is not { Count: > 0 } items || items.Count > maxDocuments)
        {
            return new FormatFailure(FormatRule.Structure, $"docRequests is an array of 1 to {maxDocuments}");
        }

        var documents = new List<DocumentRequest>();
        foreach (var item in items)
        {
            if (DocumentRequest.Parse(item).Failed(out failure, out var document))
            {
                return failure;
            }

            documents.Add(document);
        }

        return new DeviceRequest(documents);
    }

    /// <summary>Writes a request for one document.</summary>
    /// <param name="docType">Its type.</param>
    /// <param name="elements">Namespaces, elements, and whether the reader means to keep their values.</param>
    /// <param name="reader">The reader's key, certificates included, to authenticate the request; null for none.</param>
    /// <param name="transcript">The transcript of the meeting, which the reader's signature covers.</param>
    public static byte[] Write(
        string docType, IReadOnlyCollection<(string NameSpace, string Element, bool IntentToRetain)> elements, SigningKey? reader, SessionTranscript transcript)
    {
        var items = DocumentRequest.WriteItems(docType, elements);
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: items.Length + 1024);
        writer.WriteStartMap(2);
        writer.WriteTextString("version");
        writer.WriteTextString(MdocVersion.Current);
        writer.WriteTextString("docRequests");
        writer.WriteStartArray(1);
        writer.WriteStartMap(reader is null ? 1 : 2);
        writer.WriteTextString("itemsRequest");
        writer.WriteEncodedValue(items);
        if (reader is not null)
        {
            writer.WriteTextString("readerAuth");
            CoseWriter.Write(writer, reader, DocumentRequest.AuthenticatedBytes(transcript, items), withCertificates: true, detached: true);
        }

        writer.WriteEndMap();
        writer.WriteEndArray();
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>The types of the documents.</summary>
    public override string ToString() => $"device request for {string.Join(", ", Documents.Select(document => document.DocType))}";
}

/// <summary>A request for one document.</summary>
public sealed class DocumentRequest
{
    private readonly ReadOnlyMemory<byte> _items;

    private DocumentRequest(ReadOnlyMemory<byte> items, string docType, IReadOnlyList<(string, string, bool)> elements, CoseSign1? readerAuth) =>
        (_items, DocType, Elements, ReaderAuth) = (items, docType, elements, readerAuth);

    /// <summary>The type of the document.</summary>
    public string DocType { get; }

    /// <summary>Namespaces, elements, and whether the reader means to keep their values.</summary>
    public IReadOnlyList<(string NameSpace, string Element, bool IntentToRetain)> Elements { get; }

    /// <summary>The reader's signature, whose certificates say who it is; null where it does not say.</summary>
    public CoseSign1? ReaderAuth { get; }

    /// <summary>Verifies the reader's signature over the transcript and what is asked for (ISO/IEC 18013-5 §9.1.4). Whether that reader may ask is the caller's matter.</summary>
    /// <param name="reader">The key of a reader's certificate that the caller trusts.</param>
    /// <param name="transcript">The transcript of the meeting.</param>
    /// <param name="allowed">The algorithms that the caller allows.</param>
    public Parsed<VerifiedCose> VerifyReader(VerificationKey reader, SessionTranscript transcript, params ReadOnlySpan<JwsAlgorithm> allowed) => ReaderAuth is null
        ? new FormatFailure(FormatRule.Structure, "the reader does not say who it is")
        : ReaderAuth.VerifyDetached(reader, AuthenticatedBytes(transcript, _items.Span), allowed);

    /// <summary>Its type.</summary>
    public override string ToString() => $"request for {DocType}";

    internal static Parsed<DocumentRequest> Parse(CborValue value)
    {
        if (value.Member("itemsRequest") is not { } wrapped || wrapped.Embedded() is not { } bytes)
        {
            return new FormatFailure(FormatRule.Structure, "a request has an itemsRequest behind tag 24");
        }

        if (StrictCbor.ParseMap(bytes).Failed(out var failure, out var items))
        {
            return failure;
        }

        if (items.Member("docType")?.Text is not { Length: > 0 } docType || ReadElements(items.Member("nameSpaces")) is not { } elements)
        {
            return new FormatFailure(FormatRule.Structure, "an itemsRequest has a docType, and nameSpaces of elements with true or false");
        }

        if (value.Member("readerAuth") is not { } auth)
        {
            return new DocumentRequest(wrapped.Encoded, docType, elements, null);
        }

        return CoseSign1.Parse(auth).Failed(out failure, out var signature) ? failure : new DocumentRequest(wrapped.Encoded, docType, elements, signature);
    }

    // ItemsRequestBytes: the map in its byte string behind tag 24.
    internal static byte[] WriteItems(string docType, IReadOnlyCollection<(string NameSpace, string Element, bool IntentToRetain)> elements)
    {
        var items = CborValue.Map(
            ("docType", CborValue.Of(docType)),
            ("nameSpaces", CborValue.Map(elements.GroupBy(element => element.NameSpace, StringComparer.Ordinal)
                .Select(space => (space.Key, CborValue.Map(space.Select(element => (element.Element, CborValue.Of(element.IntentToRetain)))))))));
        return CborValue.Embed(items).Encoded.ToArray();
    }

    // ISO/IEC 18013-5 §9.1.4.5: ReaderAuthentication, in its byte string behind tag 24.
    internal static byte[] AuthenticatedBytes(SessionTranscript transcript, ReadOnlySpan<byte> items)
    {
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: transcript.Encoded.Length + items.Length + 64);
        writer.WriteStartArray(3);
        writer.WriteTextString("ReaderAuthentication");
        writer.WriteEncodedValue(transcript.Encoded.Span);
        writer.WriteEncodedValue(items);
        writer.WriteEndArray();
        var inner = writer.Encode();
        writer.Reset();
        writer.WriteTag((CborTag)CborTags.Encoded);
        writer.WriteByteString(inner);
        return writer.Encode();
    }

    private static List<(string, string, bool)>? ReadElements(CborValue? nameSpaces)
    {
        if (nameSpaces?.Members is not { Count: > 0 } spaces
            || !spaces.All(space => space.Key.Text is not null && space.Value.Members is { Count: > 0 } elements
                && elements.All(element => element.Key.Text is not null && element.Value.Boolean is not null)))
        {
            return null;
        }

        return [.. spaces.SelectMany(space => space.Value.Members!, (space, element) => (space.Key.Text!, element.Key.Text!, element.Value.Boolean!.Value))];
    }
}
