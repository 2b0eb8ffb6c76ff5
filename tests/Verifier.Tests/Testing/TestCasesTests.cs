using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Testing;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Testing;

/// <summary>What the package for integrators' tests promises: every failure there is, in one line.</summary>
public sealed class TestCasesTests : IClassFixture<TestCasesTests.Issuer>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 30, 0, TimeSpan.Zero);

    private readonly TestIssuer _issuer;

    public TestCasesTests(Issuer issuer) => _issuer = issuer.Value;

    /// <summary>Every variant of a failure that the package declares.</summary>
    public static TheoryData<Type> Variants => [.. typeof(Failure).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Failure)))];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_failure_is_produced_in_one_line(Type variant)
    {
        var rejected = Assert.IsType<VerificationResult.Rejected>(TestCases.Rejected(_issuer, variant).Verify());
        Assert.Equal(variant, rejected.Failure.GetType());
        foreach (var (check, outcome) in rejected.Report.Checks)
        {
            Assert.True(check >= rejected.Failure.Check || outcome is CheckOutcome.Passed or CheckOutcome.Waived, $"{check} was {outcome}");
        }
    }

    [Fact]
    public void There_are_as_many_failures_as_there_were() => Assert.True(Variants.Count >= 46, $"{Variants.Count}");

    [Fact]
    public void A_card_is_accepted()
    {
        var accepted = TestCases.Accepted(_issuer).Verify().IsAccepted();
        Assert.True(accepted.Credential.Find("age_equal_or_over", "18")[0].GetBoolean());
        TestCases.Rejected<Failure.Revoked>(_issuer).Verify().IsRejected<Failure.Revoked>();
    }

    [Fact]
    public void What_is_no_failure_is_misuse() => Assert.Throws<ArgumentException>(() => TestCases.Rejected(_issuer, typeof(string)));

    [Fact]
    public void A_program_under_test_pins_the_root_and_takes_the_bundle()
    {
        var trust = Trust.From(OfflineBundle.Parse(_issuer.Bundle(), _issuer.BundleRoot.PublicKey).OrThrow());
        var presentation = new TestPresentation(_issuer);
        CredentialVerifier.Verify(presentation.ToText(), presentation.Expectation, Policy.Haip, trust, Now).IsAccepted();
    }

    [Fact]
    public void A_wallet_answers_a_request_well_or_wrong_in_one_place()
    {
        Assert.IsType<PresentationResult.Accepted>(Answered(null));
        Assert.IsType<Failure.HolderSignatureInvalid>(Assert.IsType<PresentationResult.Rejected>(Answered(p => p.Holder = _issuer.OtherHolder)).Verdict.Failure);
        Assert.IsType<Failure.OverDisclosure>(Assert.IsType<PresentationResult.Rejected>(Answered(p => p.Shown.Add(p.FamilyName))).Verdict.Failure);
    }

    [Fact]
    public void A_wallet_answers_behind_the_Digital_Credentials_API()
    {
        const string origin = "https://shop.test.example";
        using var request = PresentationRequest.ForDcApi(Query, ClientId, origin, Secret(), Key(), Now.AddMinutes(5), true, null, TransactionData.Of("t", "card", _ => { }));
        var signed = System.Text.Json.JsonElement.Parse(PresentationRequests.CreateForDcApi(TestPki.Door, request, Now))
            .GetProperty("digital").GetProperty("requests")[0].GetProperty("data").StringMember("request")!;
        PresentationResult Verify(string from) => PresentationVerifier.Verify(
            request,
            Assert.IsType<PresentationResponse.Presented>(PresentationResponses.ReadDcApi(request, System.Text.Json.JsonElement.Parse(new Verifier.Testing.TestWallet(_issuer).AnswerDcApi(signed, from)))).Token,
            Policy.Haip,
            _issuer.Trust(),
            Now);
        Assert.IsType<PresentationResult.Accepted>(Verify(origin));
        Assert.IsType<Failure.WrongAudience>(Assert.IsType<PresentationResult.Rejected>(Verify("https://evil.test.example")).Verdict.Failure);
    }

    private static DcqlQuery Query => DcqlQuery.For(CredentialQuery.OfType("card", TestIssuer.CardType).Asking("age_equal_or_over", "18"));

    private static string ClientId => PresentationRequests.ClientIdOf(TestPki.Door);

    private static string Secret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));

    private static ECDiffieHellman Key() => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    private PresentationResult Answered(Action<TestPresentation>? change)
    {
        using var request = new PresentationRequest(Query, ClientId, "https://shop.test.example/response", Secret(), Secret(), Key(), Now.AddMinutes(5));
        var (uri, response) = new Verifier.Testing.TestWallet(_issuer).Answer(PresentationRequests.Create(TestPki.Door, request, Now), change);
        Assert.Equal(request.ResponseUri, uri.AbsoluteUri);
        return PresentationVerifier.Verify(
            request, Assert.IsType<PresentationResponse.Presented>(PresentationResponses.Read(request, response)).Token, Policy.Haip, _issuer.Trust(), Now);
    }

    /// <summary>One issuer for all tests: its keys are most of their time.</summary>
    public sealed class Issuer : IDisposable
    {
        public TestIssuer Value { get; } = new(Now);

        public void Dispose() => Value.Dispose();
    }
}
