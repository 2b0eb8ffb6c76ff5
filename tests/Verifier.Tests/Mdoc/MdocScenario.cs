using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Mdoc;

/// <summary>A presentation of an mdoc that is accepted, laid open: a test changes one thing and says what has to come of it.</summary>
internal sealed class MdocScenario
{
    public const string DocType = "org.example.compatriotcard.1";
    public const string Iso = "org.iso.23220.1";
    public const string Audience = "x509_hash:door";
    public const string Nonce = "bm9uY2Utb2YtdGhpcy1yZXF1ZXN0";
    public const string ResponseUri = "https://door.example.org/response";

    private static readonly DateTimeOffset Noon = Scenario.Noon;

    /// <summary>The valid scenario with one change.</summary>
    public static VerificationResult Verify(Action<MdocScenario> transform)
    {
        var scenario = new MdocScenario();
        transform(scenario);
        return scenario.Verify();
    }

    public SigningKey Signer { get; set; } = TestPki.CardSigner;

    public SigningKey Holder { get; set; } = TestPki.Holder;

    public MdocValidity Validity { get; set; } = new(Noon.AddDays(-10), Noon.AddDays(-10), Noon.AddDays(80));

    public (string Uri, long Index)? Status { get; set; } = (TestPki.StatusUri, 5);

    public List<(string NameSpace, string Element)> Shown { get; } = [(Iso, "age_over_18")];

    /// <summary>What the device signs.</summary>
    public SessionTranscript Transcript { get; set; } = SessionTranscript.ForOpenId4Vp(Audience, Nonce, null, ResponseUri);

    /// <summary>What the verifier made of its own request.</summary>
    public SessionTranscript? Expected { get; set; } = SessionTranscript.ForOpenId4Vp(Audience, Nonce, null, ResponseUri);

    public Func<byte[], byte[]> IssuedTamper { get; set; } = issued => issued;

    public Func<byte[], byte[]> Tamper { get; set; } = presentation => presentation;

    public Func<string, string> TextTamper { get; set; } = text => text;

    public bool WithMac { get; set; }

    /// <summary>What the issuer lets the device say itself.</summary>
    public List<(string NameSpace, string Element)> DeviceMaySay { get; } = [];

    /// <summary>What the device says itself.</summary>
    public List<(string NameSpace, string Element, CborValue Value)> Said { get; } = [];

    /// <summary>What the issuer signs beside the usual elements.</summary>
    public List<(string Element, CborValue Value)> AlsoIssued { get; } = [];

    /// <summary>What the verifier wants it to say.</summary>
    public IReadOnlyList<DeviceStatement> Statements { get; set; } = [];

    public List<Anchor> Anchors { get; } =
    [
        new() { Certificate = TestPki.CardAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = [DocType] },
        new() { Certificate = TestPki.StatusAuthority.Certificate, Roles = [AnchorRole.Status], Types = [] },
    ];

    public List<string> Denied { get; } = [];

    public DateTimeOffset BundleTime { get; set; } = Noon.AddDays(-1);

    public List<string> StatusLists { get; } = [Scenario.StatusList(Scenario.StatusListAt())];

    public Policy Policy { get; set; } = Policies.Haip();

    public CredentialQuery Query { get; set; } = CredentialQuery.OfDocType("card", DocType).Asking(Iso, "age_over_18");

    public DateTimeOffset Now { get; set; } = Noon;

    public VerificationResult Verify() => CredentialVerifier.Verify(
        TextTamper(Base64UrlText.Encode(Present())),
        Expectation(),
        Policy,
        Trust(),
        Now);

    public Expectation Expectation() => new() { Query = Query, Nonce = Nonce, Audience = Audience, Transcript = Expected, DeviceStatements = Statements };

    public byte[] Present()
    {
        var held = HeldMdoc.Parse(IssuedTamper(Issue())).OrThrow();
        return Tamper(WithMac ? held.PresentWithMac(Shown, new byte[32], Transcript) : held.Present(Shown, Holder, Transcript, Said));
    }

    public byte[] Issue() => MdocWriter.Issue(
        Signer,
        AlsoIssued.Aggregate(
            DeviceMaySay.Aggregate(new MdocContent(DocType), (content, one) => content.LetDeviceSay(one.NameSpace, one.Element)),
            (content, one) => content.Add(Iso, one.Element, one.Value))
            .Add(Iso, "family_name", CborValue.Of("Щеглова"))
            .Add(Iso, "birth_date", CborValue.Of(new DateOnly(2009, 5, 26)))
            .Add(Iso, "portrait", CborValue.Of(new byte[] { 0xFF, 0xD8 }))
            .Add(Iso, "age_over_18", CborValue.Of(true))
            .Add(DocType, "account", CborValue.Map(("iss", CborValue.Of("https://id.example")), ("sub", CborValue.Of("pairwise")))),
        TestPki.Holder.PublicKey,
        Validity,
        RandomNumberGenerator.Fill,
        Status);

    public Trust Trust() => Verifier.Trust.From(OfflineBundle.Parse(Bundle(), TestPki.BundleRoot.PublicKey).OrThrow());

    public byte[] Bundle() => BundleWriter.Write(
        new BundleContent
        {
            Version = 7,
            IssuedAt = BundleTime,
            Anchors = Anchors,
            Denied = Denied,
            Types = new Dictionary<string, System.Text.Json.JsonElement>(),
            Regions = new Dictionary<string, int>(),
            BundleMaxAge = TimeSpan.FromDays(30),
            StatusMaxAge = TimeSpan.FromDays(7),
        },
        TestPki.BundleRoot,
        StatusLists);
}
