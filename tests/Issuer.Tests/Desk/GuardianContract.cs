using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Desk;
using static IdentityPlatform.Issuer.Tests.Desk.CardLife;
using static IdentityPlatform.Issuer.Tests.Desk.GuardianStory;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>Acting for a child, from the application to its end, over HTTP and by the calendar, on every engine.</summary>
public abstract class GuardianContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task A_parent_whom_two_officers_believe_collects_beside_the_own_card_and_the_child_sees_it()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var number = await story.ApproveAsync();
        Assert.Equal((200, "approved"), (await story.Parent.GetAsync($"/card?number={number}", "application/json")).Brief);
        Assert.Equal("active", (await story.Parent.GetAsync("/card", "application/json")).Json.StringMember("state"));
        await story.CollectAsync(number);
        Assert.Equal("active", (await story.Parent.GetAsync($"/card?number={number}", "application/json")).Json.StringMember("state"));

        var child = await host.PersonAsync("misha");
        Assert.Equal(number, (await child.GetAsync("/guardians", "application/json")).Json.GetProperty("guardians")[0].StringMember("number"));
        Assert.Equal((404, "not_found"), (await child.GetAsync($"/card?number={number}", "application/json")).Brief);
        Assert.Equal((409, "wrong_state"), (await child.PostAsync("/card/revoke", $$"""{"number":"{{number}}"}""")).Brief);
        Assert.Empty((await story.Parent.GetAsync("/guardians", "application/json")).Json.GetProperty("guardians").EnumerateArray());
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task It_ends_by_itself_after_its_last_day()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var number = await story.ApproveAsync(until: "2026-12-23");
        await story.CollectAsync(number);
        await SweepAsync(host, TimeSpan.FromDays(30));
        Assert.Equal("active", await StateOfAsync(host, number));
        await SweepAsync(host, TimeSpan.FromDays(1));
        Assert.Equal("expired", await StateOfAsync(host, number));
        Assert.Equal("active", await StateOfAsync(host, story.ParentCase));
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task A_child_ends_it_from_fourteen_on_and_not_before()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host, born: "2012-11-24");
        var young = await story.ApproveAsync(until: "2026-11-23");
        var child = await host.PersonAsync("misha");
        Assert.Equal((409, "not_heard_yet"), (await child.PostAsync($"/guardians/{young}/end")).Brief);
        Assert.Equal((403, "not_your_case"), (await story.Parent.PostAsync($"/guardians/{young}/end")).Brief);

        host.Clock.Now = host.Provider.Now = TestCase.Now.AddDays(1);
        child = await host.PersonAsync("misha");
        story = await story.LaterAsync();
        var heard = await story.ApproveAsync(until: "2030-11-23", heard: true);
        Assert.Equal((403, "not_your_case"), (await (await host.PersonAsync("somebody")).PostAsync($"/guardians/{heard}/end")).Brief);
        Assert.Equal((200, "revoked"), (await child.PostAsync($"/guardians/{heard}/end")).Brief);
        Assert.Equal("revoked", await StateOfAsync(host, heard));
        Assert.Contains("card.ended-by-child", await LogAsync(host));
    }

    [Fact]
    public async Task A_child_of_fourteen_who_is_not_heard_is_not_acted_for()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host, born: "2012-11-23");
        var number = await story.ApplyAsync(until: "2030-11-22");
        Assert.Equal((409, "proofing_incomplete"), (await story.ProofAsync(number)).Brief);
        Assert.Equal((200, "pending-decision"), (await story.ProofAsync(number, heard: true)).Brief);
    }

    [Theory]
    [InlineData("2026-11-22")]
    [InlineData("2028-05-26")]
    public async Task A_last_day_that_is_past_or_too_late_is_no_field_of_the_form(string until)
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var refused = await story.Parent.PostAsync("/applications", story.Form(until));
        Assert.Equal("until", refused.Json.GetProperty("fields").StringMember("valid_until"));
        Assert.NotNull(await story.ApplyAsync("2028-05-25"));
    }

    [Fact]
    public async Task A_child_with_another_name_or_birth_date_is_told_to_officers_alone()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var wrong = story.Form("2028-05-25").Replace("2014-05-26", "2014-05-27", StringComparison.Ordinal);
        var sent = await story.Parent.PostAsync("/applications", wrong);
        Assert.Equal((200, "ready-to-book"), sent.Brief);
        Assert.Equal((409, "represented_differs"), (await story.ProofAsync(sent.Json.StringMember("id")!)).Brief);
    }

    [Fact]
    public async Task Nobody_acts_without_an_own_card_for_themselves_or_for_a_number_that_is_none()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        Assert.Equal((409, "card_needed"), (await (await host.PersonAsync("stranger")).PostAsync("/applications", story.Form("2028-05-25"))).Brief);
        Assert.Equal((409, "child_unknown"), (await story.Parent.PostAsync("/applications", story.Form("2028-05-25", child: story.ParentCase))).Brief);
        Assert.Equal((409, "child_unknown"), (await story.Parent.PostAsync("/applications", story.Form("2028-05-25", child: "2222222222222222"))).Brief);
        Assert.NotNull(await story.ApplyAsync());
    }

    [Fact]
    public async Task At_the_desk_the_document_of_the_own_card_is_shown()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var number = await story.ApplyAsync();
        Assert.Equal((403, "document_differs"), (await story.ProofAsync(number, document: "ZZ 999 999")).Brief);
        Assert.Equal((200, "pending-decision"), (await story.ProofAsync(number)).Brief);
    }

    [Fact]
    public async Task Officers_end_it_on_the_ground_that_belongs_to_it_and_no_card_on_that_ground()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var number = await story.ApproveAsync();
        Assert.Equal((409, "ground_missing"), (await OrderAsync(story.A, story.ParentCase, new { step = "propose", kind = "revoke", ground = "guardianship-ended" })).Brief);
        Assert.Equal((200, "approved"), (await OrderAsync(story.A, number, new { step = "propose", kind = "revoke", ground = "guardianship-ended" })).Brief);
        var order = (await story.B.GetAsync($"/desk/cases/{number}/card", "application/json")).Json.StringMember("order");
        Assert.Equal((200, "revoked"), (await OrderAsync(story.B, number, new { step = "confirm", order })).Brief);
        Assert.Equal("active", await StateOfAsync(host, story.ParentCase));
    }

    [Fact]
    public async Task It_ends_with_the_child()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var number = await story.ApproveAsync();
        await story.CollectAsync(number);
        await OrderAsync(story.A, story.ChildCase, new { step = "propose", kind = "revoke", ground = "death" });
        var order = (await story.B.GetAsync($"/desk/cases/{story.ChildCase}/card", "application/json")).Json.StringMember("order");
        Assert.Equal((200, "closed-deceased"), (await OrderAsync(story.B, story.ChildCase, new { step = "confirm", order })).Brief);
        Assert.Equal("revoked", await StateOfAsync(host, number));
        Assert.Equal("active", await StateOfAsync(host, story.ParentCase));
    }

    [Fact]
    public async Task It_ends_with_the_childs_file_and_with_the_parents()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var first = await story.ApproveAsync();
        await (await host.PersonAsync("misha")).PostAsync("/erase", """{"sure":true}""");
        Assert.Equal("revoked", await StateOfAsync(host, first));

        await using var other = await StartAsync();
        story = await GuardianStory.StartAsync(other);
        var second = await story.ApproveAsync();
        await story.Parent.PostAsync("/erase", """{"sure":true}""");
        Assert.Equal("revoked", await StateOfAsync(other, second));
        Assert.Equal("approved", await StateOfAsync(other, story.ChildCase));
    }

    [Fact]
    [Trait("Safeguard", "SG12")]
    public async Task The_database_does_not_say_whose_parent_somebody_is()
    {
        await using var host = await StartAsync();
        var story = await GuardianStory.StartAsync(host);
        var number = await story.ApproveAsync();
        var childId = (await FindAsync(host, story.ChildCase)).PersonId;
        var slot = await host.Get<Representations>().SlotOfAsync(childId, Ct);
        Assert.Equal(slot, (await FindAsync(host, number)).Application.Slot);
        Assert.DoesNotContain(childId, slot!, StringComparison.Ordinal);

        // A second decision about the same child takes the first one's place; one about another child stands beside it.
        var again = await story.ApproveAsync();
        Assert.Equal(("superseded", "approved"), (await StateOfAsync(host, number), await StateOfAsync(host, again)));
        Assert.Single((await (await host.PersonAsync("misha")).GetAsync("/guardians", "application/json")).Json.GetProperty("guardians").EnumerateArray());
    }

    private protected abstract Task<DeskHost> StartAsync();
}

public sealed class SqliteGuardianTests : GuardianContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync();
}

public sealed class PostgresGuardianTests(PostgresServer server) : GuardianContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(server);
}
