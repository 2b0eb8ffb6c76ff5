using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>
/// Encrypted messages of the suite (RFC 7516, RFC 7518 §4.6): ECDH-ES on P-256. Written apart from the platform's own. It always
/// sends <c>apu</c> and <c>apv</c>, as the official suite does.
/// </summary>
internal static class SuiteJwe
{
    public static string Encrypt(JsonObject recipient, string enc, string plain, bool compress = false)
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PointOf(recipient) });
        var point = ephemeral.ExportParameters(false).Q;
        var (apu, apv) = (SuiteKey.Random(16), SuiteKey.Random(16));
        var header = new JsonObject
        {
            ["alg"] = (string?)recipient["alg"],
            ["enc"] = enc,
            ["kid"] = (string?)recipient["kid"],
            ["apu"] = apu,
            ["apv"] = apv,
            ["epk"] = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = SuiteKey.Text(point.X!), ["y"] = SuiteKey.Text(point.Y!) },
        };
        if (compress)
        {
            header["zip"] = "DEF";
        }

        var protectedHeader = SuiteKey.Text(Encoding.UTF8.GetBytes(header.ToJsonString()));
        var (iv, tag, text) = (RandomNumberGenerator.GetBytes(12), new byte[16], compress ? Deflated(plain) : Encoding.UTF8.GetBytes(plain));
        var cipher = new byte[text.Length];
        using var gcm = new AesGcm(KeyOf(ephemeral, theirs, enc, apu, apv), 16);
        gcm.Encrypt(iv, text, cipher, tag, Encoding.ASCII.GetBytes(protectedHeader));
        return $"{protectedHeader}..{SuiteKey.Text(iv)}.{SuiteKey.Text(cipher)}.{SuiteKey.Text(tag)}";
    }

    /// <summary>Decrypts a message whose header repeats what its recipient published.</summary>
    public static JsonObject Decrypt(string compact, ECDiffieHellman key, string keyId, string enc)
    {
        var parts = compact.Split('.');
        Assert.True(parts.Length == 5 && parts[1].Length == 0, "a compact JWE in direct key agreement has five parts, the second empty");
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.AsObject();
        Assert.Equal(("ECDH-ES", enc, keyId), ((string?)header["alg"], (string?)header["enc"], (string?)header["kid"]));
        Assert.Null(header["zip"]);
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PointOf(header["epk"]!.AsObject()) });
        var cipher = Base64Url.DecodeFromChars(parts[3]);
        var plain = new byte[cipher.Length];
        using var gcm = new AesGcm(KeyOf(key, theirs, enc, (string?)header["apu"] ?? "", (string?)header["apv"] ?? ""), 16);
        gcm.Decrypt(Base64Url.DecodeFromChars(parts[2]), cipher, Base64Url.DecodeFromChars(parts[4]), plain, Encoding.ASCII.GetBytes(parts[0]));
        return JsonNode.Parse(plain)!.AsObject();
    }

    private static ECPoint PointOf(JsonObject jwk) => new() { X = Base64Url.DecodeFromChars((string)jwk["x"]!), Y = Base64Url.DecodeFromChars((string)jwk["y"]!) };

    private static byte[] Deflated(string plain)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(Encoding.UTF8.GetBytes(plain));
        }

        return output.ToArray();
    }

    // RFC 7518 §4.6.2, from the raw secret.
    private static byte[] KeyOf(ECDiffieHellman mine, ECDiffieHellman theirs, string enc, string apu, string apv)
    {
        var bytes = enc == "A128GCM" ? 16 : 32;
        using var publicKey = theirs.PublicKey;
        byte[] input = [.. Number(1), .. mine.DeriveRawSecretAgreement(publicKey), .. Sized(Encoding.ASCII.GetBytes(enc)), .. Sized(Base64Url.DecodeFromChars(apu)), .. Sized(Base64Url.DecodeFromChars(apv)), .. Number(bytes * 8)];
        return SHA256.HashData(input)[..bytes];
    }

    private static byte[] Sized(byte[] data) => [.. Number(data.Length), .. data];

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
