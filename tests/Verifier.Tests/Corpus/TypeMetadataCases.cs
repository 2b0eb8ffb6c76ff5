using System.Text.Json.Nodes;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Documents that are no type metadata (SD-JWT VC, "SD-JWT VC Type Metadata").</summary>
internal static class TypeMetadataCases
{
    public static IEnumerable<CorpusCase> All() =>
    [
        .. Accepted().Select(one => Of(one.Name, Outcome.Accepted, one.Text)),
        .. NotJson().Select(one => Of($"json-{one.Name}", Outcome.Broken(FormatRule.Json), one.Text)),
        .. Members().Select(one => Of(one.Name, Outcome.Broken(FormatRule.Member), one.Text)),
        Of("array", Outcome.Broken(FormatRule.Structure), "[]"),
        Of("string", Outcome.Broken(FormatRule.Structure), "\"t\""),
        Of("path-twice", Outcome.Broken(FormatRule.Structure), Claims("""{"path":["a"]},{"path":["a"],"mandatory":true}""")),
    ];

    private static IEnumerable<(string Name, string Text)> Accepted() =>
    [
        ("accepted", """{"vct":"t"}"""),
        ("accepted-extends", """{"vct":"t","extends":"u","extends#integrity":"sha256-n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"}"""),
        ("accepted-claims", Claims("""{"path":["a"],"mandatory":true,"sd":"always"},{"path":["b",null],"sd":"never"},{"path":["c",0],"sd":"allowed"}""")),
        ("accepted-unknown-members", """{"vct":"t","more":{},"name":"n","description":"d"}"""),
    ];

    private static IEnumerable<(string Name, string Text)> NotJson() =>
    [
        ("empty", ""), ("cut-short", """{"vct":"t" """), ("two-values", """{"vct":"t"}{}"""), ("doubled-member", """{"vct":"t","vct":"u"}"""), ("trailing-comma", """{"vct":"t",}"""),
        ("half-a-pair", """{"vct":"\ud800"}"""), ("too-deep", $$"""{"vct":{{new string('[', 30)}}{{new string(']', 30)}}}"""),
    ];

    private static IEnumerable<(string Name, string Text)> Members() =>
    [
        ("vct-missing", "{}"), ("vct-empty", """{"vct":""}"""), ("vct-number", """{"vct":1}"""), ("vct-null", """{"vct":null}"""),
        ("extends-number", """{"vct":"t","extends":1}"""), ("extends-array", """{"vct":"t","extends":["u"]}"""), ("extends-integrity-number", """{"vct":"t","extends":"u","extends#integrity":1}"""),
        ("name-number", """{"vct":"t","name":1}"""), ("description-object", """{"vct":"t","description":{}}"""),
        ("claims-object", """{"vct":"t","claims":{}}"""), ("claims-null", """{"vct":"t","claims":null}"""), ("claim-string", Claims("\"a\"")), ("claim-empty", Claims("{}")),
        ("path-string", Claims("""{"path":"a"}""")), ("path-empty", Claims("""{"path":[]}""")), ("path-negative", Claims("""{"path":["a",-1]}""")), ("path-boolean", Claims("""{"path":[true]}""")),
        ("mandatory-string", Claims("""{"path":["a"],"mandatory":"yes"}""")), ("mandatory-number", Claims("""{"path":["a"],"mandatory":1}""")),
        ("sd-unknown", Claims("""{"path":["a"],"sd":"sometimes"}""")), ("sd-boolean", Claims("""{"path":["a"],"sd":true}""")), ("sd-in-upper-case", Claims("""{"path":["a"],"sd":"ALWAYS"}""")),
    ];

    private static string Claims(string claims) => $$"""{"vct":"t","claims":[{{claims}}]}""";

    private static CorpusCase Of(string name, Outcome expected, string text) => new("type-metadata", name, expected, () => new JsonObject { ["input"] = text });
}
