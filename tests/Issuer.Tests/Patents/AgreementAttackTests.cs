using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Tests.Desk;
using IdentityPlatform.Issuer.Tests.Signing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>
/// With the database and the web process in hand somebody tells the signer about regions that two officers did not sign for, or wants an
/// ended agreement back. Each refusal has its twin, and stands in the signer's audit log.
/// </summary>
public sealed class AgreementAttackTests : IAsyncLifetime
{
    private static readonly AgreementTerms Terms = new("n", ["RU-KAM", "RU-LEN"], Day("2030-01-01"), null);
    private static readonly AgreementTerms Kamchatka = new("kamchatka", ["RU-KAM"], Day("2026-11-01"), Day("2026-12-31"));
    private static readonly AgreementTerms Leningrad = new("spb-and-leningrad", ["RU-LEN", "RU-SPE"], Day("2025-07-15"), Day("2026-12-31"));

    private readonly DeskClock _clock = new() { Now = TestCase.Now.AddHours(1) };
    private readonly DecidingOfficer _a = new("a", OfficerRole.Operator);
    private readonly DecidingOfficer _b = new("b", OfficerRole.Supervisor);
    private TestSigner _signer = null!;
    private SignerPlace _place = null!;
    private SignerLink _link = null!;

    private SigningKey Roster => _signer.Keys.Active(KeyRole.Roster);

    public async ValueTask InitializeAsync()
    {
        _signer = await TestSigner.StartAsync(_clock, patents: true);
        _place = SignerPlace.Read(new Microsoft.Extensions.Configuration.ConfigurationManager { ["Signer:Socket"] = _signer.Socket }, development: false);
        _link = new SignerLink(_place, _clock, NullLogger<SignerLink>.Instance);
        await TakenAsync(Leningrad);
    }

    public async ValueTask DisposeAsync()
    {
        _link.Dispose();
        _place.Dispose();
        await _signer.DisposeAsync();
    }

    [Fact]
    public async Task Terms_that_two_officers_did_not_sign_are_not_taken()
    {
        var (first, second) = (Words(Terms)[0], Words(Terms)[1]);
        await RefusedAsync("TooFewDecisions", Terms, []);
        await RefusedAsync("TooFewDecisions", Terms, [first]);
        await RefusedAsync("TooFewDecisions", Terms, [second]);
        await RefusedAsync("SameOfficer", Terms, [first, _a.As(OfficerRole.Supervisor).DecideAgreement(DecisionKind.Approve, Terms, _clock.Now, Roster)]);
        await RefusedAsync("SameOfficer", Terms, [first, _a.As(OfficerRole.Supervisor, "another-name").DecideAgreement(DecisionKind.Approve, Terms, _clock.Now, Roster)]);
        await RefusedAsync("WrongRole", Terms, [first, _b.As(OfficerRole.Operator).DecideAgreement(DecisionKind.Approve, Terms, _clock.Now, Roster)]);
        await RefusedAsync("WrongRole", Terms, [first, _b.As(OfficerRole.AppealOfficer).DecideAgreement(DecisionKind.Approve, Terms, _clock.Now, Roster)]);
        await RefusedAsync("WrongRole", Terms, [first, _b.As(OfficerRole.Administrator).DecideAgreement(DecisionKind.Approve, Terms, _clock.Now, Roster)]);
        await RefusedAsync("DecisionHashMismatch", Terms, [first, second with { Assertion = first.Assertion }]);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync("RosterEntryForged", Terms, [first, _b.DecideAgreement(DecisionKind.Approve, Terms, _clock.Now, SigningKey.From(own))]);
        await TakenAsync(Terms, [first, second], ends: Kamchatka);
    }

    [Fact]
    public async Task Regions_or_days_that_were_changed_after_signing_are_not_taken()
    {
        await TakenAsync(Kamchatka);
        AgreementTerms[] changed =
        [
            Terms with { Regions = ["RU-KAM", "RU-LEN", "RU-SPE"] }, Terms with { Regions = ["RU-KAM"] }, Terms with { From = Day("2029-01-01") },
            Terms with { Until = Day("2040-01-01") },
        ];
        foreach (var one in changed)
        {
            await RefusedAsync("ClaimsChanged", one, Words(Terms));
        }

        await RefusedAsync("NotThisCase", Terms with { Id = "other" }, Words(Terms));
        await TakenAsync(Terms);
    }

    [Fact]
    public async Task What_was_signed_about_something_else_is_no_agreement()
    {
        await TakenAsync(Kamchatka);
        DecisionDocument Of(DecisionSubject subject, DecisionKind kind, string officer) =>
            DecisionDocument.About(subject, Terms.Id, "patent", ["work-patent"], kind, officer, Terms.Commitment(), _clock.Now);
        foreach (var subject in new[] { DecisionSubject.Application, DecisionSubject.Event })
        {
            await RefusedAsync("NotThisCase", Terms, [_a.Decide(Of(subject, DecisionKind.RecommendIssue, "a"), Roster), _b.Decide(Of(subject, DecisionKind.Approve, "b"), Roster)]);
        }

        await RefusedAsync("NotThisCase", Terms, Words(Terms, deployment: "card"));
        await RefusedAsync("TypeNotDecided", Terms, Words(Terms, type: "compatriot-card"));
        await RefusedAsync("DetailsOutsideDecision", Terms, Words(Terms, _clock.Now.AddMinutes(2)));
        await TakenAsync(Terms);
    }

    [Fact]
    public async Task An_agreement_of_the_past_or_of_a_region_that_has_one_is_not_taken()
    {
        await RefusedAsync("RegionTaken", Terms with { Regions = ["RU-MOS"] });
        await RefusedAsync("AgreementBackdated", Terms with { Regions = ["RU-KAM"], From = Day("2026-11-22") });
        await RefusedAsync("AgreementUnfit", Terms with { Regions = ["RU-KGD"] });
        await RefusedAsync("AgreementUnfit", Terms with { Regions = ["RU-XXX"] });
        await TakenAsync(Terms with { Regions = ["RU-SPE"] });
    }

    [Fact]
    public async Task An_end_stays_whatever_is_left_out_told_again_or_signed_later()
    {
        var open = new AgreementTerms("open", ["RU-LEN"], Day("2027-02-01"), null);
        var ended = open with { Until = Day("2027-05-31") };
        await TakenAsync(open);
        await TakenAsync(ended);

        // The row of the ending is gone, and the first words are told again; they are known, and nothing comes back.
        Assert.Equal(Day("2027-05-31"), (await TellAsync(open, Words(open))).Known.Single(one => one.Id == "open").Until);
        Assert.Equal(Day("2027-05-31"), (await TellAsync(null, [])).Known.Single(one => one.Id == "open").Until);
        await RefusedAsync("AgreementChanged", open with { Until = Day("2027-06-30") });
        await RefusedAsync("AgreementChanged", ended with { Regions = ["RU-LEN", "RU-SPE"], Until = Day("2027-04-30") });
        await RefusedAsync("AgreementBackdated", ended with { Until = Day("2026-11-22") });
        await TakenAsync(ended with { Until = Day("2027-04-30") });
        Assert.Equal(Day("2027-04-30"), (await TellAsync(ended, Words(ended))).Known.Single(one => one.Id == "open").Until);
    }

    [Fact]
    public async Task One_of_the_files_ends_in_the_same_way()
    {
        await RefusedAsync("AgreementChanged", Kamchatka with { Until = Day("2031-12-31") });
        await RefusedAsync("AgreementChanged", Kamchatka with { Regions = ["RU-KAM", "RU-SPE"] });
        await TakenAsync(Kamchatka);
        Assert.Equal(Day("2026-12-31"), (await TellAsync(null, [])).Known.Single(one => one.Id == "kamchatka").Until);
    }

    [Fact]
    public async Task A_removed_officers_word_that_the_signer_did_not_know_counts_no_more()
    {
        await TakenAsync(Kamchatka);
        _signer.Deny(denials => denials.WithOfficer("b", _clock.Now.AddDays(10)));
        await RefusedAsync("OfficerRemoved", Terms);
        Assert.Contains((await TellAsync(null, [])).Known, one => one.Id == "kamchatka" && one.Until == Day("2026-12-31"));
    }

    [Fact]
    public async Task What_the_custodian_withdrew_is_no_agreement_any_more()
    {
        await TakenAsync(Kamchatka);
        await TakenAsync(Terms);
        _signer.Deny(denials => denials.WithApplication("n"));
        Assert.DoesNotContain((await TellAsync(null, [])).Known, one => one.Id == "n");
        await TakenAsync(Terms with { Id = "m" });
    }

    [Fact]
    public async Task Of_many_that_want_one_region_at_once_one_gets_it()
    {
        await TakenAsync(Kamchatka);
        var told = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(() => TellAsync(Terms with { Id = $"n{number}" }, Words(Terms with { Id = $"n{number}" })))));
        Assert.Equal(11, told.Count(one => one.Refused.Values.SingleOrDefault() == "RegionTaken"));
        Assert.Single((await TellAsync(null, [])).Known, one => one.Id.StartsWith('n'));
    }

    [Fact]
    public async Task The_same_words_from_many_at_once_are_taken_once_and_refused_to_nobody()
    {
        foreach (var terms in new[] { Kamchatka, Terms })
        {
            var words = Words(terms);
            var taken = (await _signer.AuditAsync()).Count;
            var told = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => TellAsync(terms, words))));
            Assert.All(told, one => Assert.Empty(one.Refused));
            Assert.All(told, one => Assert.Equal(terms.Until, one.Known.Single(known => known.Id == terms.Id).Until));
            Assert.Equal([("agreement.taken", null)], (await _signer.AuditAsync()).Skip(taken));
        }
    }

    [Fact]
    public void Every_request_and_answer_is_read_as_it_was_written()
    {
        var asked = new TellAgreements([new ToldTerms(Terms, Words(Terms))]);
        Assert.Equal(asked.ToBytes(), SignerRequest.Parse(asked.ToBytes()).OrThrow().ToBytes());
        var answer = new SignerAnswer.Agreements(new([Terms.AsAgreement(Day("2026-11-23")), Kamchatka.AsAgreement(null)], new Dictionary<string, string> { ["x"] = "SameOfficer" }));
        Assert.Equal(answer.ToBytes(), SignerAnswer.Parse(answer.ToBytes()).OrThrow().ToBytes());
    }

    private StoredDecision[] Words(AgreementTerms terms, DateTimeOffset? at = null, string deployment = "patent", string type = "work-patent") =>
    [
        _a.DecideAgreement(DecisionKind.RecommendIssue, terms, at ?? _clock.Now, Roster, deployment, type),
        _b.DecideAgreement(DecisionKind.Approve, terms, at ?? _clock.Now, Roster, deployment, type),
    ];

    private async Task<SignerAgreements> TellAsync(AgreementTerms? terms, StoredDecision[] words) =>
        Assert.IsType<SignerAnswer.Agreements>(await _link.AskAsync(new TellAgreements(terms is null ? [] : [new ToldTerms(terms, words)]), CancellationToken.None)).Told;

    private Task RefusedAsync(string rule, AgreementTerms terms) => RefusedAsync(rule, terms, Words(terms));

    private async Task RefusedAsync(string rule, AgreementTerms terms, StoredDecision[] words)
    {
        var before = (await TellAsync(null, [])).Known.Select(Line).ToList();
        var told = await TellAsync(terms, words);
        Assert.Equal(rule, told.Refused[terms.Name()]);
        Assert.Equal(before, told.Known.Select(Line));
        Assert.Equal(("agreement.refused", rule), (await _signer.AuditAsync())[^1]);
    }

    private Task TakenAsync(AgreementTerms terms) => TakenAsync(terms, Words(terms));

    private async Task TakenAsync(AgreementTerms terms, StoredDecision[] words, AgreementTerms? ends = null)
    {
        if (ends is not null)
        {
            await TakenAsync(ends);
        }

        var told = await TellAsync(terms, words);
        Assert.Empty(told.Refused);
        Assert.Equal(terms.Until, told.Known.Single(one => one.Id == terms.Id).Until);
        Assert.Equal(("agreement.taken", null), (await _signer.AuditAsync())[^1]);
    }

    private static string Line(Agreement one) => $"{one.Id} {string.Join(',', one.Regions)} {one.From} {one.Until}";

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
