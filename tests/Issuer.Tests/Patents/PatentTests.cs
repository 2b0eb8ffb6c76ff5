using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Tests.Desk;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>The patent deployment as it runs: the same program, another directory of files.</summary>
public abstract class PatentContract : IAsyncLifetime
{
    private DeskHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task It_is_decided_then_paid_then_collected_and_a_prolongation_mints_the_new_day()
    {
        var (number, holder) = await PatentStory.DecidedAsync(_host);
        Assert.Equal((409, "not_paid"), (await holder.PostAsync("/card/offer")).Brief);
        Assert.Equal("counted", (await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23"))).Outcome());
        Assert.NotNull((await holder.PostAsync("/card/offer")).Json.StringMember("link"));

        var first = await MintAsync(number);
        Assert.Equal("2026-12-23", first.Claims.StringMember("paid_until"));
        Assert.Equal("""["RU-SPE","RU-LEN"]""", first.Claims.GetProperty("authorized_regions").GetRawText());
        Assert.Equal(("2026-11-23", "2027-11-23", "RU-SPE"), (Text(first, "date_of_issuance"), Text(first, "date_of_expiry"), Text(first, "issuing_jurisdiction")));
        Assert.Matches("^78[0-9]{10}$", Text(first, "document_number"));
        // The end of the last paid day in the region: 24 December, 00:00 in Saint Petersburg.
        Assert.Equal(new DateTimeOffset(2026, 12, 23, 21, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), first.Claims.LongMember("exp"));

        Assert.Equal("counted", (await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23", TestTreasury.Month * 2))).Outcome());
        var second = await MintAsync(number);
        Assert.Equal(("2027-02-23", Text(first, "document_number")), (Text(second, "paid_until"), Text(second, "document_number")));
    }

    [Fact]
    public async Task At_the_local_midnight_it_lapses_by_itself_and_is_not_refilled()
    {
        var (number, holder) = await PatentStory.DecidedAsync(_host);
        await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23"));
        await holder.PostAsync("/card/offer");
        await _host.Get<ICardRegister>().MarkCollectedAsync((await CollectableAsync(number))!.CardId, Ct);
        _host.Clock.Now = new DateTimeOffset(2026, 12, 23, 20, 59, 59, TimeSpan.Zero);
        Assert.NotNull(await CollectableAsync(number));
        _host.Clock.Now = _host.Clock.Now.AddSeconds(1);
        Assert.Null(await CollectableAsync(number));
        Assert.Equal(PatentState.Lapsed, (await FindAsync(number))!.Patent.State);
        Assert.Equal("late", (await _host.PayAsync(TestTreasury.Fact(number, "2026-12-24"))).Outcome());
        Assert.Equal("counted", (await _host.PayAsync(TestTreasury.Fact(number, "2026-12-23"))).Outcome());
        Assert.NotNull(await CollectableAsync(number));
        var names = (await _host.Get<AuditLog>().ReadForHolderAsync((await FindAsync(number))!.Patent.PersonId, Ct)).Select(entry => entry.Name).ToList();
        Assert.Equal(["patent.paid", "patent.lapsed", "patent.payment-held", "patent.paid"], names.Where(name => name.StartsWith("patent.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_payment_told_by_many_at_once_counts_once()
    {
        var (number, _) = await PatentStory.DecidedAsync(_host);
        var told = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => _host.PayAsync(TestTreasury.Fact(number, "2026-11-23", reference: "one")))));
        Assert.All(told, answer => Assert.Equal("counted", answer.Outcome()));
        Assert.Equal((1, 1), ((await FindAsync(number))!.Patent.Term!.Months, (await FindAsync(number))!.Facts.Count));
        Assert.Equal("reference_reused", (await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23", TestTreasury.Month * 2, "one"))).Outcome());
        Assert.True((await _host.Get<AuditLog>().VerifyAsync(Ct)).Match(_ => true, _ => false));
    }

    [Fact]
    public async Task Of_payments_that_together_are_too_many_as_many_count_as_fit()
    {
        var (number, _) = await PatentStory.DecidedAsync(_host);
        var told = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _host.PayAsync(TestTreasury.Fact(number, "2026-11-23", TestTreasury.Month * 5)))));
        Assert.Equal(2, told.Count(answer => answer.Outcome() == "counted"));
        Assert.Equal(4, told.Count(answer => answer.Outcome() == "too_long"));
        Assert.Equal(10, (await FindAsync(number))!.Patent.Term!.Months);
    }

    [Fact]
    public async Task One_reference_told_of_two_patents_at_once_pays_for_one()
    {
        var (first, _) = await PatentStory.DecidedAsync(_host);
        var (second, _) = await PatentStory.DecidedAsync(_host, "dilshod");
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => _host.PayAsync(TestTreasury.Fact(i % 2 == 0 ? first : second, "2026-11-23", reference: "both")))));
        Assert.Equal(4, told.Count(answer => answer.Outcome() == "counted"));
        Assert.Equal(4, told.Count(answer => answer.Outcome() == "reference_reused"));
        PatentState[] states = [(await FindAsync(first))!.Patent.State, (await FindAsync(second))!.Patent.State];
        Assert.Equal([PatentState.Decided, PatentState.Active], states.Order());
    }

    [Fact]
    public async Task What_nobody_decided_or_nobody_signed_is_not_paid()
    {
        var (number, _) = await PatentStory.DecidedAsync(_host);
        using var other = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Equal("invalid_fact", (await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23", key: other))).Outcome());
        Assert.Equal("invalid_fact", (await _host.PayAsync(TestTreasury.Fact(number, "2026-11-24"))).Outcome());
        Assert.Equal("unknown_patent", (await _host.PayAsync(TestTreasury.Fact("2345678923456789", "2026-11-23"))).Outcome());
        Assert.Equal("unsupported_media_type", (await _host.Browser().PostAsync("/payments", TestTreasury.Fact(number, "2026-11-23"))).Outcome());
        Assert.Equal("counted", (await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23"))).Outcome());
    }

    [Fact]
    public async Task With_the_database_in_hand_nobody_gets_a_day_that_was_not_paid()
    {
        var (number, holder) = await PatentStory.DecidedAsync(_host);
        var (other, _) = await PatentStory.DecidedAsync(_host, "dilshod");
        await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23"));
        await holder.PostAsync("/card/offer");
        await _host.PayAsync(TestTreasury.Fact(other, "2026-11-23", TestTreasury.Month * 6));
        var card = (await CollectableAsync(number))!;
        var foreign = (await FindAsync(other))!.Evidence;
        Assert.Equal(CredentialRule.NotPaid, await RuleAsync(card, foreign));
        Assert.Equal(CredentialRule.NotPaid, await RuleAsync(card, [.. card.Evidence.Payments, .. card.Evidence.Payments]));
        Assert.Equal(CredentialRule.NotPaid, await RuleAsync(card, []));
        Assert.Null(await RuleAsync(card, card.Evidence.Payments));
    }

    [Fact]
    public async Task Nothing_of_a_payment_stands_in_clear_and_erasing_the_person_leaves_nothing()
    {
        var (number, holder) = await PatentStory.DecidedAsync(_host);
        await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23", reference: "reference-in-clear"));
        var rows = await _host.Get<Database>().ReadAsync(
            connection => connection.QueryAsync<(string, byte[])>("SELECT reference_hash, fact FROM patent_payments"), Ct);
        Assert.All(rows, row => Assert.DoesNotContain("reference", row.Item1 + System.Text.Encoding.Latin1.GetString(row.Item2), StringComparison.Ordinal));
        Assert.Equal((200, "erased"), (await holder.PostAsync("/erase", """{"sure":true}""")).Brief);
        Assert.Null(await FindAsync(number));
        Assert.Equal("unknown_patent", (await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23"))).Outcome());
    }

    [Fact]
    public async Task When_the_holder_gives_the_card_up_the_patent_is_closed()
    {
        var (number, holder) = await PatentStory.DecidedAsync(_host);
        await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23"));
        Assert.Equal((200, "revoked"), (await holder.PostAsync("/card/revoke")).Brief);
        Assert.Equal(PatentState.Closed, (await FindAsync(number))!.Patent.State);
        Assert.Equal("not_payable", (await _host.PayAsync(TestTreasury.Fact(number, "2026-11-23"))).Outcome());
    }

    [Fact]
    public async Task While_it_is_paid_for_nothing_takes_its_place_and_after_it_lapsed_the_next_one_is_applied_for()
    {
        var (number, holder) = await PatentStory.DecidedAsync(_host);
        await _host.PayAsync(TestTreasury.Fact(number, "2026-10-23"));
        await holder.PostAsync("/card/offer");
        await _host.Get<ICardRegister>().MarkCollectedAsync((await CollectableAsync(number))!.CardId, Ct);
        var again = PatentStory.Application().Replace("\"consent\":true", "\"consent\":true,\"change\":true", StringComparison.Ordinal);
        Assert.Equal((409, "already_there"), (await holder.PostAsync("/applications", again)).Brief);
        Assert.Equal((409, "wrong_state"), (await holder.PostAsync("/card/renew")).Brief);
        var shown = (await holder.GetAsync("/card", "application/json")).Json;
        Assert.Equal(("active", "2026-11-23"), (shown.StringMember("patent"), shown.StringMember("paid_until")));

        _host.Clock.Now = _host.Provider.Now = new DateTimeOffset(2026, 11, 23, 21, 0, 0, TimeSpan.Zero);
        holder = await _host.PersonAsync("farrukh");
        Assert.Equal("lapsed", (await holder.GetAsync("/card", "application/json")).Json.StringMember("patent"));
        Assert.NotNull((await holder.PostAsync("/applications", again)).Json.StringMember("id"));
    }

    [Fact]
    public async Task A_region_without_an_agreement_is_no_choice_of_the_form()
    {
        var holder = await _host.PersonAsync("farrukh");
        var refused = await holder.PostAsync("/applications", PatentStory.Application("RU-KGD"));
        Assert.Equal("region", refused.Json.GetProperty("fields").StringMember("issuing_jurisdiction"));
        Assert.NotNull((await holder.PostAsync("/applications", PatentStory.Application("RU-LEN"))).Json.StringMember("id"));
    }

    private protected abstract Task<DeskHost> StartAsync();

    private Task<PaidPatent?> FindAsync(string number) => _host.Get<PatentRegister>().FindAsync(number, Ct);

    private async Task<RegisteredCard?> CollectableAsync(string number)
    {
        var personId = await _host.Get<Database>().ReadAsync(
            connection => connection.ExecuteScalarAsync<string>("SELECT person_id FROM applications WHERE id = @number", new { number }), Ct);
        return await _host.Get<ICardRegister>().FindCollectableAsync(personId!, _host, Ct);
    }

    private async Task<CredentialRule?> RuleAsync(RegisteredCard card, IReadOnlyList<string> payments)
    {
        var changed = new RegisteredCard(card.CardId, card.PersonId, card.Claims, card.Evidence with { Payments = payments });
        return (await _host.Get<MintCopies>().PrepareAsync(changed, _host.Get<Deployment>().Configurations[0], Ct)).Match<CredentialRule?>(_ => null, failure => failure.Rule);
    }

    private async Task<HeldSdJwt> MintAsync(string number)
    {
        var card = await CollectableAsync(number) ?? throw new InvalidOperationException("nothing can be collected");
        var host = _host.Get<MintCopies>();
        Assert.False((await host.PrepareAsync(card, _host.Get<Deployment>().Configurations[0], Ct)).Failed(out var failure, out var mintable), failure?.Description);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.False((await host.RunAsync(mintable!, [Jwk.Of(key)], null, Ct)).Failed(out failure, out var outcome), failure?.Description);
        return HeldSdJwt.Parse(Assert.IsType<MintOutcome.Minted>(outcome).Credentials[0]).OrThrow();
    }

    private static string Text(HeldSdJwt card, string name) => card.Claims.StringMember(name)!;
}

public sealed class SqlitePatentTests : PatentContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(patents: true);
}

public sealed class PostgresPatentTests(PostgresServer server) : PatentContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(server, patents: true);
}
