using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Tests.Desk;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>Agreements of regions at the desk: two officers sign, the days do the rest, and rows alone change nothing.</summary>
public abstract class AgreementContract : IAsyncLifetime
{
    private static readonly string[] Moscow = ["RU-MOS", "RU-MOW"];

    private DeskHost _host = null!;
    private DeskBrowser _a = null!;
    private DeskBrowser _b = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await StartAsync();
        _a = await _host.OfficerAsync(OfficerRole.Operator, "Anna", PatentStory.Centre);
        _b = await _host.OfficerAsync(OfficerRole.Supervisor, "Boris", PatentStory.Centre);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Two_officers_end_one_and_sign_another_and_patents_are_issued_for_its_regions_from_its_first_day()
    {
        await EndAsync("kamchatka", "2026-11-30");
        await EndAsync("moscow-and-region", "2026-11-30");
        Assert.Equal((409, "region_taken"), (await SayAsync(_a, Draft("2026-11-30", null, [.. Moscow, "RU-KAM"]))).Brief);
        Assert.Equal((409, "too_late"), (await SayAsync(_a, Draft("2026-11-22", null, "RU-KAM"))).Brief);
        var drafted = await SayAsync(_a, Draft("2026-12-01", "2027-11-30", [.. Moscow, "RU-KAM"]));
        Assert.Equal((200, "draft"), drafted.Brief);
        var id = drafted.Json.StringMember("id")!;
        Assert.Equal((403, "same_officer"), (await SayAsync(_a, Word("sign", id))).Brief);
        Assert.Equal((403, "not_your_role"), (await SayAsync(await _host.OfficerAsync(OfficerRole.Operator, "Vera", PatentStory.Centre), Word("sign", id))).Brief);
        Assert.Equal((200, "concluded"), (await SayAsync(_b, Word("sign", id))).Brief);
        Assert.Equal((409, "wrong_state"), (await SayAsync(_b, Word("sign", id))).Brief);

        await MoveToAsync(new(2026, 12, 1, 6, 0, 0, TimeSpan.Zero));
        var (number, holder) = await PatentStory.DecidedAsync(_host, region: "RU-KAM");
        Assert.Equal("no_agreement", (await _host.PayAsync(TestTreasury.Fact(number, "2026-10-31", 900_000))).Outcome());
        Assert.Equal("counted", (await _host.PayAsync(TestTreasury.Fact(number, "2026-12-01", 900_000))).Outcome());
        await holder.PostAsync("/card/offer");
        Assert.Equal("""["RU-KAM","RU-MOS","RU-MOW"]""", (await MintAsync(number)).Claims.GetProperty("authorized_regions").GetRawText());
        Assert.Equal("in-force", await StateAsync(id));
    }

    [Fact]
    public async Task After_its_end_nothing_new_is_issued_and_what_was_issued_is_valid_and_prolonged()
    {
        var (number, holder) = await PatentStory.DecidedAsync(_host);
        var (unpaid, _) = await PatentStory.DecidedAsync(_host, "dilshod");
        Assert.Equal("counted", (await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23"))).Outcome());
        await holder.PostAsync("/card/offer");
        await MintAsync(number);
        await EndAsync("spb-and-leningrad", "2026-11-30");
        Assert.Equal("in-force", await StateAsync("spb-and-leningrad"));

        await MoveToAsync(new(2026, 12, 1, 6, 0, 0, TimeSpan.Zero));
        Assert.Equal("ended", await StateAsync("spb-and-leningrad"));
        Assert.Equal("no_agreement", (await _host.PayAsync(TestTreasury.Fact(unpaid, "2026-12-01"))).Outcome());
        Assert.Equal("counted", (await _host.PayAsync(TestTreasury.Fact(number, "2026-12-01"))).Outcome());
        var copy = await MintAsync(number);
        Assert.Equal(("2027-01-23", """["RU-SPE","RU-LEN"]"""), (copy.Claims.StringMember("paid_until"), copy.Claims.GetProperty("authorized_regions").GetRawText()));
        var refused = await (await _host.PersonAsync("gulnora")).PostAsync("/applications", PatentStory.Application());
        Assert.Equal("region", refused.Json.GetProperty("fields").StringMember("issuing_jurisdiction"));
    }

    [Fact]
    public async Task What_officers_have_just_signed_on_one_node_is_paid_for_on_another_at_once()
    {
        var (number, _) = await PatentStory.DecidedAsync(_host, region: "RU-KAM");
        await EndAsync("kamchatka", "2026-11-30");
        await MoveToAsync(new(2026, 12, 1, 6, 0, 0, TimeSpan.Zero));
        var id = (await SayAsync(_a, Draft("2026-12-01", null, "RU-KAM"))).Json.StringMember("id")!;
        PatentRegister[] others = [await OtherNodeAsync(), await OtherNodeAsync(), await OtherNodeAsync()];
        Assert.Equal(HeldReason.NoAgreement, Assert.IsType<PaymentAnswer.Held>(await others[0].PayAsync(Fact(number, "too-early"), Ct)).Reason);
        Assert.Equal((200, "in-force"), (await SayAsync(_b, Word("sign", id))).Brief);

        // The clock stands still: what the others read a moment ago is not old yet.
        Assert.IsType<PaymentAnswer.Counted>(await others[1].PayAsync(Fact(number, "first"), Ct));
        Assert.IsType<PaymentAnswer.Counted>(await others[2].PayAsync(Fact(number, "second"), Ct));
        Assert.Equal(2, (await others[2].FindAsync(number, Ct))!.Patent.Term!.Months);
    }

    [Fact]
    public async Task A_patent_whose_agreement_the_custodian_withdrew_is_read_as_before_and_not_minted()
    {
        var (number, _) = await PatentStory.DecidedAsync(_host, region: "RU-KAM");
        await EndAsync("kamchatka", "2026-11-30");
        await MoveToAsync(new(2026, 12, 1, 6, 0, 0, TimeSpan.Zero));
        var id = (await SayAsync(_a, Draft("2026-12-01", null, "RU-KAM"))).Json.StringMember("id")!;
        await SayAsync(_b, Word("sign", id));
        Assert.Equal("counted", (await _host.PayAsync(TestTreasury.Fact(number, "2026-12-01", 900_000))).Outcome());
        await (await _host.PersonAsync("farrukh")).PostAsync("/card/offer");
        await MintAsync(number);

        _host.Signer.Deny(denials => denials.WithApplication(id));
        await MoveToAsync(_host.Clock.Now.AddMinutes(1));
        Assert.Equal(PatentState.Active, (await _host.Get<PatentRegister>().FindAsync(number, Ct))!.Patent.State);
        Assert.Equal(HttpStatusCode.OK, (await _a.GetAsync($"/desk/cases/{number}/card")).Status);
        Assert.Equal("no_agreement", (await _host.PayAsync(TestTreasury.Fact(number, "2026-12-01", 900_000))).Outcome());
        Assert.Equal(CredentialRule.NotPaid, (await Assert.ThrowsAsync<MintRefusedException>(() => MintAsync(number))).Rule);
    }

    [Fact]
    public async Task An_end_is_two_officers_word_lies_ahead_and_is_never_moved_to_a_later_day()
    {
        Assert.Equal((403, "not_your_role"), (await SayAsync(_b, Word("propose-end", "kamchatka", "2027-01-31"))).Brief);
        Assert.Equal((409, "too_late"), (await SayAsync(_a, Word("propose-end", "kamchatka", "2026-11-22"))).Brief);
        Assert.Equal((409, "wrong_state"), (await SayAsync(_a, Word("propose-end", "kamchatka", "2029-12-31"))).Brief);
        Assert.Equal((400, "bad_request"), (await SayAsync(_a, Word("propose-end", "kamchatka", "soon"))).Brief);
        Assert.Equal((200, "end-proposed"), (await SayAsync(_a, Word("propose-end", "kamchatka", "2027-01-31"))).Brief);
        Assert.Equal("2029-12-31", await UntilAsync("kamchatka"));
        Assert.Equal((403, "same_officer"), (await SayAsync(_a, Word("confirm-end", "kamchatka"))).Brief);
        Assert.Equal((200, "in-force"), (await _b.PostAsync("/desk/agreements/kamchatka/decline")).Brief);
        Assert.Equal((409, "wrong_state"), (await SayAsync(_b, Word("confirm-end", "kamchatka"))).Brief);
        await EndAsync("kamchatka", "2027-01-31");
        Assert.Equal((409, "wrong_state"), (await SayAsync(_a, Word("propose-end", "kamchatka", "2027-02-28"))).Brief);
        await EndAsync("kamchatka", "2026-12-31");
        Assert.Equal("2026-12-31", await UntilAsync("kamchatka"));
    }

    [Fact]
    public async Task With_the_database_in_hand_nobody_adds_a_region_or_brings_an_agreement_back()
    {
        await EndAsync("kamchatka", "2026-12-31");
        await EndAsync("spb-and-leningrad", "2026-12-31");

        // Words that two officers really said, under regions that they did not sign; and a row that says that it is signed.
        var forged = new AgreementTerms("forged", ["RU-KAM", "RU-LEN"], new(2027, 2, 1), null);
        await WriteAsync("INSERT INTO agreements (id, deployment, stage, terms, changed_at, first_officer, second_officer, version) VALUES ('forged', 'patent', 'concluded', @terms, 0, 'x', 'y', 1)", forged);
        await WriteAsync(
            """
            INSERT INTO agreement_words (agreement_id, terms_name, side, terms, officer_id, document, assertion, said_at)
            SELECT 'forged', @name, side, @terms, officer_id, document, assertion, said_at FROM agreement_words WHERE agreement_id = 'kamchatka'
            """,
            forged);
        await MoveToAsync(_host.Clock.Now.AddMinutes(1));
        Assert.Equal("not-taken", await StateAsync("forged"));
        Assert.Contains(("agreement.refused", "NotThisCase"), await _host.Signer.AuditAsync());
        Assert.Null((await _host.Get<AgreementsInForce>().DeploymentAsync(Ct)).AgreementFor("RU-KAM", new(2027, 2, 1)));

        // The rows of what ended are gone.
        await WriteAsync("DELETE FROM agreement_words", forged);
        await WriteAsync("DELETE FROM agreements", forged);
        await MoveToAsync(_host.Clock.Now.AddHours(2));
        Assert.Equal("2026-12-31", await UntilAsync("kamchatka"));
        Assert.Null((await _host.Get<AgreementsInForce>().DeploymentAsync(Ct)).AgreementFor("RU-SPE", new(2027, 1, 1)));
        Assert.NotNull((await _host.Get<AgreementsInForce>().DeploymentAsync(Ct)).AgreementFor("RU-SPE", new(2026, 12, 31)));
    }

    [Fact]
    public async Task Of_two_words_at_the_same_moment_one_counts_and_an_answer_is_taken_once()
    {
        Assert.Equal((200, "end-proposed"), (await SayAsync(_a, Word("propose-end", "kamchatka", "2027-01-31"))).Brief);
        var c = await _host.OfficerAsync(OfficerRole.Supervisor, "Galina", PatentStory.Centre);
        var ask = JsonSerializer.Serialize(Word("confirm-end", "kamchatka"));
        var (first, other) = (await _b.PostAsync("/desk/agreements/words/options", ask), await c.PostAsync("/desk/agreements/words/options", ask));
        var mixed = _b.Sign(first).Replace(first.Json.StringMember("decision")!, other.Json.StringMember("decision")!, StringComparison.Ordinal);
        Assert.Equal((409, "ask_again"), (await _b.PostAsync("/desk/agreements/words", mixed)).Brief);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () => await SayAsync(_b, Word("confirm-end", "kamchatka")))));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.True(answer.Json.StringMember("error") is "wrong_state" or "changed_meanwhile", answer.Body));
    }

    [Fact]
    public async Task Officers_of_the_two_roles_look_and_each_word_is_in_the_audit()
    {
        await EndAsync("kamchatka", "2026-12-31");
        var drafted = (await SayAsync(_a, Draft("2027-01-01", null, "RU-KAM"))).Json.StringMember("id")!;
        foreach (var officer in new[] { _a, _b })
        {
            Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync("/desk/agreements")).Status);
            Assert.Contains("/desk/agreements", (await officer.GetAsync("/desk")).Body, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync($"/desk/agreements/{drafted}")).Status);
            Assert.Equal(5, (await officer.GetAsync("/desk/agreements", "application/json")).Json.GetProperty("agreements").GetArrayLength());
        }

        Assert.Equal((200, 403), ((int)(await _a.GetAsync("/desk/agreements/new")).Status, (int)(await _b.GetAsync("/desk/agreements/new")).Status));
        var administrator = await _host.OfficerAsync(OfficerRole.Administrator, "Darya", PatentStory.Centre);
        Assert.Equal((403, "not_your_role"), (await administrator.GetAsync("/desk/agreements", "application/json")).Brief);
        Assert.Equal((200, "declined"), (await _a.PostAsync($"/desk/agreements/{drafted}/decline")).Brief);
        Assert.Equal((409, "wrong_state"), (await SayAsync(_b, Word("sign", drafted))).Brief);
        var names = await _host.Get<Database>().ReadAsync(connection => connection.QueryAsync<string>("SELECT name FROM audit_entries WHERE name LIKE 'agreement.%' ORDER BY day, number"), Ct);
        Assert.Equal(["agreement.propose-end", "agreement.confirm-end", "agreement.draft", "agreement.decline"], names);
        Assert.True((await _host.Get<AuditLog>().VerifyAsync(Ct)).Match(_ => true, _ => false));
    }

    private protected abstract Task<DeskHost> StartAsync();

    private static object Word(string step, string agreement, string? until = null) => new { step, agreement, until = until ?? "" };

    private static JsonObject Draft(string from, string? until, params string[] regions)
    {
        var draft = new JsonObject { ["step"] = "draft", ["from"] = from, ["until"] = until ?? "" };
        foreach (var region in regions)
        {
            draft[$"region_{region}"] = "on";
        }

        return draft;
    }

    private static async Task<DeskAnswer> SayAsync(DeskBrowser officer, object word)
    {
        var start = await officer.PostAsync("/desk/agreements/words/options", JsonSerializer.Serialize(word));
        return start.Status == HttpStatusCode.OK ? await officer.PostAsync("/desk/agreements/words", officer.Sign(start)) : start;
    }

    // Another process over the same database and signer, which has read the agreements as they are now.
    private async Task<PatentRegister> OtherNodeAsync()
    {
        var services = _host.Get<IServiceProvider>();
        var known = ActivatorUtilities.CreateInstance<AgreementsInForce>(services);
        await known.DeploymentAsync(Ct);
        return ActivatorUtilities.CreateInstance<PatentRegister>(services, known);
    }

    private PaymentFact Fact(string number, string reference) =>
        PaymentFact.Verify(TestTreasury.Fact(number, "2026-12-01", 900_000, reference), _host.Get<Treasury>(), DeskHost.Url).OrThrow();

    private async Task EndAsync(string id, string until)
    {
        Assert.Equal((200, "end-proposed"), (await SayAsync(_a, Word("propose-end", id, until))).Brief);
        Assert.Equal(HttpStatusCode.OK, (await SayAsync(_b, Word("confirm-end", id))).Status);
        Assert.Equal(until, await UntilAsync(id));
    }

    private async Task<string?> StateAsync(string id) => (await _a.GetAsync($"/desk/agreements/{id}", "application/json")).Json.StringMember("state");

    private async Task<string?> UntilAsync(string id) => (await _a.GetAsync($"/desk/agreements/{id}", "application/json")).Json.StringMember("until");

    // A session at the desk ends with the day.
    private async Task MoveToAsync(DateTimeOffset now)
    {
        _host.Clock.Now = _host.Provider.Now = now;
        await _a.SignInAsync();
        await _b.SignInAsync();
    }

    private Task<int> WriteAsync(string sql, AgreementTerms terms) => _host.Get<Database>().WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(sql, new { terms = terms.ToBytes(), name = terms.Name() }, transaction), Ct);

    private async Task<HeldSdJwt> MintAsync(string number)
    {
        var personId = await _host.Get<Database>().ReadAsync(
            connection => connection.ExecuteScalarAsync<string>("SELECT person_id FROM applications WHERE id = @number", new { number }), Ct);
        var card = await _host.Get<ICardRegister>().FindCollectableAsync(personId!, _host, Ct) ?? throw new InvalidOperationException("nothing can be collected");
        if ((await _host.Get<MintCopies>().PrepareAsync(card, _host.Get<Deployment>().Configurations[0], Ct)).Failed(out var failure, out var mintable))
        {
            throw new MintRefusedException(failure.Rule);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.False((await _host.Get<MintCopies>().RunAsync(mintable, [Jwk.Of(key)], null, Ct)).Failed(out failure, out var outcome), failure?.Description);
        return HeldSdJwt.Parse(Assert.IsType<MintOutcome.Minted>(outcome).Credentials[0]).OrThrow();
    }

    private sealed class MintRefusedException(CredentialRule rule) : Exception
    {
        public CredentialRule Rule { get; } = rule;
    }
}

public sealed class SqliteAgreementTests : AgreementContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(patents: true);
}

public sealed class PostgresAgreementTests(PostgresServer server) : AgreementContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(server, patents: true);
}
