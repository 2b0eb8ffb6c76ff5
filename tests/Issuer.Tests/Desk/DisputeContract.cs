using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using static IdentityPlatform.Issuer.Tests.Desk.CardLife;
using static IdentityPlatform.Issuer.Tests.Desk.GuardianStory;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>Guardians disagree: nothing new is issued about the child, what is there stays valid, and two officers with a paper go on.</summary>
public abstract class DisputeContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task A_guardian_objects_and_nothing_new_is_issued_until_two_officers_resume_by_a_paper()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var number = await story.ApproveAsync();
        var next = await story.ApplyAsync();
        await story.ProofAsync(next);
        Assert.Equal((200, "approved"), (await ObjectAsync(story.Parent, number)).Brief);
        Assert.Equal((409, "wrong_state"), (await ObjectAsync(story.Parent, number)).Brief);

        Assert.Equal((409, "frozen"), (await story.B.DecideAsync(next, "approve")).Brief);
        await story.CollectAsync(number);
        Assert.Equal(("active", "approved"), (await StateOfAsync(host, number), await StateOfAsync(host, story.ChildCase)));
        var child = await host.PersonAsync("misha");
        Assert.True((await child.GetAsync("/guardians", "application/json")).Json.BooleanMember("frozen"));
        Assert.Equal(200, (int)(await child.PostAsync("/card/offer")).Status);

        Assert.Equal((403, "not_your_role"), (await OrderAsync(story.B, story.ChildCase, new { step = "propose", kind = "resume-by-court" })).Brief);
        Assert.Equal((200, "offered"), (await OrderAsync(story.A, story.ChildCase, new { step = "propose", kind = "resume-by-court" })).Brief);
        var order = (await story.B.GetAsync($"/desk/cases/{story.ChildCase}/card", "application/json")).Json.StringMember("order");
        Assert.Equal((403, "same_officer"), (await OrderAsync(story.A, story.ChildCase, new { step = "confirm", order })).Brief);
        Assert.Equal((409, "frozen"), (await story.B.DecideAsync(next, "approve")).Brief);
        Assert.Equal((200, "offered"), (await OrderAsync(story.B, story.ChildCase, new { step = "confirm", order })).Brief);
        Assert.Equal((200, "approved"), (await story.B.DecideAsync(next, "approve")).Brief);
        Assert.False((await child.GetAsync("/guardians", "application/json")).Json.BooleanMember("frozen"));
        Assert.Equal((409, "wrong_state"), (await OrderAsync(story.A, story.ChildCase, new { step = "propose", kind = "resume-by-agency" })).Brief);
    }

    [Fact]
    public async Task It_stands_in_the_logs_of_the_child_and_of_who_objects()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        await ObjectAsync(story.Parent, await story.ApproveAsync());
        await ResumeAsync(story, "resume-by-agency");
        var childId = (await host.Get<Cases>().FindAsync(story.ChildCase, Ct))!.PersonId;
        Assert.Equal(["guardian.frozen", "guardian.resumed"], await NamesAsync(host, childId));
        Assert.Equal(["guardian.frozen"], await NamesAsync(host, story.ParentId));
        Assert.Contains("resume-by-agency", await OrderKindsAsync(host));
        Assert.True((await host.Get<AuditLog>().VerifyAsync(Ct)).Match(_ => true, _ => false));
    }

    [Fact]
    public async Task Who_does_not_act_for_the_child_does_not_object()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var number = await story.ApproveAsync();
        Assert.Equal((403, "not_your_case"), (await ObjectAsync(await host.PersonAsync("stranger"), number)).Brief);
        Assert.Equal((403, "not_your_case"), (await ObjectAsync(story.Parent, story.ParentCase)).Brief);
        Assert.Equal((403, "not_your_case"), (await ObjectAsync(await host.PersonAsync("misha"), number)).Brief);
        await story.Parent.PostAsync("/card/revoke", $$"""{"number":"{{number}}"}""");
        Assert.Equal((403, "not_your_case"), (await ObjectAsync(story.Parent, number)).Brief);
        Assert.Equal((200, "approved"), (await ObjectAsync(story.Parent, await story.ApproveAsync())).Brief);
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task A_guardian_who_holds_nothing_here_objects_at_the_centre_and_about_a_child_alone()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        Assert.Equal((403, "not_your_role"), (await story.B.PostAsync($"/desk/cases/{story.ChildCase}/card/objection")).Brief);
        Assert.Equal((409, "wrong_state"), (await story.A.PostAsync($"/desk/cases/{story.ParentCase}/card/objection")).Brief);
        Assert.Equal((200, "approved"), (await story.A.PostAsync($"/desk/cases/{story.ChildCase}/card/objection")).Brief);
        Assert.True((await story.B.GetAsync($"/desk/cases/{story.ChildCase}/card", "application/json")).Json.BooleanMember("frozen"));
        Assert.Contains("resume-by-court", (await story.A.GetAsync($"/desk/cases/{story.ChildCase}/card")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("objection", (await story.A.GetAsync($"/desk/cases/{story.ParentCase}/card")).Body, StringComparison.Ordinal);
        var number = await story.ApplyAsync();
        await story.ProofAsync(number);
        Assert.Equal((409, "frozen"), (await story.B.DecideAsync(number, "approve")).Brief);
        await ResumeAsync(story, "resume-by-court");
        Assert.Equal((200, "approved"), (await story.B.DecideAsync(number, "approve")).Brief);
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task A_child_gets_no_other_card_in_place_of_a_lost_one_until_it_is_settled()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var child = await host.PersonAsync("misha");
        await child.PostAsync("/card/offer");
        var card = (await host.Get<Cards>().FindOfApplicationAsync(story.ChildCase, Ct))!;
        await host.Get<ICardRegister>().MarkCollectedAsync(card.Id, Ct);
        await story.A.PostAsync($"/desk/cases/{story.ChildCase}/card/objection");
        Assert.Equal((200, "suspended"), (await child.PostAsync("/card/lost")).Brief);
        Assert.Equal((409, "frozen"), (await child.PostAsync("/card/replacement")).Brief);
        Assert.Equal("suspended", await StateOfAsync(host, story.ChildCase));
        await ResumeAsync(story, "resume-by-court");
        Assert.Equal((200, "approved"), (await child.PostAsync("/card/replacement")).Brief);
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task Whoever_comes_of_age_has_no_guardians_to_disagree()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host, born: "2008-11-25");
        await story.A.PostAsync($"/desk/cases/{story.ChildCase}/card/objection");
        var child = await host.PersonAsync("misha");
        Assert.True((await child.GetAsync("/guardians", "application/json")).Json.BooleanMember("frozen"));
        host.Clock.Now = host.Provider.Now = TestCase.Now.AddDays(2);
        child = await host.PersonAsync("misha");
        Assert.False((await child.GetAsync("/guardians", "application/json")).Json.BooleanMember("frozen"));
        Assert.Null((await (await story.LaterAsync()).A.GetAsync($"/desk/cases/{story.ChildCase}/card", "application/json")).Json.BooleanMember("frozen"));
    }

    [Fact]
    [Trait("Safeguard", "SG13")]
    public async Task The_database_does_not_say_about_which_child_and_an_erased_child_leaves_nothing()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var number = await story.ApproveAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ObjectAsync(story.Parent, number))));
        Assert.Single(answers, answer => answer.Brief == (200, "approved"));
        var childId = (await host.Get<Cases>().FindAsync(story.ChildCase, Ct))!.PersonId;
        var slot = Assert.Single(await SlotsAsync(host));
        Assert.Equal(await host.Get<Representations>().SlotOfAsync(childId, Ct), slot);
        Assert.DoesNotContain(childId, slot, StringComparison.Ordinal);
        await (await host.PersonAsync("misha")).PostAsync("/erase", """{"sure":true}""");
        Assert.Empty(await SlotsAsync(host));
    }

    private protected abstract Task<DeskHost> StartAsync();

    private static Task<DeskAnswer> ObjectAsync(DeskBrowser guardian, string number) => guardian.PostAsync("/card/objection", $$"""{"number":"{{number}}"}""");

    private static async Task ResumeAsync(GuardianStory story, string kind)
    {
        Assert.Equal(200, (int)(await OrderAsync(story.A, story.ChildCase, new { step = "propose", kind })).Status);
        var order = (await story.B.GetAsync($"/desk/cases/{story.ChildCase}/card", "application/json")).Json.StringMember("order");
        Assert.Equal(200, (int)(await OrderAsync(story.B, story.ChildCase, new { step = "confirm", order })).Status);
    }

    private static async Task<List<string>> NamesAsync(DeskHost host, string personId) =>
        [.. (await host.Get<AuditLog>().ReadForHolderAsync(personId, Ct)).Select(entry => entry.Name).Where(name => name.StartsWith("guardian.", StringComparison.Ordinal))];

    private static async Task<List<string>> OrderKindsAsync(DeskHost host) =>
        (await host.Get<Database>().ReadAsync(connection => connection.QueryAsync<string>("SELECT kind FROM card_orders WHERE state = 'done'"), Ct)).AsList();

    private static async Task<List<string>> SlotsAsync(DeskHost host) =>
        (await host.Get<Database>().ReadAsync(connection => connection.QueryAsync<string>("SELECT slot FROM guardian_disputes"), Ct)).AsList();
}

public sealed class SqliteDisputeTests : DisputeContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync();
}

public sealed class PostgresDisputeTests(PostgresServer server) : DisputeContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(server);
}
