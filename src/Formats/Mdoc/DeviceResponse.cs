using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>A document that a device presents: the issuer's part and the holder's (ISO/IEC 18013-5 §8.3.2.1.2.2).</summary>
public sealed class MdocDocument
{
    private MdocDocument(string docType, IssuerSigned issuerSigned, DeviceSigned deviceSigned) =>
        (DocType, IssuerSigned, DeviceSigned) = (docType, issuerSigned, deviceSigned);

    /// <summary>The type of the document, as the device says it: the same as the one that the issuer signed.</summary>
    public string DocType { get; }

    /// <summary>The issuer's part.</summary>
    public IssuerSigned IssuerSigned { get; }

    /// <summary>The holder's part.</summary>
    public DeviceSigned DeviceSigned { get; }

    /// <summary>Redacted: a document is personal.</summary>
    public override string ToString() => IssuerSigned.ToString();

    internal static Parsed<MdocDocument> Parse(CborValue value)
    {
        if (value.Member("docType")?.Text is not { } docType || value.Member("issuerSigned") is not { } issuer || value.Member("deviceSigned") is not { } device)
        {
            return new FormatFailure(FormatRule.Structure, "a document has a docType, an issuerSigned and a deviceSigned");
        }

        if (IssuerSigned.Parse(issuer).Failed(out var failure, out var issuerSigned) || DeviceSigned.Parse(device).Failed(out failure, out var deviceSigned))
        {
            return failure;
        }

        // ISO/IEC 18013-5 §9.3.1: the type in the signed object is the type of the document.
        return docType == issuerSigned.UnverifiedMso.DocType
            ? new MdocDocument(docType, issuerSigned, deviceSigned)
            : new FormatFailure(FormatRule.Type, "docType is not the one that the issuer signed");
    }
}

/// <summary>What a device answers (ISO/IEC 18013-5 §8.3.2.1.2.2) as received: well formed, and not verified.</summary>
public sealed class DeviceResponse
{
    private DeviceResponse(ReadOnlyMemory<byte> encoded, IReadOnlyList<MdocDocument> documents, long status) =>
        (Encoded, Documents, Status) = (encoded, documents, status);

    /// <summary>The bytes, as received.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The documents; none where the device has nothing to show.</summary>
    public IReadOnlyList<MdocDocument> Documents { get; }

    /// <summary>0 for an answer; 10, 11 and 12 for errors of the device (ISO/IEC 18013-5 §8.3.2.1.2.3).</summary>
    public long Status { get; }

    /// <summary>Parses an answer: in OpenID4VP the bytes of the base64url text of a presentation.</summary>
    /// <param name="encoded">The bytes.</param>
    /// <param name="maxBytes">The bound on their length.</param>
    /// <param name="maxDocuments">The bound on the number of documents.</param>
    public static Parsed<DeviceResponse> Parse(ReadOnlyMemory<byte> encoded, int maxBytes = StrictCbor.DefaultMaxBytes, int maxDocuments = 8)
    {
        if (StrictCbor.ParseMap(encoded, maxBytes).Failed(out var failure, out var map))
        {
            return failure;
        }

        if (!MdocVersion.IsKnown(map.Member("version")))
        {
            return new FormatFailure(FormatRule.Type, "version is not 1 of the device response");
        }

        if (map.Member("status")?.Number is not (>= 0 and { } status))
        {
            return new FormatFailure(FormatRule.Member, "status is missing or no whole number");
        }

        return ReadDocuments(map.Member("documents"), maxDocuments).Failed(out failure, out var documents)
            ? failure
            : new DeviceResponse(encoded, documents, status);
    }

    /// <summary>Redacted: documents are personal.</summary>
    public override string ToString() => $"device response with {Documents.Count} documents";

    private static Parsed<List<MdocDocument>> ReadDocuments(CborValue? value, int maxDocuments)
    {
        var documents = new List<MdocDocument>();
        if (value is null)
        {
            return documents;
        }

        if (value.Items is not { Count: > 0 } items)
        {
            return new FormatFailure(FormatRule.Structure, "documents is an array that holds one");
        }

        if (items.Count > maxDocuments)
        {
            return new FormatFailure(FormatRule.Size, $"there are more than {maxDocuments} documents");
        }

        foreach (var item in items)
        {
            if (MdocDocument.Parse(item).Failed(out var failure, out var document))
            {
                return failure;
            }

            documents.Add(document);
        }

        return documents;
    }
}
