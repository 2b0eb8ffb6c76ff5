using System.Globalization;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Formats.Tests;

/// <summary>The rules of RFC 9901 §7.1, one by one: a case that holds, one change, the rule that it breaks.</summary>
public sealed class SdJwtRulesTests
{
    private static readonly string Name = TestKeys.Encode("""["s1","name","Ann"]""");
    private static readonly string Item = TestKeys.Encode("""["s2","RU"]""");

    [Fact]
    public void Members_and_items_are_put_in_their_places()
    {
        var payload = $$$"""{"_sd_alg":"sha-256","_sd":["{{{Digest(Name)}}}","decoy"],"n":[{"...":"{{{Digest(Item)}}}"},"DE",{"...":"gone"}],"x":{"_sd":[]}}""";
        Claims("""{"name":"Ann","n":["RU","DE"],"x":{}}""", TestKeys.Process(payload, Name, Item));
        Claims("""{"n":["DE"],"x":{}}""", TestKeys.Process(payload));
        Assert.Equal(["[\"n\",0]", "[\"name\"]"], Expect.Accepted(TestKeys.Process(payload, Name, Item)).DisclosedPaths.Select(path => path.ToString()));
    }

    [Fact]
    public void Disclosures_may_hold_further_digests()
    {
        var street = TestKeys.Encode("""["s3","street","Main"]""");
        var address = TestKeys.Encode($$"""["s4","address",{"_sd":["{{Digest(street)}}"],"list":[{"...":"{{Digest(Item)}}"}]}]""");
        var list = TestKeys.Encode($$"""["s5",[{"...":"{{Digest(address)}}"}]]""");
        var payload = $$"""{"_sd":["{{Digest(address)}}"]}""";
        Claims("""{"address":{"list":["RU"],"street":"Main"}}""", TestKeys.Process(payload, street, address, Item));
        Claims("""{"address":{"list":[]}}""", TestKeys.Process(payload, address));

        // A child without its parent is referenced by nothing that is there.
        Expect.Refused(FormatRule.Digest, TestKeys.Process(payload, street));
        Expect.Refused(FormatRule.Digest, TestKeys.Process(payload, address, list));
    }

    [Fact]
    public void An_unreferenced_disclosure_is_refused()
    {
        Expect.Accepted(TestKeys.Process($$"""{"_sd":["{{Digest(Name)}}"]}""", Name));
        Expect.Refused(FormatRule.Digest, TestKeys.Process("{}", Name));
        Expect.Refused(FormatRule.Digest, TestKeys.Process($$"""{"_sd":["{{Digest(Name)}}"]}""", Name, Item));

        // The same twice: one of them is not the one that the digest means.
        Expect.Refused(FormatRule.Digest, TestKeys.Process($$"""{"_sd":["{{Digest(Name)}}"]}""", Name, Name));
    }

    [Fact]
    public void A_digest_that_occurs_twice_is_refused_even_without_disclosure()
    {
        Expect.Accepted(TestKeys.Process("""{"_sd":["a","b"],"x":{"_sd":["c"]},"n":[{"...":"d"}]}"""));
        Expect.Refused(FormatRule.Digest, TestKeys.Process("""{"_sd":["a","a"]}"""));
        Expect.Refused(FormatRule.Digest, TestKeys.Process("""{"_sd":["a"],"x":{"_sd":["a"]}}"""));
        Expect.Refused(FormatRule.Digest, TestKeys.Process("""{"_sd":["a"],"n":[{"...":"a"}]}"""));
        Expect.Refused(FormatRule.Digest, TestKeys.Process("""{"n":[{"...":"a"},[{"...":"a"}]]}"""));
        var digest = Digest(Name);
        Expect.Refused(FormatRule.Digest, TestKeys.Process($$$"""{"_sd":["{{{digest}}}"],"x":{"_sd":["{{{digest}}}"]}}""", Name));
        var inside = TestKeys.Encode("""["s","x",{"_sd":["a"]}]""");
        Expect.Refused(FormatRule.Digest, TestKeys.Process($$"""{"_sd":["{{Digest(inside)}}","a"]}""", inside));
    }

    [Fact]
    public void A_disclosure_belongs_where_its_length_says()
    {
        Expect.Refused(FormatRule.Disclosure, TestKeys.Process($$"""{"_sd":["{{Digest(Item)}}"]}""", Item));
        Expect.Refused(FormatRule.Disclosure, TestKeys.Process($$"""{"n":[{"...":"{{Digest(Name)}}"}]}""", Name));
    }

    [Theory]
    [InlineData("""["s"]""")]
    [InlineData("""["s","n","v","more"]""")]
    [InlineData("[]")]
    [InlineData("""{"a":1}""")]
    [InlineData("\"text\"")]
    [InlineData("""[1,"n","v"]""")]
    [InlineData("""["s",1,"v"]""")]
    [InlineData("""[null,"v"]""")]
    [InlineData("""["s","_sd",["x"]]""")]
    [InlineData("""["s","...","x"]""")]
    [InlineData("""["s","_sd_alg","sha-256"]""")]
    [InlineData("""["s","\u005fsd",["x"]]""")]
    public void A_misshapen_or_misnamed_disclosure_is_refused(string json)
    {
        var encoded = TestKeys.Encode(json);
        Expect.Refused(FormatRule.Disclosure, TestKeys.Process($$"""{"_sd":["{{Digest(encoded)}}"]}""", encoded));
    }

    [Fact]
    public void A_name_that_is_there_already_is_refused()
    {
        var again = TestKeys.Encode("""["s9","name","Eve"]""");
        Expect.Refused(FormatRule.Disclosure, TestKeys.Process($$"""{"_sd":["{{Digest(Name)}}"],"name":"Bob"}""", Name));
        Expect.Refused(FormatRule.Disclosure, TestKeys.Process($$"""{"_sd":["{{Digest(Name)}}","{{Digest(again)}}"]}""", Name, again));

        // At another level, or where only one of the two is disclosed, there is no clash.
        Claims("""{"name":"Bob","x":{"name":"Ann"}}""", TestKeys.Process($$$"""{"name":"Bob","x":{"_sd":["{{{Digest(Name)}}}"]}}""", Name));
        Claims("""{"name":"Eve"}""", TestKeys.Process($$"""{"_sd":["{{Digest(Name)}}","{{Digest(again)}}"]}""", again));
    }

    [Theory]
    [InlineData("""{"_sd":"a"}""")]
    [InlineData("""{"_sd":{"a":1}}""")]
    [InlineData("""{"_sd":null}""")]
    [InlineData("""{"_sd":["a",1]}""")]
    [InlineData("""{"_sd":[["a"]]}""")]
    [InlineData("""{"x":{"_sd":[null]}}""")]
    [InlineData("""{"...":"a"}""")]
    [InlineData("""{"...":["a"]}""")]
    [InlineData("""{"x":{"...":"a"}}""")]
    [InlineData("""{"n":[{"...":"a","b":1}]}""")]
    [InlineData("""{"n":[{"...":1}]}""")]
    [InlineData("""{"n":[{"...":null}]}""")]
    [InlineData("""{"x":{"_sd_alg":"sha-256"}}""")]
    [InlineData("""{"n":[{"_sd_alg":"sha-256"}]}""")]
    public void A_misplaced_or_mistyped_reserved_name_is_refused(string payload) =>
        Expect.Refused(FormatRule.Structure, TestKeys.Process(payload));

    [Fact]
    public void The_reserved_names_are_checked_inside_disclosures()
    {
        foreach (var (value, rule) in ((string, FormatRule)[])[
            ("""{"_sd":"a"}""", FormatRule.Structure),
            ("""{"_sd_alg":"sha-256"}""", FormatRule.Structure),
            ("""{"...":"a"}""", FormatRule.Structure),
            ("""[{"...":"a","b":1}]""", FormatRule.Structure)])
        {
            var encoded = TestKeys.Encode($$"""["s","x",{{value}}]""");
            Expect.Refused(rule, TestKeys.Process($$"""{"_sd":["{{Digest(encoded)}}"]}""", encoded));
        }
    }

    [Theory]
    [InlineData("sha-256")]
    [InlineData("sha-384")]
    [InlineData("sha-512")]
    public void The_hash_is_the_one_that_sd_alg_names(string name)
    {
        var hash = SdHash.Of(TestKeys.Json($$"""{"_sd_alg":"{{name}}"}""")).OrThrow();
        Assert.Equal(name, hash.Name);
        Claims("""{"name":"Ann"}""", TestKeys.Process($$"""{"_sd_alg":"{{name}}","_sd":["{{hash.Digest(Name)}}"]}""", Name));
    }

    [Theory]
    [InlineData("\"sha-1\"")]
    [InlineData("\"SHA-256\"")]
    [InlineData("\"md5\"")]
    [InlineData("null")]
    [InlineData("256")]
    public void An_unknown_hash_is_refused(string name) =>
        Expect.Refused(FormatRule.Algorithm, TestKeys.Process($$"""{"_sd_alg":{{name}}}"""));

    [Fact]
    public void The_number_of_disclosures_is_bounded()
    {
        var disclosures = Enumerable.Range(0, SignedSdJwt.MaxDisclosures + 1)
            .Select(i => TestKeys.Encode(string.Create(CultureInfo.InvariantCulture, $"[\"s\",\"n{i}\",1]"))).ToArray();
        Expect.Accepted(TestKeys.Process(PayloadOf(disclosures[1..]), disclosures[1..]));
        Expect.Refused(FormatRule.Size, TestKeys.Process(PayloadOf(disclosures), disclosures));

        static string PayloadOf(string[] disclosures) => $$"""{"_sd":[{{string.Join(',', disclosures.Select(d => $"\"{Digest(d)}\""))}}]}""";
    }

    [Fact]
    public void The_depth_of_disclosures_in_disclosures_is_bounded()
    {
        Expect.Accepted(Nested(StrictJson.MaxDepth - 2));
        Expect.Refused(FormatRule.Size, Nested(StrictJson.MaxDepth));

        static Parsed<DisclosedClaims> Nested(int depth)
        {
            List<string> all = [TestKeys.Encode("""["s","x",{}]""")];
            for (var i = 1; i < depth; i++)
            {
                all.Add(TestKeys.Encode($$"""["s","x",{"_sd":["{{Digest(all[^1])}}"]}]"""));
            }

            return TestKeys.Process($$"""{"_sd":["{{Digest(all[^1])}}"]}""", [.. all]);
        }
    }

    [Theory]
    [InlineData("", FormatRule.Structure)]
    [InlineData("~", FormatRule.Structure)]
    [InlineData("JWT", FormatRule.Structure)]
    [InlineData("JWT~~", FormatRule.Json)]
    [InlineData("JWT~ D~", FormatRule.Base64Url)]
    [InlineData("JWT~D=~", FormatRule.Base64Url)]
    [InlineData("JWT~D\n~", FormatRule.Base64Url)]
    [InlineData("JWT~D", FormatRule.Structure)]
    [InlineData("JWT~D~x.y", FormatRule.Structure)]
    [InlineData("JWT~bm90IGpzb24~", FormatRule.Json)]
    [InlineData("JWT~WyJzIiwiYSIseyJiIjoxLCJiIjoyfV0~", FormatRule.Json)]
    public void A_misshapen_sd_jwt_is_refused(string shape, FormatRule rule)
    {
        using var key = TestKeys.Es256();
        var jwt = TestKeys.Sign(key, """{"alg":"ES256"}""", "{}");
        Expect.Refused(rule, SignedSdJwt.Parse(shape.Replace("JWT", jwt, StringComparison.Ordinal).Replace("D", Item, StringComparison.Ordinal)));
        Expect.Accepted(SignedSdJwt.Parse($"{jwt}~{Item}~{jwt}"));
    }

    [Fact]
    public void A_long_sd_jwt_is_refused()
    {
        using var key = TestKeys.Es256();
        var text = TestKeys.Sign(key, """{"alg":"ES256"}""", "{}") + "~" + Item + "~";
        Expect.Accepted(SignedSdJwt.Parse(text, text.Length));
        Expect.Refused(FormatRule.Size, SignedSdJwt.Parse(text, text.Length - 1));
    }

    [Theory]
    [InlineData("""{"payload":"P","protected":"H","signature":"S","header":{"disclosures":["D"]}}""", null)]
    [InlineData("""{"payload":"P","protected":"H","signature":"S"}""", null)]
    [InlineData("""{"payload":"P","signatures":[{"protected":"H","signature":"S"},{"protected":"H","signature":"S","header":{"kid":"2"}}]}""", null)]
    [InlineData("""{"payload":"P","signatures":[{"protected":"H","signature":"S"},{"protected":"H","signature":"S","header":{"disclosures":["D"]}}]}""", FormatRule.Structure)]
    [InlineData("""{"payload":"P","signatures":[{"protected":"H","signature":"S"},{"protected":"H","signature":"S","header":{"kb_jwt":"D"}}]}""", FormatRule.Structure)]
    [InlineData("""{"payload":"P","signatures":[]}""", FormatRule.Structure)]
    [InlineData("""{"payload":"P","protected":"H","signatures":[{"protected":"H","signature":"S"}]}""", FormatRule.Structure)]
    [InlineData("""{"payload":"P","header":{"kid":"1"},"signatures":[{"protected":"H","signature":"S"}]}""", FormatRule.Structure)]
    [InlineData("""{"payload":"P","signature":"S","signatures":[{"protected":"H","signature":"S"}]}""", FormatRule.Structure)]
    [InlineData("""{"payload":"P","protected":"H","signature":"S","header":{"alg":"ES256"}}""", FormatRule.Structure)]
    [InlineData("""{"payload":"P","protected":"H","signature":"S","header":{"disclosures":"D"}}""", FormatRule.Member)]
    [InlineData("""{"payload":"P","protected":"H","signature":"S","header":{"kb_jwt":1}}""", FormatRule.Member)]
    [InlineData("""{"payload":"P","protected":"H","signature":"S","header":{"kb_jwt":""}}""", FormatRule.Structure)]
    [InlineData("""{"payload":"P","protected":"H","header":{}}""", FormatRule.Member)]
    [InlineData("""{"payload":"P","payload":"P","protected":"H","signature":"S"}""", FormatRule.Json)]
    public void The_json_serialisation_is_read_by_its_rules(string shape, FormatRule? rule)
    {
        using var key = TestKeys.Es256();
        var jwt = TestKeys.Sign(key, """{"alg":"ES256"}""", $$"""{"_sd":["{{Digest(Name)}}"]}""").Split('.');
        var json = shape.Replace("\"P\"", $"\"{jwt[1]}\"", StringComparison.Ordinal).Replace("\"H\"", $"\"{jwt[0]}\"", StringComparison.Ordinal)
            .Replace("\"S\"", $"\"{jwt[2]}\"", StringComparison.Ordinal).Replace("\"D\"", $"\"{Name}\"", StringComparison.Ordinal);
        var parsed = SignedSdJwt.ParseJson(System.Text.Encoding.UTF8.GetBytes(json));
        if (rule is { } expected)
        {
            Expect.Refused(expected, parsed);
        }
        else
        {
            Expect.Accepted(Expect.Accepted(parsed).IssuerJwt.Verify(TestKeys.Public(key), null, JwsAlgorithm.ES256));
        }
    }

    private static string Digest(string disclosure) => SdHash.Sha256.Digest(disclosure);

    private static void Claims(string expected, Parsed<DisclosedClaims> actual)
    {
        var claims = Expect.Accepted(actual).Claims;
        Assert.True(JsonElement.DeepEquals(TestKeys.Json(expected), claims), claims.GetRawText());
    }
}
