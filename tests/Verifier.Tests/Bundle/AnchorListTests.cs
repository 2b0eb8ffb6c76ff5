using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Bundle;

/// <summary>Trust that comes from a list of trusted entities or from PEM, and not from a bundle.</summary>
public sealed class AnchorListTests
{
    private const string Issuance = "http://uri.etsi.org/19602/SvcType/PID/Issuance";
    private const string Revocation = "http://uri.etsi.org/19602/SvcType/PID/Revocation";
    private const string Notified = "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/notified";

    private static readonly DateTimeOffset Noon = Scenario.Noon;

    [Fact]
    public void A_card_is_accepted_by_a_list_of_trusted_entities_and_the_verdict_says_its_age()
    {
        var accepted = Verify(List(), Cards(), Lists()).IsAccepted();
        Assert.Equal(new ListAge("anchors", Noon.AddDays(-3), TimeSpan.FromDays(3)), accepted.Report.AsOf[0]);
    }

    [Fact]
    public void A_signer_whose_own_certificate_is_listed_is_trusted()
    {
        var leaf = TestPki.CardSigner.CertificateChain[0];
        Verify(List(cards: leaf), Cards(), Lists()).IsAccepted();
        Assert.Equal(PathFault.NoAnchor, Verify(List(cards: TestPki.Stranger.CertificateChain[0]), Cards(), Lists()).IsRejected<Failure.UntrustedIssuer>().Reason);
    }

    [Fact]
    public void A_service_without_a_rule_gives_nothing()
    {
        Assert.Empty(Verify(List(), Lists()).IsRejected<Failure.UntrustedIssuer>().TriedAnchors);
        Assert.Equal(StatusGap.ListUntrusted, Verify(List(), Cards()).IsRejected<Failure.StatusUnknown>().Reason);
    }

    [Fact]
    public void A_rule_is_for_its_types_and_the_refusal_says_which_these_are()
    {
        var failure = Verify(List(), Cards(types: [TestPki.OtherType]), Lists()).IsRejected<Failure.IssuerNotForType>();
        Assert.Equal((TestPki.CardType, "CN=Card issuer authority"), (failure.Type, failure.Anchor));
        Assert.Equal([TestPki.OtherType], failure.TrustedFor);
    }

    [Fact]
    public void A_rule_may_ask_for_a_usage_of_the_signers_certificate() =>
        Assert.Equal(PathFault.KeyUsage, Verify(List(), Cards(usage: "1.0.18013.5.1.2"), Lists()).IsRejected<Failure.UntrustedIssuer>().Reason);

    [Fact]
    public void A_status_counts_where_the_rule_names_it_and_no_other_does()
    {
        Verify(List(status: Notified), Cards(statuses: [Notified]), Lists()).IsAccepted();
        Verify(List(status: "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/withdrawn"), Cards(statuses: [Notified]), Lists()).IsRejected<Failure.UntrustedIssuer>();
        Verify(List(status: Notified), Cards(), Lists()).IsRejected<Failure.UntrustedIssuer>();
        Verify(List(), Cards(statuses: [Notified]), Lists()).IsRejected<Failure.UntrustedIssuer>();
    }

    [Fact]
    public void A_status_that_has_not_begun_does_not_count()
    {
        Verify(List(status: Notified, since: "2026-11-18T12:00:00Z"), Cards(statuses: [Notified]), Lists()).IsAccepted();
        Verify(List(status: Notified, since: "2026-11-18T12:00:01Z"), Cards(statuses: [Notified]), Lists()).IsRejected<Failure.UntrustedIssuer>();
    }

    [Fact]
    public void A_list_counts_until_its_next_update()
    {
        var skew = Policy.Haip.ClockSkew;
        Verify(List(next: Noon - skew), Cards(), Lists()).IsAccepted();
        Assert.Equal(Noon.AddDays(-3), Verify(List(next: Noon - skew - TimeSpan.FromSeconds(1)), Cards(), Lists()).IsRejected<Failure.BundleTooOld>().AsOf);
    }

    [Fact]
    public void A_list_is_the_floor_of_the_clock() => Verify(List(issued: Noon.AddHours(1)), Cards(), Lists()).IsRejected<Failure.ClockBehindBundle>();

    [Fact]
    public void Certificates_in_PEM_are_trusted_for_their_role_and_types()
    {
        var cards = Pem(TestPki.CardAuthority, [AnchorRole.Credentials], [TestPki.CardType]);
        var status = Pem(TestPki.StatusAuthority, [AnchorRole.Status], []);
        Verify(cards.And(status)).IsAccepted();
        Assert.Equal(StatusGap.ListUntrusted, Verify(cards).IsRejected<Failure.StatusUnknown>().Reason);
        Verify(status).IsRejected<Failure.UntrustedIssuer>();
        Verify(Pem(TestPki.CardAuthority, [AnchorRole.Credentials], [TestPki.OtherType]).And(status)).IsRejected<Failure.IssuerNotForType>();
        Assert.True(AnchorList.FromPem("no certificate", [], [], Noon, Noon.AddDays(1)).Failed(out var failure, out _));
        Assert.Equal(FormatRule.Certificate, failure.Rule);
    }

    [Fact]
    public void Two_lists_are_as_old_as_the_older_and_end_with_the_first()
    {
        var (one, other) = (new AnchorList([], Noon.AddDays(-2), Noon.AddDays(5)), new AnchorList([], Noon.AddDays(-1), Noon.AddDays(3)));
        Assert.Equal((Noon.AddDays(-2), Noon.AddDays(3)), (one.And(other).AsOf, one.And(other).ValidUntil));
        Assert.Equal((Noon.AddDays(-2), Noon.AddDays(3)), (other.And(one).AsOf, other.And(one).ValidUntil));
    }

    [Fact]
    public void A_list_that_ends_before_it_begins_is_misuse() => Assert.Throws<ArgumentException>(() => new AnchorList([], Noon, Noon));

    private static VerificationResult Verify(TrustedEntityList list, params TrustedServiceRule[] rules) => Verify(AnchorList.From(list, rules));

    private static VerificationResult Verify(AnchorList anchors)
    {
        var scenario = new Scenario();
        var trust = Trust.From(anchors, TimeSpan.FromDays(7), [StatusListToken.Parse(scenario.StatusLists[0]).OrThrow()], []);
        return CredentialVerifier.Verify(scenario.Present(), scenario.Expectation(), scenario.Policy, trust, scenario.Now);
    }

    private static AnchorList Pem(TestAuthority authority, AnchorRole[] roles, string[] types) =>
        AnchorList.FromPem(authority.Certificate.ExportCertificatePem(), roles, types, Noon.AddDays(-1), Noon.AddDays(30)).OrThrow();

    private static TrustedServiceRule Cards(string[]? types = null, string[]? statuses = null, string? usage = null) =>
        new() { ServiceType = Issuance, Roles = [AnchorRole.Credentials], Types = types ?? [TestPki.CardType], Statuses = statuses ?? [], SignerUsage = usage };

    private static TrustedServiceRule Lists() => new() { ServiceType = Revocation, Roles = [AnchorRole.Status], Types = [] };

    private static TrustedEntityList List(byte[]? cards = null, string? status = null, string? since = null, DateTimeOffset? issued = null, DateTimeOffset? next = null)
    {
        var payload = new JsonObject
        {
            ["ListAndSchemeInformation"] = new JsonObject
            {
                ["LoTEVersionIdentifier"] = 1,
                ["LoTESequenceNumber"] = 1,
                ["SchemeOperatorName"] = new JsonArray(new JsonObject { ["lang"] = "en", ["value"] = "Example operator" }),
                ["ListIssueDateTime"] = Text(issued ?? Noon.AddDays(-3)),
                ["NextUpdate"] = Text(next ?? Noon.AddDays(30)),
            },
            ["TrustedEntitiesList"] = new JsonArray(new JsonObject
            {
                ["TrustedEntityInformation"] = new JsonObject { ["TEName"] = new JsonArray(new JsonObject { ["lang"] = "en", ["value"] = "Example agency" }) },
                ["TrustedEntityServices"] = new JsonArray(
                    Service(Issuance, cards ?? TestPki.CardAuthority.Certificate.RawData, status, since), Service(Revocation, TestPki.StatusAuthority.Certificate.RawData, null, null)),
            }),
        };
        var jws = Scenario.Sign(new JsonObject { ["alg"] = "ES256" }, payload, TestPki.BundleRoot);
        return TrustedEntityList.Parse(jws, TestPki.BundleRoot.PublicKey).OrThrow();
    }

    private static JsonObject Service(string type, byte[] certificate, string? status, string? since)
    {
        var information = new JsonObject
        {
            ["ServiceTypeIdentifier"] = type,
            ["ServiceDigitalIdentity"] = new JsonObject { ["X509Certificates"] = new JsonArray(new JsonObject { ["val"] = Convert.ToBase64String(certificate) }) },
        };
        if (status is not null)
        {
            information["ServiceStatus"] = status;
        }

        if (since is not null)
        {
            information["StatusStartingTime"] = since;
        }

        return new JsonObject { ["ServiceInformation"] = information };
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
