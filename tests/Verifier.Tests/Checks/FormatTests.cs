using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

public sealed class FormatTests
{
    [Theory]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("a.b.c")]
    [InlineData("not a card at all~")]
    public void Something_else_than_an_SD_JWT_is_malformed(string presented) =>
        Assert.NotEqual(FormatRule.Unread, Scenario.Verify(s => s.Tamper = _ => presented).IsRejected<Failure.Malformed>().Rule);

    [Fact]
    public void A_presentation_beyond_the_bound_is_malformed() =>
        Assert.Equal(FormatRule.Size, Scenario.Verify(s => s.Tamper = p => p + new string('A', 200_000)).IsRejected<Failure.Malformed>().Rule);

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("ES256K")]
    [InlineData("es256")]
    public void An_algorithm_that_is_no_signature_of_ours_is_malformed(string algorithm) =>
        Assert.Equal(FormatRule.Algorithm, Scenario.Verify(s => s.Header["alg"] = algorithm).IsRejected<Failure.Malformed>().Rule);

    [Fact]
    public void A_critical_header_that_is_not_understood_is_malformed() =>
        Scenario.Verify(s => s.Header["crit"] = new JsonArray("exp")).IsRejected<Failure.Malformed>();

    [Fact]
    public void An_unknown_header_that_is_not_critical_is_ignored() => Scenario.Verify(s => s.Header["x-more"] = 1).IsAccepted();

    [Fact]
    public void A_disclosure_with_padding_is_malformed() =>
        Assert.Equal(FormatRule.Base64Url, Scenario.Verify(s => s.Shown[0] += "=").IsRejected<Failure.Malformed>().Rule);

    [Fact]
    public void A_disclosure_that_is_no_array_of_two_or_three_is_malformed() =>
        Assert.Equal(FormatRule.Disclosure, Scenario.Verify(s => s.Shown.Add(Scenario.Disclosure("\"a\"", "1", "2"))).IsRejected<Failure.Malformed>().Rule);

    [Theory]
    [InlineData("_sd")]
    [InlineData("...")]
    public void A_disclosure_with_a_reserved_name_is_malformed(string name) =>
        Assert.Equal(FormatRule.Disclosure, Scenario.Verify(s => s.Shown.Add(Scenario.Disclosure($"\"{name}\"", "1"))).IsRejected<Failure.Malformed>().Rule);

    [Fact]
    public void A_missing_last_tilde_is_malformed() =>
        Scenario.Verify(s =>
        {
            s.WithKeyBinding = false;
            s.Tamper = p => p[..^1];
        }).IsRejected<Failure.Malformed>();

    [Fact]
    public void Doubled_members_are_malformed() =>
        Assert.Equal(FormatRule.Json, Scenario.Verify(s => s.Tamper = p =>
        {
            var parts = p.Split('.');
            parts[1] = Base64UrlText.Encode("""{"vct":"a","vct":"b"}"""u8);
            return string.Join('.', parts);
        }).IsRejected<Failure.Malformed>().Rule);

    [Fact]
    public void The_JSON_serialisation_of_an_SD_JWT_is_read_too()
    {
        Scenario.Verify(s => s.Tamper = compact => Json(compact).ToJsonString()).IsAccepted();
        Scenario.Verify(s => s.Tamper = compact => new JsonObject { ["payload"] = Json(compact)["payload"]!.DeepClone(), ["signatures"] = new JsonArray(Signature(compact)) }.ToJsonString()).IsAccepted();
    }

    [Fact]
    public void The_JSON_serialisation_is_checked_as_the_compact_one_is()
    {
        Scenario.Verify(s => s.Tamper = compact =>
        {
            var json = Json(compact);
            json["header"]!["disclosures"]!.AsArray().RemoveAt(1);
            return json.ToJsonString();
        }).IsRejected<Failure.SdHashMismatch>();
        Scenario.Verify(s => s.Tamper = compact =>
        {
            var json = Json(compact);
            json["header"]!.AsObject().Remove("kb_jwt");
            return json.ToJsonString();
        }).IsRejected<Failure.HolderBindingMissing>();
        Assert.Equal(FormatRule.Structure, Scenario.Verify(s => s.Tamper = compact =>
        {
            var json = Json(compact);
            json["header"]!["alg"] = "ES256";
            return json.ToJsonString();
        }).IsRejected<Failure.Malformed>().Rule);
    }

    private static JsonObject Signature(string compact)
    {
        var parts = compact.Split('~');
        var jwt = parts[0].Split('.');
        return new JsonObject
        {
            ["protected"] = jwt[0],
            ["signature"] = jwt[2],
            ["header"] = new JsonObject { ["disclosures"] = new JsonArray([.. parts[1..^1].Select(part => (JsonNode)part)]), ["kb_jwt"] = parts[^1] },
        };
    }

    private static JsonObject Json(string compact)
    {
        var json = Signature(compact);
        json["payload"] = compact.Split('.')[1];
        return json;
    }
}
