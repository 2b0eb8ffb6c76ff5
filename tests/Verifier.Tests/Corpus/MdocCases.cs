using System.Formats.Cbor;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Presentations of mdocs (ISO/IEC 18013-5 §8.3.2.1.2.2, §9.1.2 and §9.1.3, OpenID4VP §B.2).</summary>
internal static class MdocCases
{
    private static readonly object[] Document = ["documents", 0];
    private static readonly object[] IssuerAuth = [.. Document, "issuerSigned", "issuerAuth"];
    private static readonly object[] Mso = [2, CborEdit.Inside, CborEdit.Inside];
    private static readonly object[] Device = [.. Document, "deviceSigned", "deviceAuth", "deviceSignature"];
    private static readonly object[] Item = [.. Document, "issuerSigned", "nameSpaces", MdocScenario.Iso, 0, CborEdit.Inside];
    private static readonly DateTimeOffset Noon = Scenario.Noon;

    public static IEnumerable<CorpusCase> All() => [.. Twins(), .. Texts(), .. Structure(), .. Objects(), .. Items(), .. Trust(), .. Signatures(), .. Holders(), .. Others()];

    private static IEnumerable<CorpusCase> Twins() =>
    [
        Of("accepted", Outcome.Accepted, _ => { }),
        Of("accepted-without-status", Outcome.Accepted, s => s.Status = null),
        Of("accepted-minor-version", Outcome.Accepted, s => s.Tamper = At([], "version", CborValue.Of("1.7"))),
        Of("accepted-unknown-member", Outcome.Accepted, s => s.Tamper = At([], "more", CborValue.Of(1))),
        Of("accepted-over-dc-api", Outcome.Accepted, s => (s.Transcript, s.Expected) = (DcApi(), DcApi())),
    ];

    private static IEnumerable<CorpusCase> Texts() =>
    [
        Malformed("text-padded", FormatRule.Base64Url, s => s.TextTamper = text => text + "="),
        Malformed("text-not-base64url", FormatRule.Base64Url, s => s.TextTamper = text => text[..^4] + "+/+/"),
        Malformed("text-empty", FormatRule.Cbor, s => s.TextTamper = _ => ""),
        Malformed("cbor-garbage", FormatRule.Cbor, s => s.Tamper = _ => [0xFF]),
        Malformed("cbor-cut-short", FormatRule.Cbor, s => s.Tamper = bytes => bytes[..^1]),
        Malformed("cbor-bytes-behind", FormatRule.Cbor, s => s.Tamper = bytes => [.. bytes, 0]),
        Malformed("cbor-array", FormatRule.Structure, s => s.Tamper = _ => [0x80]),
        Malformed("cbor-indefinite-map", FormatRule.Cbor, s => s.Tamper = bytes => [0xBF, .. bytes[1..], 0xFF]),
        Malformed("cbor-doubled-key", FormatRule.Cbor, s => s.Tamper = bytes => [(byte)(bytes[0] + 1), .. bytes[1..], 0x66, .. "status"u8, 0]),
        Malformed("cbor-doubled-key-in-longer-form", FormatRule.Cbor, s => s.Tamper = bytes => [(byte)(bytes[0] + 1), .. bytes[1..], 0x78, 6, .. "status"u8, 0]),
        Malformed("cbor-invalid-utf8", FormatRule.Cbor, s => s.Tamper = bytes => [(byte)(bytes[0] + 1), .. bytes[1..], 0x61, 0xFF, 0]),
        Malformed("cbor-huge-length", FormatRule.Cbor, s => s.Tamper = _ => [0x9A, 0xFF, 0xFF, 0xFF, 0xFF]),
        Malformed("cbor-too-deep", FormatRule.Cbor, s => s.Tamper = _ => [.. Enumerable.Repeat((byte)0x81, 40), 0]),
        Malformed("cbor-undefined", FormatRule.Cbor, s => s.Tamper = At([], "more", [0xF7])),
    ];

    private static IEnumerable<CorpusCase> Structure() =>
    [
        Malformed("version-missing", FormatRule.Type, s => s.Tamper = At([], "version", (byte[]?)null)),
        Malformed("version-2", FormatRule.Type, s => s.Tamper = At([], "version", CborValue.Of("2.0"))),
        Malformed("status-missing", FormatRule.Member, s => s.Tamper = At([], "status", (byte[]?)null)),
        Malformed("status-text", FormatRule.Member, s => s.Tamper = At([], "status", CborValue.Of("0"))),
        Malformed("status-negative", FormatRule.Member, s => s.Tamper = At([], "status", CborValue.Of(-1))),
        Malformed("status-of-an-error", FormatRule.Structure, s => s.Tamper = At([], "status", CborValue.Of(10))),
        Malformed("documents-missing", FormatRule.Structure, s => s.Tamper = At([], "documents", (byte[]?)null)),
        Malformed("documents-empty", FormatRule.Structure, s => s.Tamper = At([], "documents", CborValue.Array())),
        Malformed("documents-two", FormatRule.Structure, s => s.Tamper = bytes => CborEdit.At(bytes, ["documents"], all => [0x82, .. all!.Items![0].Encoded.Span, .. all.Items![0].Encoded.Span])),
        .. ((string[])["docType", "issuerSigned", "deviceSigned"]).Select(name => Malformed($"document-without-{name}", FormatRule.Structure, s => s.Tamper = At(Document, name, (byte[]?)null))),
        Malformed("doctype-of-the-device-another", FormatRule.Type, s => s.Tamper = At(Document, "docType", CborValue.Of("org.example.other.1"))),
        Malformed("issuer-auth-missing", FormatRule.Structure, s => s.Tamper = At([.. Document, "issuerSigned"], "issuerAuth", (byte[]?)null)),
        Malformed("namespaces-array", FormatRule.Structure, s => s.Tamper = At([.. Document, "issuerSigned"], "nameSpaces", CborValue.Array())),
        Malformed("namespace-empty", FormatRule.Structure, s => s.Tamper = At([.. Document, "issuerSigned", "nameSpaces"], MdocScenario.Iso, CborValue.Array())),
        Malformed("device-namespaces-missing", FormatRule.Structure, s => s.Tamper = At([.. Document, "deviceSigned"], "nameSpaces", (byte[]?)null)),
        Malformed("device-namespaces-untagged", FormatRule.Structure, s => s.Tamper = At([.. Document, "deviceSigned"], "nameSpaces", CborValue.Map())),
        Malformed("device-auth-missing", FormatRule.Structure, s => s.Tamper = At([.. Document, "deviceSigned"], "deviceAuth", (byte[]?)null)),
        Malformed("device-auth-empty", FormatRule.Structure, s => s.Tamper = At([.. Document, "deviceSigned"], "deviceAuth", CborValue.Map())),
        Malformed("device-auth-both", FormatRule.Structure, s => s.Tamper = At([.. Document, "deviceSigned", "deviceAuth"], "deviceMac", CborValue.Array())),
    ];

    // The signed object broken, and signed again by the trusted signer.
    private static IEnumerable<CorpusCase> Objects() => new (string Name, FormatRule Rule, object[] Path, byte[]? Value)[]
    {
        ("version-missing", FormatRule.Type, ["version"], null),
        ("version-2", FormatRule.Type, ["version"], Raw(CborValue.Of("2.0"))),
        ("doctype-missing", FormatRule.Member, ["docType"], null),
        ("doctype-empty", FormatRule.Member, ["docType"], Raw(CborValue.Of(""))),
        ("algorithm-missing", FormatRule.Algorithm, ["digestAlgorithm"], null),
        ("algorithm-md5", FormatRule.Algorithm, ["digestAlgorithm"], Raw(CborValue.Of("MD5"))),
        ("algorithm-in-lower-case", FormatRule.Algorithm, ["digestAlgorithm"], Raw(CborValue.Of("sha-256"))),
        ("digests-missing", FormatRule.Member, ["valueDigests"], null),
        ("digests-empty", FormatRule.Member, ["valueDigests"], Raw(CborValue.Map())),
        ("digests-array", FormatRule.Member, ["valueDigests", MdocScenario.Iso], Raw(CborValue.Array())),
        ("digest-short", FormatRule.Member, ["valueDigests", MdocScenario.Iso, 0], CborEdit.Bytes(new byte[31])),
        ("digest-text", FormatRule.Member, ["valueDigests", MdocScenario.Iso, 0], Raw(CborValue.Of("a"))),
        ("key-missing", FormatRule.Member, ["deviceKeyInfo", "deviceKey"], null),
        ("key-text", FormatRule.Structure, ["deviceKeyInfo", "deviceKey"], Raw(CborValue.Of("a"))),
        ("key-okp", FormatRule.Key, ["deviceKeyInfo", "deviceKey", 1], Raw(CborValue.Of(1))),
        ("key-private", FormatRule.Key, ["deviceKeyInfo", "deviceKey", -4], CborEdit.Bytes(new byte[32])),
        ("key-curve-unknown", FormatRule.Key, ["deviceKeyInfo", "deviceKey", -1], Raw(CborValue.Of(8))),
        ("key-compressed", FormatRule.Key, ["deviceKeyInfo", "deviceKey", -3], Raw(CborValue.Of(true))),
        ("key-x-short", FormatRule.Key, ["deviceKeyInfo", "deviceKey", -2], CborEdit.Bytes(new byte[31])),
        ("validity-missing", FormatRule.Member, ["validityInfo"], null),
    }.Concat(Times()).Select(one => Malformed($"mso-{one.Name}", one.Rule, s => s.Tamper = Signed(mso => CborEdit.At(mso, one.Path, _ => one.Value))));

    private static IEnumerable<(string Name, FormatRule Rule, object[] Path, byte[]? Value)> Times() =>
        from name in ((string[])["signed", "validFrom", "validUntil"])
        from form in new (string Name, byte[]? Value)[]
        {
            ("missing", null),
            ("untagged", Raw(CborValue.Of("2026-11-11T12:00:00Z"))),
            ("fraction", [0xC0, .. CborValue.Of("2026-11-11T12:00:00.5Z").Encoded.Span]),
            ("offset", [0xC0, .. CborValue.Of("2026-11-11T15:00:00+03:00").Encoded.Span]),
            ("epoch", [0xC1, 0x1A, 0x6B, 0, 0, 0]),
        }
        select ($"{name}-{form.Name}", FormatRule.Member, (object[])["validityInfo", name], form.Value);

    private static IEnumerable<CorpusCase> Items() =>
    [
        .. ((string[])["digestID", "random", "elementIdentifier", "elementValue"]).Select(name => Malformed($"item-without-{name}", FormatRule.Disclosure, s => s.Tamper = At(Item, name, (byte[]?)null))),
        Malformed("item-more", FormatRule.Disclosure, s => s.Tamper = At(Item, "more", CborValue.Of(1))),
        Malformed("item-random-short", FormatRule.Disclosure, s => s.Tamper = At(Item, "random", CborEdit.Bytes(new byte[15]))),
        Malformed("item-id-negative", FormatRule.Disclosure, s => s.Tamper = At(Item, "digestID", CborValue.Of(-1))),
        Malformed("item-name-empty", FormatRule.Disclosure, s => s.Tamper = At(Item, "elementIdentifier", CborValue.Of(""))),
        Malformed("item-untagged", FormatRule.Structure, s => s.Tamper = bytes => CborEdit.At(bytes, Item[..^1], item => CborEdit.Bytes(item!.Embedded()!.Value.ToArray()))),
        Malformed("item-twice", FormatRule.Disclosure, s => s.Tamper = bytes => CborEdit.At(bytes, Item[..^2], all => [0x82, .. all!.Items![0].Encoded.Span, .. all.Items![0].Encoded.Span])),
        Rejected<Failure.DigestMismatch>("item-value-changed", Check.Integrity, s => s.Tamper = At(Item, "elementValue", CborValue.Of(false))),
        Rejected<Failure.DigestMismatch>("item-name-changed", Check.Integrity, s => s.Tamper = At(Item, "elementIdentifier", CborValue.Of("age_over_21"))),
        Rejected<Failure.DigestMismatch>("item-random-changed", Check.Integrity, s => s.Tamper = At(Item, "random", CborEdit.Bytes(new byte[32]))),
        Rejected<Failure.DigestMismatch>("item-id-of-nothing", Check.Integrity, s => s.Tamper = At(Item, "digestID", CborValue.Of(4000))),
        Rejected<Failure.DigestMismatch>("item-in-another-namespace", Check.Integrity, s => s.Tamper = bytes => CborEdit.At(bytes, Item[..^3], spaces => Raw(CborValue.Map((MdocScenario.DocType, spaces!.Members![0].Value))))),
        Rejected<Failure.DigestMismatch>("digest-changed", Check.Integrity, s => s.Tamper = Signed(mso => CborEdit.At(mso, ["valueDigests", MdocScenario.Iso], digests => Raw(Zeroed(digests!))))),
        Rejected<Failure.DigestMismatch>("digests-of-the-namespace-missing", Check.Integrity, s => s.Tamper = Signed(mso => CborEdit.At(mso, ["valueDigests", MdocScenario.Iso], _ => null))),
    ];

    private static IEnumerable<CorpusCase> Trust() =>
    [
        Rejected<Failure.UntrustedIssuer>("trust-stranger", Check.IssuerTrust, s => s.Signer = TestPki.Stranger),
        Rejected<Failure.UntrustedIssuer>("trust-status-signer", Check.IssuerTrust, s => s.Signer = TestPki.StatusSigner),
        Rejected<Failure.NoIssuerCertificate>("trust-self-signed", Check.IssuerTrust, s => s.Signer = TestPki.CardAuthority.AsSelfSigned()),
        Rejected<Failure.NoIssuerCertificate>("trust-no-certificate", Check.IssuerTrust, s => s.Tamper = At([.. IssuerAuth, 1], 33, (byte[]?)null)),
        Rejected<Failure.NoIssuerCertificate>("trust-certificate-garbage", Check.IssuerTrust, s => s.Tamper = At([.. IssuerAuth, 1], 33, CborEdit.Bytes([1, 2, 3]))),
        Rejected<Failure.NoIssuerCertificate>("trust-certificate-text", Check.IssuerTrust, s => s.Tamper = At([.. IssuerAuth, 1], 33, CborValue.Of("a"))),
        Rejected<Failure.IssuerNotForType>("trust-other-type", Check.IssuerTrust, s => s.Anchors[0] = new() { Certificate = TestPki.CardAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = ["other"] }, ownBundle: true),
        Rejected<Failure.DeniedSigner>("trust-denied", Check.IssuerTrust, s => s.Denied.Add(TestPki.CardSigner.PublicKey.ThumbprintText()), ownBundle: true),
        Rejected<Failure.BundleTooOld>("trust-bundle-too-old", Check.IssuerTrust, s => s.Now = Noon.AddDays(40)),
    ];

    private static IEnumerable<CorpusCase> Signatures() =>
    [
        .. SdJwtCase.Damages().Select(damage => Rejected<Failure.IssuerSignatureInvalid>($"issuer-signature-{damage.Name}", Check.IssuerSignature, s => s.Tamper = Damaged(IssuerAuth, damage.Change))),
        Rejected<Failure.IssuerSignatureInvalid>("issuer-signature-over-other-times", Check.IssuerSignature, s => s.Tamper = bytes =>
            CborEdit.At(bytes, [.. IssuerAuth, .. Mso, "validityInfo", "validUntil"], _ => Raw(CborValue.Of(Noon.AddYears(5))))),
        Malformed("issuer-algorithm-missing", FormatRule.Algorithm, s => s.Tamper = bytes => CborEdit.At(bytes, [.. IssuerAuth, 0], _ => CborEdit.Bytes([]))),
        Malformed("issuer-algorithm-unknown", FormatRule.Algorithm, s => s.Tamper = bytes => CborEdit.At(bytes, [.. IssuerAuth, 0], _ => CborEdit.Bytes([0xA1, 1, 5]))),
        Malformed("issuer-algorithm-unprotected", FormatRule.Algorithm, s => s.Tamper = bytes => CborEdit.At(CborEdit.At(bytes, [.. IssuerAuth, 0], _ => CborEdit.Bytes([])), [.. IssuerAuth, 1, 1], _ => [0x26])),
        Malformed("issuer-crit", FormatRule.Structure, s => s.Tamper = bytes => CborEdit.At(bytes, [.. IssuerAuth, 0], _ => CborEdit.Bytes([0xA2, 1, 0x26, 2, 0x81, 0x18, 99]))),
        Malformed("issuer-label-in-both-headers", FormatRule.Structure, s => s.Tamper = At([.. IssuerAuth, 1], 1, CborValue.Of(-7))),
        Malformed("issuer-payload-detached", FormatRule.Structure, s => s.Tamper = bytes => CborEdit.At(bytes, [.. IssuerAuth, 2], _ => [0xF6])),
        Malformed("issuer-payload-untagged", FormatRule.Structure, s => s.Tamper = bytes => CborEdit.At(bytes, [.. IssuerAuth, 2], _ => CborEdit.Bytes([0xA0]))),
        Malformed("issuer-auth-of-three-parts", FormatRule.Structure, s => s.Tamper = bytes => CborEdit.At(bytes, [.. IssuerAuth, 3], _ => null)),
    ];

    private static IEnumerable<CorpusCase> Holders() =>
    [
        .. SdJwtCase.Damages().Select(damage => Rejected<Failure.HolderSignatureInvalid>($"device-signature-{damage.Name}", Check.HolderBinding, s => s.Tamper = Damaged(Device, damage.Change))),
        Rejected<Failure.HolderSignatureInvalid>("device-another-key", Check.HolderBinding, s => s.Holder = TestPki.OtherHolder),
        Rejected<Failure.HolderSignatureInvalid>("device-another-audience", Check.HolderBinding, s => s.Transcript = SessionTranscript.ForOpenId4Vp("x509_hash:other", MdocScenario.Nonce, null, MdocScenario.ResponseUri)),
        Rejected<Failure.HolderSignatureInvalid>("device-another-nonce", Check.HolderBinding, s => s.Transcript = SessionTranscript.ForOpenId4Vp(MdocScenario.Audience, "another", null, MdocScenario.ResponseUri)),
        Rejected<Failure.HolderSignatureInvalid>("device-another-address", Check.HolderBinding, s => s.Transcript = SessionTranscript.ForOpenId4Vp(MdocScenario.Audience, MdocScenario.Nonce, null, "https://other.example.org/response")),
        Rejected<Failure.HolderSignatureInvalid>("device-another-encryption-key", Check.HolderBinding, s => s.Transcript = SessionTranscript.ForOpenId4Vp(MdocScenario.Audience, MdocScenario.Nonce, TestPki.Holder.PublicKey, MdocScenario.ResponseUri)),
        Rejected<Failure.HolderSignatureInvalid>("device-another-handover", Check.HolderBinding, s => s.Transcript = DcApi()),
        Rejected<Failure.HolderSignatureInvalid>("device-another-origin", Check.HolderBinding, s => (s.Transcript, s.Expected) = (SessionTranscript.ForDcApi("https://evil.example", MdocScenario.Nonce, null), DcApi())),
        Rejected<Failure.HolderSignatureInvalid>("device-key-exchanged", Check.HolderBinding, s => s.Tamper = Signed(mso => CborEdit.At(mso, ["deviceKeyInfo", "deviceKey"], _ => Raw(CoseKey.Write(TestPki.OtherHolder.PublicKey))))),
        Rejected<Failure.HolderKeyUnusable>("device-key-off-the-curve", Check.HolderBinding, s => s.Tamper = Signed(mso => CborEdit.At(mso, ["deviceKeyInfo", "deviceKey", -2], _ => CborEdit.Bytes(new byte[32])))),
        Rejected<Failure.HolderAlgorithmNotAllowed>("device-mac", Check.HolderBinding, s => s.WithMac = true),
    ];

    private static IEnumerable<CorpusCase> Others() =>
    [
        Rejected<Failure.UnexpectedType>("type-another-asked", Check.Type, s => s.Query = CredentialQuery.OfDocType("card", "org.example.other.1").Asking(MdocScenario.Iso, "age_over_18")),
        Rejected<Failure.Expired>("time-expired", Check.Validity, s => s.Validity = new(Noon.AddDays(-9), Noon.AddDays(-9), Noon.AddMinutes(-1))),
        Rejected<Failure.NotYetValid>("time-not-yet-valid", Check.Validity, s => s.Validity = new(Noon.AddDays(-9), Noon.AddMinutes(2), Noon.AddDays(1))),
        Rejected<Failure.SignedOutsideCertificate>("time-signed-before-the-certificate", Check.Validity, s => s.Validity = new(Noon.AddYears(-3), Noon.AddYears(-3), Noon.AddDays(1))),
        Rejected<Failure.ClockBehindBundle>("time-clock-behind-bundle", Check.Validity, s => s.Now = Noon.AddDays(-2)),
        Rejected<Failure.Revoked>("status-revoked", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1)), ownBundle: true),
        Rejected<Failure.Suspended>("status-suspended", Check.Revocation, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 2)), ownBundle: true),
        Rejected<Failure.StatusUnknown>("status-no-list", Check.Revocation, s => s.StatusLists.Clear(), ownBundle: true),
        Rejected<Failure.StatusUnknown>("status-beyond-the-list", Check.Revocation, s => s.Status = (TestPki.StatusUri, 64)),
        Rejected<Failure.StatusUnknown>("status-reference-text", Check.Revocation, s => s.Tamper = Signed(mso => CborEdit.At(mso, ["status"], _ => Raw(CborValue.Of("valid"))))),
        Rejected<Failure.StatusUnknown>("status-index-negative", Check.Revocation, s => s.Tamper = Signed(mso => CborEdit.At(mso, ["status", "status_list", "idx"], _ => Raw(CborValue.Of(-5))))),
        Rejected<Failure.OverDisclosure>("request-more-than-asked", Check.Request, s => s.Shown.Add((MdocScenario.Iso, "birth_date"))),
        Rejected<Failure.ClaimMissing>("request-element-missing", Check.Request, s => s.Query = s.Query.Asking(MdocScenario.Iso, "birth_date")),
        Rejected<Failure.ClaimMissing>("request-element-of-another-namespace", Check.Request, s => s.Query = s.Query.Asking(MdocScenario.DocType, "age_over_18")),
    ];

    private static SessionTranscript DcApi() => SessionTranscript.ForDcApi("https://door.example.org", MdocScenario.Nonce, null);

    private static byte[] Raw(CborValue value) => value.Encoded.ToArray();

    private static Func<byte[], byte[]> At(object[] path, object member, CborValue value) => At(path, member, Raw(value));

    private static Func<byte[], byte[]> At(object[] path, object member, byte[]? value) => bytes => CborEdit.At(bytes, [.. path, member], _ => value);

    private static Func<byte[], byte[]> Damaged(object[] message, Func<byte[], byte[]> change) => bytes =>
        CborEdit.At(bytes, [.. message, 3], signature => CborEdit.Bytes(change(signature!.Bytes!.Value.ToArray())));

    // RFC 9052 §4.4, by hand.
    private static Func<byte[], byte[]> Signed(Func<byte[], byte[]> change) => bytes => CborEdit.At(bytes, IssuerAuth, message =>
    {
        var changed = StrictCbor.Parse(CborEdit.At(message!, Mso, mso => change(mso!.Encoded.ToArray()))).OrThrow();
        var signed = CborValue.Array(CborValue.Of("Signature1"), changed.Items![0], CborValue.Of(Array.Empty<byte>()), changed.Items[2]);
        return CborEdit.At(changed, [3], _ => CborEdit.Bytes(TestPki.CardSigner.Sign(signed.Encoded.Span)));
    });

    private static CborValue Zeroed(CborValue digests)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartMap(digests.Members!.Count);
        foreach (var member in digests.Members)
        {
            writer.WriteEncodedValue(member.Key.Encoded.Span);
            writer.WriteByteString(new byte[32]);
        }

        writer.WriteEndMap();
        return StrictCbor.Parse(writer.Encode()).OrThrow();
    }

    private static CorpusCase Malformed(string name, FormatRule rule, Action<MdocScenario> change) => Of(name, Outcome.Malformed(rule), change);

    private static CorpusCase Rejected<TFailure>(string name, Check check, Action<MdocScenario> change, bool ownBundle = false)
        where TFailure : Failure => Of(name, new Outcome(check.ToString(), typeof(TFailure).Name, null), change, ownBundle);

    private static CorpusCase Of(string name, Outcome expected, Action<MdocScenario> change, bool ownBundle = false) => new("mdoc", name, expected, () =>
    {
        var scenario = new MdocScenario();
        change(scenario);
        var json = new JsonObject
        {
            ["query"] = JsonNode.Parse(DcqlQuery.For(scenario.Query).ToJson())!["credentials"]![0]!.DeepClone(),
            ["nonce"] = MdocScenario.Nonce,
            ["audience"] = MdocScenario.Audience,
            ["transcript"] = Base64UrlText.Encode(scenario.Expected!.Encoded.Span),
            ["now"] = scenario.Now.ToUnixTimeSeconds(),
            ["presented"] = scenario.TextTamper(Base64UrlText.Encode(scenario.Present())),
        };
        if (ownBundle)
        {
            json["bundle"] = Generator.Bundle(scenario.Bundle());
        }

        return json;
    });
}
