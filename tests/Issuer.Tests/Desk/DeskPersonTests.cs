using System.Net;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class DeskPersonTests
{
    [Fact]
    public async Task A_sign_in_is_bound_to_the_browser_that_began_it()
    {
        await using var host = await DeskHost.StartAsync();
        var (victim, attacker) = (host.Browser(), host.Browser());
        await attacker.GetAsync("/signin?return=/application");
        var answer = $"/signin/callback?code=c&state={host.Provider.State}&iss={TestProvider.Authority}";
        Assert.Equal(HttpStatusCode.BadRequest, (await victim.GetAsync(answer)).Status);
        Assert.Equal("/application", (await attacker.GetAsync(answer)).Location);
        Assert.Equal(HttpStatusCode.BadRequest, (await attacker.GetAsync(answer)).Status);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    public async Task A_sign_in_returns_to_this_program_alone(string to)
    {
        await using var host = await DeskHost.StartAsync();
        var browser = host.Browser();
        await browser.GetAsync($"/signin?return={Uri.EscapeDataString(to)}");
        Assert.Equal("/application", (await browser.GetAsync($"/signin/callback?code=c&state={host.Provider.State}&iss={TestProvider.Authority}")).Location);
    }

    [Fact]
    public async Task Another_persons_application_is_nobodys_to_touch()
    {
        await using var host = await DeskHost.StartAsync();
        var (yulia, maria) = (await host.PersonAsync("yulia"), await host.PersonAsync("maria"));
        var id = await yulia.BookAsync(host);
        Assert.Equal((403, "not_your_case"), (await maria.PostAsync($"/applications/{id}/withdraw")).Brief);
        Assert.Equal((200, "withdrawn"), (await yulia.PostAsync($"/applications/{id}/withdraw")).Brief);
    }

    [Fact]
    [Trait("Safeguard", "SG10")]
    public async Task Withdrawing_erases_what_was_written_at_once()
    {
        await using var host = await DeskHost.StartAsync();
        var person = await host.PersonAsync("yulia");
        var id = await person.BookAsync(host);
        Assert.NotNull((await host.Get<Cases>().FindAsync(id, CancellationToken.None))!.Claims);
        await person.PostAsync($"/applications/{id}/withdraw");
        Assert.Null((await host.Get<Cases>().FindAsync(id, CancellationToken.None))!.Claims);
        Assert.Equal((200, "ready-to-book"), (await person.PostAsync("/applications", DeskStory.Application())).Brief);
    }

    [Fact]
    public async Task A_missed_visit_is_booked_anew_and_half_a_year_of_silence_erases()
    {
        await using var host = await DeskHost.StartAsync();
        var id = await (await host.PersonAsync("yulia")).BookAsync(host);
        host.Clock.Now += TimeSpan.FromDays(2);
        var person = await SignInLaterAsync(host);
        Assert.Equal((200, "ready-to-book"), (await person.GetAsync("/application", "application/json")).Brief);
        Assert.Equal((200, "booked"), (await person.PostAsync($"/applications/{id}/book", DeskStory.Visit(host))).Brief);
        host.Clock.Now += TimeSpan.FromDays(180);
        Assert.Equal((200, "lapsed"), (await (await SignInLaterAsync(host)).GetAsync("/application", "application/json")).Brief);
        Assert.Null((await host.Get<Cases>().FindAsync(id, CancellationToken.None))!.Claims);
    }

    [Fact]
    public async Task One_application_runs_at_a_time()
    {
        await using var host = await DeskHost.StartAsync();
        var person = await host.PersonAsync("yulia");
        await person.BookAsync(host);
        Assert.Equal((409, "already_there"), (await person.PostAsync("/applications", DeskStory.Application())).Brief);
    }

    [Fact]
    public async Task A_form_of_a_page_does_what_json_does()
    {
        await using var host = await DeskHost.StartAsync();
        var person = await host.PersonAsync("yulia");
        (string, string)[] fields =
        [
            ("family_name", "Щеглова"), ("given_name", "Юлия"), ("family_name_latin1", "SHCHEGLOVA"), ("given_name_latin1", "IULIIA"), ("birthdate", "1991-05-26"),
            ("nationalities", "AM"), ("citizenship_status", "non_citizen"), ("address.country", "am"), ("place_of_birth.country", ""),
        ];
        Assert.Equal(HttpStatusCode.Conflict, (await person.SubmitAsync("/applications", fields)).Status);
        var sent = await person.SubmitAsync("/applications", [.. fields, ("consent", "on")]);
        Assert.Equal((HttpStatusCode.SeeOther, "/application"), (sent.Status, sent.Location));
        Assert.Contains("Choose a centre", (await person.GetAsync("/application")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_faulty_form_comes_back_with_what_was_written()
    {
        await using var host = await DeskHost.StartAsync();
        var person = await host.PersonAsync("yulia");
        var page = await person.SubmitAsync("/applications", ("family_name", "Щеглова"), ("family_name_latin1", "ЩЕГЛОВА"), ("consent", "on"));
        Assert.Contains("Latin letters only", page.Body, StringComparison.Ordinal);
        Assert.Contains("&#x429;&#x435;&#x433;&#x43B;&#x43E;&#x432;&#x430;", page.Body, StringComparison.Ordinal);
        Assert.Equal((422, "invalid_fields"), (await person.PostAsync("/applications", "{}")).Brief);
    }

    [Fact]
    public async Task Nothing_is_done_for_a_page_of_another_origin_or_without_signing_in()
    {
        await using var host = await DeskHost.StartAsync();
        var person = await host.PersonAsync("yulia");
        person.Origin = "https://evil.example";
        Assert.Equal(HttpStatusCode.Forbidden, (await person.PostAsync("/applications", DeskStory.Application())).Status);
        person.Origin = null;
        Assert.Equal(HttpStatusCode.Forbidden, (await person.PostAsync("/applications", DeskStory.Application())).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Browser().PostAsync("/applications", DeskStory.Application())).Status);
        person.Origin = DeskHost.Url;
        Assert.Equal(HttpStatusCode.OK, (await person.PostAsync("/applications", DeskStory.Application())).Status);
    }

    [Theory]
    [InlineData("/applications")]
    [InlineData("/card/lost")]
    [InlineData("/desk/cases/2222222222222222/checkin")]
    [InlineData("/officers/enrol/options")]
    [InlineData("/officers/enrol")]
    [InlineData("/officers/signin")]
    public async Task Bad_bodies_are_refused_in_words_of_HTTP(string path)
    {
        await using var host = await DeskHost.StartAsync();
        var browser = path.StartsWith("/desk", StringComparison.Ordinal) ? await host.OfficerAsync(OfficerRole.Operator, "Anna") : await host.PersonAsync("yulia");
        foreach (var body in new[] { "", "[]", "{", """{"a":1,"a":2}""", "{\"ceremony\":\"\\ud800\"}", """{"ceremony":1,"credential":2,"code":[]}""", """{"ceremony":"x","credential":{}}""" })
        {
            var answer = await browser.PostAsync(path, body);
            Assert.True((int)answer.Status is >= 400 and < 500, $"{path} {body}: {answer.Status}");
        }
    }

    [Fact]
    public async Task A_lost_card_is_blocked_and_another_one_takes_its_place()
    {
        await using var host = await DeskHost.StartAsync();
        var (_, personId) = await DeskTests.OfferedAsync(host);
        var person = await host.PersonAsync("yulia");
        var register = host.Get<ICardRegister>();
        var first = (await register.FindCollectableAsync(personId, host, CancellationToken.None))!.CardId;
        Assert.Equal((409, "wrong_state"), (await person.PostAsync("/card/lost")).Brief);
        Assert.True(await register.MarkCollectedAsync(first, CancellationToken.None));
        Assert.Equal((200, "suspended"), (await person.PostAsync("/card/lost")).Brief);
        Assert.Null(await register.FindCollectableAsync(personId, host, CancellationToken.None));
        Assert.False(await register.MarkCollectedAsync(first, CancellationToken.None));
        Assert.Equal((200, "approved"), (await person.PostAsync("/card/replacement")).Brief);
        Assert.Equal(HttpStatusCode.OK, (await person.PostAsync("/card/offer")).Status);
        Assert.NotEqual(first, (await register.FindCollectableAsync(personId, host, CancellationToken.None))!.CardId);
        Assert.IsType<MintAuthorization.Permitted>(await host.MintAsync(personId));
    }

    [Fact]
    public async Task A_suspicion_is_looked_at_and_a_loss_is_not()
    {
        await using var host = await DeskHost.StartAsync();
        var (_, personId) = await DeskTests.OfferedAsync(host);
        var (register, cards) = (host.Get<ICardRegister>(), host.Get<Cards>());
        var card = (await cards.FindOfPersonAsync(personId, CancellationToken.None))!;
        Assert.True(await register.MarkCollectedAsync(card.Id, CancellationToken.None));
        Assert.False(await register.IsUnderReviewAsync(personId, card.Id, CancellationToken.None));
        Assert.IsType<CardTransition.Moved>(await cards.ApplyAsync(card, new CardEvent.SuspectFraud(TestCase.B), TestCase.A, CancellationToken.None));
        Assert.True(await register.IsUnderReviewAsync(personId, card.Id, CancellationToken.None));
        Assert.False(await register.IsUnderReviewAsync(personId, "other", CancellationToken.None));
        Assert.Null(await register.FindCollectableAsync(personId, host, CancellationToken.None));
        Assert.IsType<CardTransition.Moved>(await cards.ApplyAsync(card, new CardEvent.Clear(), TestCase.B, CancellationToken.None));
        Assert.False(await register.IsUnderReviewAsync(personId, card.Id, CancellationToken.None));
        Assert.IsType<CardTransition.Moved>(await cards.ApplyAsync(card, new CardEvent.ReportLoss(), new Actor.Holder(personId), CancellationToken.None));
        Assert.False(await register.IsUnderReviewAsync(personId, card.Id, CancellationToken.None));
    }

    [Fact]
    public async Task An_offer_that_nobody_took_ends_by_itself()
    {
        await using var host = await DeskHost.StartAsync();
        var (_, personId) = await DeskTests.OfferedAsync(host);
        Assert.NotNull(await host.Get<ICardRegister>().FindCollectableAsync(personId, host, CancellationToken.None));
        host.Clock.Now += TimeSpan.FromHours(2);
        Assert.Null(await host.Get<ICardRegister>().FindCollectableAsync(personId, host, CancellationToken.None));
        Assert.Equal((200, "approved"), (await (await SignInLaterAsync(host)).GetAsync("/card", "application/json")).Brief);
    }

    [Fact]
    public async Task Across_the_desk_the_officer_speaks_the_code()
    {
        await using var host = await DeskHost.StartAsync();
        var (person, a, b) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Boris Lee"));
        var id = await person.BookAsync(host);
        await a.ProofAsync(id);
        Assert.Equal((409, "wrong_state"), (await a.PostAsync($"/desk/cases/{id}/offer")).Brief);
        await b.DecideAsync(id, "approve");
        var offer = (await a.PostAsync($"/desk/cases/{id}/offer")).Json;
        Assert.Matches("^[0-9]{6}$", offer.StringMember("tx_code")!);
        Assert.DoesNotContain(offer.StringMember("tx_code")!, offer.StringMember("credential_offer")!, StringComparison.Ordinal);
        Assert.Null((await person.PostAsync("/card/offer")).Json.StringMember("tx_code"));
        Assert.Equal((403, "not_your_role"), (await b.PostAsync($"/desk/cases/{id}/offer")).Brief);
    }

    [Fact]
    [Trait("Safeguard", "SG10")]
    public async Task Erasing_leaves_nothing_to_read()
    {
        await using var host = await DeskHost.StartAsync();
        var (id, personId) = await DeskTests.OfferedAsync(host);
        var person = await host.PersonAsync("yulia");
        var keys = host.Get<PersonKeys>();
        var kept = await keys.ProtectAsync(personId, "note", "x"u8.ToArray(), CancellationToken.None);
        Assert.Equal((409, "consent_missing"), (await person.PostAsync("/erase")).Brief);
        Assert.Equal((200, "erased"), (await person.PostAsync("/erase", """{"sure":true}""")).Brief);
        Assert.Null(await keys.UnprotectAsync(personId, "note", kept, CancellationToken.None));
        Assert.Null((await host.Get<Cases>().FindAsync(id, CancellationToken.None))!.Claims);
        Assert.Null(await host.Get<ICardRegister>().FindCollectableAsync(personId, host, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.GetAsync("/card", "application/json")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await (await host.PersonAsync("yulia")).GetAsync("/card", "application/json")).Status);
    }

    private static Task<DeskBrowser> SignInLaterAsync(DeskHost host)
    {
        host.Provider.Now = host.Clock.Now;
        return host.PersonAsync("yulia");
    }
}
