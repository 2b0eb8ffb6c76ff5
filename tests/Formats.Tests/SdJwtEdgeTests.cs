using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Formats.Tests;

/// <summary>The last value that is taken and the first that is not, and the spellings that ordinary cards never use.</summary>
public sealed class SdJwtEdgeTests
{
    private const string Header = """{"alg":"ES256"}""";

    [Theory]
    [InlineData("""{"a":{"b":1}}""", """["a","b"]""", true)]
    [InlineData("""{"a":{"b":1}}""", """["a"]""", true)]
    [InlineData("""{"a":{"b":1}}""", """["b"]""", false)]
    [InlineData("""{"a":{"b":1}}""", """["a",0]""", false)]
    [InlineData("""{"a":{"b":1}}""", """["a",null]""", false)]
    [InlineData("""{"a":[1,2]}""", """["a",0]""", true)]
    [InlineData("""{"a":[1,2]}""", """["a",1]""", true)]
    [InlineData("""{"a":[1,2]}""", """["a",2]""", false)]
    [InlineData("""{"a":[1,2]}""", """["a",3]""", false)]
    [InlineData("""{"a":[]}""", """["a",0]""", false)]
    [InlineData("""{"a":[]}""", """["a",null]""", false)]
    [InlineData("""{"a":[1,2]}""", """["a","b"]""", false)]
    [InlineData("""{"a":[{"b":1},{"c":2}]}""", """["a",null,"b"]""", true)]
    [InlineData("""{"a":[{"c":1},{"b":2}]}""", """["a",null,"b"]""", true)]
    [InlineData("""{"a":[{"c":1},{"c":2}]}""", """["a",null,"b"]""", false)]
    [InlineData("""{"a":[{"b":1},2]}""", """["a",null,"b"]""", false)]
    [InlineData("""{"a":[[1],[2,3]]}""", """["a",null,1]""", true)]
    [InlineData("""{"a":[{"b":[0,{"c":1}]}]}""", """["a",0,"b",1,"c"]""", true)]
    public void Whether_a_path_selects_anything_is_seen_without_gathering_it(string claims, string path, bool selects)
    {
        var parsed = Expect.Accepted(ClaimPath.Parse(JsonElement.Parse(Encoding.UTF8.GetBytes(path))));
        var json = JsonElement.Parse(Encoding.UTF8.GetBytes(claims));
        Assert.Equal(selects, parsed.SelectsAny(json));
        Assert.Equal(selects, parsed.Select(json).Count > 0);
    }

    [Fact]
    public void A_path_has_as_many_parts_as_claims_are_deep()
    {
        Assert.Equal(ClaimPath.MaxParts, Expect.Accepted(ClaimPath.Parse(Parts(ClaimPath.MaxParts))).Parts.Count);
        Expect.Refused(FormatRule.Structure, ClaimPath.Parse(Parts(ClaimPath.MaxParts + 1)));

        static JsonElement Parts(int count) => JsonSerializer.SerializeToElement(Enumerable.Repeat("a", count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void An_item_has_its_index(int index) => Assert.Equal(index, ClaimPath.Of("a", index).Parts[1].Index);

    [Fact]
    public void Only_what_stands_in_something_has_a_parent()
    {
        Assert.Equal(ClaimPath.Of("a"), ClaimPath.Of("a", "b").Parent());
        Assert.Throws<InvalidOperationException>(() => ClaimPath.Of("a").Parent());
    }

    [Fact]
    public void A_disclosure_is_as_long_as_its_bound()
    {
        var text = TestKeys.Encode("""["salt","a",1]""");
        Assert.Equal("disclosure of a", Expect.Accepted(Disclosure.Parse(text, text.Length)).ToString());
        Expect.Refused(FormatRule.Size, Disclosure.Parse(text, text.Length - 1));
        Assert.Equal("disclosure of an item", Expect.Accepted(Disclosure.Parse(TestKeys.Encode("""["salt",1]"""))).ToString());
    }

    [Fact]
    public void A_holder_refuses_what_is_no_SD_JWT() => Expect.Refused(FormatRule.Structure, HeldSdJwt.Parse("a.b.c"));

    // RFC 8259 §7: a character and its escape are the same text.
    [Fact]
    public void A_digest_is_found_however_it_is_spelled()
    {
        var (disclosure, digest) = Digested("""["salt","a",1]""");
        var escaped = $"\\u{(int)digest[0]:x4}{digest[1..]}";
        Assert.Equal("""{"a":1}""", Expect.Accepted(Process($$"""{"_sd":["{{escaped}}"]}""", disclosure)).Claims.GetRawText());
        Expect.Refused(FormatRule.Digest, Process($$"""{"_sd":["{{digest}}","{{escaped}}"]}""", disclosure));
        Expect.Refused(FormatRule.Digest, Process($$"""{"_sd":["{{escaped}}","{{digest}}"]}""", disclosure));
        Assert.Equal("""{"a":1}""", Expect.Accepted(Process($$"""{"_sd":["{{escaped}}","decoy","\u0061nother"]}""", disclosure)).Claims.GetRawText());
    }

    // RFC 9901 §7.1(4), beyond those that are compared one by one.
    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(39)]
    public void A_digest_among_many_is_there_once(int repeated)
    {
        string[] digests = [.. Enumerable.Range(0, 40).Select(number => SdHash.Sha256.Digest($"decoy {number}"))];
        Expect.Accepted(Process(JsonSerializer.Serialize(new { _sd = digests })));
        Expect.Refused(FormatRule.Digest, Process(JsonSerializer.Serialize(new { _sd = (string[])[.. digests, digests[repeated]] })));
    }

    [Theory]
    [InlineData("alg")]
    [InlineData("typ")]
    [InlineData("crit")]
    [InlineData("x5c")]
    [InlineData("jwk")]
    public void What_decides_over_a_signature_stands_in_the_protected_header_alone(string name) =>
        Expect.Refused(FormatRule.Structure, SignedSdJwt.ParseJson(Json(new Dictionary<string, object> { [name] = "ES256" })));

    [Fact]
    public void An_unprotected_header_without_disclosures_is_taken()
    {
        var binding = $"{TestKeys.Encode(Header)}.{TestKeys.Encode("{}")}.AA";
        var parsed = Expect.Accepted(SignedSdJwt.ParseJson(Json(new Dictionary<string, object> { ["kb_jwt"] = binding, ["kid"] = "1" })));
        Assert.Equal("SD-JWT with 0 disclosures and key binding", parsed.ToString());
        Assert.Equal("SD-JWT with 0 disclosures", Expect.Accepted(SignedSdJwt.ParseJson(Json([]))).ToString());
    }

    [Fact]
    public void Neither_of_two_more_signatures_has_disclosures()
    {
        Expect.Accepted(SignedSdJwt.ParseJson(General(new { }, new { })));
        Expect.Refused(FormatRule.Structure, SignedSdJwt.ParseJson(General(new { disclosures = Array.Empty<string>() }, new { })));
        Expect.Refused(FormatRule.Structure, SignedSdJwt.ParseJson(General(new { }, new { disclosures = Array.Empty<string>() })));

        static byte[] General(object second, object third) => JsonSerializer.SerializeToUtf8Bytes(new
        {
            payload = TestKeys.Encode("{}"),
            signatures = new[] { Signature(new { }), Signature(second), Signature(third) },
        });

        static object Signature(object header) => new { @protected = TestKeys.Encode(Header), signature = "AA", header };
    }

    [Theory]
    [InlineData("""{"a":1,"_sd":[]}""")]
    [InlineData("""{"a":1,"b":{"_sd_alg":"sha-256"}}""")]
    [InlineData("""[1,{"...":"x"}]""")]
    public void A_reserved_name_anywhere_in_a_value_is_not_minted(string json) =>
        Assert.Throws<ArgumentException>(() => SdValue.Of(JsonElement.Parse(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void What_was_read_in_a_pool_is_the_same_and_void_afterwards()
    {
        var text = $"{TestKeys.Encode(Header)}.{TestKeys.Encode("""{"iss":"x"}""")}.AA~{TestKeys.Encode("""["salt","a",1]""")}~";
        var pool = new PooledJson();
        var read = Expect.Accepted(SignedSdJwt.Parse(text, pool));
        Assert.Equal("x", read.IssuerJwt.UnverifiedClaims.StringMember("iss"));
        Assert.Equal("a", read.Disclosures[0].Name);
        Assert.Throws<InvalidOperationException>(() => SignedSdJwt.Parse(text, pool));
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => read.IssuerJwt.UnverifiedClaims.StringMember("iss"));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void What_is_disclosed_is_as_deep_in_the_claims_as_its_bound(string open, string close)
    {
        // Two levels stand above it.
        Expect.Accepted(Nested(StrictJson.MaxDepth - 2));
        Expect.Refused(FormatRule.Size, Nested(StrictJson.MaxDepth - 1));

        Parsed<DisclosedClaims> Nested(int levels)
        {
            var value = string.Concat([.. Enumerable.Repeat(open, levels), "1", .. Enumerable.Repeat(close, levels)]);
            var (disclosure, digest) = Digested($"""["salt","a",{value}]""");
            return Process($$$"""{"x":{"_sd":["{{{digest}}}"]}}""", disclosure);
        }
    }

    [Fact]
    public void A_key_binding_is_as_long_as_its_bound()
    {
        Expect.Accepted(SignedSdJwt.Parse(Bound(StrictJson.DefaultMaxBytes)));
        Expect.Refused(FormatRule.Size, SignedSdJwt.Parse(Bound(StrictJson.DefaultMaxBytes + 1)));

        // The signature makes up the length.
        static string Bound(int length)
        {
            var frame = $"{TestKeys.Encode(Header)}.{TestKeys.Encode("{}")}.";
            return $"{frame}AA~{frame}{new string('A', length - frame.Length)}";
        }
    }

    [Theory]
    [InlineData("not base64url!")]
    [InlineData("AB==")]
    public void A_disclosure_alone_is_base64url(string text) => Expect.Refused(FormatRule.Base64Url, Disclosure.Parse(text));

    [Fact]
    public void Items_of_an_array_hold_disclosures_of_their_own()
    {
        using var key = TestKeys.Es256();
        var item = new SdObject().Disclosable("b", SdValue.Of(1)).Disclosable("c", new SdArray().Plain(SdValue.Of("x")).Disclosable(SdValue.Of("y")));
        var claims = new SdObject().Plain("a", new SdArray().Plain(item).Disclosable(item).Plain(SdValue.Of(2)));
        var drawn = 0;
        var held = Expect.Accepted(HeldSdJwt.Parse(SdJwtWriter.Issue(key, "dc+sd-jwt", claims, bytes =>
        {
            drawn = bytes.Length;
            TestKeys.Seeded(7)(bytes);
        }, decoys: 2, KeyReference.None)));
        const string expected = """{"b":1,"c":["x","y"]}""";
        Assert.True(JsonElement.DeepEquals(TestKeys.Json("""{"a":[X,X,2]}""".Replace("X", expected, StringComparison.Ordinal)), held.Claims), held.Claims.GetRawText());
        Assert.Equal(7, held.Received.Disclosures.Count);

        // A salt of 16 bytes for each, and 2 decoys of 32 for each of the two objects that hide members.
        Assert.Equal((7 * 16) + (2 * 2 * 32), drawn);
    }

    [Fact]
    public void What_hides_nothing_draws_nothing()
    {
        using var key = TestKeys.Es256();
        var drawn = -1;
        var text = SdJwtWriter.Issue(key, "dc+sd-jwt", new SdObject().Plain("a", SdValue.Of(1)).WithDecoys(3), bytes => drawn = bytes.Length, decoys: 2, KeyReference.None);
        Assert.Equal(0, drawn);
        Assert.Equal("""{"a":1,"_sd_alg":"sha-256"}""", SignedSdJwt.Parse(text).OrThrow().IssuerJwt.UnverifiedClaims.GetRawText());
    }

    [Fact]
    public void There_is_no_negative_number_of_decoys()
    {
        using var key = TestKeys.Es256();
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new SdObject().WithDecoys(-1));
        Assert.Throws<ArgumentOutOfRangeException>("decoys", () => SdJwtWriter.Issue(key, "dc+sd-jwt", new SdObject(), TestKeys.Seeded(1), decoys: -1));
    }

    private static Parsed<DisclosedClaims> Process(string payload, params string[] disclosures)
    {
        var parsed = SignedSdJwt.Parse($"{TestKeys.Encode(Header)}.{TestKeys.Encode(payload)}.AA~{string.Concat(disclosures.Select(one => one + "~"))}").OrThrow();
        return parsed.Process(parsed.IssuerJwt.UnverifiedClaims);
    }

    private static (string Disclosure, string Digest) Digested(string json) =>
        (TestKeys.Encode(json), Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(TestKeys.Encode(json)))));

    private static byte[] Json(Dictionary<string, object> header) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        payload = TestKeys.Encode("{}"),
        @protected = TestKeys.Encode(Header),
        signature = "AA",
        header,
    });
}
