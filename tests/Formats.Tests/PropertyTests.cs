using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Formats.Tests;

/// <summary>What holds for every value, tried with generated ones. The seed is fixed: a failure can be seen again.</summary>
public sealed class PropertyTests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 9973);

    [Fact]
    public void Bytes_come_back_from_base64url() => Check.One(Seeded, Prop.ForAll<byte[]>(bytes =>
        Base64UrlText.TryDecode(Base64UrlText.Encode(bytes), out var again) && again.AsSpan().SequenceEqual(bytes)));

    [Fact]
    public void What_decodes_as_base64url_encodes_to_the_same_text()
    {
        var character = Gen.Elements("ABCxyz019-_=+/ \n".ToCharArray());
        var text = Gen.ArrayOf(character).Select(characters => new string(characters)).ToArbitrary();
        Check.One(Seeded, Prop.ForAll(text, value => !Base64UrlText.TryDecode(value, out var bytes) || Base64UrlText.Encode(bytes) == value));
    }

    [Fact]
    public void What_is_issued_comes_back_whole_from_parsing_and_processing()
    {
        using var key = TestKeys.Es256();
        using var publicKey = TestKeys.Public(key);
        Check.One(Seeded, Prop.ForAll<int[]>(tape =>
        {
            var (claims, expected) = ClaimTree.Build(tape);
            var text = SdJwtWriter.Issue(key, "dc+sd-jwt", claims, TestKeys.Seeded(tape.Length), tape.Length % 3, KeyReference.KeyId);
            var sdJwt = SignedSdJwt.Parse(text).OrThrow();
            var issuer = sdJwt.IssuerJwt.Verify(publicKey, "dc+sd-jwt", JwsAlgorithm.ES256).OrThrow();
            var processed = sdJwt.Process(issuer.Claims).OrThrow();
            return sdJwt.Compact() == text && JsonElement.DeepEquals(TestKeys.Json(expected), processed.Claims);
        }));
    }

    [Fact]
    public void A_presentation_of_any_choice_is_processed_and_shows_no_more_than_was_chosen()
    {
        using var key = TestKeys.Es256();
        Check.One(Seeded, Prop.ForAll<int[], int>((tape, choice) =>
        {
            var text = SdJwtWriter.Issue(key, "dc+sd-jwt", ClaimTree.Build(tape).Claims, TestKeys.Seeded(1), reference: KeyReference.KeyId);
            var held = HeldSdJwt.Parse(text).OrThrow();
            var chosen = held.Disclosable.Where((_, i) => (choice >> (i % 31) & 1) == 1).ToList();
            var presented = SignedSdJwt.Parse(held.Present(chosen)).OrThrow();
            var processed = presented.Process(presented.IssuerJwt.UnverifiedClaims).OrThrow();
            var needed = held.Disclosable.Count(path => chosen.Any(wanted => wanted.NeedsParent(path)));
            return processed.DisclosedPaths.Count == needed && presented.Disclosures.Count == needed;
        }));
    }

    /// <summary>Turns a tape of numbers into claims with nested disclosable parts, and the JSON that they must become.</summary>
    private sealed class ClaimTree
    {
        private readonly int[] _tape;
        private int _at;

        private ClaimTree(int[] tape) => _tape = tape;

        public static (SdObject Claims, string Expected) Build(int[] tape) => new ClaimTree(tape).Object(0);

        private int Next() => _at < _tape.Length ? _tape[_at++] & 0xFFFF : 0;

        private (SdObject Claims, string Expected) Object(int depth)
        {
            var (claims, expected) = (new SdObject(), new List<string>());
            for (int i = 0, count = Next() % 4; i < count; i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"имя\"{i}");
                var (value, json) = Value(depth + 1);
                _ = Next() % 2 == 0 ? claims.Plain(name, value) : claims.Disclosable(name, value);
                expected.Add($"{JsonEncoded(name)}:{json}");
            }

            return (claims, "{" + string.Join(',', expected) + "}");
        }

        private (SdArray Items, string Expected) Array(int depth)
        {
            var (items, expected) = (new SdArray(), new List<string>());
            for (int i = 0, count = Next() % 4; i < count; i++)
            {
                var (value, json) = Value(depth + 1);
                _ = Next() % 2 == 0 ? items.Plain(value) : items.Disclosable(value);
                expected.Add(json);
            }

            return (items, "[" + string.Join(',', expected) + "]");
        }

        private (SdValue Value, string Expected) Value(int depth)
        {
            var kind = Next();
            return (depth < 6 ? kind % 5 : kind % 3) switch
            {
                0 => (SdValue.Of(kind), kind.ToString(CultureInfo.InvariantCulture)),
                1 => (SdValue.Of(kind % 2 == 0), kind % 2 == 0 ? "true" : "false"),
                2 => (SdValue.Of($"\u0001{(char)('a' + (kind % 26))}😀"), JsonEncoded($"\u0001{(char)('a' + (kind % 26))}😀")),
                3 => Object(depth),
                _ => Array(depth),
            };
        }

        private static string JsonEncoded(string text) => Encoding.UTF8.GetString(JsonText.Write(writer => writer.WriteStringValue(text)));
    }
}
