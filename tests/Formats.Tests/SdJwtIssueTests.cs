using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Formats.Tests;

public sealed class SdJwtIssueTests
{
    private const string Expected =
        """{"vct":"urn:example","account":{"iss":"x","sub":"y"},"name":"Ann","age_equal_or_over":{"18":true},"n":["RU","DE",3],"raw":{"a":[1.50]}}""";

    [Fact]
    public void What_is_issued_is_held_with_everything_disclosed()
    {
        using var key = TestKeys.Es256();
        var text = Issue(key);
        var held = Expect.Accepted(HeldSdJwt.Parse(text));
        Expect.Accepted(held.Received.IssuerJwt.Verify(TestKeys.Public(key), "dc+sd-jwt", JwsAlgorithm.ES256));
        Assert.True(JsonElement.DeepEquals(TestKeys.Json(Expected), held.Claims), held.Claims.GetRawText());
        Assert.EndsWith("~", text, StringComparison.Ordinal);
        Assert.Equal(text, held.Received.Compact());
        Assert.Equal(8, held.Disclosable.Count);
    }

    [Fact]
    public void Nothing_disclosable_shows_in_the_signed_payload()
    {
        using var key = TestKeys.Es256();
        var payload = SignedSdJwt.Parse(Issue(key)).OrThrow().IssuerJwt.UnverifiedClaims;
        Assert.Equal(["_sd", "_sd_alg", "n", "vct"], payload.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("""{"...":""", payload.GetProperty("n")[0].GetRawText()[..7]);
    }

    [Fact]
    public void Digests_stand_in_an_order_that_tells_nothing()
    {
        using var key = TestKeys.Es256();
        var digests = SignedSdJwt.Parse(Issue(key)).OrThrow().IssuerJwt.UnverifiedClaims.StringsMember("_sd")!;
        Assert.Equal(digests.Order(StringComparer.Ordinal), digests);
    }

    [Fact]
    public void Decoys_stand_in_every_array_of_digests_and_change_no_claim()
    {
        using var key = TestKeys.Es256();
        var held = HeldSdJwt.Parse(Issue(key, decoys: 3)).OrThrow();
        Assert.True(JsonElement.DeepEquals(TestKeys.Json(Expected), held.Claims));
        Assert.Equal(4 + 3, held.Received.IssuerJwt.UnverifiedClaims.StringsMember("_sd")!.Count);
        Assert.All(held.Received.IssuerJwt.UnverifiedClaims.StringsMember("_sd")!, digest => Assert.Equal(43, digest.Length));
        var nested = held.Received.Disclosures.Single(disclosure => disclosure.Name == "age_equal_or_over");
        Assert.Equal(1 + 3, nested.Value.StringsMember("_sd")!.Count);
    }

    [Fact]
    public void Randomness_is_asked_for_once_and_every_salt_is_another()
    {
        using var key = TestKeys.Es256();
        var calls = 0;
        var text = SdJwtWriter.Issue(key, "dc+sd-jwt", Claims(), destination =>
        {
            calls++;
            TestKeys.Seeded(5)(destination);
        }, decoys: 2, KeyReference.KeyId);
        var salts = SignedSdJwt.Parse(text).OrThrow().Disclosures
            .Select(disclosure => StrictJson.Parse(Base64UrlText.Parse(disclosure.Encoded, "").OrThrow()).OrThrow().Element[0].GetString()!).ToList();
        Assert.Equal(1, calls);
        Assert.Equal(salts.Count, salts.Distinct().Count());
        Assert.All(salts, salt => Assert.Equal(16, Base64UrlText.Parse(salt, "").OrThrow().Length));
    }

    [Fact]
    public void A_presentation_holds_exactly_what_was_chosen_and_what_lies_above_it()
    {
        using var key = TestKeys.Es256();
        var held = HeldSdJwt.Parse(Issue(key)).OrThrow();
        Presented("""{"vct":"urn:example","n":[3]}""");
        Presented("""{"vct":"urn:example","n":[3],"name":"Ann"}""", ClaimPath.Of("name"));
        Presented("""{"vct":"urn:example","n":[3],"age_equal_or_over":{"18":true}}""", ClaimPath.Of("age_equal_or_over", "18"));
        Presented("""{"vct":"urn:example","n":[3],"age_equal_or_over":{}}""", ClaimPath.Of("age_equal_or_over"));
        Presented("""{"vct":"urn:example","n":["DE",3]}""", ClaimPath.Of("n", 1));
        Presented("""{"vct":"urn:example","n":["RU","DE",3]}""", ClaimPath.Of("n", null));
        Presented("""{"vct":"urn:example","n":[3],"account":{"iss":"x","sub":"y"}}""", ClaimPath.Of("account", "sub"));
        Presented("""{"vct":"urn:example","n":[3]}""", ClaimPath.Of("vct"));
        Presented(Expected, [.. held.Disclosable]);
        Assert.Throws<ArgumentException>(() => held.Present([ClaimPath.Of("address")]));
        Assert.Throws<ArgumentException>(() => held.Present([ClaimPath.Of("name", "first")]));

        void Presented(string expected, params ClaimPath[] paths)
        {
            var sdJwt = SignedSdJwt.Parse(held.Present(paths)).OrThrow();
            var claims = Expect.Accepted(sdJwt.Process(sdJwt.IssuerJwt.UnverifiedClaims)).Claims;
            Assert.True(JsonElement.DeepEquals(TestKeys.Json(expected), claims), claims.GetRawText());
        }
    }

    [Fact]
    public void A_bound_presentation_carries_the_hash_of_what_was_presented()
    {
        using var key = TestKeys.Es256();
        using var holder = TestKeys.Es256();
        var held = HeldSdJwt.Parse(Issue(key)).OrThrow();
        var bound = HeldSdJwt.Bind(held.Present([ClaimPath.Of("name")]), holder, "x509_hash:abc", "n-1", TestKeys.Now);
        var sdJwt = Expect.Accepted(SignedSdJwt.Parse(bound));
        var binding = Expect.Accepted(sdJwt.KeyBinding!.Verify(TestKeys.Public(holder), "kb+jwt", JwsAlgorithm.ES256));
        Assert.Equal(sdJwt.ExpectedSdHash(sdJwt.IssuerJwt.UnverifiedClaims).OrThrow(), binding.Claims.StringMember("sd_hash"));
        Assert.Equal(("x509_hash:abc", "n-1"), (binding.Claims.StringMember("aud"), binding.Claims.StringMember("nonce")));
        Assert.Equal(TestKeys.Now.ToUnixTimeSeconds(), binding.Claims.LongMember("iat"));
        Assert.Equal(bound, sdJwt.Compact());
        Assert.Throws<ArgumentException>(() => HeldSdJwt.Bind(bound, holder, "a", "n", TestKeys.Now));
        Assert.Throws<ArgumentException>(() => HeldSdJwt.Bind("nonsense", holder, "a", "n", TestKeys.Now));
        Expect.Refused(FormatRule.Structure, HeldSdJwt.Parse(bound));
    }

    [Theory]
    [InlineData("_sd")]
    [InlineData("_sd_alg")]
    [InlineData("...")]
    public void A_reserved_name_is_not_minted(string name)
    {
        Assert.Throws<ArgumentException>(() => new SdObject().Plain(name, SdValue.Of(1)));
        Assert.Throws<ArgumentException>(() => new SdObject().Disclosable(name, SdValue.Of(1)));
        Assert.Throws<ArgumentException>(() => SdValue.Of(TestKeys.Json($$"""{"a":[{"{{name}}":1}]}""")));
        Assert.Throws<ArgumentException>(() => new SdObject().Plain("a", SdValue.Of(1)).Disclosable("a", SdValue.Of(2)));
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("nbf")]
    [InlineData("exp")]
    [InlineData("cnf")]
    [InlineData("vct")]
    [InlineData("vct#integrity")]
    [InlineData("aka_vcts")]
    [InlineData("status")]
    public void What_decides_over_validity_is_never_disclosable(string name)
    {
        using var key = TestKeys.Es256();
        Assert.Throws<ArgumentException>(() =>
            SdJwtWriter.Issue(key, "dc+sd-jwt", new SdObject().Disclosable(name, SdValue.Of(1)), TestKeys.Seeded(1), reference: KeyReference.KeyId));
        Expect.Accepted(HeldSdJwt.Parse(
            SdJwtWriter.Issue(key, "dc+sd-jwt", new SdObject().Plain(name, SdValue.Of(1)), TestKeys.Seeded(1), reference: KeyReference.KeyId)));
    }

    [Fact]
    public void Nothing_prints_a_claim()
    {
        using var key = TestKeys.Es256();
        var held = HeldSdJwt.Parse(Issue(key)).OrThrow();
        var processed = held.Received.Process(held.Received.IssuerJwt.UnverifiedClaims).OrThrow();
        string[] printed = [$"{held}", $"{held.Received}", $"{processed}", $"{Claims()}", $"{SdValue.Of("Ann")}", .. held.Received.Disclosures.Select(d => $"{d}")];
        Assert.Equal(["held SD-JWT with 8 disclosures", "SD-JWT with 8 disclosures", "claims with 8 disclosed"], printed[..3]);
        Assert.All(printed, text => Assert.DoesNotContain("Ann", text, StringComparison.Ordinal));
    }

    private static string Issue(SigningKey key, int decoys = 0) =>
        SdJwtWriter.Issue(key, "dc+sd-jwt", Claims(), TestKeys.Seeded(1), decoys, KeyReference.KeyId);

    private static SdObject Claims() => new SdObject()
        .Plain("vct", SdValue.Of("urn:example"))
        .Disclosable("account", new SdObject().Plain("iss", SdValue.Of("x")).Disclosable("sub", SdValue.Of("y")))
        .Disclosable("name", SdValue.Of("Ann"))
        .Disclosable("age_equal_or_over", new SdObject().Disclosable("18", SdValue.Of(true)))
        .Plain("n", new SdArray().Disclosable(SdValue.Of("RU")).Disclosable(SdValue.Of("DE")).Plain(SdValue.Of(3)))
        .Disclosable("raw", SdValue.Of(TestKeys.Json("""{"a":[1.50]}""")));
}
