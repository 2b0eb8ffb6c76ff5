using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Tests.Scenarios;
using static IdentityPlatform.Verifier.Tests.Corpus.SdJwtCase;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>What is no SD-JWT (RFC 9901 §4, RFC 7515 §7.1, RFC 8259).</summary>
internal static class SdJwtFormatCases
{
    private const string Header = """{"alg":"ES256","typ":"dc+sd-jwt"}""";
    private const string Payload = """{"vct":"https://example.org/vct/compatriot-card/1"}""";

    public static IEnumerable<CorpusCase> All() => [.. Twins(), .. Structure(), .. Texts(), .. Json(), .. Headers(), .. Disclosures(), .. Bindings()];

    private static IEnumerable<CorpusCase> Twins() =>
    [
        Accepted("accepted", _ => { }),
        Accepted("accepted-typ-with-application", s => s.Header["typ"] = "application/dc+sd-jwt"),
        Accepted("accepted-typ-in-upper-case", s => s.Header["typ"] = "DC+SD-JWT"),
        Accepted("accepted-unknown-header-member", s => s.Header["more"] = 1),
        Accepted("accepted-unknown-claim", s => s.Payload["more"] = new JsonArray(1, 2)),
        Accepted("accepted-decoy-digest", s => s.Payload["_sd"]!.AsArray().Add(Scenario.Digest("decoy"))),
        Accepted("accepted-without-status", s => s.Payload.Remove("status")),
        Accepted("accepted-without-iss", s => s.Payload.Remove("iss")),
        Accepted("accepted-without-sd-alg", s => s.Payload.Remove("_sd_alg")),
    ];

    private static IEnumerable<CorpusCase> Structure() =>
    [
        Malformed("format-empty", FormatRule.Structure, s => s.Tamper = _ => ""),
        Malformed("format-tilde-alone", FormatRule.Structure, s => s.Tamper = _ => "~"),
        Malformed("format-no-tilde", FormatRule.Structure, s => s.Tamper = text => text.Split('~')[0]),
        Malformed("format-two-parts", FormatRule.Structure, s => s.IssuerJwtTamper = jwt => jwt[..jwt.LastIndexOf('.')]),
        Malformed("format-four-parts", FormatRule.Structure, s => s.IssuerJwtTamper = jwt => jwt + ".AA"),
        Malformed("format-one-part", FormatRule.Structure, s => s.IssuerJwtTamper = jwt => jwt.Split('.')[0]),
        Malformed("format-empty-header", FormatRule.Json, s => s.IssuerJwtTamper = jwt => jwt[jwt.IndexOf('.', StringComparison.Ordinal)..]),
        Malformed("format-too-many-disclosures", FormatRule.Size, s => s.Shown.AddRange(Enumerable.Repeat("WyIiLDFd", 512))),
        Malformed("format-payload-array", FormatRule.Structure, s => s.IssuerJwtTamper = _ => Raw(Header, "[]")),
        Malformed("format-header-array", FormatRule.Structure, s => s.IssuerJwtTamper = _ => Raw("[]", Payload)),
        Malformed("format-payload-null", FormatRule.Structure, s => s.IssuerJwtTamper = _ => Raw(Header, "null")),
        Malformed("format-payload-string", FormatRule.Structure, s => s.IssuerJwtTamper = _ => Raw(Header, "\"a\"")),
    ];

    private static IEnumerable<CorpusCase> Texts() =>
    [
        Malformed("format-header-padded", FormatRule.Base64Url, s => s.IssuerJwtTamper = jwt => jwt.Insert(jwt.IndexOf('.', StringComparison.Ordinal), "=")),
        Malformed("format-signature-padded", FormatRule.Base64Url, s => s.IssuerJwtTamper = jwt => jwt + "=="),
        Malformed("format-signature-spare-bits", FormatRule.Base64Url, s => s.IssuerJwtTamper = jwt => jwt[..^1] + (jwt[^1] == 'B' ? 'C' : 'B')),
        Malformed("format-plain-base64", FormatRule.Base64Url, s => s.IssuerJwtTamper = jwt => jwt[..^2] + "+/"),
        Malformed("format-space-in-front", FormatRule.Base64Url, s => s.Tamper = text => " " + text),
        Malformed("format-line-break-within", FormatRule.Base64Url, s => s.IssuerJwtTamper = jwt => jwt.Insert(9, "\n")),
        Malformed("format-not-ascii", FormatRule.Base64Url, s => s.IssuerJwtTamper = jwt => jwt[..^1] + "é"),
        Malformed("format-line-break-behind", FormatRule.Base64Url, s => s.Tamper = text => text + "\n"),
        Malformed("format-length-of-no-base64", FormatRule.Base64Url, s => s.IssuerJwtTamper = jwt => jwt + "AAA"),
    ];

    private static IEnumerable<CorpusCase> Json() => new (string Name, byte[] Payload)[]
    {
        ("empty", []),
        ("cut-short", """{"vct":"a" """u8.ToArray()),
        ("two-values", "{}{}"u8.ToArray()),
        ("trailing-comma", """{"vct":"a",}"""u8.ToArray()),
        ("comment", """{"vct":"a"/*b*/}"""u8.ToArray()),
        ("single-quotes", "{'vct':'a'}"u8.ToArray()),
        ("doubled-member", """{"vct":"a","vct":"b"}"""u8.ToArray()),
        ("doubled-member-by-escape", """{"vct":"a","\u0076ct":"b"}"""u8.ToArray()),
        ("doubled-member-within", """{"a":{"b":1,"b":2}}"""u8.ToArray()),
        ("byte-order-mark", [0xEF, 0xBB, 0xBF, 0x7B, 0x7D]),
        ("invalid-utf8", [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]),
        ("overlong-utf8", [0x7B, 0x22, 0xC0, 0xAF, 0x22, 0x3A, 0x31, 0x7D]),
        ("half-a-pair", """{"a":"\ud800"}"""u8.ToArray()),
        ("low-half-first", """{"a":"\udc00\ud800"}"""u8.ToArray()),
        ("not-a-number", """{"a":NaN}"""u8.ToArray()),
        ("leading-zero", """{"a":01}"""u8.ToArray()),
        ("control-character", [0x7B, 0x22, 0x01, 0x22, 0x3A, 0x31, 0x7D]),
        ("too-deep", System.Text.Encoding.ASCII.GetBytes($"{{\"a\":{new string('[', 30)}{new string(']', 30)}}}")),
    }.Select(one => Malformed($"json-{one.Name}", FormatRule.Json, s => s.IssuerJwtTamper = _ => Raw(System.Text.Encoding.ASCII.GetBytes(Header), one.Payload)));

    private static IEnumerable<CorpusCase> Headers() =>
    [
        .. ((string[])["none", "HS256", "HS512", "EdDSA", "ES256K", "es256", "RS512", ""])
            .Select(alg => Malformed($"alg-{(alg.Length == 0 ? "empty" : alg)}", FormatRule.Algorithm, s => s.Header["alg"] = alg)),
        Malformed("alg-missing", FormatRule.Algorithm, s => s.Header.Remove("alg")),
        Malformed("alg-number", FormatRule.Algorithm, s => s.Header["alg"] = 256),
        Malformed("alg-null", FormatRule.Algorithm, s => s.Header["alg"] = null),
        Malformed("alg-array", FormatRule.Algorithm, s => s.Header["alg"] = new JsonArray("ES256")),
        Malformed("crit-unknown", FormatRule.Structure, s => s.Header["crit"] = new JsonArray("more")),
        Malformed("crit-empty", FormatRule.Structure, s => s.Header["crit"] = new JsonArray()),
        Malformed("crit-b64", FormatRule.Structure, s => (s.Header["crit"], s.Header["b64"]) = (new JsonArray("b64"), false)),
    ];

    private static IEnumerable<CorpusCase> Disclosures() => new (string Name, FormatRule Rule, string Text)[]
    {
        ("empty", FormatRule.Json, ""),
        ("padded", FormatRule.Base64Url, "WyJhIiwiYiIsMV0="),
        ("not-base64url", FormatRule.Base64Url, "!!!!"),
        ("not-json", FormatRule.Json, Json("hello")),
        ("cut-short", FormatRule.Json, Json("""["a","b",1""")),
        ("two-arrays", FormatRule.Json, Json("""["a","b",1]["c","d",2]""")),
        ("half-an-array", FormatRule.Json, Json("""["a","b",1],["c"]""")),
        ("trailing-comma", FormatRule.Json, Json("""["a","b",1,]""")),
        ("object", FormatRule.Disclosure, Json("""{"salt":"a"}""")),
        ("string", FormatRule.Disclosure, Json("\"a\"")),
        ("no-element", FormatRule.Disclosure, Json("[]")),
        ("one-element", FormatRule.Disclosure, Json("""["a"]""")),
        ("four-elements", FormatRule.Disclosure, Json("""["a","b",1,2]""")),
        ("salt-number", FormatRule.Disclosure, Json("""[1,"b",1]""")),
        ("salt-null", FormatRule.Disclosure, Json("""[null,"b",1]""")),
        ("name-number", FormatRule.Disclosure, Json("""["a",1,1]""")),
        ("name-null", FormatRule.Disclosure, Json("""["a",null,1]""")),
        ("named-sd", FormatRule.Disclosure, Json("""["a","_sd",[]]""")),
        ("named-sd-alg", FormatRule.Disclosure, Json("""["a","_sd_alg","sha-256"]""")),
        ("named-dots", FormatRule.Disclosure, Json("""["a","...","b"]""")),
        ("doubled-member", FormatRule.Json, Json("""["a","b",{"c":1,"c":2}]""")),
        ("half-a-pair", FormatRule.Json, Json("""["a","b","\ud800"]""")),
        ("too-deep", FormatRule.Json, Json($"[\"a\",\"b\",{new string('[', 30)}{new string(']', 30)}]")),
    }.Select(one => Malformed($"disclosure-{one.Name}", one.Rule, s => s.Shown.Add(one.Text)));

    private static IEnumerable<CorpusCase> Bindings() =>
    [
        Malformed("binding-not-a-jwt", FormatRule.Structure, s => s.KeyBindingTamper = _ => "hello"),
        Malformed("binding-two-parts", FormatRule.Structure, s => s.KeyBindingTamper = jwt => jwt[..jwt.LastIndexOf('.')]),
        Malformed("binding-spare-bits", FormatRule.Base64Url, s => s.KeyBindingTamper = jwt => jwt[..^1] + (jwt[^1] == 'B' ? 'C' : 'B')),
        Malformed("binding-alg-none", FormatRule.Algorithm, s => s.KeyBindingHeader["alg"] = "none"),
        Malformed("binding-alg-HS256", FormatRule.Algorithm, s => s.KeyBindingHeader["alg"] = "HS256"),
        Malformed("binding-alg-missing", FormatRule.Algorithm, s => s.KeyBindingHeader.Remove("alg")),
        Malformed("binding-crit", FormatRule.Structure, s => s.KeyBindingHeader["crit"] = new JsonArray("more")),
        Malformed("binding-payload-array", FormatRule.Structure, s => s.KeyBindingTamper = _ => Raw("""{"alg":"ES256","typ":"kb+jwt"}""", "[]", s.Holder)),
        Malformed("binding-doubled-nonce", FormatRule.Json, s => s.KeyBindingTamper = _ => Raw("""{"alg":"ES256","typ":"kb+jwt"}""", """{"nonce":"a","nonce":"b"}""", s.Holder)),
    ];

    private static string Json(string text) => Base64UrlText.Encode(System.Text.Encoding.UTF8.GetBytes(text));
}
