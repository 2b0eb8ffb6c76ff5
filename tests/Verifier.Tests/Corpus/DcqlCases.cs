using System.Text.Json.Nodes;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Queries that break a rule of DCQL (OpenID4VP §6).</summary>
internal static class DcqlCases
{
    private const string Card = """{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]}}""";

    public static IEnumerable<CorpusCase> All() => [.. Twins(), .. Json(), .. Queries().Select(one => Refused(one.Name, one.Text)), .. Claims().Select(one => Refused(one.Name, Query(one.Text))), .. Sets().Select(one => Refused(one.Name, one.Text))];

    private static IEnumerable<CorpusCase> Twins() => new (string Name, string Text)[]
    {
        ("accepted", Only(Card)),
        ("accepted-mdoc", Only("""{"id":"c","format":"mso_mdoc","meta":{"doctype_value":"t"},"claims":[{"path":["n","e"]}]}""")),
        ("accepted-claim-sets", Query(""" "claims":[{"id":"a","path":["x",0],"values":["y",1,true]},{"id":"b","path":["z",null]}],"claim_sets":[["a","b"],["b"]] """)),
        ("accepted-credential-sets", $$"""{"credentials":[{{Card}}],"credential_sets":[{"options":[["c"]],"required":false}]}"""),
        ("accepted-unknown-members", """{"more":1,"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"],"more":1},"more":[]}]}"""),
    }.Select(one => Of(one.Name, Outcome.Accepted, one.Text));

    private static IEnumerable<CorpusCase> Json() =>
    [
        Of("json-empty", Outcome.Broken(FormatRule.Json), ""),
        Of("json-cut-short", Outcome.Broken(FormatRule.Json), """{"credentials":["""),
        Of("json-doubled-member", Outcome.Broken(FormatRule.Json), $$"""{"credentials":[{{Card}}],"credentials":[{{Card}}]}"""),
        Of("json-too-deep", Outcome.Broken(FormatRule.Json), $$"""{"credentials":{{new string('[', 30)}}{{new string(']', 30)}}}"""),
    ];

    private static IEnumerable<(string Name, string Text)> Queries() =>
    [
        ("array", "[]"), ("string", "\"c\""), ("no-credentials", "{}"), ("credentials-empty", """{"credentials":[]}"""), ("credentials-object", """{"credentials":{}}"""),
        ("credential-string", """{"credentials":["c"]}"""), ("credential-null", """{"credentials":[null]}"""),
        ("id-missing", Only("""{"format":"dc+sd-jwt","meta":{"vct_values":["t"]}}""")), ("id-empty", Only("""{"id":"","format":"dc+sd-jwt","meta":{"vct_values":["t"]}}""")),
        ("id-with-space", Only("""{"id":"a b","format":"dc+sd-jwt","meta":{"vct_values":["t"]}}""")), ("id-with-dot", Only("""{"id":"a.b","format":"dc+sd-jwt","meta":{"vct_values":["t"]}}""")),
        ("id-number", Only("""{"id":1,"format":"dc+sd-jwt","meta":{"vct_values":["t"]}}""")), ("id-twice", $$"""{"credentials":[{{Card}},{{Card}}]}"""),
        ("format-missing", Only("""{"id":"c","meta":{"vct_values":["t"]}}""")), ("format-unknown", Only("""{"id":"c","format":"ldp_vc","meta":{"vct_values":["t"]}}""")),
        ("format-old", Only("""{"id":"c","format":"vc+sd-jwt","meta":{"vct_values":["t"]}}""")), ("format-number", Only("""{"id":"c","format":1,"meta":{"vct_values":["t"]}}""")),
        ("meta-missing", Only("""{"id":"c","format":"dc+sd-jwt"}""")), ("meta-empty", Only("""{"id":"c","format":"dc+sd-jwt","meta":{}}""")), ("meta-array", Only("""{"id":"c","format":"dc+sd-jwt","meta":[]}""")),
        ("vct-values-empty", Only("""{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":[]}}""")), ("vct-values-string", Only("""{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":"t"}}""")),
        ("vct-values-number", Only("""{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":[1]}}""")), ("doctype-missing", Only("""{"id":"c","format":"mso_mdoc","meta":{"vct_values":["t"]}}""")),
        ("doctype-empty", Only("""{"id":"c","format":"mso_mdoc","meta":{"doctype_value":""}}""")), ("doctype-array", Only("""{"id":"c","format":"mso_mdoc","meta":{"doctype_value":["t"]}}""")),
        ("multiple-string", Query(""" "multiple":"yes" """)), ("multiple-number", Query(""" "multiple":1 """)), ("binding-string", Query(""" "require_cryptographic_holder_binding":"no" """)),
        ("binding-null", Query(""" "require_cryptographic_holder_binding":null """)),
    ];

    private static IEnumerable<(string Name, string Text)> Claims() =>
    [
        ("claims-empty", """ "claims":[] """), ("claims-object", """ "claims":{} """), ("claim-string", """ "claims":["a"] """), ("path-missing", """ "claims":[{}] """),
        ("path-empty", """ "claims":[{"path":[]}] """), ("path-string", """ "claims":[{"path":"a"}] """), ("path-negative", """ "claims":[{"path":["a",-1]}] """),
        ("path-fraction", """ "claims":[{"path":["a",1.5]}] """), ("path-boolean", """ "claims":[{"path":["a",true]}] """), ("path-object", """ "claims":[{"path":[{}]}] """),
        ("path-too-long", " \"claims\":[{\"path\":[" + string.Join(',', Enumerable.Repeat("\"a\"", 25)) + "]}]"), ("path-twice", """ "claims":[{"path":["a"]},{"path":["a"]}] """),
        ("values-empty", """ "claims":[{"path":["a"],"values":[]}] """), ("values-string", """ "claims":[{"path":["a"],"values":"b"}] """), ("values-object", """ "claims":[{"path":["a"],"values":[{}]}] """),
        ("claim-id-with-space", """ "claims":[{"id":"a b","path":["a"]}] """), ("claim-id-twice", """ "claims":[{"id":"a","path":["a"]},{"id":"a","path":["b"]}] """), ("claim-id-number", """ "claims":[{"id":1,"path":["a"]}] """),
        ("sets-without-claims", """ "claim_sets":[["a"]] """), ("sets-without-ids", """ "claims":[{"path":["a"]}],"claim_sets":[["a"]] """), ("sets-empty", """ "claims":[{"id":"a","path":["a"]}],"claim_sets":[] """),
        ("set-empty", """ "claims":[{"id":"a","path":["a"]}],"claim_sets":[[]] """), ("set-of-a-stranger", """ "claims":[{"id":"a","path":["a"]}],"claim_sets":[["b"]] """), ("set-string", """ "claims":[{"id":"a","path":["a"]}],"claim_sets":["a"] """),
    ];

    private static IEnumerable<(string Name, string Text)> Sets() =>
    [
        ("mdoc-path-of-one", Only("""{"id":"c","format":"mso_mdoc","meta":{"doctype_value":"t"},"claims":[{"path":["n"]}]}""")),
        ("mdoc-path-with-index", Only("""{"id":"c","format":"mso_mdoc","meta":{"doctype_value":"t"},"claims":[{"path":["n",0]}]}""")),
        ("credential-sets-empty", $$"""{"credentials":[{{Card}}],"credential_sets":[]}"""), ("credential-sets-object", $$$"""{"credentials":[{{{Card}}}],"credential_sets":{}}"""),
        ("options-missing", $$"""{"credentials":[{{Card}}],"credential_sets":[{}]}"""), ("options-empty", $$"""{"credentials":[{{Card}}],"credential_sets":[{"options":[]}]}"""),
        ("option-empty", $$"""{"credentials":[{{Card}}],"credential_sets":[{"options":[[]]}]}"""), ("option-of-a-stranger", $$"""{"credentials":[{{Card}}],"credential_sets":[{"options":[["d"]]}]}"""),
        ("required-string", $$"""{"credentials":[{{Card}}],"credential_sets":[{"options":[["c"]],"required":"no"}]}"""),
    ];

    private static string Only(string credential) => $$"""{"credentials":[{{credential}}]}""";

    private static string Query(string more) => Only(Card[..^1] + "," + more.Trim() + "}");

    private static CorpusCase Refused(string name, string text) => Of(name, Outcome.Broken(FormatRule.Structure), text);

    private static CorpusCase Of(string name, Outcome expected, string text) => new("dcql", name, expected, () => new JsonObject { ["input"] = text });
}
