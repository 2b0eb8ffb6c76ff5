using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Files that are no bundle of the pinned root.</summary>
internal static class BundleCases
{
    public static IEnumerable<CorpusCase> All() => [.. Twins(), .. Files(), .. Signed(), .. Claims(), .. Anchors()];

    private static IEnumerable<CorpusCase> Twins() =>
    [
        Of("accepted", Outcome.Accepted, Whole),
        Of("accepted-unknown-members", Outcome.Accepted, () => File(file => file["more"] = 1)),
        Of("accepted-unknown-role", Outcome.Accepted, () => Change(claims => claims["anchors"]![0]!["roles"]!.AsArray().Add("notary"))),
        Of("accepted-without-lists", Outcome.Accepted, () => File(file => file["status_lists"] = new JsonArray())),
    ];

    private static IEnumerable<CorpusCase> Files() =>
    [
        Of("empty", Outcome.Broken(FormatRule.Json), () => ""),
        Of("cut-short", Outcome.Broken(FormatRule.Json), () => Whole()[..^1]),
        Of("doubled-member", Outcome.Broken(FormatRule.Json), () => """{"bundle":"a","bundle":"b","status_lists":[]}"""),
        Of("array", Outcome.Broken(FormatRule.Structure), () => "[]"),
        Of("bundle-missing", Outcome.Broken(FormatRule.Member), () => File(file => file.Remove("bundle"))),
        Of("bundle-number", Outcome.Broken(FormatRule.Member), () => File(file => file["bundle"] = 1)),
        Of("lists-missing", Outcome.Broken(FormatRule.Member), () => File(file => file.Remove("status_lists"))),
        Of("lists-string", Outcome.Broken(FormatRule.Member), () => File(file => file["status_lists"] = "a")),
        Of("lists-of-numbers", Outcome.Broken(FormatRule.Member), () => File(file => file["status_lists"] = new JsonArray(1))),
        Of("list-not-a-token", Outcome.Broken(FormatRule.Structure), () => File(file => file["status_lists"] = new JsonArray("hello"))),
        Of("list-of-another-type", Outcome.Broken(FormatRule.Type), () => File(file => file["status_lists"] = new JsonArray(file["bundle"]!.DeepClone()))),
        Of("cwt-lists-string", Outcome.Broken(FormatRule.Member), () => File(file => file["status_lists_cwt"] = "a")),
        Of("cwt-list-padded", Outcome.Broken(FormatRule.Base64Url), () => File(file => file["status_lists_cwt"] = new JsonArray("0oQ="))),
        Of("cwt-list-garbage", Outcome.Broken(FormatRule.Cbor), () => File(file => file["status_lists_cwt"] = new JsonArray("_w"))),
    ];

    private static IEnumerable<CorpusCase> Signed() =>
    [
        Of("signed-by-another-root", Outcome.Broken(FormatRule.Signature), () => Change(_ => { }, key: TestPki.Stranger)),
        Of("signed-by-a-card-signer", Outcome.Broken(FormatRule.Signature), () => Change(_ => { }, key: TestPki.CardSigner)),
        Of("typ-missing", Outcome.Broken(FormatRule.Type), () => Change(_ => { }, header => header.Remove("typ"))),
        Of("typ-another", Outcome.Broken(FormatRule.Type), () => Change(_ => { }, header => header["typ"] = "JWT")),
        Of("alg-none", Outcome.Broken(FormatRule.Algorithm), () => Change(_ => { }, header => header["alg"] = "none")),
        Of("alg-HS256", Outcome.Broken(FormatRule.Algorithm), () => Change(_ => { }, header => header["alg"] = "HS256")),
        Of("alg-RS256", Outcome.Broken(FormatRule.Algorithm), () => Change(_ => { }, header => header["alg"] = "RS256")),
        Of("alg-ES384-on-P-256", Outcome.Broken(FormatRule.Signature), () => Change(_ => { }, header => header["alg"] = "ES384")),
        Of("crit", Outcome.Broken(FormatRule.Structure), () => Change(_ => { }, header => header["crit"] = new JsonArray("more"))),
        .. SdJwtCase.Damages().Select(damage => Of(
            $"signature-{damage.Name}", Outcome.Broken(FormatRule.Signature), () => File(file => file["bundle"] = SdJwtCase.Signature(damage.Change)((string)file["bundle"]!)))),
    ];

    private static IEnumerable<CorpusCase> Claims() =>
        from one in new (string Member, string[] Values)[]
        {
            ("version", ["", "-1", "\"7\"", "7.5", "null"]),
            ("iat", ["", "\"now\"", "1.5", "999999999999999"]),
            ("denied", ["", "\"a\"", "[1]"]),
            ("types", ["", "[]", "\"a\""]),
            ("regions", ["", "[]", """{"RU-MOW":"180"}""", """{"RU-MOW":1441}""", """{"RU-MOW":1.5}"""]),
            ("max_age", ["", "1", "{}", """{"bundle":0,"status":1}""", """{"bundle":-1,"status":1}""", """{"bundle":1}""", """{"bundle":1,"status":"1"}""", """{"bundle":999999999999,"status":1}"""]),
            ("anchors", ["", "{}", "\"a\""]),
        }
        from value in one.Values.Select((json, number) => (Json: json, Number: number))
        select Of(
            $"{one.Member.Replace('_', '-')}-{(value.Json.Length == 0 ? "missing" : $"wrong-{value.Number}")}", Outcome.Broken(FormatRule.Member), () => Change(claims => Set(claims, one.Member, value.Json)));

    private static IEnumerable<CorpusCase> Anchors() =>
        from one in new (string Member, string Name, string Json, FormatRule Rule)[]
        {
            ("certificate", "missing", "", FormatRule.Member),
            ("certificate", "number", "1", FormatRule.Member),
            ("certificate", "not-base64", "\"!\"", FormatRule.Structure),
            ("certificate", "garbage", "\"AAAA\"", FormatRule.Structure),
            ("roles", "missing", "", FormatRule.Member),
            ("roles", "string", "\"credentials\"", FormatRule.Member),
            ("types", "missing", "", FormatRule.Member),
            ("types", "of-numbers", "[1]", FormatRule.Member),
            ("signer_usage", "number", "1", FormatRule.Member),
            ("signer_usage", "null", "null", FormatRule.Member),
        }
        select Of($"anchor-{one.Member.Replace('_', '-')}-{one.Name}", Outcome.Broken(one.Rule), () => Change(claims => Set(claims["anchors"]![0]!.AsObject(), one.Member, one.Json)));

    private static void Set(JsonObject json, string member, string value)
    {
        json.Remove(member);
        if (value.Length > 0)
        {
            json[member] = JsonNode.Parse(value);
        }
    }

    private static string Whole() => Encoding.UTF8.GetString(new Scenario().Bundle());

    private static string File(Action<JsonObject> change)
    {
        var file = JsonNode.Parse(Whole())!.AsObject();
        change(file);
        return file.ToJsonString();
    }

    // The bundle with other claims, signed again.
    private static string Change(Action<JsonObject> claims, Action<JsonObject>? header = null, SigningKey? key = null) => File(file =>
    {
        var parts = ((string)file["bundle"]!).Split('.').Take(2).Select(part => JsonNode.Parse(Base64UrlText.Parse(part, "").OrThrow())!.AsObject()).ToArray();
        header?.Invoke(parts[0]);
        claims(parts[1]);
        file["bundle"] = Scenario.Sign(parts[0], parts[1], key ?? TestPki.BundleRoot);
    });

    private static CorpusCase Of(string name, Outcome expected, Func<string> text) => new("bundle", name, expected, () => new JsonObject
    {
        ["root"] = JsonNode.Parse(TestPki.BundleRoot.PublicKey.ToJson()),
        ["input"] = text(),
    });
}
