using System.Formats.Cbor;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>The public key of a passkey: a COSE key (RFC 9052 §7) of ES256 or RS256, with nothing else in it (WebAuthn §6.5.1).</summary>
internal sealed class CoseKey
{
    private CoseKey(JwsAlgorithm algorithm, VerificationKey key) => (Algorithm, Key) = (algorithm, key);

    public JwsAlgorithm Algorithm { get; }

    public VerificationKey Key { get; }

    public static Parsed<CoseKey> Parse(ReadOnlyMemory<byte> cbor)
    {
        var (numbers, texts) = (new Dictionary<int, int>(), new Dictionary<int, byte[]>());
        var read = CborMap.TryRead(cbor, reader =>
        {
            var label = reader.ReadInt32();
            if (reader.PeekState() == CborReaderState.ByteString)
            {
                texts.Add(label, reader.ReadByteString());
            }
            else
            {
                numbers.Add(label, reader.ReadInt32());
            }
        });
        if (!read)
        {
            return new FormatFailure(FormatRule.Key, "the key is no COSE key");
        }

        return IsEs256(numbers, texts) ? Import(JwsAlgorithm.ES256, "EC", ("x", texts[-2]), ("y", texts[-3]))
            : IsRs256(numbers, texts) ? Import(JwsAlgorithm.RS256, "RSA", ("n", texts[-1]), ("e", texts[-2]))
            : new FormatFailure(FormatRule.Key, "the key is neither one of ES256 nor one of RS256");
    }

    // RFC 9053 §7.1.1: kty 2, alg -7, crv 1, then x and y.
    private static bool IsEs256(Dictionary<int, int> numbers, Dictionary<int, byte[]> texts) =>
        Has(numbers, (1, 2), (3, -7), (-1, 1)) && Has(texts, -2, -3);

    // RFC 8230 §4 and RFC 8812 §2: kty 3, alg -257, then n and e.
    private static bool IsRs256(Dictionary<int, int> numbers, Dictionary<int, byte[]> texts) =>
        Has(numbers, (1, 3), (3, -257)) && Has(texts, -1, -2);

    private static bool Has(Dictionary<int, int> numbers, params ReadOnlySpan<(int Label, int Value)> expected)
    {
        foreach (var (label, value) in expected)
        {
            if (!numbers.TryGetValue(label, out var actual) || actual != value)
            {
                return false;
            }
        }

        return numbers.Count == expected.Length;
    }

    private static bool Has(Dictionary<int, byte[]> texts, int first, int second) =>
        texts.Count == 2 && texts.ContainsKey(first) && texts.ContainsKey(second);

    private static Parsed<CoseKey> Import(JwsAlgorithm algorithm, string keyType, (string Name, byte[] Value) first, (string Name, byte[] Value) second)
    {
        var json = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("kty", keyType);
            if (algorithm.Curve() is { } curve)
            {
                writer.WriteString("crv", curve);
            }

            writer.WriteString(first.Name, Base64UrlText.Encode(first.Value));
            writer.WriteString(second.Name, Base64UrlText.Encode(second.Value));
            writer.WriteEndObject();
        });
        return Jwk.Parse(JsonElement.Parse(json)).Failed(out var failure, out var jwk)
            || VerificationKey.Import(jwk).Failed(out failure, out var key)
            ? failure
            : new CoseKey(algorithm, key);
    }
}
