using System.Security.Cryptography;
using System.Text;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Tests.Desk;
using static IdentityPlatform.Issuer.Tests.Desk.CardLife;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>What two officers do to a patent at the desk, over HTTP, on every engine.</summary>
public abstract class PatentOrderContract : IAsyncLifetime
{
    private const string Norm = "115-FZ, art. 13.3, par. 22 (3)";
    private DeskHost _host = null!;
    private DeskBrowser _holder = null!;
    private DeskBrowser _a = null!;
    private DeskBrowser _b = null!;
    private string _number = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await StartAsync();
        (_number, _holder) = await PatentStory.DecidedAsync(_host);
        await _host.PayAsync(TestTreasury.Fact(_number, "2026-11-23"));
        _a = await _host.OfficerAsync(OfficerRole.Operator, "Olga Kim", PatentStory.Centre);
        _b = await _host.OfficerAsync(OfficerRole.Supervisor, "Pavel Ten", PatentStory.Centre);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Trait("Safeguard", "SG11")]
    public async Task A_patent_is_annulled_by_two_officers_and_a_cited_norm_which_its_holder_reads_and_may_object_to()
    {
        await CollectAsync();
        Assert.Equal((409, "ground_missing"), (await OrderAsync(_a, _number, new { step = "propose", kind = "annul", norm = " " })).Brief);
        Assert.Equal((409, "ground_missing"), (await OrderAsync(_a, _number, new { step = "propose", kind = "annul", norm = new string('x', 151) })).Brief);
        Assert.Equal((403, "not_your_role"), (await OrderAsync(_b, _number, new { step = "propose", kind = "annul", norm = Norm })).Brief);
        Assert.Equal((200, "active"), (await OrderAsync(_a, _number, new { step = "propose", kind = "annul", norm = Norm })).Brief);
        Assert.Equal((409, "already_there"), (await OrderAsync(_a, _number, new { step = "propose", kind = "annul", norm = Norm })).Brief);
        var order = await WaitingAsync(_b);
        Assert.Contains(Norm, (await _b.GetAsync($"/desk/cases/{_number}/card")).Body, StringComparison.Ordinal);
        Assert.Equal((403, "same_officer"), (await OrderAsync(_a, _number, new { step = "confirm", order })).Brief);
        Assert.Equal((200, "revoked"), (await OrderAsync(_b, _number, new { step = "confirm", order })).Brief);
        Assert.Equal(PatentState.Cancelled, (await PatentAsync()).State);
        Assert.Equal("not_payable", (await _host.PayAsync(TestTreasury.Fact(_number, "2026-11-23", reference: "more"))).Outcome());
        Assert.Contains(Norm, (await _holder.GetAsync("/card")).Body, StringComparison.Ordinal);

        Assert.Equal((200, "revoked"), (await _holder.PostAsync("/card/appeal")).Brief);
        var c = await _host.OfficerAsync(OfficerRole.AppealOfficer, "Carl Ohm", PatentStory.Centre);
        Assert.Equal((403, "same_officer"), (await OrderAsync(_b, _number, new { step = "overturn", order })).Brief);
        Assert.Equal((200, "approved"), (await OrderAsync(c, _number, new { step = "overturn", order })).Brief);
        Assert.Equal(PatentState.Active, (await PatentAsync()).State);
        Assert.Equal("Маляр", Occupation(await CollectAsync()));
    }

    [Fact]
    public async Task An_annulment_that_is_not_confirmed_changes_nothing_and_one_that_is_upheld_stays()
    {
        await OrderAsync(_a, _number, new { step = "propose", kind = "annul", norm = Norm });
        var declined = await WaitingAsync(_b);
        Assert.Equal((200, "approved"), (await OrderAsync(_b, _number, new { step = "decline", order = declined })).Brief);
        Assert.Equal((403, "same_officer"), (await OrderAsync(_b, _number, new { step = "confirm", order = declined })).Brief);
        Assert.Equal(PatentState.Active, (await PatentAsync()).State);

        await OrderAsync(_a, _number, new { step = "propose", kind = "annul", norm = Norm });
        var order = await WaitingAsync(_b);
        await OrderAsync(_b, _number, new { step = "confirm", order });
        await _holder.PostAsync("/card/appeal");
        var c = await _host.OfficerAsync(OfficerRole.AppealOfficer, "Carl Ohm", PatentStory.Centre);
        Assert.Equal((200, "revoked"), (await OrderAsync(c, _number, new { step = "uphold", order })).Brief);
        Assert.Equal(PatentState.Cancelled, (await PatentAsync()).State);
    }

    [Fact]
    [Trait("Safeguard", "SG1")]
    public async Task The_norm_stands_nowhere_in_clear()
    {
        await OrderAsync(_a, _number, new { step = "propose", kind = "annul", norm = Norm });
        await OrderAsync(_b, _number, new { step = "confirm", order = await WaitingAsync(_b) });
        var kept = await _host.Get<Database>().ReadAsync(
            connection => connection.QueryAsync<byte[]>("SELECT content FROM card_orders UNION ALL SELECT document FROM card_order_words"), Ct);
        Assert.All(kept, bytes => Assert.DoesNotContain("13.3", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal));
        Assert.Equal(3, kept.Count());
    }

    [Fact]
    public async Task Another_occupation_is_decided_by_two_officers_and_minted_while_what_was_paid_runs_on()
    {
        Assert.Equal("Маляр", Occupation(await CollectAsync()));
        var amended = new { step = "propose", kind = "amend", amended = new { name = "Сварщик", code = "19756", scheme = "OKPDTR" } };
        Assert.Equal((400, "bad_request"), (await OrderAsync(_a, _number, new { step = "propose", kind = "amend", amended = new { name = "" } })).Brief);
        Assert.Equal((200, "active"), (await OrderAsync(_a, _number, amended)).Brief);
        Assert.Equal("Маляр", Occupation(await CollectAsync()));
        var order = await WaitingAsync(_b);
        Assert.Contains("Сварщик", System.Net.WebUtility.HtmlDecode((await _b.GetAsync($"/desk/cases/{_number}/card")).Body), StringComparison.Ordinal);
        Assert.Equal((403, "same_officer"), (await OrderAsync(_a, _number, new { step = "confirm", order })).Brief);
        Assert.Equal((200, "active"), (await OrderAsync(_b, _number, new { step = "confirm", order })).Brief);

        var patent = await PatentAsync();
        Assert.Equal((PatentState.Active, new DateOnly(2026, 12, 23)), (patent.State, patent.Term!.PaidUntil));
        Assert.Equal(2, await _host.Get<Database>().ReadAsync(
            connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM card_copies WHERE person_id = @PersonId AND revoked = 1", new { patent.PersonId }), Ct));
        Assert.Equal("Сварщик", Occupation(await CollectAsync()));
        await _host.PayAsync(TestTreasury.Fact(_number, "2026-11-23", reference: "second"));
        Assert.Equal(new DateOnly(2027, 1, 23), (await PatentAsync()).Term!.PaidUntil);
    }

    [Fact]
    public async Task What_only_A_said_is_not_minted_and_a_declined_amendment_changes_nothing()
    {
        await OrderAsync(_a, _number, new { step = "propose", kind = "amend", amended = new { name = "Сварщик", code = "19756", scheme = "OKPDTR" } });
        var order = await WaitingAsync(_b);
        var content = (await _host.Get<PatentOrders>().ContentAsync((await _host.Get<CardOrderRows>().FindAsync(order, Ct))!, Ct))!;
        await _holder.PostAsync("/card/offer");
        var card = (await _host.Get<ICardRegister>().FindCollectableAsync(await PersonAsync(), _host, Ct))!;
        var forged = new RegisteredCard(card.CardId, card.PersonId, PersonClaims.Parse(content).OrThrow(), card.Evidence);
        Assert.Equal(CredentialRule.NotDecided, RuleOf(await MintAsync(forged)));
        Assert.Null(RuleOf(await MintAsync(card)));
        Assert.Equal(200, (int)(await OrderAsync(_b, _number, new { step = "decline", order })).Status);
        Assert.Equal("Маляр", Occupation(await CollectAsync()));
    }

    [Fact]
    public async Task What_is_not_paid_for_is_amended_by_nobody_and_a_lapsed_patent_can_be_annulled()
    {
        _host.Clock.Now = _host.Provider.Now = new DateTimeOffset(2026, 12, 24, 6, 0, 0, TimeSpan.Zero);
        await _a.SignInAsync();
        await _b.SignInAsync();
        Assert.Equal((409, "wrong_state"), (await OrderAsync(_a, _number, new { step = "propose", kind = "amend", amended = new { name = "Сварщик", code = "19756", scheme = "OKPDTR" } })).Brief);
        Assert.Equal(200, (int)(await OrderAsync(_a, _number, new { step = "propose", kind = "annul", norm = Norm })).Status);
    }

    private protected abstract Task<DeskHost> StartAsync();

    private async Task<string> WaitingAsync(DeskBrowser officer) =>
        (await officer.GetAsync($"/desk/cases/{_number}/card", "application/json")).Json.StringMember("order") ?? throw new InvalidOperationException("no order waits");

    private async Task<Patent> PatentAsync() => (await _host.Get<PatentRegister>().FindAsync(_number, Ct))!.Patent;

    private async Task<string> PersonAsync() => (await FindAsync(_host, _number)).PersonId;

    private async Task<string> CollectAsync()
    {
        var offered = await _holder.PostAsync("/card/offer");
        var card = (await _host.Get<ICardRegister>().FindCollectableAsync(await PersonAsync(), _host, Ct)) ?? throw new InvalidOperationException(offered.Body);
        return (await MintAsync(card)).Match(minted => ((MintOutcome.Minted)minted).Credentials[0], failure => throw new InvalidOperationException(failure.Description));
    }

    private async Task<Checked<MintOutcome>> MintAsync(RegisteredCard card)
    {
        var minting = _host.Get<MintCopies>();
        var mintable = (await minting.PrepareAsync(card, _host.Get<Deployment>().Find("work-patent")!, Ct)).Match(ready => ready, failure => throw new InvalidOperationException(failure.Description));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return await minting.RunAsync(mintable, [Jwk.Of(key)], null, Ct);
    }

    private static CredentialRule? RuleOf(Checked<MintOutcome> outcome) => outcome.Match(_ => (CredentialRule?)null, failure => failure.Rule);

    private static string? Occupation(string credential) => HeldSdJwt.Parse(credential).OrThrow().Claims.ObjectMember("occupation")?.StringMember("name");
}

public sealed class SqlitePatentOrderTests : PatentOrderContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(patents: true);
}

public sealed class PostgresPatentOrderTests(PostgresServer server) : PatentOrderContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(server, patents: true);
}
