using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Tests.Scenarios;
using static IdentityPlatform.Verifier.Tests.Corpus.SdJwtCase;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>The holder's signature (RFC 9901 §7.3, OpenID4VP §B.3.6) and the credential's status (Token Status List §8.3).</summary>
internal static class SdJwtHolderCases
{
    private const string X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    private const string Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    public static IEnumerable<CorpusCase> All() => [.. Signatures(), .. Keys(), .. Members(), .. Times(), .. StatusForms(), .. Statuses(), .. Lists()];

    private static IEnumerable<CorpusCase> Signatures() =>
    [
        .. Damages().Select(damage => Rejected<Failure.HolderSignatureInvalid>($"binding-signature-{damage.Name}", Check.HolderBinding, s => s.KeyBindingTamper = Signature(damage.Change))),
        Rejected<Failure.HolderBindingMissing>("binding-missing", Check.HolderBinding, s => s.WithKeyBinding = false),
        Rejected<Failure.HolderSignatureInvalid>("binding-of-another-holder", Check.HolderBinding, s => s.Holder = TestPki.OtherHolder),
        Rejected<Failure.HolderSignatureInvalid>("binding-of-the-issuer", Check.HolderBinding, s => s.Holder = TestPki.CardSigner),
        Rejected<Failure.HolderSignatureInvalid>("binding-ES384-on-P-256", Check.HolderBinding, s => s.KeyBindingHeader["alg"] = "ES384"),
        Rejected<Failure.HolderAlgorithmNotAllowed>("binding-RS256", Check.HolderBinding, s => s.KeyBindingHeader["alg"] = "RS256"),
        Rejected<Failure.HolderAlgorithmNotAllowed>("binding-PS256", Check.HolderBinding, s => s.KeyBindingHeader["alg"] = "PS256"),
        Rejected<Failure.WrongKeyBindingType>("binding-typ-missing", Check.HolderBinding, s => s.KeyBindingHeader.Remove("typ")),
        Rejected<Failure.WrongKeyBindingType>("binding-typ-jwt", Check.HolderBinding, s => s.KeyBindingHeader["typ"] = "JWT"),
        Rejected<Failure.WrongKeyBindingType>("binding-typ-of-the-credential", Check.HolderBinding, s => s.KeyBindingHeader["typ"] = "dc+sd-jwt"),
        Rejected<Failure.WrongKeyBindingType>("binding-typ-of-a-proof", Check.HolderBinding, s => s.KeyBindingHeader["typ"] = "openid4vci-proof+jwt"),
    ];

    private static IEnumerable<CorpusCase> Keys() => new (string Name, string Confirmation)[]
    {
        ("string", "\"key\""),
        ("empty", "{}"),
        ("null", "null"),
        ("kid-alone", """{"kid":"holder"}"""),
        ("jku-alone", """{"jku":"https://holder.example.org/jwks"}"""),
        ("jwk-string", """{"jwk":"key"}"""),
        ("jwk-empty", """{"jwk":{}}"""),
        ("jwk-private", $$$"""{"jwk":{"kty":"EC","crv":"P-256","x":"{{{X}}}","y":"{{{Y}}}","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}}"""),
        ("jwk-symmetric", """{"jwk":{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA"}}"""),
        ("jwk-okp", $$$"""{"jwk":{"kty":"OKP","crv":"Ed25519","x":"{{{X}}}"}}"""),
        ("jwk-kty-lower-case", $$$"""{"jwk":{"kty":"ec","crv":"P-256","x":"{{{X}}}","y":"{{{Y}}}"}}"""),
        ("jwk-crv-missing", $$$"""{"jwk":{"kty":"EC","x":"{{{X}}}","y":"{{{Y}}}"}}"""),
        ("jwk-crv-secp256k1", $$$"""{"jwk":{"kty":"EC","crv":"secp256k1","x":"{{{X}}}","y":"{{{Y}}}"}}"""),
        ("jwk-crv-of-other-length", $$$"""{"jwk":{"kty":"EC","crv":"P-384","x":"{{{X}}}","y":"{{{Y}}}"}}"""),
        ("jwk-y-missing", $$$"""{"jwk":{"kty":"EC","crv":"P-256","x":"{{{X}}}"}}"""),
        ("jwk-x-short", $$$"""{"jwk":{"kty":"EC","crv":"P-256","x":"{{{X[..40]}}}","y":"{{{Y}}}"}}"""),
        ("jwk-x-padded", $$$"""{"jwk":{"kty":"EC","crv":"P-256","x":"{{{X}}}=","y":"{{{Y}}}"}}"""),
        ("jwk-x-number", $$$"""{"jwk":{"kty":"EC","crv":"P-256","x":1,"y":"{{{Y}}}"}}"""),
        ("jwk-off-the-curve", $$$"""{"jwk":{"kty":"EC","crv":"P-256","x":"{{{Y}}}","y":"{{{X}}}"}}"""),
        ("jwk-at-the-origin", $$$"""{"jwk":{"kty":"EC","crv":"P-256","x":"{{{new string('A', 43)}}}","y":"{{{new string('A', 43)}}}"}}"""),
        ("jwk-beyond-the-field", $$$"""{"jwk":{"kty":"EC","crv":"P-256","x":"{{{new string('_', 42)}}}8","y":"{{{Y}}}"}}"""),
        ("jwk-small-rsa", """{"jwk":{"kty":"RSA","n":"wJ4Zt3TJ1rT3Vd0m9wq1Yw","e":"AQAB"}}"""),
    }.Select(one => Rejected<Failure.HolderKeyUnusable>($"cnf-{one.Name}", Check.HolderBinding, s => s.Payload["cnf"] = JsonNode.Parse(one.Confirmation)))
        .Append(Rejected<Failure.HolderKeyUnusable>("cnf-missing", Check.HolderBinding, s => s.Payload.Remove("cnf")))
        .Append(Rejected<Failure.HolderSignatureInvalid>("cnf-another-key", Check.HolderBinding, s => s.Payload["cnf"] = JsonNode.Parse($$$"""{"jwk":{"kty":"EC","crv":"P-256","x":"{{{X}}}","y":"{{{Y}}}"}}""")))
        .Append(Rejected<Failure.HolderSignatureInvalid>("cnf-for-encryption", Check.HolderBinding, s => s.Payload["cnf"]!["jwk"]!["use"] = "enc"))
        .Append(Rejected<Failure.HolderSignatureInvalid>("cnf-for-another-algorithm", Check.HolderBinding, s => s.Payload["cnf"]!["jwk"]!["alg"] = "ES384"));

    private static IEnumerable<CorpusCase> Members() =>
    [
        .. Wrong("bm9uY2Utb2YtdGhpcy1yZXF1ZXN0").Select(one => Rejected<Failure.WrongNonce>($"nonce-{one.Name}", Check.HolderBinding, Replace("nonce", one.Json))),
        .. Wrong("x509_hash:door").Select(one => Rejected<Failure.WrongAudience>($"aud-{one.Name}", Check.HolderBinding, Replace("aud", one.Json))),
        Rejected<Failure.WrongAudience>("aud-without-prefix", Check.HolderBinding, s => s.KeyBindingPayload["aud"] = "door"),
        Rejected<Failure.WrongAudience>("aud-other-prefix", Check.HolderBinding, s => s.KeyBindingPayload["aud"] = "x509_san_dns:door"),
        .. ((string[])["\"A\"", "1", "[]", "\"\"", "null"]).Select((json, number) => Rejected<Failure.SdHashMismatch>($"sd-hash-wrong-{number + 1}", Check.HolderBinding, s => s.KeyBindingPayload["sd_hash"] = JsonNode.Parse(json) ?? "null")),
        Rejected<Failure.SdHashMismatch>("sd-hash-of-fewer-disclosures", Check.HolderBinding, s => s.KeyBindingPayload["sd_hash"] = Scenario.Digest(s.Ages)),
        Rejected<Failure.SdHashMismatch>("sd-hash-of-the-jwt-alone", Check.HolderBinding, s => s.IssuerJwtTamper = jwt =>
        {
            s.KeyBindingPayload["sd_hash"] = Scenario.Digest(jwt);
            return jwt;
        }),
        Rejected<Failure.SdHashMismatch>("sd-hash-without-last-tilde", Check.HolderBinding, s => s.IssuerJwtTamper = jwt =>
        {
            s.KeyBindingPayload["sd_hash"] = Scenario.Digest($"{jwt}~{string.Join('~', s.Shown)}");
            return jwt;
        }),
    ];

    private static IEnumerable<(string Name, string? Json)> Wrong(string right) =>
    [
        ("missing", null), ("another", "\"another\""), ("empty", "\"\""), ("number", "1"), ("null", "null"), ("boolean", "true"),
        ("array", $"[\"{right}\"]"), ("upper-case", $"\"{right.ToUpperInvariant()}\""), ("cut-short", $"\"{right[..^1]}\""), ("longer", $"\"{right}x\""), ("space-behind", $"\"{right} \""),
    ];

    private static IEnumerable<CorpusCase> Times() =>
    [
        Rejected<Failure.PresentationTooOld>("iat-too-old", Check.HolderBinding, s => s.KeyBindingPayload["iat"] = At(-361)),
        Rejected<Failure.PresentationTooOld>("iat-a-year-ago", Check.HolderBinding, s => s.KeyBindingPayload["iat"] = At(-31536000)),
        Rejected<Failure.PresentationTooOld>("iat-negative", Check.HolderBinding, s => s.KeyBindingPayload["iat"] = -1),
        Accepted("accepted-iat-at-the-limit", s => s.KeyBindingPayload["iat"] = At(-360)),
        Rejected<Failure.PresentationFromTheFuture>("iat-ahead", Check.HolderBinding, s => s.KeyBindingPayload["iat"] = At(61)),
        Rejected<Failure.PresentationFromTheFuture>("iat-a-year-ahead", Check.HolderBinding, s => s.KeyBindingPayload["iat"] = At(31536000)),
        Accepted("accepted-iat-within-the-skew", s => s.KeyBindingPayload["iat"] = At(60)),
        .. new (string Name, string? Json)[] { ("missing", null), ("string", "\"1795262400\""), ("fraction", "1795262400.5"), ("null", "null"), ("beyond-dates", "999999999999999"), ("array", "[1795262400]") }
            .Select(one => Rejected<Failure.PresentationTimeMissing>($"iat-{one.Name}", Check.HolderBinding, Replace("iat", one.Json))),
    ];

    private static IEnumerable<CorpusCase> StatusForms() => new (string Name, string Json)[]
    {
        ("empty", "{}"),
        ("string", "\"valid\""),
        ("null", "null"),
        ("array", "[]"),
        ("unknown-kind", """{"identifier_list":{"id":"a","uri":"b"}}"""),
        ("list-string", """{"status_list":"a"}"""),
        ("list-empty", """{"status_list":{}}"""),
        ("idx-missing", $$$"""{"status_list":{"uri":"{{{TestPki.StatusUri}}}"}}"""),
        ("idx-negative", $$$"""{"status_list":{"idx":-1,"uri":"{{{TestPki.StatusUri}}}"}}"""),
        ("idx-fraction", $$$"""{"status_list":{"idx":5.5,"uri":"{{{TestPki.StatusUri}}}"}}"""),
        ("idx-string", $$$"""{"status_list":{"idx":"5","uri":"{{{TestPki.StatusUri}}}"}}"""),
        ("idx-beyond-64-bits", $$$"""{"status_list":{"idx":99999999999999999999,"uri":"{{{TestPki.StatusUri}}}"}}"""),
        ("idx-beyond-the-list", $$$"""{"status_list":{"idx":64,"uri":"{{{TestPki.StatusUri}}}"}}"""),
        ("idx-far-beyond-the-list", $$$"""{"status_list":{"idx":4294967301,"uri":"{{{TestPki.StatusUri}}}"}}"""),
        ("uri-missing", """{"status_list":{"idx":5}}"""),
        ("uri-empty", """{"status_list":{"idx":5,"uri":""}}"""),
        ("uri-number", """{"status_list":{"idx":5,"uri":1}}"""),
        ("uri-unknown", """{"status_list":{"idx":5,"uri":"https://status.example.org/c/18"}}"""),
        ("uri-in-other-case", $$$"""{"status_list":{"idx":5,"uri":"{{{TestPki.StatusUri.ToUpperInvariant()}}}"}}"""),
        ("uri-with-slash", $$$"""{"status_list":{"idx":5,"uri":"{{{TestPki.StatusUri}}}/"}}"""),
    }.Select(one => Rejected<Failure.StatusUnknown>($"status-{one.Name}", Check.Revocation, s => s.Payload["status"] = JsonNode.Parse(one.Json)));

    private static IEnumerable<CorpusCase> Statuses() =>
    [
        Rejected<Failure.Revoked>("status-revoked", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1)), ownBundle: true),
        Rejected<Failure.Suspended>("status-suspended", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 2)), ownBundle: true),
        Rejected<Failure.UnregisteredStatus>("status-3", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 3)), ownBundle: true),
        Rejected<Failure.UnregisteredStatus>("status-12", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 12, bits: 4)), ownBundle: true),
        Rejected<Failure.UnregisteredStatus>("status-255", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 255, bits: 8)), ownBundle: true),
        Rejected<Failure.Revoked>("status-revoked-in-one-bit", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1, bits: 1)), ownBundle: true),
        Accepted("accepted-neighbours-revoked", s => s.StatusLists[0] = Scenario.StatusList(StatusList.Empty(64).With([(4, 1), (6, 1)])), ownBundle: true),
    ];

    private static IEnumerable<CorpusCase> Lists() =>
    [
        Rejected<Failure.StatusUnknown>("list-missing", Check.Revocation, s => s.StatusLists.Clear(), ownBundle: true),
        Rejected<Failure.StatusUnknown>("list-of-a-stranger", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), TestPki.Stranger), ownBundle: true),
        Rejected<Failure.StatusUnknown>("list-of-the-card-signer", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), TestPki.CardSigner), ownBundle: true),
        Rejected<Failure.StatusUnknown>("list-changed", Check.Revocation, s => s.StatusLists[0] = Signature(bytes => [(byte)(bytes[0] ^ 1), .. bytes[1..]])(s.StatusLists[0]), ownBundle: true),
        Rejected<Failure.StatusUnknown>("list-expired", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), expiresAt: Scenario.Noon.AddHours(-1)), ownBundle: true),
        Rejected<Failure.StatusUnknown>("list-too-old", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddDays(-8)), ownBundle: true),
        Rejected<Failure.StatusUnknown>("list-from-the-future", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddHours(1)), ownBundle: true),
        Rejected<Failure.StatusUnknown>("list-of-another-address", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), uri: TestPki.StatusUri + "8"), ownBundle: true),
    ];

    private static Action<Scenario> Replace(string member, string? json) => s =>
    {
        s.KeyBindingPayload.Remove(member);
        if (json is not null)
        {
            s.KeyBindingPayload[member] = JsonNode.Parse(json);
        }
    };

    private static long At(int seconds) => Scenario.Noon.ToUnixTimeSeconds() + seconds;
}
