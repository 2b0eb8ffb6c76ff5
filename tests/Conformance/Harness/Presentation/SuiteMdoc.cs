using System.Buffers.Text;
using System.Formats.Cbor;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness.Presentation;

/// <summary>A card as mdoc (ISO/IEC 18013-5 §8.3), laid open so that a module changes one thing in it. Written apart from the platform's own.</summary>
internal sealed class SuiteMdoc(SuiteIssuer issuer)
{
    public SuiteKey Signer { get; set; } = issuer.Signer;

    public IReadOnlyList<byte[]> Chain { get; set; } = [.. issuer.Chain];

    public SuiteKey Device { get; set; } = issuer.Holder;

    public string DocType { get; set; } = SuiteIssuer.DocType;

    public DateTimeOffset ValidFrom { get; set; } = DateTimeOffset.UtcNow.AddDays(-1);

    public DateTimeOffset ValidUntil { get; set; } = DateTimeOffset.UtcNow.AddDays(10);

    public List<string> Shown { get; } = ["given_name"];

    /// <summary>The nonce that the device signs over; null for that of the request.</summary>
    public string? Nonce { get; set; }

    /// <summary>The audience that the device signs over; null for that of the request.</summary>
    public string? Audience { get; set; }

    /// <summary>No <c>deviceAuth</c> of either kind.</summary>
    public bool WithoutDevice { get; set; }

    /// <summary>Done to the issuer's signature.</summary>
    public Func<byte[], byte[]> Signature { get; set; } = signature => signature;

    /// <summary>The presentation for a request.</summary>
    public string Present(VpRequest request)
    {
        var transcript = TranscriptOf(request);
        var writer = new CborWriter();
        writer.WriteStartMap(3);
        writer.WriteTextString("version");
        writer.WriteTextString("1.0");
        writer.WriteTextString("documents");
        writer.WriteStartArray(1);
        writer.WriteStartMap(3);
        writer.WriteTextString("docType");
        writer.WriteTextString(DocType);
        writer.WriteTextString("issuerSigned");
        WriteIssuerSigned(writer);
        writer.WriteTextString("deviceSigned");
        WriteDeviceSigned(writer, transcript);
        writer.WriteEndMap();
        writer.WriteEndArray();
        writer.WriteTextString("status");
        writer.WriteInt32(0);
        writer.WriteEndMap();
        return SuiteKey.Text(writer.Encode());
    }

    // OpenID4VP §B.2.6.1.
    private byte[] TranscriptOf(VpRequest request)
    {
        var info = new CborWriter();
        info.WriteStartArray(4);
        info.WriteTextString(Audience ?? request.ClientId);
        info.WriteTextString(Nonce ?? request.Nonce);
        if (request.EncryptionKey is { } key)
        {
            info.WriteByteString(Base64Url.DecodeFromChars(SuiteKey.ThumbprintOf(key)));
        }
        else
        {
            info.WriteNull();
        }

        info.WriteTextString(request.ResponseUri);
        info.WriteEndArray();
        var writer = new CborWriter();
        writer.WriteStartArray(3);
        writer.WriteNull();
        writer.WriteNull();
        writer.WriteStartArray(2);
        writer.WriteTextString("OpenID4VPHandover");
        writer.WriteByteString(SHA256.HashData(info.Encode()));
        writer.WriteEndArray();
        writer.WriteEndArray();
        return writer.Encode();
    }

    private void WriteIssuerSigned(CborWriter writer)
    {
        string[] names = ["given_name", "family_name"];
        var items = names.Select((name, number) => Item(number, name, "Ada")).ToList();
        writer.WriteStartMap(Shown.Count > 0 ? 2 : 1);
        if (Shown.Count > 0)
        {
            writer.WriteTextString("nameSpaces");
            writer.WriteStartMap(1);
            writer.WriteTextString(SuiteIssuer.NameSpace);
            writer.WriteStartArray(Shown.Count);
            Shown.ForEach(name => writer.WriteEncodedValue(items[Array.IndexOf(names, name)]));
            writer.WriteEndArray();
            writer.WriteEndMap();
        }

        writer.WriteTextString("issuerAuth");
        WriteSigned(writer, Signer, Wrapped(SecurityObject(items)), Chain, detached: false);
        writer.WriteEndMap();
    }

    private void WriteDeviceSigned(CborWriter writer, byte[] transcript)
    {
        var none = Wrapped([0xA0]);
        var authentication = new CborWriter();
        authentication.WriteStartArray(4);
        authentication.WriteTextString("DeviceAuthentication");
        authentication.WriteEncodedValue(transcript);
        authentication.WriteTextString(DocType);
        authentication.WriteEncodedValue(none);
        authentication.WriteEndArray();
        writer.WriteStartMap(WithoutDevice ? 1 : 2);
        writer.WriteTextString("nameSpaces");
        writer.WriteEncodedValue(none);
        if (!WithoutDevice)
        {
            writer.WriteTextString("deviceAuth");
            writer.WriteStartMap(1);
            writer.WriteTextString("deviceSignature");
            WriteSigned(writer, Device, Wrapped(authentication.Encode()), [], detached: true);
            writer.WriteEndMap();
        }

        writer.WriteEndMap();
    }

    // RFC 9052 §4.2: protected header, unprotected header, payload, signature.
    private void WriteSigned(CborWriter writer, SuiteKey key, byte[] payload, IReadOnlyList<byte[]> chain, bool detached)
    {
        byte[] header = [0xA1, 0x01, 0x26];
        var input = new CborWriter();
        input.WriteStartArray(4);
        input.WriteTextString("Signature1");
        input.WriteByteString(header);
        input.WriteByteString([]);
        input.WriteByteString(payload);
        input.WriteEndArray();
        var signature = ((ECDsa)key.Pair).SignData(input.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        writer.WriteStartArray(4);
        writer.WriteByteString(header);
        writer.WriteStartMap(chain.Count > 0 ? 1 : 0);
        if (chain.Count > 0)
        {
            writer.WriteInt32(33);
            WriteChain(writer, chain);
        }

        writer.WriteEndMap();
        if (detached)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteByteString(payload);
        }

        writer.WriteByteString(detached ? signature : Signature(signature));
        writer.WriteEndArray();
    }

    private static void WriteChain(CborWriter writer, IReadOnlyList<byte[]> chain)
    {
        if (chain is [var only])
        {
            writer.WriteByteString(only);
            return;
        }

        writer.WriteStartArray(chain.Count);
        foreach (var certificate in chain)
        {
            writer.WriteByteString(certificate);
        }

        writer.WriteEndArray();
    }

    private byte[] SecurityObject(List<byte[]> items)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(7);
        Write(writer, "version", "1.0");
        Write(writer, "digestAlgorithm", "SHA-256");
        writer.WriteTextString("valueDigests");
        writer.WriteStartMap(1);
        writer.WriteTextString(SuiteIssuer.NameSpace);
        writer.WriteStartMap(items.Count);
        for (var number = 0; number < items.Count; number++)
        {
            writer.WriteInt32(number);
            writer.WriteByteString(SHA256.HashData(items[number]));
        }

        writer.WriteEndMap();
        writer.WriteEndMap();
        writer.WriteTextString("deviceKeyInfo");
        writer.WriteStartMap(1);
        writer.WriteTextString("deviceKey");
        WriteKey(writer, issuer.Holder.Bare());
        writer.WriteEndMap();
        Write(writer, "docType", DocType);
        writer.WriteTextString("validityInfo");
        writer.WriteStartMap(3);
        Write(writer, "signed", ValidFrom);
        Write(writer, "validFrom", ValidFrom);
        Write(writer, "validUntil", ValidUntil);
        writer.WriteEndMap();
        WriteStatus(writer);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static void WriteStatus(CborWriter writer)
    {
        writer.WriteTextString("status");
        writer.WriteStartMap(1);
        writer.WriteTextString("status_list");
        writer.WriteStartMap(2);
        writer.WriteTextString("idx");
        writer.WriteInt64(5);
        Write(writer, "uri", SuiteIssuer.StatusUri);
        writer.WriteEndMap();
        writer.WriteEndMap();
    }

    private static void WriteKey(CborWriter writer, JsonObject key)
    {
        writer.WriteStartMap(4);
        writer.WriteInt32(1);
        writer.WriteInt32(2);
        writer.WriteInt32(-1);
        writer.WriteInt32(1);
        writer.WriteInt32(-2);
        writer.WriteByteString(Base64Url.DecodeFromChars((string)key["x"]!));
        writer.WriteInt32(-3);
        writer.WriteByteString(Base64Url.DecodeFromChars((string)key["y"]!));
        writer.WriteEndMap();
    }

    private static byte[] Item(int number, string name, string value)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(4);
        writer.WriteTextString("digestID");
        writer.WriteInt32(number);
        writer.WriteTextString("random");
        writer.WriteByteString(RandomNumberGenerator.GetBytes(32));
        Write(writer, "elementIdentifier", name);
        Write(writer, "elementValue", value);
        writer.WriteEndMap();
        return Wrapped(writer.Encode());
    }

    private static void Write(CborWriter writer, string name, string value)
    {
        writer.WriteTextString(name);
        writer.WriteTextString(value);
    }

    private static void Write(CborWriter writer, string name, DateTimeOffset value)
    {
        writer.WriteTextString(name);
        writer.WriteTag(CborTag.DateTimeString);
        writer.WriteTextString(value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    // RFC 8949 §3.4.5.1.
    private static byte[] Wrapped(byte[] encoded)
    {
        var writer = new CborWriter();
        writer.WriteTag(CborTag.EncodedCborDataItem);
        writer.WriteByteString(encoded);
        return writer.Encode();
    }
}
