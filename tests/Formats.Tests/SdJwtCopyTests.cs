using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Copies of one card: what they share is encoded once, and nothing of one shows in another.</summary>
public sealed class SdJwtCopyTests
{
    [Fact]
    public void Copies_add_members_of_their_own_and_leave_the_shared_ones_alone()
    {
        using var key = TestKeys.Es256();
        var shared = new SdObject().Plain("vct", SdValue.Of("urn:example")).Disclosable("name", SdValue.Of("Ann")).WithDecoys(2);
        var texts = Enumerable.Range(0, 2).Select(index => SdJwtWriter.Issue(
            key, "dc+sd-jwt", shared.Copy().Plain("status", SdValue.Status("https://example.org/status/1", index)), TestKeys.Seeded(1000 * index), reference: KeyReference.KeyId)).ToList();
        for (var index = 0; index < 2; index++)
        {
            var claims = SignedSdJwt.Parse(texts[index]).OrThrow().IssuerJwt.UnverifiedClaims;
            Assert.Equal(index, StatusReference.Parse(claims).OrThrow().Index);
            Assert.Equal(3, claims.StringsMember("_sd")!.Count);
        }

        Assert.Equal(["_sd", "_sd_alg", "vct"], Claims(SdJwtWriter.Issue(key, "t", shared, TestKeys.Seeded(3), reference: KeyReference.KeyId)).Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Empty(texts[0].Split('~')[1..^1].Intersect(texts[1].Split('~')[1..^1]));
    }

    [Fact]
    public void The_confirmation_is_the_public_key_alone()
    {
        using var key = TestKeys.Es256();
        var text = SdJwtWriter.Issue(key, "t", new SdObject().Plain("cnf", SdValue.Confirmation(key.PublicKey)), TestKeys.Seeded(1), reference: KeyReference.KeyId);
        var jwk = Claims(text).Single(member => member.Name == "cnf").Value.GetProperty("jwk");
        Assert.Equal(["crv", "kty", "x", "y"], jwk.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(key.PublicKey.ThumbprintText(), Jwk.Parse(jwk).OrThrow().ThumbprintText());
    }

    [Theory]
    [InlineData("a \"quoted\" name with \\ and \u0001")]
    [InlineData("имя 𐍈")]
    [InlineData("")]
    public void Names_and_values_of_any_text_come_back_as_they_were(string text)
    {
        using var key = TestKeys.Es256();
        var issued = SdJwtWriter.Issue(
            key, "t", new SdObject().Plain("plain" + text, SdValue.Of(text)).Disclosable("hidden" + text, new SdArray().Disclosable(SdValue.Of(text))), TestKeys.Seeded(2), reference: KeyReference.KeyId);
        var held = HeldSdJwt.Parse(issued).OrThrow();
        Assert.Equal(text, held.Claims.GetProperty("plain" + text).GetString());
        Assert.Equal(text, held.Claims.GetProperty("hidden" + text)[0].GetString());
    }

    [Fact]
    public void Objects_and_arrays_without_members_are_written_as_such()
    {
        using var key = TestKeys.Es256();
        var issued = SdJwtWriter.Issue(
            key, "t", new SdObject().Plain("o", new SdObject()).Disclosable("a", new SdArray()).Disclosable("e", new SdObject()), TestKeys.Seeded(2), decoys: 1, KeyReference.KeyId);
        Assert.True(JsonElement.DeepEquals(TestKeys.Json("""{"o":{},"a":[],"e":{}}"""), HeldSdJwt.Parse(issued).OrThrow().Claims));
    }

    [Fact]
    public void A_card_of_many_and_large_claims_outgrows_every_buffer()
    {
        using var key = TestKeys.Es256();
        var claims = new SdObject();
        for (var i = 0; i < 100; i++)
        {
            claims.Disclosable($"claim{i}", new SdObject().Disclosable("inner", SdValue.Of(new string('x', i * 5))));
        }

        var held = HeldSdJwt.Parse(SdJwtWriter.Issue(key, "t", claims, TestKeys.Seeded(2), decoys: 1, KeyReference.KeyId)).OrThrow();
        Assert.Equal(200, held.Disclosable.Count);
        Assert.Equal(495, held.Claims.GetProperty("claim99").GetProperty("inner").GetString()!.Length);
    }

    private static JsonElement.ObjectEnumerator Claims(string sdJwt) => SignedSdJwt.Parse(sdJwt).OrThrow().IssuerJwt.UnverifiedClaims.EnumerateObject();
}
