using System.Buffers.Text;
using System.Formats.Cbor;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness.Issuance;

/// <summary>An mdoc as the suite checks it (ISO/IEC 18013-5 §9.1.2, HAIP §6.2): the issuer's part, base64url without padding.</summary>
internal static class MdocCheck
{
    private static readonly string[] Times = ["signed", "validFrom", "validUntil"];

    public static CheckedCard Run(string copy, JsonObject configuration, X509Certificate2 root)
    {
        Assert.DoesNotContain('=', copy);
        var issued = Cbor.Parse(Base64Url.DecodeFromChars(copy));
        var auth = issued["issuerAuth"].Items;
        var mso = Cbor.Parse(Signed(auth, root)).Embedded();
        Assert.Equal((string?)configuration["doctype"], mso["docType"].Text);
        Assert.Equal("SHA-256", mso["digestAlgorithm"].Text);
        var salts = Digested(issued["nameSpaces"], mso["valueDigests"]);
        var validity = mso["validityInfo"];
        var times = Times.Select(name => Time(validity[name])).ToList();
        Assert.True(times[1] <= SuiteClient.Now() && times[2] > SuiteClient.Now());
        var status = mso["status"]["status_list"];
        return new(Holder(mso["deviceKeyInfo"]["deviceKey"]), times, status["uri"].Text, status["idx"].Number, salts);
    }

    // RFC 9052 §4.4; x5chain in the unprotected header (RFC 9360).
    private static byte[] Signed(IReadOnlyList<Cbor> auth, X509Certificate2 root)
    {
        var chain = auth[1][33];
        var certificates = (chain.IsBytes ? [chain] : chain.Items).Select(certificate => X509CertificateLoader.LoadCertificate(certificate.Bytes)).ToList();
        Certificates.KeysOf(certificates, root);
        Assert.Equal(-7, Cbor.Parse(auth[0].Bytes)[1].Number);
        var writer = new CborWriter();
        writer.WriteStartArray(4);
        writer.WriteTextString("Signature1");
        writer.WriteByteString(auth[0].Bytes);
        writer.WriteByteString([]);
        writer.WriteByteString(auth[2].Bytes);
        writer.WriteEndArray();
        using var key = certificates[0].GetECDsaPublicKey()!;
        Assert.True(key.VerifyData(writer.Encode(), auth[3].Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation), "the issuer's signature is not valid");
        return auth[2].Bytes;
    }

    // Each item has its digest under its own number; numbers tell no order.
    private static List<string> Digested(Cbor nameSpaces, Cbor digests)
    {
        var salts = new List<string>();
        foreach (var (nameSpace, items) in nameSpaces.Members)
        {
            foreach (var item in items.Items)
            {
                var content = item.Embedded();
                Assert.Equal(digests[nameSpace][(int)content["digestID"].Number].Bytes, SHA256.HashData(item.Raw));
                Assert.InRange(content["random"].Bytes.Length, 16, 64);
                salts.Add(Convert.ToHexString(content["random"].Bytes));
            }
        }

        return salts;
    }

    private static string Holder(Cbor key)
    {
        Assert.Equal((2L, 1L), (key[1].Number, key[-1].Number));
        return SuiteKey.ThumbprintOf(new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = SuiteKey.Text(key[-2].Bytes), ["y"] = SuiteKey.Text(key[-3].Bytes) });
    }

    private static long Time(Cbor value)
    {
        Assert.Equal(0ul, value.Tag);
        return DateTimeOffset.ParseExact(value.Text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds();
    }
}
