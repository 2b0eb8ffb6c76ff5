using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Formats.Tests;

/// <summary>No input makes a decoder throw: random bytes, and valid inputs with seeded changes at every level of encoding.</summary>
public sealed class RobustnessTests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20261122, 7919);

    [Fact]
    public void Decoders_do_not_throw_on_random_bytes() => Check.One(Seeded, Prop.ForAll<byte[]>(bytes =>
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        DecodeAll(Encoding.Latin1.GetString(bytes), key);
        ReadJson(bytes);
    }));

    [Fact]
    public void Decoders_do_not_throw_on_random_parts() => Check.One(Seeded, Prop.ForAll<byte[], byte[], byte[]>((first, second, third) =>
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (a, b, c) = (Base64UrlText.Encode(first), Base64UrlText.Encode(second), Base64UrlText.Encode(third));
        DecodeAll($"{a}.{b}.{c}", key);
        DecodeAll($"{a}.{b}.{c}~{b}~{c}~", key);
        DecodeAll($"{a}..{b}.{c}.{a}", key);
        _ = StatusList.Parse(TestKeys.Json($$"""{"bits":1,"lst":"{{a}}"}"""));
        _ = X5c.Parse(TestKeys.Json($$"""{"x5c":["{{Convert.ToBase64String(first)}}"]}"""));
    }));

    [Fact]
    public void Decoders_do_not_throw_on_changed_characters()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var valid = Valid(key);
        Check.One(Seeded, Prop.ForAll<int, int, byte>((which, at, value) =>
        {
            var bytes = Encoding.Latin1.GetBytes(valid[(which & 0xFFFF) % valid.Count]);
            var changed = Encoding.Latin1.GetString(Change(bytes, which, at, value));
            DecodeAll(changed, key);
            if (SignedSdJwt.Parse(changed).Succeeded(out var sdJwt, out _))
            {
                Assert.Equal(changed, sdJwt.Compact());
            }
        }));
    }

    [Fact]
    public void Decoders_do_not_throw_on_changed_json_inside()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var valid = Valid(key);
        Check.One(Seeded, Prop.ForAll<int, int, byte>((which, at, value) =>
        {
            // One part between dots and tildes is decoded, changed, and encoded again.
            var text = valid[(which & 0xFFFF) % valid.Count];
            var parts = text.Split('.', '~');
            var part = parts[(at & 0xFFFF) % parts.Length];
            if (part.Length > 0 && Base64UrlText.TryDecode(part, out var inside))
            {
                DecodeAll(text.Replace(part, Base64UrlText.Encode(Change(inside, which, at, value)), StringComparison.Ordinal), key);
            }
        }));
    }

    [Fact]
    public void What_strict_json_accepts_can_be_read_to_its_last_string()
    {
        var escape = Gen.Elements("\\u", "d8", "dc", "00", "41", "\"", "\\", "\\\\", "{", "}", ":", ",", "a", "[", "]", "1");
        var text = Gen.ArrayOf(escape).Select(pieces => "{\"a\":\"" + string.Concat(pieces) + "\"}").ToArbitrary();
        Check.One(Seeded, Prop.ForAll(text, value => ReadJson(Encoding.UTF8.GetBytes(value))));
    }

    private static byte[] Change(byte[] bytes, int how, int at, byte value)
    {
        var index = bytes.Length == 0 ? 0 : (at & 0x7FFFFFFF) % bytes.Length;
        return ((how >> 4) & 3) switch
        {
            0 when bytes.Length > 0 => [.. bytes[..index], value, .. bytes[(index + 1)..]],
            1 => [.. bytes[..index], value, .. bytes[index..]],
            2 => [.. bytes[..index], .. bytes[Math.Min(index + 1 + (value % 8), bytes.Length)..]],
            _ => [.. bytes[..index], .. bytes[index..Math.Min(index + value, bytes.Length)], .. bytes[index..]],
        };
    }

    private static List<string> Valid(ECDiffieHellman key)
    {
        var pki = new TestPki();
        using var signer = SigningKey.From(pki.LeafKey, null, [pki.Leaf.RawData, pki.Intermediate.RawData]);
        return
        [
            .. Vectors.Names("rfc9901").Select(row => Vectors.Read("rfc9901", row.Data).StringMember("sd_jwt")!),
            Vectors.Read("token-status-list", "token").StringMember("jwt")!,
            StatusListToken.Write(signer, "https://s.example/1", StatusList.Empty(64, 2).With(3, 1), TestKeys.Now, TestKeys.Now, TimeSpan.FromHours(1)),
            DpopProof.Create(signer, "GET", "https://rs.example/a%20b", TestKeys.Now, "1", "t", "n"),
            Jwe.Encrypt(Jwk.Of(key), "A128GCM", "{}"u8, TestKeys.Seeded(1), "k", "u"u8, "v"u8),
        ];
    }

    private static void DecodeAll(string text, ECDiffieHellman key)
    {
        _ = Base64UrlText.TryDecode(text, out _);
        _ = Jwe.KeyIdOf(text);
        _ = Jwe.Decrypt(text, key);
        _ = Disclosure.Parse(text);
        _ = StatusListToken.Parse(text);
        if (DpopProof.Parse(text).Succeeded(out var proof, out _))
        {
            _ = proof.IsFor(proof.Htm, proof.Htu);
        }

        if (SignedJwt.Parse(text).Succeeded(out var jwt, out _))
        {
            ReadClaims(jwt.Header);
            ReadClaims(jwt.UnverifiedClaims);
        }

        if (SignedSdJwt.Parse(text).Succeeded(out var sdJwt, out _))
        {
            _ = sdJwt.Process(sdJwt.IssuerJwt.UnverifiedClaims);
            _ = sdJwt.ExpectedSdHash(sdJwt.IssuerJwt.UnverifiedClaims);
            _ = HeldSdJwt.Parse(text);
        }
    }

    private static void ReadJson(byte[] bytes)
    {
        _ = SignedSdJwt.ParseJson(bytes);
        if (StrictJson.Parse(bytes).Succeeded(out var json, out _))
        {
            ReadClaims(json.Element);
            ReadStrings(json.Element);
        }
    }

    private static void ReadClaims(JsonElement json)
    {
        _ = Jwk.Parse(json).Succeeded(out var jwk, out _) ? VerificationKey.Import(jwk) : default;
        _ = ClaimPath.Parse(json);
        _ = StatusReference.Parse(json);
        _ = StatusList.Parse(json);
        _ = X5c.Parse(json);
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject().Where(member => member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array))
            {
                ReadClaims(member.Value);
            }
        }
    }

    private static void ReadStrings(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            _ = json.GetString();
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                _ = member.Name;
                ReadStrings(member.Value);
            }
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
            {
                ReadStrings(item);
            }
        }
    }
}
