using System.Globalization;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Printed;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Printed;

/// <summary>A printed code that is accepted, one change, and the exact check and failure.</summary>
public sealed class PrintedPlanTests
{
    private static readonly DateTimeOffset Noon = Scenario.Noon;
    private static readonly byte[] Photograph = [0xFF, 0xD8, 0xFF, 1, 2, 3];

    [Fact]
    public void A_valid_code_is_accepted_and_no_holder_is_claimed()
    {
        var accepted = Verify(_ => { }).IsAccepted();

        Assert.IsType<CheckOutcome.Waived>(accepted.Report[Check.HolderBinding]);
        Assert.Contains("compare the face", ((CheckOutcome.Waived)accepted.Report[Check.HolderBinding]).Reason, StringComparison.Ordinal);
        Assert.IsType<CheckOutcome.Waived>(accepted.Report[Check.Request]);
        Assert.IsType<CheckOutcome.Waived>(accepted.Report[Check.Integrity]);
        Assert.Equal((false, true), (accepted.Credential.IsHolderBound, accepted.Credential.IsFaceToBeCompared));
        Assert.True(accepted.Credential.IsPhotograph(Photograph));
        Assert.False(accepted.Credential.IsPhotograph([.. Photograph, 0]));
        Assert.Equal(("RU-SPE", TestPki.CardType), (accepted.Credential.Find("region")[0].GetString(), accepted.Credential.Type));
        Assert.Equal(Noon.AddDays(80), accepted.Credential.ValidUntil);
        Assert.Equal(2, accepted.Report.AsOf.Length);
    }

    [Fact]
    public void A_card_in_a_wallet_is_bound_to_its_holder_and_has_no_photograph_to_compare()
    {
        var card = new Scenario().Verify().IsAccepted().Credential;
        Assert.Equal((true, false), (card.IsHolderBound, card.IsFaceToBeCompared));
        Assert.False(card.IsPhotograph(Photograph));
        Assert.False(Scenario.Verify(s => (s.Policy, s.WithKeyBinding) = (Policies.Haip(binding: HolderBinding.WaivedUnsafe), false)).IsAccepted().Credential.IsHolderBound);
    }

    [Fact]
    public void A_policy_that_asks_for_a_holder_refuses_paper()
    {
        Verify(c => c.Policy = Policies.Haip(binding: HolderBinding.Required)).IsRejected<Failure.NotHolderBound>();
        Verify(c => c.Policy = Policies.Haip(binding: HolderBinding.RequiredOrFaceCompared)).IsAccepted();
        Verify(c => c.Policy = Policies.Haip(binding: HolderBinding.WaivedUnsafe)).IsAccepted();
    }

    [Fact]
    public void A_policy_that_compares_faces_still_asks_wallets_for_the_holders_signature()
    {
        Scenario.Verify(s => (s.Policy, s.WithKeyBinding) = (Policies.Haip(binding: HolderBinding.RequiredOrFaceCompared), false)).IsRejected<Failure.HolderBindingMissing>();
        Scenario.Verify(s => s.Policy = Policies.Haip(binding: HolderBinding.RequiredOrFaceCompared)).IsAccepted();
    }

    [Theory]
    [InlineData("", FormatRule.Structure)]
    [InlineData("PC1:", FormatRule.Cbor)]
    [InlineData("PC1:a", FormatRule.Structure)]
    public void Something_else_is_no_code(string text, FormatRule rule) => Assert.Equal(rule, Verify(c => c.Text = _ => text).IsRejected<Failure.Malformed>().Rule);

    [Fact]
    public void A_card_in_a_wallet_is_no_printed_code() => Verify(c => c.Text = _ => new Scenario().Present()).IsRejected<Failure.Malformed>();

    [Fact]
    public void A_stranger_is_not_trusted() =>
        Assert.Equal(["CN=Card issuer authority"], Verify(c => c.Signer = TestPki.Stranger).IsRejected<Failure.UntrustedIssuer>().TriedAnchors);

    [Fact]
    public void A_signer_for_another_type_is_not_trusted() =>
        Assert.Equal(TestPki.OtherType, Verify(c => (c.Type, c.Types) = (TestPki.OtherType, [TestPki.OtherType])).IsRejected<Failure.IssuerNotForType>().Type);

    [Fact]
    public void A_signer_that_the_bundle_denies_is_refused() =>
        Verify(c => c.World.Denied.Add(TestPki.CardSigner.PublicKey.ThumbprintText())).IsRejected<Failure.DeniedSigner>();

    [Fact]
    public void An_issuer_that_is_not_in_the_certificate_is_refused() =>
        Assert.Equal("https://other.example.org", Verify(c => c.Issuer = "https://other.example.org").IsRejected<Failure.IssuerMismatch>().Issuer);

    [Fact]
    public void A_bundle_that_is_too_old_says_nothing()
    {
        Verify(c => c.World.BundleTime = Noon.AddDays(-31)).IsRejected<Failure.BundleTooOld>();
        Verify(c => c.World.BundleTime = Noon.AddDays(-30)).IsAccepted();
    }

    [Fact]
    public void Another_key_behind_the_signers_certificate_is_refused() =>
        Verify(c => c.Signer = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256), chain: TestPki.CardSigner.CertificateChain)).IsRejected<Failure.IssuerSignatureInvalid>();

    [Fact]
    public void An_algorithm_outside_the_policy_is_refused() =>
        Assert.Equal("ES256", Verify(c => c.Policy = Only(JwsAlgorithm.ES384)).IsRejected<Failure.IssuerAlgorithmNotAllowed>().Algorithm);

    [Fact]
    public void A_pinned_key_of_its_type_is_trusted_and_no_other()
    {
        Verify(c => c.Policy = Pinned(TestPki.CardType, TestPki.CardSigner)).IsAccepted();
        Verify(c => c.Policy = Pinned(TestPki.OtherType, TestPki.CardSigner)).IsRejected<Failure.NoPinnedKey>();
        Verify(c => c.Policy = Pinned(TestPki.CardType, TestPki.Stranger)).IsRejected<Failure.IssuerSignatureInvalid>();
    }

    [Fact]
    public void A_type_that_is_not_accepted_here_is_refused() =>
        Assert.Equal(TestPki.CardType, Verify(c => c.Types = [TestPki.OtherType]).IsRejected<Failure.UnexpectedType>().Actual);

    [Fact]
    public void Outside_its_time_it_is_refused()
    {
        var skew = Policy.Haip.ClockSkew;
        Verify(c => c.Until = Noon - skew).IsRejected<Failure.Expired>();
        Verify(c => c.Until = Noon - skew + TimeSpan.FromSeconds(1)).IsAccepted();
        Verify(c => c.From = Noon + skew + TimeSpan.FromSeconds(1)).IsRejected<Failure.NotYetValid>();
        Verify(c => c.From = Noon + skew).IsAccepted();
        Verify(c => c.World.BundleTime = Noon + skew + TimeSpan.FromSeconds(1)).IsRejected<Failure.ClockBehindBundle>();
    }

    [Fact]
    public void Its_status_is_looked_up()
    {
        Verify(c => c.World.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1))).IsRejected<Failure.Revoked>();
        Verify(c => c.World.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(6, 1))).IsAccepted();
        Assert.Equal(StatusGap.NoList, Verify(c => c.World.StatusLists.Clear()).IsRejected<Failure.StatusUnknown>().Reason);
        Assert.Equal(5, Verify(_ => { }).IsAccepted().Credential.Status?.Index);
        Assert.Null(Verify(c => c.Status = null).IsAccepted().Credential.Status);
    }

    [Theory]
    [InlineData("en", "compare the face")]
    [InlineData("ru", "сравните лицо")]
    [InlineData("hy", "համեմատեք")]
    [InlineData("kk", "салыстырыңыз")]
    [InlineData("ky", "салыштырыңыз")]
    [InlineData("uz", "solishtiring")]
    [InlineData("tg", "муқоиса кунед")]
    public void The_verdict_says_that_the_face_is_to_be_compared(string language, string words)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        Assert.Contains(words, Verify(_ => { }).Explain(culture), StringComparison.Ordinal);
        Assert.DoesNotContain(words, new Scenario().Verify().Explain(culture), StringComparison.Ordinal);
    }

    private static VerificationResult Verify(Action<Paper> change)
    {
        var paper = new Paper();
        change(paper);
        return CredentialVerifier.VerifyPrinted(paper.Text(paper.Issue()), paper.Types, paper.Policy, paper.World.Trust(), Noon);
    }

    private static Policy Pinned(string type, SigningKey key) =>
        Policies.Haip(IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(type, key.PublicKey)), HolderBinding.RequiredOrFaceCompared);

    private static Policy Only(JwsAlgorithm algorithm) => new()
    {
        IssuerTrust = IssuerTrust.Bundle,
        HolderBinding = HolderBinding.RequiredOrFaceCompared,
        Status = StatusCheck.WherePresent,
        ExpiryRequired = true,
        Algorithms = [algorithm],
        ClockSkew = Policy.Haip.ClockSkew,
        PresentationMaxAge = Policy.Haip.PresentationMaxAge,
    };

    /// <summary>A code that is accepted, laid open.</summary>
    private sealed class Paper
    {
        public Scenario World { get; } = new();

        public SigningKey Signer { get; set; } = TestPki.CardSigner;

        public string Issuer { get; set; } = TestPki.Issuer;

        public string Type { get; set; } = TestPki.CardType;

        public IReadOnlyList<string> Types { get; set; } = [TestPki.CardType];

        public DateTimeOffset From { get; set; } = Noon.AddDays(-10);

        public DateTimeOffset Until { get; set; } = Noon.AddDays(80);

        public (string, long)? Status { get; set; } = (TestPki.StatusUri, 5);

        public Policy Policy { get; set; } = Policies.Haip(binding: HolderBinding.RequiredOrFaceCompared);

        public Func<string, string> Text { get; set; } = text => text;

        public string Issue() => PrintedCode.Issue(Signer, new PrintedContent
        {
            Issuer = Issuer,
            Type = Type,
            ValidFrom = From,
            ValidUntil = Until,
            Photograph = Photograph,
            Claims = [("region", CborValue.Of("RU-SPE"))],
            Status = Status,
        });
    }
}
