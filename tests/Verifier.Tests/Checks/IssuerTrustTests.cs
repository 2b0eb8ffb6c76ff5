using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

public sealed class IssuerTrustTests
{
    [Fact]
    public void A_signer_without_a_path_to_an_anchor_is_untrusted_and_the_report_says_what_was_tried()
    {
        var failure = Scenario.Verify(s => s.Signer = TestPki.Stranger).IsRejected<Failure.UntrustedIssuer>();
        Assert.Equal("CN=Stranger", failure.Subject);
        Assert.Equal(PathFault.NoAnchor, failure.Reason);
        Assert.Equal(["CN=Card issuer authority"], failure.TriedAnchors);
    }

    [Fact]
    public void The_same_signer_is_trusted_once_its_anchor_is_in_the_bundle() =>
        Scenario.Verify(s =>
        {
            s.Signer = TestPki.Stranger;
            s.Anchors.Add(new Anchor { Certificate = TestPki.OtherAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = [TestPki.CardType] });
        }).IsAccepted();

    [Fact]
    public void A_stranger_who_shows_the_true_signers_certificate_fails_at_the_signature() =>
        Scenario.Verify(s => (s.Signer, s.Chain) = (TestPki.Stranger, TestPki.CardSigner.CertificateChain)).IsRejected<Failure.IssuerSignatureInvalid>();

    [Fact]
    public void A_signer_of_status_lists_may_not_sign_credentials() =>
        Assert.Equal("CN=Status signer", Scenario.Verify(s => s.Signer = TestPki.StatusSigner).IsRejected<Failure.UntrustedIssuer>().Subject);

    [Fact]
    public void Where_the_anchor_asks_for_a_usage_another_signer_of_the_same_authority_may_not_sign_credentials()
    {
        const string usage = "1.0.18013.5.1.2";
        Scenario.Verify(s => Restrict(s, TestPki.CardAuthority.Sign("Card signer", TestPki.Issuer, usage: usage))).IsAccepted();
        Assert.Equal(PathFault.KeyUsage, Scenario.Verify(s => Restrict(s, TestPki.CardSigner)).IsRejected<Failure.UntrustedIssuer>().Reason);
        Scenario.Verify(s => Restrict(s, TestPki.CardAuthority.Sign("Status signer", TestPki.Issuer, usage: "1.3.6.1.5.5.7.3.1"))).IsRejected<Failure.UntrustedIssuer>();

        static void Restrict(Scenario s, IdentityPlatform.Formats.Jose.SigningKey signer)
        {
            s.Anchors[0] = new Anchor
            {
                Certificate = TestPki.CardAuthority.Certificate,
                Roles = [AnchorRole.Credentials],
                Types = [TestPki.CardType],
                SignerUsage = usage,
            };
            s.Signer = signer;
        }
    }

    [Fact]
    public void A_signer_may_not_sign_a_type_that_its_anchor_is_not_trusted_for()
    {
        var failure = Scenario.Verify(s => s.Payload["vct"] = TestPki.OtherType).IsRejected<Failure.IssuerNotForType>();
        Assert.Equal(("CN=Card signer", TestPki.OtherType), (failure.Subject, failure.Type));
    }

    [Fact]
    public void A_trust_anchor_itself_in_x5c_is_refused() =>
        Scenario.Verify(s => s.Chain = [TestPki.CardSigner.CertificateChain[0], TestPki.CardAuthority.Certificate.RawData]).IsRejected<Failure.NoIssuerCertificate>();

    [Fact]
    public void A_self_signed_leaf_is_refused_even_when_it_is_an_anchor() =>
        Scenario.Verify(s => s.Signer = TestPki.CardAuthority.AsSelfSigned()).IsRejected<Failure.NoIssuerCertificate>();

    [Fact]
    public void A_credential_without_x5c_is_refused() => Scenario.Verify(s => s.WithChain = false).IsRejected<Failure.NoIssuerCertificate>();

    [Fact]
    public void A_certificate_that_has_ended_is_refused() =>
        Assert.Equal(
            PathFault.Time,
            Scenario.Verify(s => s.Signer = TestPki.CardAuthority.Sign("Ended", TestPki.Issuer, until: Scenario.Noon.AddDays(-1))).IsRejected<Failure.UntrustedIssuer>().Reason);

    [Fact]
    public void A_denied_signer_is_refused_by_its_keys_thumbprint()
    {
        var thumbprint = TestPki.CardSigner.PublicKey.ThumbprintText();
        Assert.Equal(thumbprint, Scenario.Verify(s => s.Denied.Add(thumbprint)).IsRejected<Failure.DeniedSigner>().Thumbprint);
    }

    [Fact]
    public void Another_signer_of_the_same_authority_stays_trusted_when_one_is_denied() =>
        Scenario.Verify(s =>
        {
            s.Denied.Add(TestPki.CardSigner.PublicKey.ThumbprintText());
            s.Signer = TestPki.CardAuthority.Sign("Successor", TestPki.Issuer);
        }).IsAccepted();

    [Fact]
    public void An_iss_that_is_not_in_the_certificate_is_refused()
    {
        var failure = Scenario.Verify(s => s.Payload["iss"] = "https://other.example.org").IsRejected<Failure.IssuerMismatch>();
        Assert.Equal("https://other.example.org", failure.Issuer);
    }

    [Theory]
    [InlineData("https://club\u0000.example.org")]
    [InlineData("https://\u200D\u0300.example.org/")]
    [InlineData("https://xn--\u00ED.example.org/")]
    [InlineData("https://клуб.example.org")]
    public void An_iss_that_is_no_url_is_refused_and_nothing_worse(string issuer) =>
        Assert.Equal(issuer, Scenario.Verify(s => s.Payload["iss"] = issuer).IsRejected<Failure.IssuerMismatch>().Issuer);

    [Fact]
    public void An_iss_that_is_no_string_is_refused() => Scenario.Verify(s => s.Payload["iss"] = 7).IsRejected<Failure.IssuerMismatch>();

    [Fact]
    public void A_credential_without_iss_is_accepted() => Scenario.Verify(s => s.Payload.Remove("iss")).IsAccepted();

    // RFC 3986 §6.2.3: an empty path is "/"; any other is another issuer.
    [Theory]
    [InlineData("https://club.example.org/", "https://club.example.org", true)]
    [InlineData("https://club.example.org/", "https://club.example.org/", true)]
    [InlineData("https://club.example.org/a/", "https://club.example.org/a", false)]
    [InlineData("https://club.example.org/?/", "https://club.example.org/?", false)]
    [InlineData("urn:club/", "urn:club", false)]
    public void An_iss_is_the_uri_of_the_certificate_but_for_an_empty_path(string certified, string issuer, bool accepted)
    {
        var result = Scenario.Verify(s =>
        {
            s.Signer = TestPki.CardAuthority.Sign("By URI", uri: certified);
            s.Payload["iss"] = issuer;
        });
        Assert.Equal(accepted, result is VerificationResult.Accepted);
        Assert.Equal(!accepted, result is VerificationResult.Rejected { Failure: Failure.IssuerMismatch });
    }

    [Fact]
    public void An_iss_whose_host_is_a_name_of_the_certificate_is_accepted() =>
        Scenario.Verify(s => s.Signer = TestPki.CardAuthority.Sign("By name", dns: "issuer.example.org")).IsAccepted();

    [Fact]
    public void A_host_that_only_begins_like_a_name_of_the_certificate_is_refused() =>
        Scenario.Verify(s =>
        {
            s.Signer = TestPki.CardAuthority.Sign("By name", dns: "issuer.example.org");
            s.Payload["iss"] = "https://issuer.example.org.evil.example";
        }).IsRejected<Failure.IssuerMismatch>();

    [Fact]
    public void A_bundle_beyond_its_maximum_age_trusts_nobody() =>
        Assert.Equal(TimeSpan.FromDays(30), Scenario.Verify(s => s.BundleTime = Scenario.Noon.AddDays(-31)).IsRejected<Failure.BundleTooOld>().MaxAge);

    [Fact]
    public void A_bundle_at_its_maximum_age_still_counts() => Scenario.Verify(s => s.BundleTime = Scenario.Noon.AddDays(-30)).IsAccepted();

    [Fact]
    public void Without_a_bundle_nobody_is_trusted()
    {
        var scenario = new Scenario();
        CredentialVerifier.Verify(scenario.Present(), scenario.Expectation(), scenario.Policy, Trust.Empty, scenario.Now).IsRejected<Failure.UntrustedIssuer>();
    }

    [Fact]
    public void A_pinned_key_is_trusted_for_its_type_alone()
    {
        var pinned = IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(TestPki.OtherType, TestPki.CardSigner.PublicKey));
        Assert.Equal(TestPki.CardType, Scenario.Verify(s => s.Policy = Policies.Haip(pinned)).IsRejected<Failure.NoPinnedKey>().Type);
        pinned = IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(TestPki.CardType, TestPki.CardSigner.PublicKey));
        Assert.Equal(TestPki.CardSigner.PublicKey.ThumbprintText(), Scenario.Verify(s => s.Policy = Policies.Haip(pinned)).IsAccepted().Credential.Issuer);
    }

    [Fact]
    public void A_pinned_key_takes_no_certificate_for_an_answer() =>
        Scenario.Verify(s =>
        {
            s.Policy = Policies.Haip(IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(TestPki.CardType, TestPki.OtherHolder.PublicKey)));
        }).IsRejected<Failure.IssuerSignatureInvalid>();

    [Fact]
    public void A_denied_key_is_refused_though_it_is_pinned() =>
        Scenario.Verify(s =>
        {
            s.Policy = Policies.Haip(IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(TestPki.CardType, TestPki.CardSigner.PublicKey)));
            s.Denied.Add(TestPki.CardSigner.PublicKey.ThumbprintText());
        }).IsRejected<Failure.DeniedSigner>();

    [Fact]
    public void Of_several_pinned_keys_the_one_that_signed_counts() =>
        Scenario.Verify(s => s.Policy = Policies.Haip(IssuerTrust.PinnedKeysUnsafe(
            new PinnedIssuerKey(TestPki.CardType, TestPki.OtherHolder.PublicKey),
            new PinnedIssuerKey(TestPki.CardType, TestPki.CardSigner.PublicKey)))).IsAccepted();

    [Fact]
    public void A_remembered_signer_is_looked_at_again_when_its_certificate_ends()
    {
        var scenario = new Scenario { Signer = TestPki.CardAuthority.Sign("Ends soon", TestPki.Issuer, until: Scenario.Noon.AddMinutes(1)) };
        var (trust, presented) = (scenario.Trust(), scenario.Present());
        CredentialVerifier.Verify(presented, scenario.Expectation(), scenario.Policy, trust, Scenario.Noon).IsAccepted();
        CredentialVerifier.Verify(presented, scenario.Expectation(), scenario.Policy, trust, Scenario.Noon.AddMinutes(2)).IsRejected<Failure.UntrustedIssuer>();
        CredentialVerifier.Verify(presented, scenario.Expectation(), scenario.Policy, trust, Scenario.Noon).IsAccepted();
    }
}
