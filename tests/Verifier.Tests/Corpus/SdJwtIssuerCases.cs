using System.Text.Json.Nodes;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Tests.Scenarios;
using static IdentityPlatform.Verifier.Tests.Corpus.SdJwtCase;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Who signed, and whether that is trusted for the type (SD-JWT VC §2.5, HAIP §6.1.1, RFC 5280), and with what (RFC 7515 §5.2).</summary>
internal static class SdJwtIssuerCases
{
    private static readonly byte[] Anchor = TestPki.CardAuthority.Certificate.RawData;

    private static byte[] Leaf => TestPki.CardSigner.CertificateChain[0];

    public static IEnumerable<CorpusCase> All() => [.. Chains(), .. Trust(), .. Names(), .. Signatures()];

    private static IEnumerable<CorpusCase> Chains() =>
    [
        .. new (string Name, JsonNode? X5c)[]
        {
            ("missing", null),
            ("empty", new JsonArray()),
            ("string", Convert.ToBase64String(Leaf)),
            ("number", new JsonArray(1)),
            ("null", new JsonArray((JsonNode?)null)),
            ("base64url", new JsonArray(Formats.Base64UrlText.Encode(Leaf))),
            ("white-space", new JsonArray(Convert.ToBase64String(Leaf).Insert(8, "\n"))),
            ("garbage", new JsonArray("AAAA")),
            ("pem", new JsonArray("-----BEGIN CERTIFICATE-----")),
            ("bytes-behind", new JsonArray(Convert.ToBase64String([.. Leaf, 0]))),
            ("cut-short", new JsonArray(Convert.ToBase64String(Leaf[..^1]))),
            ("with-anchor", new JsonArray(Convert.ToBase64String(Leaf), Convert.ToBase64String(Anchor))),
            ("anchor-alone", new JsonArray(Convert.ToBase64String(Anchor))),
            ("five", new JsonArray([.. Enumerable.Range(0, 5).Select(_ => (JsonNode)Convert.ToBase64String(Leaf))])),
        }.Select(one => Rejected<Failure.NoIssuerCertificate>($"x5c-{one.Name}", Check.IssuerTrust, s =>
        {
            s.WithChain = false;
            if (one.X5c is not null)
            {
                s.Header["x5c"] = one.X5c.DeepClone();
            }
        })),
        Rejected<Failure.NoIssuerCertificate>("x5c-jwk-instead", Check.IssuerTrust, s => (s.WithChain, s.Header["jwk"]) = (false, JsonNode.Parse(TestPki.CardSigner.PublicKey.ToJson()))),
        Rejected<Failure.NoIssuerCertificate>("x5c-kid-instead", Check.IssuerTrust, s => (s.WithChain, s.Header["kid"]) = (false, TestPki.CardSigner.KeyId)),
        Rejected<Failure.NoIssuerCertificate>("x5c-jku-instead", Check.IssuerTrust, s => (s.WithChain, s.Header["jku"]) = (false, "https://issuer.example.org/jwks")),
        Rejected<Failure.NoIssuerCertificate>("x5c-self-signed", Check.IssuerTrust, s => s.Signer = TestPki.CardAuthority.AsSelfSigned()),
    ];

    private static IEnumerable<CorpusCase> Trust() =>
    [
        Rejected<Failure.UntrustedIssuer>("trust-stranger", Check.IssuerTrust, s => s.Signer = TestPki.Stranger),
        Rejected<Failure.UntrustedIssuer>("trust-leaf-twice", Check.IssuerTrust, s => s.Chain = [Leaf, Leaf]),
        Rejected<Failure.UntrustedIssuer>("trust-stranger-behind-leaf", Check.IssuerTrust, s => s.Chain = [Leaf, TestPki.Stranger.CertificateChain[0]]),
        Rejected<Failure.UntrustedIssuer>("trust-status-signer", Check.IssuerTrust, s => s.Signer = TestPki.StatusSigner),
        Rejected<Failure.UntrustedIssuer>("trust-signer-expired", Check.IssuerTrust, s => s.Signer = TestPki.CardAuthority.Sign("Ended", TestPki.Issuer, until: Scenario.Noon.AddDays(-1))),
        Rejected<Failure.UntrustedIssuer>("trust-no-anchor", Check.IssuerTrust, s => s.Anchors.RemoveAt(0), ownBundle: true),
        Rejected<Failure.UntrustedIssuer>("trust-anchor-for-status-alone", Check.IssuerTrust, s => s.Anchors[0] = AnchorOf([AnchorRole.Status], TestPki.CardType), ownBundle: true),
        Rejected<Failure.UntrustedIssuer>("trust-usage-missing", Check.IssuerTrust, s => s.Anchors[0] = AnchorOf([AnchorRole.Credentials], TestPki.CardType, "1.3.6.1.5.5.7.3.99"), ownBundle: true),
        Rejected<Failure.IssuerNotForType>("trust-other-type", Check.IssuerTrust, s => s.Anchors[0] = AnchorOf([AnchorRole.Credentials], TestPki.OtherType), ownBundle: true),
        Rejected<Failure.IssuerNotForType>("trust-no-type", Check.IssuerTrust, s => s.Anchors[0] = AnchorOf([AnchorRole.Credentials]), ownBundle: true),
        Rejected<Failure.IssuerNotForType>("trust-type-in-other-case", Check.IssuerTrust, s => s.Payload["vct"] = TestPki.CardType.ToUpperInvariant()),
        Rejected<Failure.IssuerNotForType>("trust-vct-missing", Check.IssuerTrust, s => s.Payload.Remove("vct")),
        Rejected<Failure.IssuerNotForType>("trust-vct-number", Check.IssuerTrust, s => s.Payload["vct"] = 1),
        Rejected<Failure.IssuerNotForType>("trust-vct-array", Check.IssuerTrust, s => s.Payload["vct"] = new JsonArray(TestPki.CardType)),
        Rejected<Failure.DeniedSigner>("trust-signer-denied", Check.IssuerTrust, s => s.Denied.Add(TestPki.CardSigner.PublicKey.ThumbprintText()), ownBundle: true),
        Rejected<Failure.BundleTooOld>("trust-bundle-too-old", Check.IssuerTrust, s => s.Now = Scenario.Noon.AddDays(40)),
        Accepted("accepted-second-anchor", s => s.Anchors.Insert(0, new() { Certificate = TestPki.OtherAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = [TestPki.CardType] }), ownBundle: true),
        Accepted("accepted-somebody-else-denied", s => s.Denied.Add(TestPki.Stranger.PublicKey.ThumbprintText()), ownBundle: true),
    ];

    private static IEnumerable<CorpusCase> Names() => new (string Name, JsonNode? Issuer)[]
    {
        ("another", "https://other.example.org"),
        ("http", "http://issuer.example.org"),
        ("upper-case", "HTTPS://ISSUER.EXAMPLE.ORG"),
        ("with-path", "https://issuer.example.org/cards"),
        ("with-suffix", "https://issuer.example.org.evil.example"),
        ("with-user", "https://issuer.example.org@evil.example"),
        ("cut-short", "https://issuer.example"),
        ("empty", ""),
        ("number", 1),
        ("array", new JsonArray(TestPki.Issuer)),
        ("object", new JsonObject()),
        ("null", null),
        ("common-name", "CN=Card signer"),
    }.Select(one => Rejected<Failure.IssuerMismatch>($"iss-{one.Name}", Check.IssuerTrust, s => s.Payload["iss"] = one.Issuer?.DeepClone()));

    private static IEnumerable<CorpusCase> Signatures() =>
    [
        .. Damages().Select(damage => Rejected<Failure.IssuerSignatureInvalid>($"signature-{damage.Name}", Check.IssuerSignature, s => s.IssuerJwtTamper = Signature(damage.Change))),
        Rejected<Failure.IssuerSignatureInvalid>("signature-of-another-key", Check.IssuerSignature, s => (s.Signer, s.Chain) = (TestPki.Stranger, [Leaf])),
        Rejected<Failure.IssuerSignatureInvalid>("signature-of-the-holder", Check.IssuerSignature, s => (s.Signer, s.Chain) = (TestPki.Holder, [Leaf])),
        Rejected<Failure.IssuerSignatureInvalid>("signature-over-other-claims", Check.IssuerSignature, s => s.IssuerJwtTamper = jwt => Exchange(jwt, s, () => s.Payload["exp"] = 4102444800)),
        Rejected<Failure.IssuerSignatureInvalid>("signature-over-other-header", Check.IssuerSignature, s => s.IssuerJwtTamper = jwt => Exchange(jwt, s, () => s.Header["more"] = 1)),
        Rejected<Failure.IssuerSignatureInvalid>("signature-ES384-on-P-256", Check.IssuerSignature, s => s.Header["alg"] = "ES384"),
        Rejected<Failure.IssuerSignatureInvalid>("signature-ES512-on-P-256", Check.IssuerSignature, s => s.Header["alg"] = "ES512"),
        Rejected<Failure.IssuerAlgorithmNotAllowed>("signature-RS256", Check.IssuerSignature, s => s.Header["alg"] = "RS256"),
        Rejected<Failure.IssuerAlgorithmNotAllowed>("signature-PS256", Check.IssuerSignature, s => s.Header["alg"] = "PS256"),
    ];

    // The parts of one JWT with the signature of another.
    private static string Exchange(string jwt, Scenario scenario, Action change)
    {
        change();
        var other = Scenario.Sign(scenario.Header, scenario.Payload, scenario.Signer);
        return other[..other.LastIndexOf('.')] + jwt[jwt.LastIndexOf('.')..];
    }

    private static Anchor AnchorOf(AnchorRole[] roles, string? type = null, string? usage = null) =>
        new() { Certificate = TestPki.CardAuthority.Certificate, Roles = roles, Types = type is null ? [] : [type], SignerUsage = usage };
}
