using System.Formats.Cbor;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>
/// Mints mdocs (ISO/IEC 18013-5 §9.1.2), in deterministic encoding. One call for randomness and one signature a document.
/// </summary>
public static class MdocWriter
{
    /// <summary>Signs a document and answers the issuer's part with all elements, as it goes to the holder.</summary>
    /// <param name="key">The document signer's key; its certificates, without the IACA root, go into <c>x5chain</c>.</param>
    /// <param name="content">The type and its elements.</param>
    /// <param name="device">The holder's key.</param>
    /// <param name="validity">The times. Whole days keep the copies of a batch from being linked by them.</param>
    /// <param name="random">Called once, for all salts, digest numbers and decoys.</param>
    /// <param name="status">The entry of a status list, or null.</param>
    /// <exception cref="ArgumentException">There is nothing to sign, or the times are out of order.</exception>
    public static byte[] Issue(
        SigningKey key, MdocContent content, Jwk device, MdocValidity validity, FillRandom random, (string Uri, long Index)? status = null)
    {
        if (content.Namespaces.Count == 0)
        {
            throw new ArgumentException("A document has an element, or decoys in the place of one.", nameof(content));
        }

        // ISO/IEC 18013-5 §9.1.2.4: validFrom is not before signed, and validUntil after validFrom.
        if (validity.ValidFrom < validity.SignedAt || validity.ValidUntil <= validity.ValidFrom)
        {
            throw new ArgumentException("The times are out of order.", nameof(validity));
        }

        var items = new MdocMint(content, random);
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: 1024);
        WriteSecurityObject(writer, content, items, device, validity, status);
        var mso = writer.Encode();
        writer.Reset();
        writer.WriteTag((CborTag)CborTags.Encoded);
        writer.WriteByteString(mso);
        var payload = writer.Encode();

        writer.Reset();
        writer.WriteStartMap(2);
        writer.WriteTextString("issuerAuth");
        CoseWriter.Write(writer, key, payload, withCertificates: true);
        writer.WriteTextString("nameSpaces");
        items.WriteTo(writer);
        writer.WriteEndMap();
        return writer.Encode();
    }

    // The keys of each map stand in their deterministic order (RFC 8949 §4.2.1).
    private static void WriteSecurityObject(
        CborWriter writer, MdocContent content, MdocMint items, Jwk device, MdocValidity validity, (string Uri, long Index)? status)
    {
        writer.WriteStartMap(status is null ? 6 : 7);
        if (status is { } entry)
        {
            writer.WriteTextString("status");
            StatusReference.Write(writer, entry.Uri, entry.Index);
        }

        writer.WriteTextString("docType");
        writer.WriteTextString(content.DocType);
        writer.WriteTextString("version");
        writer.WriteTextString(MdocVersion.Current);
        writer.WriteTextString("validityInfo");
        WriteValidity(writer, validity);
        writer.WriteTextString("valueDigests");
        items.WriteDigestsTo(writer);
        writer.WriteTextString("deviceKeyInfo");
        var authorizations = content.Authorizations;
        writer.WriteStartMap(authorizations is null ? 1 : 2);
        writer.WriteTextString("deviceKey");
        CoseKey.Write(writer, device);
        if (authorizations is not null)
        {
            writer.WriteTextString("keyAuthorizations");
            writer.WriteEncodedValue(authorizations.Encoded.Span);
        }

        writer.WriteEndMap();
        writer.WriteTextString("digestAlgorithm");
        writer.WriteTextString(MdocHash.Sha256.Name);
        writer.WriteEndMap();
    }

    private static void WriteValidity(CborWriter writer, MdocValidity validity)
    {
        writer.WriteStartMap(validity.ExpectedUpdate is null ? 3 : 4);
        writer.WriteTextString("signed");
        CborTags.Write(writer, validity.SignedAt);
        writer.WriteTextString("validFrom");
        CborTags.Write(writer, validity.ValidFrom);
        writer.WriteTextString("validUntil");
        CborTags.Write(writer, validity.ValidUntil);
        if (validity.ExpectedUpdate is { } expected)
        {
            writer.WriteTextString("expectedUpdate");
            CborTags.Write(writer, expected);
        }

        writer.WriteEndMap();
    }
}
