using System.Formats.Cbor;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Puts an mdoc together by hand, validly signed, with any part changed.</summary>
internal sealed class MdocForge(SigningKey signer, Jwk device)
{
    public const string DocType = "org.example.card.1";
    public const string Space = "org.iso.23220.1";

    private static readonly CborValue Time = CborValue.Of(TestKeys.Now);

    /// <summary>The members of the items; each item goes into one namespace.</summary>
    public List<Dictionary<string, CborValue>> Items { get; } = [Item(0, "family_name", "Щеглова"), Item(5, "given_name", "Юлия")];

    /// <summary>The digests that are signed by their number; null takes those of the items.</summary>
    public Dictionary<CborValue, CborValue>? Digests { get; set; }

    /// <summary>The members of the security object beside the digests.</summary>
    public Dictionary<string, CborValue> Mso { get; } = new()
    {
        ["version"] = CborValue.Of("1.0"),
        ["digestAlgorithm"] = CborValue.Of("SHA-256"),
        ["docType"] = CborValue.Of(DocType),
        ["validityInfo"] = CborValue.Map(("signed", Time), ("validFrom", Time), ("validUntil", CborValue.Of(TestKeys.Now.AddDays(1)))),
        ["deviceKeyInfo"] = CborValue.Map(("deviceKey", CoseKey.Write(device))),
    };

    /// <summary>The namespaces beside the first; null takes the items.</summary>
    public CborValue? NameSpaces { get; set; }

    public static Dictionary<string, CborValue> Item(long id, string name, string value) => new()
    {
        ["digestID"] = CborValue.Of(id),
        ["random"] = CborValue.Of(new byte[16]),
        ["elementIdentifier"] = CborValue.Of(name),
        ["elementValue"] = CborValue.Of(value),
    };

    public static CborValue Wrap(Dictionary<string, CborValue> item) => CborValue.Embed(CborValue.Map(item.Select(member => (member.Key, member.Value))));

    public static CborValue DigestMap(Dictionary<CborValue, CborValue> digests) => CborValue.Build(writer =>
    {
        writer.WriteStartMap(digests.Count);
        foreach (var (id, digest) in digests)
        {
            writer.WriteEncodedValue(id.Encoded.Span);
            writer.WriteEncodedValue(digest.Encoded.Span);
        }

        writer.WriteEndMap();
    });

    public byte[] Sign()
    {
        var digests = Digests ?? Items.ToDictionary(item => item["digestID"], item => CborValue.Of(SHA256.HashData(Wrap(item).Encoded.Span)));
        Mso.TryAdd("valueDigests", CborValue.Map((Space, DigestMap(digests))));
        return Sign(CborValue.Embed(CborValue.Map(Mso.Select(member => (member.Key, member.Value)))).Encoded.Span);
    }

    /// <summary>Signs any payload, beside the items.</summary>
    public byte[] Sign(ReadOnlySpan<byte> payload)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(2);
        writer.WriteTextString("issuerAuth");
        CoseWriter.Write(writer, signer, payload);
        writer.WriteTextString("nameSpaces");
        writer.WriteEncodedValue((NameSpaces ?? CborValue.Map((Space, CborValue.Array(Items.Select(Wrap))))).Encoded.Span);
        writer.WriteEndMap();
        return writer.Encode();
    }
}
