using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Certificate chains (RFC 5280 §6, RFC 7515 §4.1.6, HAIP §6.1.1).</summary>
internal static class ChainCases
{
    private static readonly DateTimeOffset From = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Certified Root = Issue("Root", null, isAuthority: true);
    private static readonly Certified OtherRoot = Issue("Other root", null, isAuthority: true);
    private static readonly Certified Middle = Issue("Intermediate", Root, isAuthority: true);

    private static readonly Certified[] Own = [Issue("Own signer", OtherRoot)];
    private static readonly Certified[] EndedOwn = [Issue("Own signer", OtherRoot, until: Scenario.Noon.AddDays(-1))];

    public static IEnumerable<CorpusCase> All() => [.. Twins(), .. Paths(), .. Certificates(), .. Forms()];

    private static IEnumerable<CorpusCase> Twins() =>
    [
        Of("accepted", Outcome.Accepted, [Issue("Signer", Root)], [Root]),
        Of("accepted-with-intermediate", Outcome.Accepted, [Issue("Signer", Middle), Middle], [Root]),
        Of("accepted-under-intermediate", Outcome.Accepted, [Issue("Signer", Middle)], [Middle]),
        Of("accepted-among-several-anchors", Outcome.Accepted, [Issue("Signer", Root)], [OtherRoot, Root]),
        Of("accepted-own-certificate", Outcome.Accepted, Own, Own),
    ];

    private static IEnumerable<CorpusCase> Paths() =>
    [
        Of("no-anchor", Fault(PathFault.NoAnchor), [Issue("Signer", Root)], []),
        Of("another-anchor", Fault(PathFault.NoAnchor), [Issue("Signer", Root)], [OtherRoot]),
        Of("intermediate-missing", Fault(PathFault.NoAnchor), [Issue("Signer", Middle)], [Root]),
        Of("anchor-of-the-same-name", Fault(PathFault.Signature), [Issue("Signer", Root)], [Issue("Root", null, isAuthority: true, key: "Impostor")]),
        Of("signed-by-another-key", Fault(PathFault.Signature), [Issue("Signer", Root, signedBy: OtherRoot)], [Root]),
        Of("leaf-twice", Fault(PathFault.NotInPath), Twice(Issue("Signer", Root)), [Root]),
        Of("stranger-behind", Fault(PathFault.NoAnchor), [Issue("Signer", Root), Issue("Stranger", OtherRoot)], [Root]),
        Of("unused-intermediate", Fault(PathFault.NotInPath), [Issue("Signer", Root), Middle], [Root]),
        Of("wrong-order", Fault(PathFault.NoAnchor), [Middle, Issue("Signer", Middle)], [Root]),
        Of("own-certificate-and-more", Fault(PathFault.NotInPath), [.. Own, Middle], Own),
    ];

    private static IEnumerable<CorpusCase> Certificates() =>
    [
        Of("leaf-expired", Fault(PathFault.Time), [Issue("Signer", Root, until: Scenario.Noon.AddDays(-1))], [Root]),
        Of("leaf-not-yet-valid", Fault(PathFault.Time), [Issue("Signer", Root, from: Scenario.Noon.AddDays(1))], [Root]),
        Of("intermediate-expired", Fault(PathFault.Time), ExpiredMiddle(), [Root]),
        Of("own-certificate-expired", Fault(PathFault.Time), EndedOwn, EndedOwn),
        Of("signed-by-a-leaf", Fault(PathFault.NotAnAuthority), UnderLeaf(), [Root]),
        Of("authority-as-signer", Fault(PathFault.KeyUsage), [Middle], [Root]),
        Of("encryption-key-as-signer", Fault(PathFault.KeyUsage), [Issue("Signer", Root, usage: X509KeyUsageFlags.KeyEncipherment)], [Root]),
    ];

    private static IEnumerable<CorpusCase> Forms() => new (string Name, FormatRule Rule, Func<JsonNode?> X5c)[]
    {
        ("missing", FormatRule.Member, () => null),
        ("empty", FormatRule.Member, () => new JsonArray()),
        ("string", FormatRule.Member, () => Text(Issue("Signer", Root))),
        ("of-numbers", FormatRule.Member, () => new JsonArray(1)),
        ("base64url", FormatRule.Certificate, () => new JsonArray(Base64UrlText.Encode([0xFB, 0xFF, 0xBF]))),
        ("white-space", FormatRule.Certificate, () => new JsonArray(Text(Issue("Signer", Root)).Insert(4, " "))),
        ("garbage", FormatRule.Certificate, () => new JsonArray("AAAA")),
        ("bytes-behind", FormatRule.Certificate, () => new JsonArray(Convert.ToBase64String([.. Issue("Signer", Root).Certificate.RawData, 0]))),
        ("self-signed", FormatRule.Certificate, () => new JsonArray(Text(Root))),
        ("anchor-behind", FormatRule.Certificate, () => new JsonArray(Text(Issue("Signer", Root)), Text(Root))),
        ("too-many", FormatRule.Size, () => new JsonArray([.. Enumerable.Repeat(0, 5).Select(_ => (JsonNode)Text(Issue("Signer", Root)))])),
        ("too-large", FormatRule.Size, () => new JsonArray(new string('A', 16388))),
    }.Select(one => new CorpusCase("certificate-chain", $"x5c-{one.Name}", Outcome.Broken(one.Rule), () =>
    {
        var header = new JsonObject();
        if (one.X5c() is { } chain)
        {
            header["x5c"] = chain;
        }

        return new JsonObject { ["now"] = Scenario.Noon.ToUnixTimeSeconds(), ["anchors"] = new JsonArray(Text(Root)), ["header"] = header };
    }));

    private static Certified[] Twice(Certified leaf) => [leaf, leaf];

    private static Certified[] ExpiredMiddle()
    {
        var middle = Issue("Intermediate", Root, isAuthority: true, until: Scenario.Noon.AddDays(-1));
        return [Issue("Signer", middle), middle];
    }

    private static Certified[] UnderLeaf()
    {
        var leaf = Issue("Leaf", Root);
        return [Issue("Signer", leaf), leaf];
    }

    private static Outcome Fault(PathFault fault) => new(null, null, fault.ToString());

    private static string Text(Certified one) => Convert.ToBase64String(one.Certificate.RawData);

    private static CorpusCase Of(string name, Outcome expected, Certified[] chain, Certified[] anchors) => new("certificate-chain", name, expected, () => new JsonObject
    {
        ["now"] = Scenario.Noon.ToUnixTimeSeconds(),
        ["anchors"] = new JsonArray([.. anchors.Select(anchor => (JsonNode)Text(anchor))]),
        ["header"] = new JsonObject { ["x5c"] = new JsonArray([.. chain.Select(one => (JsonNode)Text(one))]) },
    });

    private static Certified Issue(
        string name, Certified? issuer, bool isAuthority = false, Certified? signedBy = null, DateTimeOffset? from = null, DateTimeOffset? until = null,
        X509KeyUsageFlags? usage = null, string? key = null)
    {
        var own = FixedKeys.Of("chain " + (key ?? name));
        var request = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage ?? (isAuthority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature), true));
        var signer = X509SignatureGenerator.CreateForECDsa((signedBy ?? issuer)?.Key ?? own);
        var subject = issuer?.Certificate.SubjectName ?? request.SubjectName;
        return new(request.Create(subject, signer, from ?? From, until ?? From.AddYears(9), [1]), own);
    }

    private sealed record Certified(X509Certificate2 Certificate, ECDsa Key);
}
