using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Printed;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Fuzz.Decoders;

/// <summary>Right inputs: the specifications' own examples, and what the platform writes.</summary>
internal static class Seeds
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ECDsa SignerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly X509Certificate2 Certificate = Certify();
    private static readonly SigningKey Signer = SigningKey.From(SignerKey, "signer", [Certificate.RawData]);
    private static readonly SigningKey Holder = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256), "holder");
    private static readonly StatusList List = StatusList.Empty(1024, 2).With(3, 1).With(700, 1);

    public static VerificationKey VerificationKey { get; } = VerificationKey.Import(Signer.PublicKey).OrThrow();

    public static Jwk[] Keys { get; } = [Signer.PublicKey];

    public static ECDiffieHellman AgreementKey { get; } = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    public static IReadOnlyList<string> SdJwts { get; } = [.. Texts("rfc9901", "sd_jwt"), .. Texts("sd-jwt-vc", "sd_jwt"), OwnSdJwt()];

    public static IReadOnlyList<string> IssuerJwts { get; } = [.. SdJwts.Select(text => text.Split('~')[0])];

    public static IReadOnlyList<string> Disclosures { get; } = [.. SdJwts.SelectMany(text => text.Split('~')[1..^1]).Distinct()];

    public static IReadOnlyList<string> DpopProofs { get; } =
        [.. Texts("jose", "proof"), DpopProof.Create(Signer, "GET", "https://rs.example/a%20b", Now, "1", "token", "nonce")];

    public static IReadOnlyList<string> StatusListTokens { get; } =
        [.. Texts("token-status-list", "jwt"), StatusListToken.Write(Signer, "https://s.example/1", List, Now, Now.AddDays(1), TimeSpan.FromHours(1))];

    public static IReadOnlyList<string> Jwts { get; } = [.. DpopProofs, .. StatusListTokens];

    public static IReadOnlyList<string> EncryptedJwts { get; } =
    [
        Jwe.Encrypt(Jwk.Of(AgreementKey), "A128GCM", "{\"a\":1}"u8, RandomNumberGenerator.Fill, "k", "u"u8, "v"u8),
        Jwe.Encrypt(Jwk.Of(AgreementKey), "A256GCM", Encoding.UTF8.GetBytes(new string('a', 2000)), RandomNumberGenerator.Fill, "k", compress: true),
    ];

    /// <summary>A message of some length.</summary>
    public static byte[] Message(int length) => [.. Enumerable.Range(0, length).Select(at => (byte)(at * 7))];

    public static IReadOnlyList<string> PrintedCodes { get; } = [PrintedCode.Issue(Signer, Printed(null)), PrintedCode.Issue(Signer, Printed(("https://s.example/1", 9)))];

    public static IReadOnlyList<byte[]> JsonSdJwts { get; } =
        [.. Vectors("rfc9901-json").Select(vector => Encoding.UTF8.GetBytes(vector.GetProperty("jws").GetRawText()))];

    public static IReadOnlyList<string> Jwks { get; } =
        [.. Members("rfc9901", "issuer_key"), .. Members("jose", "jwk"), Jwk.Of(RSA.Create(2048), "rsa", JwsAlgorithm.PS256).ToJson()];

    public static IReadOnlyList<string> PrivateJwks { get; } = [.. Members("jose", "alice"), .. Members("jose", "bob")];

    public static IReadOnlyList<string> Chains { get; } = [$$"""{"x5c":["{{Convert.ToBase64String(Certificate.RawData)}}"]}"""];

    public static IReadOnlyList<string> ClaimPaths { get; } = ["""["address","street_address"]""", """["nationalities",null]""", """["degrees",1,"type"]"""];

    public static IReadOnlyList<string> StatusReferences { get; } = ["""{"status":{"status_list":{"idx":412,"uri":"https://s.example/1"}}}"""];

    public static IReadOnlyList<string> StatusLists { get; } = [.. Vectors("token-status-list").Where(vector => vector.Member("lst") is not null).Select(vector => vector.GetRawText())];

    public static IReadOnlyList<string> Queries { get; } =
    [
        """{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["https://example.org/vct/card/1"]},"claims":[{"path":["age_equal_or_over","14"]}]}]}""",
        """{"credentials":[{"id":"m","format":"mso_mdoc","meta":{"doctype_value":"org.example.card.1"},"claims":[{"id":"a","path":["org.iso.23220.1","family_name"]},{"id":"b","path":["org.iso.23220.1","birth_date"],"values":["1991-05-26"]}],"claim_sets":[["a"],["a","b"]]}],"credential_sets":[{"options":[["m"]],"required":true}]}""",
    ];

    public static DcqlQuery VpQuery { get; } = DcqlQuery.For(CredentialQuery.OfType("card", "https://example.org/vct/card/1"), CredentialQuery.OfDocType("paper", "org.example.paper.1"));

    public static IReadOnlyList<string> VpTokens { get; } = [$$"""{"card":["{{SdJwts[0]}}"]}""", """{"card":[{"payload":"e30"}],"paper":["AAAA"]}"""];

    public static IReadOnlyList<string> TransactionDatas { get; } = [TransactionData.Of("payment", "card", more => more.WriteString("payee", "a shop")).Encoded];

    public static IReadOnlyList<string> Jsons { get; } =
        [.. Jwks, .. Chains, .. ClaimPaths, .. Queries, """{"a":[1,-0.5,1e3,true,false,null,"\u00e9\ud83d\ude00"],"b":{"c":{"d":{}}}}"""];

    public static byte[] BundleClaims { get; } = Base64UrlText.Parse(OwnBundleToken().Split('.')[1], "claims").OrThrow();

    public static byte[] Bundle { get; } = BundleOf(BundleClaims);

    public static IReadOnlyList<byte[]> IssuerSigned { get; } = [.. Hex("isomdl", "issuer_signed_hex"), OwnMdoc()];

    public static IReadOnlyList<byte[]> DeviceResponses { get; } =
    [
        .. Hex("iso18013-5-annex-d", "device_response_hex"),
        .. Texts("conformance-mdoc", "device_response", "mdoc").Select(text => Base64UrlText.Parse(text, "response").OrThrow()),
        .. Texts("conformance-mdoc", "device_response", "mdoc-mac").Select(text => Base64UrlText.Parse(text, "response").OrThrow()),
        HeldMdoc.Parse(OwnMdoc()).OrThrow().Present([("org.iso.23220.1", "family_name")], Holder, SessionTranscript.ForDcApi("https://verifier.example", "nonce", null)),
    ];

    public static IReadOnlyList<byte[]> Transcripts { get; } = [.. Hex("iso18013-5-annex-d", "session_transcript_hex"), .. Hex("openid4vp-mdoc", "session_transcript_hex")];

    public static IReadOnlyList<byte[]> Engagements { get; } = [.. Hex("iso18013-5-annex-d", "device_engagement_hex"), DeviceEngagement.Create(Jwk.Of(AgreementKey)).Encoded.ToArray()];

    public static IReadOnlyList<byte[]> NfcHandovers { get; } =
    [
        .. Hex("iso18013-5-annex-d", "session_transcript_hex").SelectMany(transcript => StrictCbor.Parse(transcript).OrThrow().Items![2].Items!).Select(message => message.Bytes!.Value.ToArray()),
        NfcHandover.Create(DeviceEngagement.Create(Jwk.Of(AgreementKey)), [new NfcCarrier.Ble(BleRole.Central) { Service = Guid.Empty }, new NfcCarrier.Nfc(65535, 65536)]).Select.ToArray(),
    ];

    public static IReadOnlyList<byte[]> SessionMessages { get; } =
        [.. Hex("iso18013-5-annex-d", "session_establishment_hex"), .. Hex("iso18013-5-annex-d", "session_termination_hex"), SessionMessage.Carry([1, 2, 3], SessionMessage.Termination)];

    public static IReadOnlyList<byte[]> DeviceRequests { get; } = [.. Hex("iso18013-5-annex-d", "device_request_hex")];

    public static IReadOnlyList<byte[]> TypeDocuments { get; } = [.. Vectors("type-metadata").Select(document => Encoding.UTF8.GetBytes(document.GetRawText()))];

    public static string Integrity { get; } = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= md5-AAAA";

    public static string Pem { get; } = Certificate.ExportCertificatePem() + "\n" + Certificate.ExportCertificatePem();

    public static byte[] TrustedEntities { get; } = Encoding.UTF8.GetBytes($$$$"""
        {"LoTE":{"ListAndSchemeInformation":{"LoTEVersionIdentifier":1,"LoTESequenceNumber":9,"SchemeOperatorName":[{"lang":"en","value":"Operator"}],"SchemeTerritory":"EU",
        "ListIssueDateTime":"2026-06-01T12:00:00Z","NextUpdate":"2026-11-28T12:00:00Z"},"TrustedEntitiesList":[{"TrustedEntityInformation":{"TEName":[{"lang":"en","value":"Agency"}]},
        "TrustedEntityServices":[{"ServiceInformation":{"ServiceTypeIdentifier":"https://s.example","ServiceStatus":"https://s.example/granted","StatusStartingTime":"2026-01-01T00:00:00Z",
        "ServiceDigitalIdentity":{"X509Certificates":[{"val":"{{{{Convert.ToBase64String(Certificate.RawData)}}}}"}]}}}]}]}}
        """);

    public static IReadOnlyList<byte[]> CoseKeys { get; } = [.. Hex("isomdl", "key_hex"), CoseKey.Write(Holder.PublicKey).Encoded.ToArray()];

    public static IReadOnlyList<byte[]> CwtStatusListTokens { get; } =
        [.. Hex("token-status-list-cwt", "token_hex", "status-list-cwt"), CwtStatusListToken.Write(Signer, "https://s.example/1", List, Now, Now.AddDays(1), TimeSpan.FromHours(1))];

    public static IReadOnlyList<byte[]> CoseSign1s { get; } =
        [.. Hex("isomdl", "message_hex"), .. CwtStatusListTokens, CoseWriter.Sign(Signer, "payload"u8, "application/test")];

    public static IReadOnlyList<byte[]> CoseMac0s { get; } = [.. DeviceResponses.Select(response => Find(StrictCbor.Parse(response).OrThrow(), "deviceMac")).OfType<byte[]>()];

    public static IReadOnlyList<byte[]> SecurityObjects { get; } =
        [.. IssuerSigned.Select(bytes => Formats.Mdoc.IssuerSigned.Parse(bytes).OrThrow().IssuerAuth.UnverifiedPayload!.Value.ToArray())];

    public static IReadOnlyList<byte[]> CborStatusLists { get; } = [.. Hex("token-status-list-cwt", "status_list_hex")];

    public static IReadOnlyList<byte[]> CborStatusReferences { get; } =
        [CborValue.Map(("status_list", CborValue.Map(("idx", CborValue.Of(412)), ("uri", CborValue.Of("https://s.example/1"))))).Encoded.ToArray()];

    public static IReadOnlyList<byte[]> Cbors { get; } = [.. DeviceResponses, .. Transcripts, .. CoseKeys, .. CborStatusLists];

    /// <summary>A list of trusted entities with this content, signed.</summary>
    public static string TrustedEntitiesOf(byte[] content) => JwtWriter.SignPayload(Signer, "JOSE", content);

    /// <summary>A bundle of these claims, signed.</summary>
    public static byte[] BundleOf(byte[] claims)
    {
        var token = JwtWriter.SignPayload(Signer, OfflineBundle.TokenType, claims);
        return JsonSerializer.SerializeToUtf8Bytes(new { bundle = token, status_lists = StatusListTokens });
    }

    private static string OwnSdJwt()
    {
        var claims = new SdObject()
            .Plain("vct", SdValue.Of("https://example.org/vct/card/1"))
            .Disclosable("family_name", SdValue.Of("Щеглова"));
        var issued = SdJwtWriter.Issue(Signer, "dc+sd-jwt", claims, RandomNumberGenerator.Fill, decoys: 2);
        return HeldSdJwt.Bind(issued, Holder, "x509_hash:abc", "nonce", Now);
    }

    private static byte[] OwnMdoc()
    {
        var content = new MdocContent("org.example.card.1")
            .Add("org.iso.23220.1", "family_name", CborValue.Of("Щеглова"))
            .Add("org.iso.23220.1", "birth_date", CborValue.Of(new DateOnly(1991, 5, 26)))
            .WithDecoys("org.iso.23220.1", 2);
        return MdocWriter.Issue(Signer, content, Holder.PublicKey, new(Now, Now, Now.AddDays(14)), RandomNumberGenerator.Fill, ("https://s.example/1", 7));
    }

    private static string OwnBundleToken()
    {
        var bundle = BundleWriter.Write(
            new BundleContent
            {
                Version = 7,
                IssuedAt = Now,
                BundleMaxAge = TimeSpan.FromDays(7),
                StatusMaxAge = TimeSpan.FromDays(1),
                Anchors = [new Anchor { Certificate = Certificate, Roles = [AnchorRole.Credentials, AnchorRole.Status], Types = ["https://example.org/vct/card/1"] }],
                Denied = [Convert.ToHexStringLower(SHA256.HashData(Certificate.RawData))],
                Types = new Dictionary<string, JsonElement> { ["https://example.org/vct/card/1"] = JsonElement.Parse("""{"vct":"https://example.org/vct/card/1"}"""u8) },
                Regions = new Dictionary<string, int> { ["RU-SPE"] = 180 },
            },
            Signer,
            StatusListTokens);
        return JsonElement.Parse(bundle).StringMember("bundle")!;
    }

    private static PrintedContent Printed((string Uri, long Index)? status) => new()
    {
        Issuer = "https://patents.example",
        Type = "org.example.workpatent.1",
        ValidFrom = Now,
        ValidUntil = Now.AddDays(30),
        Photograph = new byte[] { 0xFF, 0xD8, 0xFF },
        Claims = [("authorized_regions", CborValue.Array([CborValue.Of("RU-SPE")]))],
        Status = status,
    };

    private static X509Certificate2 Certify()
    {
        var request = new CertificateRequest("CN=Signer", SignerKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        using var root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = request.Create(new X500DistinguishedName("CN=Root"), X509SignatureGenerator.CreateForECDsa(root), Now.AddDays(-1), Now.AddDays(90), [1, 2, 3]);
        return X509CertificateLoader.LoadCertificate(certificate.RawData);
    }

    // The first member of this name, at any depth.
    private static byte[]? Find(CborValue value, string name) =>
        value.Member(name)?.Encoded.ToArray()
        ?? (value.Items ?? value.Members?.Select(member => member.Value) ?? []).Select(inner => Find(inner, name)).FirstOrDefault(found => found is not null);

    private static IEnumerable<string> Texts(string source, string member, string file = "*") => Vectors(source, file).Select(vector => vector.StringMember(member)).OfType<string>();

    private static IEnumerable<string> Members(string source, string member) => Vectors(source).Select(vector => vector.Member(member)?.GetRawText()).OfType<string>();

    private static IEnumerable<byte[]> Hex(string source, string member, string file = "*") => Vectors(source, file).Select(vector => vector.StringMember(member)).OfType<string>().Select(Convert.FromHexString);

    private static IEnumerable<JsonElement> Vectors(string source, string file = "*") =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "vectors", source), $"{file}.json").Order(StringComparer.Ordinal).Select(path => JsonElement.Parse(File.ReadAllBytes(path)));
}
