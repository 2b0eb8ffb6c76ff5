using System.Text.Json.Nodes;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;
using static IdentityPlatform.Verifier.Tests.Corpus.SdJwtCase;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>What the claims say: disclosures (RFC 9901 §7.1), type and forbidden disclosures (SD-JWT VC §2.2), times (RFC 7519), the request (OpenID4VP §6.4).</summary>
internal static class SdJwtClaimCases
{
    public static IEnumerable<CorpusCase> All() => [.. Digests(), .. Structure(), .. Algorithms(), .. Types(), .. Forbidden(), .. Times(), .. TimeForms(), .. Requests()];

    private static IEnumerable<CorpusCase> Digests() =>
    [
        Rejected<Failure.DigestMismatch>("digest-disclosure-twice", Check.Integrity, s => s.Shown.Add(s.Ages)),
        Rejected<Failure.DigestMismatch>("digest-parent-missing", Check.Integrity, s => s.Shown.Remove(s.Ages)),
        Rejected<Failure.DigestMismatch>("digest-unreferenced", Check.Integrity, s => s.Shown.Add(Scenario.Disclosure("\"given_name\"", "\"A\""))),
        Rejected<Failure.DigestMismatch>("digest-value-changed", Check.Integrity, s => s.Shown[1] = Scenario.Disclosure("\"18\"", "true")),
        Rejected<Failure.DigestMismatch>("digest-twice", Check.Integrity, s => s.Payload["_sd"]!.AsArray().Add(Scenario.Digest(s.Ages))),
        Rejected<Failure.DigestMismatch>("digest-undisclosed-twice", Check.Integrity, s => s.Payload["_sd"]!.AsArray().Add(Scenario.Digest(s.FamilyName))),
        Rejected<Failure.DigestMismatch>("digest-twice-on-two-levels", Check.Integrity, s => s.Payload["more"] = new JsonObject { ["_sd"] = new JsonArray(Scenario.Digest(s.Over18)) }),
        Rejected<Failure.DigestMismatch>("digest-padded", Check.Integrity, s => s.Payload["_sd"] = new JsonArray(Scenario.Digest(s.Ages) + "=")),
        Rejected<Failure.DigestMismatch>("digest-in-lower-case", Check.Integrity, s => s.Payload["_sd"] = new JsonArray(Scenario.Digest(s.Ages).ToLowerInvariant())),
        Rejected<Failure.DigestMismatch>("digest-list-empty", Check.Integrity, s => s.Payload["_sd"] = new JsonArray()),
        Rejected<Failure.DigestMismatch>("digest-list-missing", Check.Integrity, s => s.Payload.Remove("_sd")),
        Rejected<Failure.DigestMismatch>("digest-of-another-hash", Check.Integrity, s => s.Payload["_sd_alg"] = "sha-512"),
        Rejected<Failure.DisclosureRefused>("digest-name-taken", Check.Integrity, s => s.Payload["age_equal_or_over"] = 1),
        Rejected<Failure.DisclosureRefused>("digest-name-twice", Check.Integrity, s => AddMember(s, Scenario.Disclosure("\"age_equal_or_over\"", "1"))),
        Rejected<Failure.DisclosureRefused>("digest-item-as-member", Check.Integrity, s => AddMember(s, Scenario.Disclosure("1"))),
        Rejected<Failure.DisclosureRefused>("digest-member-as-item", Check.Integrity, s => AddItem(s, Scenario.Disclosure("\"a\"", "1"))),
    ];

    private static IEnumerable<CorpusCase> Structure() => new (string Name, JsonNode? Sd)[]
    {
        ("object", new JsonObject()),
        ("string", "a"),
        ("number", 1),
        ("null", null),
        ("of-numbers", new JsonArray(1)),
        ("of-null", new JsonArray((JsonNode?)null)),
        ("of-arrays", new JsonArray(new JsonArray("a"))),
    }.Select(one => Rejected<Failure.DisclosureRefused>($"sd-{one.Name}", Check.Integrity, s => s.Payload["_sd"] = one.Sd?.DeepClone())).Concat(
    [
        Rejected<Failure.DisclosureRefused>("dots-as-member", Check.Integrity, s => s.Payload["..."] = "a"),
        Rejected<Failure.DisclosureRefused>("dots-with-another-member", Check.Integrity, s => s.Payload["list"] = new JsonArray(new JsonObject { ["..."] = "a", ["b"] = 1 })),
        Rejected<Failure.DisclosureRefused>("dots-number", Check.Integrity, s => s.Payload["list"] = new JsonArray(new JsonObject { ["..."] = 1 })),
        Rejected<Failure.DisclosureRefused>("dots-null", Check.Integrity, s => s.Payload["list"] = new JsonArray(new JsonObject { ["..."] = null })),
        Rejected<Failure.DisclosureRefused>("sd-alg-below", Check.Integrity, s => s.Payload["more"] = new JsonObject { ["_sd_alg"] = "sha-256" }),
        Rejected<Failure.DisclosureRefused>("sd-alg-in-disclosure", Check.Integrity, s => AddMember(s, Scenario.Disclosure("\"more\"", """{"_sd_alg":"sha-256"}"""))),
    ]);

    private static IEnumerable<CorpusCase> Algorithms() => new (string Name, JsonNode? Algorithm)[]
    {
        ("md5", "md5"), ("upper-case", "SHA-256"), ("without-hyphen", "sha256"), ("sha-1", "sha-1"), ("empty", ""), ("number", 256), ("null", null), ("array", new JsonArray("sha-256")),
    }.Select(one => Rejected<Failure.UnknownDigestAlgorithm>($"sd-alg-{one.Name}", Check.Integrity, s => s.Payload["_sd_alg"] = one.Algorithm?.DeepClone()));

    private static IEnumerable<CorpusCase> Types() => new (string Name, JsonNode? Type)[]
    {
        ("missing", null), ("vc", "vc+sd-jwt"), ("jwt", "JWT"), ("example", "example+sd-jwt"), ("empty", ""), ("number", 1), ("array", new JsonArray("dc+sd-jwt")),
        ("space-behind", "dc+sd-jwt "), ("two-slashes", "application/application/dc+sd-jwt"), ("binding", "kb+jwt"), ("status", "statuslist+jwt"),
    }.Select(one => Rejected<Failure.WrongTokenType>($"typ-{one.Name}", Check.Type, s =>
    {
        s.Header.Remove("typ");
        if (one.Type is not null)
        {
            s.Header["typ"] = one.Type.DeepClone();
        }
    })).Concat(
    [
        Rejected<Failure.UnexpectedType>("vct-another-asked", Check.Type, s => s.Query = CredentialQuery.OfType("card", TestPki.OtherType).Asking("age_equal_or_over", "18")),
        Rejected<Failure.UnexpectedType>("vct-prefix-asked", Check.Type, s => s.Query = CredentialQuery.OfType("card", TestPki.CardType[..^2]).Asking("age_equal_or_over", "18")),
        Rejected<Failure.UnexpectedType>("vct-other-case-asked", Check.Type, s => s.Query = CredentialQuery.OfType("card", TestPki.CardType.ToUpperInvariant()).Asking("age_equal_or_over", "18")),
    ]);

    private static IEnumerable<CorpusCase> Forbidden() =>
    [
        .. ((string[])["nbf", "exp", "cnf", "status", "iss"]).Select(name => Rejected<Failure.ForbiddenDisclosure>($"disclosed-{name}", Check.Type, s =>
        {
            var value = s.Payload[name]!.ToJsonString();
            s.Payload.Remove(name);
            AddMember(s, Scenario.Disclosure($"\"{name}\"", value));
        })),
        .. ((string[])["vct#integrity", "aka_vcts"]).Select(name => Rejected<Failure.ForbiddenDisclosure>(
            $"disclosed-{name.Replace('#', '-')}", Check.Type, s => AddMember(s, Scenario.Disclosure($"\"{name}\"", "\"a\"")))),
        Rejected<Failure.ForbiddenDisclosure>("disclosed-cnf-jwk", Check.Type, s => DisclosePart(s, "cnf", "jwk")),
        Rejected<Failure.ForbiddenDisclosure>("disclosed-status-list", Check.Type, s => DisclosePart(s, "status", "status_list")),
        Rejected<Failure.IssuerNotForType>("disclosed-vct", Check.IssuerTrust, s =>
        {
            s.Payload.Remove("vct");
            AddMember(s, Scenario.Disclosure("\"vct\"", $"\"{TestPki.CardType}\""));
        }),
    ];

    private static IEnumerable<CorpusCase> Times() =>
    [
        Rejected<Failure.Expired>("exp-passed", Check.Validity, s => s.Payload["exp"] = At(-120)),
        Rejected<Failure.Expired>("exp-at-the-skew", Check.Validity, s => s.Payload["exp"] = At(-60)),
        Rejected<Failure.Expired>("exp-negative", Check.Validity, s => s.Payload["exp"] = -1),
        Rejected<Failure.Expired>("exp-zero", Check.Validity, s => s.Payload["exp"] = 0),
        Accepted("accepted-exp-within-the-skew", s => s.Payload["exp"] = At(-59)),
        Rejected<Failure.NotYetValid>("nbf-ahead", Check.Validity, s => s.Payload["nbf"] = At(120)),
        Rejected<Failure.NotYetValid>("nbf-beyond-the-skew", Check.Validity, s => s.Payload["nbf"] = At(61)),
        Accepted("accepted-nbf-at-the-skew", s => s.Payload["nbf"] = At(60)),
        Accepted("accepted-without-nbf", s => s.Payload.Remove("nbf")),
        Rejected<Failure.TimeMissing>("exp-missing", Check.Validity, s => s.Payload.Remove("exp")),
        Rejected<Failure.ClockBehindBundle>("clock-behind-bundle", Check.Validity, s => s.Now = Scenario.Noon.AddDays(-2)),
    ];

    private static IEnumerable<CorpusCase> TimeForms() =>
        from claim in ((string[])["exp", "nbf"])
        from form in new (string Name, string Json)[] { ("string", "\"1795867200\""), ("fraction", "1795867200.5"), ("exponent", "1e400"), ("beyond-dates", "999999999999"), ("beyond-64-bits", "99999999999999999999"), ("null", "null"), ("boolean", "true"), ("object", "{}"), ("array", "[1795867200]") }
        select Rejected<Failure.TimeMalformed>($"{claim}-{form.Name}", Check.Validity, s => s.Payload[claim] = JsonNode.Parse(form.Json));

    private static IEnumerable<CorpusCase> Requests() =>
    [
        Rejected<Failure.OverDisclosure>("request-more-than-asked", Check.Request, s => s.Shown.Add(s.FamilyName)),
        Rejected<Failure.OverDisclosure>("request-nothing-asked", Check.Request, s => s.Query = CredentialQuery.OfType("card", TestPki.CardType)),
        Rejected<Failure.ClaimMissing>("request-claim-missing", Check.Request, s => s.Query = s.Query.Asking("family_name")),
        Rejected<Failure.ClaimMissing>("request-nested-claim-missing", Check.Request, s => s.Shown.Remove(s.Over18)),
        Rejected<Failure.ClaimMissing>("request-all-disclosures-missing", Check.Request, s => s.Shown.Clear()),
        Rejected<Failure.ClaimMissing>("request-item-of-no-array", Check.Request, s => s.Query = s.Query.Asking("age_equal_or_over", null)),
        Rejected<Failure.ClaimMissing>("request-index-of-no-array", Check.Request, s => s.Query = s.Query.Asking("age_equal_or_over", 0)),
        Rejected<Failure.ValueNotRequested>("request-another-value", Check.Request, s => s.Query = Valued("false")),
        Rejected<Failure.ValueNotRequested>("request-value-of-another-type", Check.Request, s => s.Query = Valued("\"true\"")),
        Rejected<Failure.ValueNotRequested>("request-number-for-boolean", Check.Request, s => s.Query = Valued("1")),
        Accepted("accepted-one-of-the-values", s => s.Query = Valued("true")),
        Accepted("accepted-more-asked-above", s => s.Query = CredentialQuery.OfType("card", TestPki.CardType).Asking("age_equal_or_over")),
    ];

    private static CredentialQuery Valued(string json) => CredentialQuery.OfType("card", TestPki.CardType)
        .Asking(new ClaimQuery(null, Formats.SdJwt.ClaimPath.Of("age_equal_or_over", "18"), [System.Text.Json.JsonElement.Parse(json)]));

    private static long At(int seconds) => Scenario.Noon.ToUnixTimeSeconds() + seconds;

    private static void AddMember(Scenario scenario, string disclosure)
    {
        scenario.Payload["_sd"]!.AsArray().Add(Scenario.Digest(disclosure));
        scenario.Shown.Add(disclosure);
    }

    private static void AddItem(Scenario scenario, string disclosure)
    {
        scenario.Payload["list"] = new JsonArray(new JsonObject { ["..."] = Scenario.Digest(disclosure) });
        scenario.Shown.Add(disclosure);
    }

    private static void DisclosePart(Scenario scenario, string claim, string part)
    {
        var disclosure = Scenario.Disclosure($"\"{part}\"", scenario.Payload[claim]![part]!.ToJsonString());
        scenario.Payload[claim] = new JsonObject { ["_sd"] = new JsonArray(Scenario.Digest(disclosure)) };
        scenario.Shown.Add(disclosure);
    }
}
