using System.Net;
using System.Text.Json;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class DeskTests
{
    [Fact]
    public async Task A_person_applies_and_two_officers_give_the_card()
    {
        await using var host = await DeskHost.StartAsync();
        var (person, a, b) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Boris Lee"));
        var sent = await person.PostAsync("/applications", DeskStory.Application());
        Assert.Equal((200, "ready-to-book"), sent.Brief);
        var id = sent.Json.StringMember("id")!;
        Assert.Equal((200, "booked"), (await person.PostAsync($"/applications/{id}/book", DeskStory.Visit(host))).Brief);
        Assert.Contains(id, (await a.GetAsync("/desk")).Body, StringComparison.Ordinal);
        Assert.Equal((200, "in-proofing"), (await a.PostAsync($"/desk/cases/{id}/checkin")).Brief);
        Assert.Equal((200, "proofed"), (await a.PostAsync($"/desk/cases/{id}/proofing", DeskStory.Proofing())).Brief);
        Assert.Equal((200, "pending-decision"), (await a.DecideAsync(id, "recommend")).Brief);
        Assert.Equal((403, "same_officer"), (await a.AskAsync(id, "approve")).Brief);
        Assert.Equal((200, "approved"), (await b.DecideAsync(id, "approve")).Brief);
        Assert.Equal((200, "approved"), (await person.GetAsync("/card", "application/json")).Brief);
    }

    [Fact]
    public async Task What_two_officers_decided_is_what_the_signer_mints()
    {
        await using var host = await DeskHost.StartAsync();
        var (_, personId) = await OfferedAsync(host);
        var permit = Assert.IsType<MintAuthorization.Permitted>(await host.MintAsync(personId)).Permit;
        Assert.Equal("Щеглова", permit.Claims.StringMember("family_name"));
        Assert.Equal((TestProvider.Authority, "yulia"), (permit.Claims.GetProperty("account").StringMember("iss"), permit.Claims.GetProperty("account").StringMember("sub")));
    }

    [Fact]
    public async Task A_row_forged_in_the_database_mints_nothing()
    {
        await using var host = await DeskHost.StartAsync();
        var (id, personId) = await OfferedAsync(host);
        await SqlAsync(host, "UPDATE decisions SET assertion = (SELECT d.assertion FROM decisions d WHERE d.application_id = @id ORDER BY d.id LIMIT 1)", id);
        Assert.IsType<MintRefusal.DecisionHashMismatch>(Assert.IsType<MintAuthorization.Refused>(await host.MintAsync(personId)).Refusal);
    }

    [Fact]
    public async Task A_roster_entry_swapped_in_the_database_mints_nothing()
    {
        await using var host = await DeskHost.StartAsync();
        var (id, personId) = await OfferedAsync(host);
        await SqlAsync(host, "UPDATE officers SET roster_entry = (SELECT o.roster_entry FROM officers o WHERE o.role = 'supervisor') WHERE role = 'operator' AND @id <> ''", id);
        Assert.IsType<MintRefusal.RosterEntryForged>(Assert.IsType<MintAuthorization.Refused>(await host.MintAsync(personId)).Refusal);
    }

    [Fact]
    public async Task A_decision_deleted_from_the_database_mints_nothing()
    {
        await using var host = await DeskHost.StartAsync();
        var (id, personId) = await OfferedAsync(host);
        await SqlAsync(host, "DELETE FROM decisions WHERE officer_id IN (SELECT id FROM officers WHERE role = 'operator') AND application_id = @id", id);
        Assert.Equal(new MintRefusal.TooFewDecisions(1), Assert.IsType<MintAuthorization.Refused>(await host.MintAsync(personId)).Refusal);
    }

    [Fact]
    public async Task An_answer_to_a_decision_counts_once_and_from_the_officer_who_was_asked()
    {
        await using var host = await DeskHost.StartAsync();
        var (person, a, b) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Boris Lee"));
        var other = await host.OfficerAsync(OfficerRole.Supervisor, "Clara Lee");
        var id = await person.BookAsync(host);
        await a.ProofAsync(id);
        var question = await b.AskAsync(id, "approve");
        var signed = b.Sign(question);
        Assert.Equal((409, "ask_again"), (await other.PostAsync($"/desk/cases/{id}/decisions", signed)).Brief);
        Assert.Equal((409, "ask_again"), (await b.PostAsync($"/desk/cases/{id}/decisions", signed)).Brief);
        Assert.Equal((200, "approved"), (await b.DecideAsync(id, "approve")).Brief);
    }

    [Fact]
    public async Task An_assertion_over_another_question_changes_nothing()
    {
        await using var host = await DeskHost.StartAsync();
        var (person, a, b) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Boris Lee"));
        var id = await person.BookAsync(host);
        await a.ProofAsync(id);
        var refuse = await b.AskAsync(id, "refuse", "document-invalid");
        var approve = await b.AskAsync(id, "approve");
        var crossed = b.Sign(refuse).Replace(refuse.Json.StringMember("decision")!, approve.Json.StringMember("decision")!, StringComparison.Ordinal);
        Assert.Equal((403, "assertion_invalid"), (await b.PostAsync($"/desk/cases/{id}/decisions", crossed)).Brief);
        Assert.Equal((200, "pending-decision"), (await b.GetAsync($"/desk/cases/{id}", "application/json")).Brief);
    }

    [Fact]
    public async Task An_officer_with_the_applicants_family_name_does_not_decide()
    {
        await using var host = await DeskHost.StartAsync();
        var (person, a, b) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Олег Щеглов"));
        var id = await person.BookAsync(host);
        await a.ProofAsync(id);
        Assert.Equal((403, "related"), (await b.AskAsync(id, "approve")).Brief);
    }

    [Fact]
    public async Task One_document_gives_one_live_card()
    {
        await using var host = await DeskHost.StartAsync();
        await OfferedAsync(host);
        var (second, a) = (await host.PersonAsync("maria"), await host.OfficerAsync(OfficerRole.Operator, "Dora Kim"));
        var id = await second.BookAsync(host, "Другая");
        Assert.Equal((409, "duplicate_document"), (await a.ProofAsync(id, "an-123456")).Brief);
        Assert.Equal((200, "pending-decision"), (await a.DecideAsync(id, "recommend-refusal", "duplicate-live-card")).Brief);
    }

    [Fact]
    [Trait("Safeguard", "SG13")]
    public async Task An_officer_opens_the_own_centres_cases_of_the_day_and_no_other()
    {
        await using var host = await DeskHost.StartAsync();
        var (person, a, elsewhere) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Operator, "Eva Ten", "almaty"));
        var id = await person.BookAsync(host);
        Assert.Equal(HttpStatusCode.OK, (await a.GetAsync($"/desk/cases/{id}", "application/json")).Status);
        Assert.Equal((403, "other_centre"), (await elsewhere.GetAsync($"/desk/cases/{id}", "application/json")).Brief);
        Assert.Equal((403, "other_centre"), (await a.GetAsync("/desk/cases/2222222222222222", "application/json")).Brief);
        Assert.DoesNotContain(id, (await elsewhere.GetAsync("/desk")).Body, StringComparison.Ordinal);
        await person.PostAsync($"/applications/{id}/book", DeskStory.Visit(host, days: 1));
        Assert.Equal((409, "other_day"), (await a.GetAsync($"/desk/cases/{id}", "application/json")).Brief);
    }

    [Fact]
    public async Task The_queue_goes_on_page_by_page()
    {
        await using var host = await DeskHost.StartAsync();
        var a = await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova");
        var booked = new List<string>();
        for (var i = 0; i <= DeskDay.PageSize; i++)
        {
            booked.Add(await (await host.PersonAsync($"person-{i}")).BookAsync(host));
        }

        var first = Ids(await a.GetAsync("/desk", "application/json"));
        var second = Ids(await a.GetAsync($"/desk?after={first[^1]}", "application/json"));
        Assert.Equal((DeskDay.PageSize, 1), (first.Count, second.Count));
        Assert.Equal(booked.Order(StringComparer.Ordinal), first.Concat(second));
    }

    [Fact]
    [Trait("Safeguard", "SG9")]
    public async Task Every_staff_read_and_every_step_is_in_the_holders_log()
    {
        await using var host = await DeskHost.StartAsync();
        var (person, a, b) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Boris Lee"));
        var id = await person.BookAsync(host);
        await a.GetAsync($"/desk/cases/{id}");
        await a.ProofAsync(id);
        await b.DecideAsync(id, "approve");
        var names = (await person.GetAsync("/log", "application/json")).Json.GetProperty("entries").EnumerateArray().Select(entry => entry.StringMember("name")).ToList();
        Assert.Equal(
            ["application.approve", "application.booked", "application.checked-in", "application.pre-check-passed", "application.proofed", "application.recommend", "application.submitted", "case.read"],
            names.Order(StringComparer.Ordinal));
        Assert.True((await host.Get<AuditLog>().VerifyAsync(CancellationToken.None)).Match(_ => true, _ => false));
    }

    [Fact]
    [Trait("Safeguard", "SG10")]
    public async Task Personal_data_is_nowhere_in_clear()
    {
        await using var host = await DeskHost.StartAsync();
        await OfferedAsync(host);
        var stored = await host.Get<Database>().ReadAsync(
            async connection => JsonSerializer.Serialize(await connection.QueryAsync("SELECT * FROM applications"))
                + JsonSerializer.Serialize(await connection.QueryAsync("SELECT * FROM decisions"))
                + JsonSerializer.Serialize(await connection.QueryAsync("SELECT * FROM cards")),
            CancellationToken.None);
        foreach (var value in new[] { "SHCHEGLOVA", "IULIIA", "1991-05-26", "123456", "passport" })
        {
            Assert.DoesNotContain(value, stored, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>A card that waits for its wallet.</summary>
    internal static async Task<(string CaseId, string PersonId)> OfferedAsync(DeskHost host)
    {
        var (person, a, b) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Boris Lee"));
        var id = await person.BookAsync(host);
        await a.ProofAsync(id);
        await b.DecideAsync(id, "approve");
        Assert.Equal(HttpStatusCode.OK, (await person.PostAsync("/card/offer")).Status);
        return (id, (await host.Get<Cases>().FindAsync(id, CancellationToken.None))!.PersonId);
    }

    private static List<string> Ids(DeskAnswer page) => [.. page.Json.GetProperty("cases").EnumerateArray().Select(entry => entry.StringMember("id")!)];

    private static Task<int> SqlAsync(DeskHost host, string sql, string id) => host.Get<Database>().WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(sql, new { id }, transaction), CancellationToken.None);
}
