using System.Globalization;
using System.Net;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Wallet.Issuance;

namespace IdentityPlatform.Issuer.Tests.Events;

/// <summary>Two officers decide an event, and two cancel it. Roles are closed.</summary>
public sealed class EventDeskTests
{
    private static readonly string[] Refusals = ["gone", "over", "full", "young", "declined", "rejected"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operator_proposes_and_a_supervisor_of_the_same_centre_approves()
    {
        await using var host = await EventsHost.StartAsync();
        var (a, b) = (await host.OfficerAsync(OfficerRole.Operator, "Анна"), await host.OfficerAsync(OfficerRole.Supervisor, "Борис"));
        Assert.Equal((403, "not_your_role"), (await EventsHost.SayAsync(b, EventsHost.Proposal())).Brief);
        var proposed = await EventsHost.SayAsync(a, EventsHost.Proposal());
        Assert.Equal((200, "proposed"), proposed.Brief);
        var id = proposed.Json.StringMember("id")!;
        var approve = new { step = "approve", @event = id };
        Assert.Equal((403, "same_officer"), (await EventsHost.SayAsync(a, approve)).Brief);
        Assert.Equal((403, "not_your_role"), (await EventsHost.SayAsync(await host.OfficerAsync(OfficerRole.Operator, "Вера"), approve)).Brief);
        Assert.Equal((403, "not_your_role"), (await EventsHost.SayAsync(await host.OfficerAsync(OfficerRole.AppealOfficer, "Глеб"), approve)).Brief);
        Assert.Equal((403, "not_your_role"), (await EventsHost.SayAsync(await host.OfficerAsync(OfficerRole.Administrator, "Дарья"), approve)).Brief);
        Assert.Equal((403, "other_centre"), (await EventsHost.SayAsync(await host.OfficerAsync(OfficerRole.Supervisor, "Егор", "gyumri"), approve)).Brief);
        Assert.Equal((200, "decided"), (await EventsHost.SayAsync(b, approve)).Brief);
        Assert.Equal((409, "wrong_state"), (await EventsHost.SayAsync(b, approve)).Brief);
    }

    [Fact]
    public async Task An_assertion_of_another_officer_decides_nothing_and_a_question_is_answered_once()
    {
        await using var host = await EventsHost.StartAsync();
        var (a, b, c) = (await host.OfficerAsync(OfficerRole.Operator, "Анна"), await host.OfficerAsync(OfficerRole.Supervisor, "Борис"), await host.OfficerAsync(OfficerRole.Supervisor, "Вера"));
        var id = (await EventsHost.SayAsync(a, EventsHost.Proposal())).Json.StringMember("id")!;
        var ask = $$"""{"step":"approve","event":"{{id}}"}""";
        var (asked, other) = (await b.PostAsync("/desk/events/words/options", ask), await c.PostAsync("/desk/events/words/options", ask));
        var mixed = b.Sign(asked).Replace(asked.Json.StringMember("decision")!, other.Json.StringMember("decision")!, StringComparison.Ordinal);
        Assert.Equal((409, "ask_again"), (await b.PostAsync("/desk/events/words", mixed)).Brief);
        var answer = b.Sign(asked);
        Assert.Equal((200, "decided"), (await b.PostAsync("/desk/events/words", answer)).Brief);
        Assert.Equal((409, "ask_again"), (await b.PostAsync("/desk/events/words", answer)).Brief);
    }

    [Fact]
    public async Task What_the_second_officer_declines_or_the_first_takes_back_is_over()
    {
        await using var host = await EventsHost.StartAsync();
        var (a, b) = (await host.OfficerAsync(OfficerRole.Operator, "Анна"), await host.OfficerAsync(OfficerRole.Supervisor, "Борис"));
        foreach (var (who, other) in new[] { (a, b), (b, b) })
        {
            var id = (await EventsHost.SayAsync(a, EventsHost.Proposal())).Json.StringMember("id")!;
            Assert.Equal((403, "not_your_role"), (await (await host.OfficerAsync(OfficerRole.Operator, "Вера")).PostAsync($"/desk/events/{id}/decline")).Brief);
            Assert.Equal((200, "declined"), (await who.PostAsync($"/desk/events/{id}/decline")).Brief);
            Assert.Equal((409, "wrong_state"), (await EventsHost.SayAsync(other, new { step = "approve", @event = id })).Brief);
        }
    }

    [Theory]
    [InlineData("event_name", "")]
    [InlineData("starts_at", "2026-12-05T22:00")]
    [InlineData("ends_at", "2027-12-05T21:00")]
    [InlineData("minimum_age", "15")]
    [InlineData("starts_at", "5 December")]
    public async Task An_event_that_does_not_fit_is_not_proposed(string member, string value)
    {
        await using var host = await EventsHost.StartAsync();
        var a = await host.OfficerAsync(OfficerRole.Operator, "Анна");
        var proposal = System.Text.Json.JsonSerializer.SerializeToNode(EventsHost.Proposal())!;
        proposal[member] = value;
        Assert.Equal((400, "bad_request"), (await EventsHost.SayAsync(a, proposal)).Brief);
        Assert.Equal((200, "proposed"), (await EventsHost.SayAsync(a, EventsHost.Proposal())).Brief);
    }

    [Fact]
    public async Task Two_officers_cancel_on_a_closed_ground_and_every_ticket_is_void()
    {
        await using var host = await EventsHost.StartAsync();
        var (a, b) = (await host.OfficerAsync(OfficerRole.Operator, "Анна"), await host.OfficerAsync(OfficerRole.Supervisor, "Борис"));
        var id = (await EventsHost.SayAsync(a, EventsHost.Proposal())).Json.StringMember("id")!;
        await EventsHost.SayAsync(b, new { step = "approve", @event = id });
        var (first, other) = (await EntryAsync(host, id), await EntryAsync(host, await host.DecidedAsync()));
        var waiting = await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards));

        Assert.Equal((409, "ground_missing"), (await EventsHost.SayAsync(a, new { step = "propose-cancel", @event = id, ground = "dislike" })).Brief);
        Assert.Equal((409, "wrong_state"), (await EventsHost.SayAsync(b, new { step = "confirm-cancel", @event = id })).Brief);
        Assert.Equal((200, "cancel-proposed"), (await EventsHost.SayAsync(a, new { step = "propose-cancel", @event = id, ground = "safety" })).Brief);
        Assert.Equal((403, "same_officer"), (await EventsHost.SayAsync(a, new { step = "confirm-cancel", @event = id })).Brief);
        Assert.Equal(0, Status(host, first));
        Assert.Equal((200, "cancelled"), (await EventsHost.SayAsync(b, new { step = "confirm-cancel", @event = id })).Brief);
        Assert.Equal((1, 0), (Status(host, first), Status(host, other)));

        Assert.Equal("credential", Assert.IsType<CollectionOutcome.Refused>(await host.CollectAsync(waiting)).Step);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Browser().GetAsync($"/events/{id}")).Status);
        Assert.Equal((409, "wrong_state"), (await EventsHost.SayAsync(a, new { step = "propose-cancel", @event = id, ground = "safety" })).Brief);
    }

    [Fact]
    public async Task A_cancellation_that_is_not_confirmed_changes_nothing()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await host.DecidedAsync();
        var a = await host.OfficerAsync(OfficerRole.Operator, "Вера");
        Assert.Equal((200, "cancel-proposed"), (await EventsHost.SayAsync(a, new { step = "propose-cancel", @event = id, ground = "wrong-data" })).Brief);
        await EntryAsync(host, id);
        Assert.Equal((200, "decided"), (await a.PostAsync($"/desk/events/{id}/decline")).Brief);
        await EntryAsync(host, id);
    }

    [Fact]
    public async Task Officers_see_counts_and_no_guests_and_each_word_is_in_the_audit()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await host.DecidedAsync();
        await EntryAsync(host, id);
        var b = await host.OfficerAsync(OfficerRole.Supervisor, "Вера");
        var seen = await b.GetAsync($"/desk/events/{id}", "application/json");
        Assert.Equal(["facts", "given", "id", "state"], seen.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("""{"general":1,"seated":0}""", seen.Json.GetProperty("given").GetRawText());
        Assert.Equal(HttpStatusCode.OK, (await b.GetAsync($"/desk/events/{id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await b.GetAsync("/desk")).Status);
        Assert.Equal((403, "other_centre"), (await (await host.OfficerAsync(OfficerRole.Supervisor, "Егор", "gyumri")).GetAsync($"/desk/events/{id}", "application/json")).Brief);
        var verdict = await host.Get<AuditLog>().VerifyAsync(Ct);
        Assert.Empty(verdict.Match(_ => [], broken => broken.Faults.Where(fault => fault.Rule != AuditRule.HeadMissing)));
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/application")]
    [InlineData("/card")]
    [InlineData("/log")]
    public async Task Where_tickets_are_given_nobody_has_a_file(string path)
    {
        await using var host = await EventsHost.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.Browser().GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.Browser().GetAsync("/")).Status);
    }

    [Fact]
    public void Every_state_ground_and_refusal_has_its_words()
    {
        var texts = new System.Resources.ResourceManager(typeof(EventTexts)).GetResourceSet(CultureInfo.InvariantCulture, true, false)!;
        var needed = Enum.GetValues<EventState>().Where(state => state != EventState.None).Select(state => $"state.{state.Word()}")
            .Concat(Enum.GetValues<CancelGround>().Select(ground => $"ground.{ground.Word()}"))
            .Concat(Refusals.Select(why => $"refused.{why}"));
        Assert.All(needed, key => Assert.NotNull(texts.GetString(key)));
    }

    private static async Task<StatusIndex> EntryAsync(EventsHost host, string id)
    {
        var offer = await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards));
        return EntryOf(Assert.IsType<CollectionOutcome.Collected>(await host.CollectAsync(offer)).Copies[0].Card.Claims);
    }

    /// <summary>The status entry that a ticket names.</summary>
    internal static StatusIndex EntryOf(System.Text.Json.JsonElement claims)
    {
        var entry = claims.GetProperty("status").GetProperty("status_list");
        return new(long.Parse(entry.StringMember("uri")!.Split('/')[^1], CultureInfo.InvariantCulture), (int)entry.LongMember("idx")!.Value);
    }

    /// <summary>What the published list says of an entry.</summary>
    internal static int Status(EventsHost host, StatusIndex entry) =>
        StatusListToken.Parse(host.Get<StatusPublisher>().Find(entry.List)!.Token).OrThrow().List[entry.Index];
}
