using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using static IdentityPlatform.Issuer.Tests.Desk.CardLife;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>The life of a card from the first collecting to its end, over HTTP and by the calendar, on every engine.</summary>
public abstract class CardLifeContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_suspicion_takes_two_officers_is_told_to_the_holder_and_lapses_by_itself()
    {
        await using var host = await StartAsync();
        var (id, personId, a, b) = await ActiveAsync(host);
        var elsewhere = await host.OfficerAsync(OfficerRole.Supervisor, "Eva Ten", "almaty");
        Assert.Equal((403, "not_your_role"), (await OrderAsync(b, id, new { step = "propose", kind = "suspect-fraud" })).Brief);
        Assert.Equal((200, "active"), (await OrderAsync(a, id, new { step = "propose", kind = "suspect-fraud" })).Brief);
        Assert.Equal((409, "already_there"), (await OrderAsync(a, id, new { step = "propose", kind = "suspect-fraud" })).Brief);
        var order = (await b.GetAsync($"/desk/cases/{id}/card", "application/json")).Json.StringMember("order");
        Assert.Contains(id, (await b.GetAsync("/desk")).Body, StringComparison.Ordinal);
        Assert.Equal((403, "same_officer"), (await OrderAsync(a, id, new { step = "confirm", order })).Brief);
        Assert.Equal((403, "other_centre"), (await OrderAsync(elsewhere, id, new { step = "confirm", order })).Brief);
        Assert.Equal((200, "suspended"), (await OrderAsync(b, id, new { step = "confirm", order })).Brief);
        Assert.Equal(3, await RevokedAsync(host, personId));
        Assert.Superset(new HashSet<string> { "card.read", "order.propose", "card.suspended-for-fraud" }, (await LogAsync(host)).ToHashSet());

        await SweepAsync(host, TimeSpan.FromDays(13));
        Assert.Equal("suspended", await StateAsync(host, personId));
        await SweepAsync(host, TimeSpan.FromDays(1));
        Assert.Equal("active", await StateAsync(host, personId));
        await CollectAsync(host, personId);
        Assert.Equal(3, await RevokedAsync(host, personId));
    }

    [Fact]
    public async Task Officers_end_a_card_on_a_ground_and_an_appeal_gives_another_one()
    {
        await using var host = await StartAsync();
        var (id, personId, a, b) = await ActiveAsync(host);
        var c = await host.OfficerAsync(OfficerRole.AppealOfficer, "Carl Ohm");
        Assert.Equal((409, "ground_missing"), (await OrderAsync(a, id, new { step = "propose", kind = "revoke", ground = "holder-request" })).Brief);
        Assert.Equal((200, "active"), (await OrderAsync(a, id, new { step = "propose", kind = "revoke", ground = "wrong-data" })).Brief);
        var order = (await b.GetAsync($"/desk/cases/{id}/card", "application/json")).Json.StringMember("order");
        Assert.Equal((200, "revoked"), (await OrderAsync(b, id, new { step = "confirm", order })).Brief);
        Assert.Equal((409, "wrong_state"), (await OrderAsync(c, id, new { step = "overturn", order })).Brief);

        var person = await host.PersonAsync("yulia");
        Assert.Contains("wrong data", (await person.GetAsync("/card")).Body, StringComparison.Ordinal);
        Assert.Equal((200, "revoked"), (await person.PostAsync("/card/appeal")).Brief);
        Assert.Equal((403, "not_your_role"), (await OrderAsync(await host.OfficerAsync(OfficerRole.Supervisor, "Dan Ray"), id, new { step = "overturn", order })).Brief);
        Assert.Equal((200, "approved"), (await OrderAsync(c, id, new { step = "overturn", order })).Brief);
        Assert.Equal("approved", await StateAsync(host, personId));
        Assert.IsType<MintAuthorization.Permitted>(await host.MintAsync(await OfferAsync(host, personId)));
    }

    [Fact]
    public async Task An_appeal_comes_within_thirty_days()
    {
        await using var host = await StartAsync();
        var (id, _, a, b) = await ActiveAsync(host);
        await OrderAsync(a, id, new { step = "propose", kind = "revoke", ground = "court-decision" });
        await OrderAsync(b, id, new { step = "confirm", order = (await b.GetAsync($"/desk/cases/{id}/card", "application/json")).Json.StringMember("order") });
        host.Clock.Now += TimeSpan.FromDays(31);
        Assert.Equal((409, "too_late"), (await (await LaterAsync(host)).PostAsync("/card/appeal")).Brief);
    }

    [Fact]
    public async Task A_proposal_that_nobody_confirms_in_a_week_is_over()
    {
        await using var host = await StartAsync();
        var (id, personId, a, b) = await ActiveAsync(host);
        await OrderAsync(a, id, new { step = "propose", kind = "suspect-fraud" });
        var order = (await b.GetAsync($"/desk/cases/{id}/card", "application/json")).Json.StringMember("order");
        host.Clock.Now += TimeSpan.FromDays(8);
        (a, b) = (await host.OfficerAsync(OfficerRole.Operator, "Ada Wu"), await host.OfficerAsync(OfficerRole.Supervisor, "Ben Wu"));
        Assert.Equal((409, "too_late"), (await OrderAsync(b, id, new { step = "confirm", order })).Brief);
        Assert.Equal((200, "active"), (await OrderAsync(a, id, new { step = "propose", kind = "suspect-fraud" })).Brief);
        Assert.Equal("active", await StateAsync(host, personId));
    }

    [Fact]
    public async Task A_found_card_is_unblocked_at_the_centre_with_the_document_and_gets_new_copies()
    {
        await using var host = await StartAsync();
        var (id, personId, a, b) = await ActiveAsync(host);
        await (await host.PersonAsync("yulia")).PostAsync("/card/lost");
        Assert.Equal((403, "document_differs"), (await a.PostAsync($"/desk/cases/{id}/card/clear", """{"document":"passport","issuing_state":"AM","document_number":"AN 999"}""")).Brief);
        Assert.Equal((200, "active"), (await a.PostAsync($"/desk/cases/{id}/card/clear", """{"document":"passport","issuing_state":"AM","document_number":"an123456"}""")).Brief);
        Assert.Equal(3, await RevokedAsync(host, personId));
        Assert.Equal((409, "wrong_state"), (await b.PostAsync($"/desk/cases/{id}/card/clear")).Brief);
    }

    [Fact]
    public async Task A_loss_that_nobody_clears_ends_the_card_by_itself()
    {
        await using var host = await StartAsync();
        var (_, personId, _, _) = await ActiveAsync(host);
        await (await host.PersonAsync("yulia")).PostAsync("/card/lost");
        await SweepAsync(host, TimeSpan.FromDays(29));
        Assert.Equal("suspended", await StateAsync(host, personId));
        await SweepAsync(host, TimeSpan.FromDays(1));
        Assert.Equal("revoked", await StateAsync(host, personId));
    }

    [Fact]
    public async Task A_renewed_card_has_a_successor_and_its_copies_serve_until_that_is_collected()
    {
        await using var host = await StartAsync();
        var (_, personId, _, _) = await ActiveAsync(host);
        Assert.Equal((409, "too_early"), (await (await host.PersonAsync("yulia")).PostAsync("/card/renew")).Brief);
        await NearTheEndAsync(host, personId);
        var old = (await host.Get<Cards>().FindOfPersonAsync(personId, Ct))!;
        Assert.Equal((200, "approved"), (await (await LaterAsync(host)).PostAsync("/card/renew")).Brief);
        Assert.Equal(0, await RevokedAsync(host, personId));
        var next = (await host.Get<Cards>().FindOfPersonAsync(personId, Ct))!;
        Assert.NotEqual(old.Id, next.Id);
        await OfferAsync(host, personId);
        await CollectAsync(host, personId);
        Assert.Equal(3, await RevokedAsync(host, personId));
        Assert.Equal(
            (await host.Get<CardNumbers>().FindAsync(next.Id, personId, Ct))!.Expires, (await host.Get<Cards>().FindOfPersonAsync(personId, Ct))!.Expires);
    }

    [Fact]
    public async Task A_successor_that_nobody_collects_ends_the_old_copies_after_a_day()
    {
        await using var host = await StartAsync();
        var (_, personId, _, _) = await ActiveAsync(host);
        await NearTheEndAsync(host, personId);
        await (await LaterAsync(host)).PostAsync("/card/renew");
        await SweepAsync(host, TimeSpan.FromHours(23));
        Assert.Equal(0, await RevokedAsync(host, personId));
        await SweepAsync(host, TimeSpan.FromHours(1));
        Assert.Equal(3, await RevokedAsync(host, personId));
    }

    [Fact]
    public async Task A_card_expires_after_its_last_day()
    {
        await using var host = await StartAsync();
        var (_, personId, _, _) = await ActiveAsync(host);
        await NearTheEndAsync(host, personId);
        await SweepAsync(host, TimeSpan.FromDays(90));
        Assert.Equal("active", await StateAsync(host, personId));
        await SweepAsync(host, TimeSpan.FromDays(1));
        Assert.Equal("expired", await StateAsync(host, personId));
    }

    [Fact]
    public async Task Another_name_is_decided_like_a_first_card_and_ends_the_old_one_at_once()
    {
        await using var host = await StartAsync();
        var (_, personId, a, b) = await ActiveAsync(host);
        var person = await host.PersonAsync("yulia");
        var first = (await host.Get<Cards>().FindOfPersonAsync(personId, Ct))!.Id;
        var form = DeskStory.Application("Иванова");
        Assert.Equal((409, "already_there"), (await person.PostAsync("/applications", form)).Brief);
        var id = (await person.PostAsync("/applications", form.Replace("\"consent\":true", "\"consent\":true,\"change\":true", StringComparison.Ordinal))).Json.StringMember("id")!;
        await person.PostAsync($"/applications/{id}/book", DeskStory.Visit(host));
        await a.ProofAsync(id);
        Assert.Equal("active", await StateAsync(host, personId));
        Assert.Equal((200, "approved"), (await b.DecideAsync(id, "approve")).Brief);
        Assert.Equal(3, await RevokedAsync(host, personId));
        Assert.NotEqual(first, (await host.Get<Cards>().FindOfPersonAsync(personId, Ct))!.Id);
        Assert.Contains("card.superseded", await LogAsync(host));
        var permit = Assert.IsType<MintAuthorization.Permitted>(await host.MintAsync(await OfferAsync(host, personId))).Permit;
        Assert.Equal("Иванова", permit.Claims.StringMember("family_name"));
    }

    [Fact]
    public async Task After_a_death_the_file_is_sealed_and_then_erased()
    {
        await using var host = await StartAsync();
        var (id, personId, a, b) = await ActiveAsync(host);
        var person = await host.PersonAsync("yulia");
        await OrderAsync(a, id, new { step = "propose", kind = "revoke", ground = "death" });
        var order = (await b.GetAsync($"/desk/cases/{id}/card", "application/json")).Json.StringMember("order");
        Assert.Equal((200, "closed-deceased"), (await OrderAsync(b, id, new { step = "confirm", order })).Brief);
        Assert.Equal(401, (int)(await person.GetAsync("/card", "application/json")).Status);
        Assert.Equal((403, "sealed"), (await a.GetAsync($"/desk/cases/{id}/card", "application/json")).Brief);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.PersonAsync("yulia"));
        var keys = host.Get<PersonKeys>();
        await SweepAsync(host, TimeSpan.FromDays(59));
        Assert.NotNull(await keys.FindAsync(personId, Ct));
        await SweepAsync(host, TimeSpan.FromDays(1));
        Assert.Null(await keys.FindAsync(personId, Ct));
        host.Provider.Now = host.Clock.Now;
        Assert.Equal(404, (int)(await (await host.PersonAsync("yulia")).GetAsync("/card", "application/json")).Status);
        await host.Get<AuditLog>().SealAsync(Ct);
        Assert.True((await host.Get<AuditLog>().VerifyAsync(Ct)).Match(_ => true, _ => false));
    }

    [Fact]
    [Trait("Fault", "killed process")]
    public async Task What_a_program_that_died_left_to_revoke_is_revoked_once_and_spares_later_copies()
    {
        await using var host = await StartAsync();
        var (_, personId, _, _) = await ActiveAsync(host);

        // As after a kill between the card's new state and the revocation of its copies, and cleared since by nobody.
        await SqlAsync(host, "UPDATE cards SET state = 'suspended', detail = 'fraud', until_at = @until, revoke_ground = 'Suspension', revoke_at = @now, version = version + 1", host);
        await Task.WhenAll(host.Get<Housekeeping>().RunAsync(Ct), host.Get<Housekeeping>().RunAsync(Ct));
        Assert.Equal(3, await RevokedAsync(host, personId));
        var card = (await host.Get<Cards>().FindOfPersonAsync(personId, Ct))!;
        await SqlAsync(host, "UPDATE cards SET revoke_ground = 'Suspension', revoke_at = @now WHERE @until > 0", host);
        Assert.IsType<CardTransition.Moved>(await host.Get<Cards>().ApplyAsync(card, new CardEvent.Clear(), TestCase.B, Ct));
        await CollectAsync(host, personId);
        await SweepAsync(host, TimeSpan.Zero);
        Assert.Equal(3, await RevokedAsync(host, personId));
    }

    [Fact]
    public async Task Of_sweeps_that_run_at_once_each_card_ends_once()
    {
        await using var host = await StartAsync();
        var (_, personId) = await DeskTests.OfferedAsync(host);
        host.Clock.Now += TimeSpan.FromHours(2);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => host.Get<CardSweep>().RunAsync(Ct))));
        Assert.Equal("approved", await StateAsync(host, personId));
        host.Provider.Now = host.Clock.Now;
        Assert.Single(await LogAsync(host), name => name == "card.offer-ended");
    }

    [Fact]
    public async Task Silence_refusals_and_evidence_end_by_the_calendar()
    {
        await using var host = await StartAsync();
        var (a, b) = (await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Boris Lee"));
        var silent = (await (await host.PersonAsync("maria")).PostAsync("/applications", DeskStory.Application("Другая"))).Json.StringMember("id")!;
        var refused = await (await host.PersonAsync("vera")).BookAsync(host, "Третья");
        await a.ProofAsync(refused, "ZZ 1");
        await b.DecideAsync(refused, "refuse", "document-invalid");
        var (approved, _, _, _) = await ActiveAsync(host);

        await SweepAsync(host, TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1));
        Assert.Equal(ApplicationState.RefusedFinal, (await FindAsync(host, refused)).State);
        Assert.NotNull((await FindAsync(host, refused)).Claims);
        await SweepAsync(host, TimeSpan.FromDays(30));
        var (gone, kept) = (await FindAsync(host, refused), await FindAsync(host, approved));
        Assert.Equal((null, null, null), (gone.Claims, gone.Proofing, gone.DocumentHash));
        Assert.Null(kept.Proofing);
        Assert.NotNull(kept.Claims);
        Assert.NotNull(kept.DocumentHash);
        Assert.NotNull((await FindAsync(host, silent)).Claims);
        await SweepAsync(host, TimeSpan.FromDays(120));
        Assert.Equal(ApplicationState.Lapsed, (await FindAsync(host, silent)).State);
        Assert.Null((await FindAsync(host, silent)).Claims);
        Assert.Contains("application.evidence-erased", await LogAsync(host));
    }

    [Fact]
    public async Task What_is_over_is_swept_and_what_is_not_stays()
    {
        await using var host = await StartAsync();
        await ActiveAsync(host);
        Assert.NotEqual((0, 0, 0), await CountAsync(host));
        await SweepAsync(host, TimeSpan.Zero);
        Assert.NotEqual((0, 0, 0), await CountAsync(host));
        await SweepAsync(host, TimeSpan.FromDays(91));
        Assert.Equal((0, 0, 0), await CountAsync(host));
    }

    private protected abstract Task<DeskHost> StartAsync();
}

public sealed class SqliteCardLifeTests : CardLifeContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync();
}

public sealed class PostgresCardLifeTests(PostgresServer server) : CardLifeContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(server);
}
