using System.Text;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Formats.Tests;

/// <summary>The parts of a message are read together, and each has to be one JSON value by itself: none reaches into its neighbours.</summary>
public sealed class JsonPartsTests
{
    private const string Header = """{"alg":"ES256"}""";

    [Theory]
    [InlineData("""{"alg":"ES256"},{}""", "{}")]
    [InlineData("""{"alg":"ES256"},{""", "}")]
    [InlineData("""{"alg":"ES256","a":[1""", "2]}")]
    [InlineData("""{"alg":"ES256","a":""", "1}")]
    [InlineData(Header, "{},{}")]
    [InlineData(Header, "{}]")]
    [InlineData(Header, "{},")]
    [InlineData(Header, "")]
    [InlineData("", "{}")]
    [InlineData(" ", "{}")]
    [InlineData(Header, """{"a":1,"a":2}""")]
    public void Parts_of_a_JWT_that_join_with_their_neighbours_are_refused(string header, string payload) =>
        Expect.Refused(FormatRule.Json, SignedJwt.Parse(Jwt(header, payload)));

    [Theory]
    [InlineData(Header, "{}")]
    [InlineData(" \t\r\n" + Header + " ", "\n{} \t")]
    public void Parts_of_a_JWT_with_space_around_them_are_accepted(string header, string payload) =>
        Assert.Equal(JsonValueKind.Object, Expect.Accepted(SignedJwt.Parse(Jwt(header, payload))).UnverifiedClaims.ValueKind);

    [Theory]
    [InlineData("""["salt","a",1],["salt","b",2]""")]
    [InlineData("""["salt","a",1],""")]
    [InlineData("""["salt","a",1]]""")]
    [InlineData("""["salt","a",1""")]
    [InlineData("""["salt","a",1],["salt","b",""", """2]""")]
    [InlineData("""["salt","a",""", """1],["salt","b",2]""")]
    [InlineData("")]
    public void Disclosures_that_join_with_their_neighbours_are_refused(params string[] disclosures) =>
        Expect.Refused(FormatRule.Json, SignedSdJwt.Parse(SdJwt(disclosures)));

    [Theory]
    [InlineData("""["salt","a",1]""", """["salt","b",2]""")]
    [InlineData(""" ["salt","a",1]""", "[\"salt\",\"b\",2]\r\n")]
    public void Disclosures_with_space_around_them_are_accepted(params string[] disclosures) =>
        Assert.Equal(["a", "b"], Expect.Accepted(SignedSdJwt.Parse(SdJwt(disclosures))).Disclosures.Select(one => one.Name));

    [Fact]
    public void A_disclosure_alone_is_one_array_and_nothing_else()
    {
        Expect.Refused(FormatRule.Json, Disclosure.Parse(TestKeys.Encode("""["salt","a",1],["salt","b",2]""")));
        Assert.Equal(1, Expect.Accepted(Disclosure.Parse(TestKeys.Encode(""" ["salt","a",1]"""))).Value.GetInt32());
    }

    // RFC 9901 §8: each disclosure is a string of its own.
    [Fact]
    public void In_the_JSON_serialisation_a_tilde_makes_no_two_disclosures_of_one()
    {
        var (one, other) = (TestKeys.Encode("""["salt","a",1]"""), TestKeys.Encode("""["salt","b",2]"""));
        Expect.Refused(FormatRule.Base64Url, Parse($"{one}~{other}"));
        Assert.Equal(2, Expect.Accepted(Parse(one, other)).Disclosures.Count);

        static Parsed<SignedSdJwt> Parse(params string[] disclosures) => SignedSdJwt.ParseJson(JsonSerializer.SerializeToUtf8Bytes(new
        {
            payload = TestKeys.Encode("{}"),
            @protected = TestKeys.Encode(Header),
            signature = "AA",
            header = new { disclosures },
        }));
    }

    [Fact]
    public void After_a_part_that_is_refused_none_takes_what_stands_elsewhere()
    {
        var (doubled, single) = (Encoding.ASCII.GetBytes(TestKeys.Encode("{},[]")), Encoding.ASCII.GetBytes(TestKeys.Encode("{}")));
        var parts = new JsonParts(doubled.Length + 1 + single.Length, null);
        Assert.Null(parts.Add(doubled, "one"));
        Assert.Null(parts.Add(single, "other"));
        Assert.Null(parts.Read());
        Assert.Equal(FormatRule.Json, parts.Take(doubled, "one", out _)?.Rule);
        Assert.Equal(FormatRule.Json, parts.Take(single, "other", out _)?.Rule);

        parts = new JsonParts(2 * single.Length + 1, null);
        Assert.Null(parts.Add(single, "one") ?? parts.Add(single, "other") ?? parts.Read());
        Assert.Null(parts.Take(single, "one", out _) ?? parts.Take(single, "other", out _));
    }

    private static string Jwt(string header, string payload) => $"{TestKeys.Encode(header)}.{TestKeys.Encode(payload)}.AA";

    private static string SdJwt(string[] disclosures) => Jwt(Header, "{}") + "~" + string.Concat(disclosures.Select(one => TestKeys.Encode(one) + "~"));
}
