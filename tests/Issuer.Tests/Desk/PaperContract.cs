using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Patents;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using static IdentityPlatform.Issuer.Tests.Desk.CardLife;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>A code on paper, from the desk to who checks it with the bundle and nothing else, on every engine.</summary>
public abstract class PaperContract
{
    private const string CardType = "https://example.org/vct/compatriot-card/1";
    private const string PatentType = "https://example.org/vct/work-patent/1";
    private static readonly byte[] Photo = TestPhoto.Of(480, 640);
    private static readonly Policy Paper = Policed(Policy.Haip.IssuerTrust);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Safeguard", "SG20")]
    public async Task It_is_printed_for_who_is_there_checked_offline_and_bound_to_the_photograph_alone()
    {
        await using var host = await StartAsync();
        var (id, a, _) = await DecidedAsync(host);
        var code = await PrintAsync(a, id);

        var accepted = Assert.IsType<VerificationResult.Accepted>(await CheckAsync(host, code));
        Assert.Equal(["birthdate", "date_of_expiry", "family_name", "given_name"], accepted.Credential.Claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("Щеглова", "1991-05-26"), (accepted.Credential.Claims.StringMember("family_name"), accepted.Credential.Claims.StringMember("birthdate")));
        Assert.True(accepted.Credential.IsFaceToBeCompared);
        Assert.False(accepted.Credential.IsHolderBound);
        Assert.True(accepted.Credential.IsPhotograph(Photo));
        Assert.False(accepted.Credential.IsPhotograph(TestPhoto.Of(480, 641)));
        Assert.IsType<CheckOutcome.Waived>(accepted.Report[Check.HolderBinding]);
        Assert.IsType<CheckOutcome.Passed>(accepted.Report[Check.Revocation]);
        Assert.IsType<Failure.NotHolderBound>(Assert.IsType<VerificationResult.Rejected>(await CheckAsync(host, code, policy: Policy.Haip)).Failure);

        // Its term is a year or the card's, whichever ends first.
        var printed = host.Clock.Now;
        host.Clock.Now = printed.AddDays(300);
        Assert.IsType<VerificationResult.Accepted>(await CheckAsync(host, code));
        host.Clock.Now = printed.AddDays(367);
        Assert.IsType<Failure.Expired>(Assert.IsType<VerificationResult.Rejected>(await CheckAsync(host, code)).Failure);
    }

    [Fact]
    public async Task The_next_paper_revokes_the_one_before_and_both_are_in_the_holders_log()
    {
        await using var host = await StartAsync();
        var (id, a, _) = await DecidedAsync(host);
        var first = await PrintAsync(a, id);
        var second = await PrintAsync(a, id);
        Assert.IsType<Failure.Revoked>(Assert.IsType<VerificationResult.Rejected>(await CheckAsync(host, first)).Failure);
        Assert.IsType<VerificationResult.Accepted>(await CheckAsync(host, second));
        Assert.Equal(2, (await LogAsync(host)).Count(name => name == "card.printed"));
        Assert.Equal("active", await StateAsync(host, (await FindAsync(host, id)).PersonId));
    }

    [Fact]
    public async Task Of_many_printed_at_once_exactly_one_is_good()
    {
        await using var host = await StartAsync();
        var (id, a, _) = await DecidedAsync(host);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AskAsync(a, id)));
        Assert.All(answers, answer => Assert.True(answer.Json.StringMember("code") is not null || answer.Brief == (409, "changed_meanwhile"), answer.Body));
        var verdicts = await Task.WhenAll(answers.Select(answer => answer.Json.StringMember("code")).OfType<string>().Select(code => CheckAsync(host, code)));
        Assert.Single(verdicts.OfType<VerificationResult.Accepted>());
    }

    [Fact]
    public async Task Wallets_and_paper_of_one_card_stand_side_by_side_and_end_together()
    {
        await using var host = await StartAsync();
        var (id, a, b) = await DecidedAsync(host);
        var personId = (await FindAsync(host, id)).PersonId;
        var code = await PrintAsync(a, id);
        await CollectAsync(host, personId);
        Assert.IsType<VerificationResult.Accepted>(await CheckAsync(host, code));
        await OrderAsync(a, id, new { step = "propose", kind = "suspect-fraud" });
        var order = (await b.GetAsync($"/desk/cases/{id}/card", "application/json")).Json.StringMember("order");
        Assert.Equal((200, "suspended"), (await OrderAsync(b, id, new { step = "confirm", order })).Brief);
        Assert.IsType<Failure.Revoked>(Assert.IsType<VerificationResult.Rejected>(await CheckAsync(host, code)).Failure);
        Assert.Equal((409, "wrong_state"), (await AskAsync(a, id)).Brief);
        await SweepAsync(host, TimeSpan.FromDays(14));
        await a.SignInAsync();
        Assert.IsType<VerificationResult.Accepted>(await CheckAsync(host, await PrintAsync(a, id)));
    }

    [Fact]
    public async Task Only_an_operator_of_the_centre_prints_on_the_holders_document_with_a_photograph()
    {
        await using var host = await StartAsync();
        var (id, a, b) = await DecidedAsync(host);
        Assert.Equal((403, "document_differs"), (await AskAsync(a, id, number: "AN 999 999")).Brief);
        Assert.Equal((400, "bad_request"), (await AskAsync(a, id, language: "fr")).Brief);
        Assert.Equal((403, "not_your_role"), (await AskAsync(b, id)).Brief);
        Assert.Equal((403, "other_centre"), (await AskAsync(await host.OfficerAsync(OfficerRole.Operator, "Eva Ten", "almaty"), id)).Brief);
        Assert.Equal((403, "related"), (await AskAsync(await host.OfficerAsync(OfficerRole.Operator, "Ivan Щеглов"), id)).Brief);
        Assert.Equal(401, (await AskAsync(host.Browser(), id)).Brief.Item1);
        Assert.Equal((0, 0, 0), (await CountAsync(host)) with { Sessions = 0 });
        Assert.Equal((200, null), (await AskAsync(a, id)).Brief);

        var (without, c, _) = await DecidedAsync(host, "misha", "AN 222 222", photograph: false);
        Assert.Equal((409, "not_printed"), (await AskAsync(c, without, number: "AN 222 222")).Brief);
    }

    [Fact]
    public async Task It_is_offered_where_there_is_a_photograph_to_compare_and_elsewhere_the_page_says_why_not()
    {
        await using var host = await StartAsync();
        var (id, a, b) = await DecidedAsync(host);
        Assert.Equal((true, false, false), await OfferedAsync(a, id));
        Assert.Equal((false, false, false), await OfferedAsync(b, id));

        var (without, c, d) = await DecidedAsync(host, "misha", "AN 222 222", photograph: false);
        Assert.Equal((false, true, false), await OfferedAsync(c, without));
        Assert.Equal((false, false, false), await OfferedAsync(d, without));
    }

    [Fact]
    public async Task A_patent_is_offered_on_paper_while_it_is_paid_for()
    {
        await using var host = await StartAsync(patents: true);
        var (id, a, _) = await DecidedAsync(host, "farrukh", "TJ farrukh", centre: PatentStory.Centre, application: PatentStory.Application());
        Assert.Equal((false, false, true), await OfferedAsync(a, id));
        Assert.Equal("counted", (await host.PayAsync(TestTreasury.Fact(id, "2026-11-23"))).Outcome());
        Assert.Equal((true, false, false), await OfferedAsync(a, id));

        var (without, c, _) = await DecidedAsync(host, "dilshod", "TJ dilshod", photograph: false, centre: PatentStory.Centre, application: PatentStory.Application());
        Assert.Equal("counted", (await host.PayAsync(TestTreasury.Fact(without, "2026-11-23"))).Outcome());
        Assert.Equal((false, true, false), await OfferedAsync(c, without));
    }

    [Fact]
    public async Task Once_the_person_is_erased_the_paper_is_refused()
    {
        await using var host = await StartAsync();
        var (id, a, _) = await DecidedAsync(host);
        var code = await PrintAsync(a, id);
        await (await LaterAsync(host)).PostAsync("/erase", """{"sure":true}""");
        Assert.IsType<Failure.Revoked>(Assert.IsType<VerificationResult.Rejected>(await CheckAsync(host, code)).Failure);
    }

    [Theory]
    [InlineData("en", "not bound to its holder", "26 May 1991")]
    [InlineData("ru", "не привязан к владельцу", "26 мая 1991")]
    [InlineData("hy", "կապված չէ քարտատիրոջ հետ", "1991")]
    [InlineData("kk", "иесіне байланбаған", "1991")]
    [InlineData("ky", "ээсине байланган эмес", "1991")]
    [InlineData("uz", "egasiga bogʻlanmagan", "1991")]
    [InlineData("tg", "ба соҳибаш вобаста нест", "1991")]
    public async Task The_page_speaks_the_holders_language_and_the_officers_pages_stay_as_they_are(string language, string words, string birthdate)
    {
        await using var host = await StartAsync();
        var (id, a, _) = await DecidedAsync(host);
        var page = System.Net.WebUtility.HtmlDecode((await a.SubmitAsync(
            $"/desk/cases/{id}/card/paper", ("document", "passport"), ("issuing_state", "am"), ("document_number", "AN 123 456"), ("language", language))).Body);
        Assert.Contains($"<html lang=\"{language}\">", page, StringComparison.Ordinal);
        Assert.Contains(words, page, StringComparison.Ordinal);
        Assert.Contains(birthdate, page, StringComparison.Ordinal);
        Assert.Contains("<svg class=\"qr\"", page, StringComparison.Ordinal);
        Assert.Contains(JpegPhoto.DataUrl(Photo), page, StringComparison.Ordinal);
        Assert.Contains("Print this page now", page, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\">", (await a.GetAsync($"/desk/cases/{id}/card")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patent_on_paper_shows_where_and_until_when_and_ends_with_the_paid_day_of_its_region()
    {
        await using var host = await StartAsync(patents: true);
        var (id, a, _) = await DecidedAsync(host, "farrukh", "TJ farrukh", centre: PatentStory.Centre, application: PatentStory.Application());
        Assert.Equal((409, "not_paid"), (await AskAsync(a, id, "TJ farrukh")).Brief);
        Assert.Equal("counted", (await host.PayAsync(TestTreasury.Fact(id, "2026-11-23"))).Outcome());
        var code = await PrintAsync(a, id, "TJ farrukh");

        // The example key of the patent issuer is certified for its own address, which is not this host's.
        Assert.IsType<Failure.IssuerMismatch>(Assert.IsType<VerificationResult.Rejected>(await CheckAsync(host, code, PatentType)).Failure);
        var pinned = Policed(IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(PatentType, host.Signer.Keys.Active(KeyRole.Credentials).PublicKey)));
        var claims = Assert.IsType<VerificationResult.Accepted>(await CheckAsync(host, code, PatentType, pinned)).Credential.Claims;
        Assert.Equal("""{"paid_until":"2026-12-23","authorized_regions":["RU-SPE","RU-LEN"]}""", claims.GetRawText());

        host.Clock.Now = new DateTimeOffset(2026, 12, 23, 20, 58, 0, TimeSpan.Zero);
        Assert.IsType<VerificationResult.Accepted>(await CheckAsync(host, code, PatentType, pinned));
        host.Clock.Now = new DateTimeOffset(2026, 12, 23, 21, 2, 0, TimeSpan.Zero);
        Assert.IsType<Failure.Expired>(Assert.IsType<VerificationResult.Rejected>(await CheckAsync(host, code, PatentType, pinned)).Failure);
        await a.SignInAsync();
        Assert.Equal((409, "not_paid"), (await AskAsync(a, id, "TJ farrukh")).Brief);
    }

    private static Policy Policed(IssuerTrust trust) => new()
    {
        IssuerTrust = trust,
        HolderBinding = HolderBinding.RequiredOrFaceCompared,
        Status = StatusCheck.Always,
        ExpiryRequired = true,
        Algorithms = Policy.Haip.Algorithms,
        ClockSkew = Policy.Haip.ClockSkew,
        PresentationMaxAge = Policy.Haip.PresentationMaxAge,
    };

    private protected abstract Task<DeskHost> StartAsync(bool patents = false);

    private static async Task<(string Id, DeskBrowser A, DeskBrowser B)> DecidedAsync(
        DeskHost host, string subject = "yulia", string number = "AN 123 456", bool photograph = true, string centre = "yerevan", string? application = null)
    {
        var person = await host.PersonAsync(subject);
        var (a, b) = (await host.OfficerAsync(OfficerRole.Operator, $"Anna {subject}", centre), await host.OfficerAsync(OfficerRole.Supervisor, $"Boris {subject}", centre));
        var id = (await person.PostAsync("/applications", application ?? DeskStory.Application())).Json.StringMember("id")!;
        await person.PostAsync($"/applications/{id}/book", DeskStory.Visit(host, centre: centre));
        await a.PostAsync($"/desk/cases/{id}/checkin");
        if (photograph)
        {
            await a.PostAsync($"/desk/cases/{id}/photo", JsonSerializer.Serialize(new { photo = Convert.ToBase64String(Photo), consent = true }));
        }

        await a.ProofAsync(id, number);
        var approved = await b.DecideAsync(id, "approve");
        return approved.Json.StringMember("state") == "approved" ? (id, a, b) : throw new InvalidOperationException(approved.Body);
    }

    private static Task<DeskAnswer> AskAsync(DeskBrowser officer, string id, string number = "AN 123 456", string language = "ky") => officer.PostAsync(
        $"/desk/cases/{id}/card/paper", JsonSerializer.Serialize(new { document = "passport", issuing_state = "am", document_number = number, language }));

    // What the card's page has: the form, or one of the two reasons why there is none.
    private static async Task<(bool Form, bool NoPhotograph, bool NotPaid)> OfferedAsync(DeskBrowser officer, string id)
    {
        var page = (await officer.GetAsync($"/desk/cases/{id}/card")).Body;
        bool Has(string text) => page.Contains(text, StringComparison.Ordinal);
        return (Has($"action=\"/desk/cases/{id}/card/paper\""), Has("without a photograph"), Has("not paid for today"));
    }

    private static async Task<string> PrintAsync(DeskBrowser officer, string id, string number = "AN 123 456")
    {
        var answer = await AskAsync(officer, id, number);
        return answer.Json.StringMember("code") ?? throw new InvalidOperationException(answer.Body);
    }

    private static async Task<VerificationResult> CheckAsync(DeskHost host, string code, string type = CardType, Policy? policy = null)
    {
        var bundle = OfflineBundle.Parse(await host.Get<BundlePublisher>().BuildAsync(Ct), host.Get<Signer>().Active(KeyRole.BundleRoot).PublicKey).OrThrow();
        return CredentialVerifier.VerifyPrinted(code, [type], policy ?? Paper, Trust.From(bundle), host.Clock.Now);
    }
}

public sealed class SqlitePaperTests : PaperContract
{
    private protected override Task<DeskHost> StartAsync(bool patents = false) => DeskHost.StartAsync(patents: patents);
}

public sealed class PostgresPaperTests(PostgresServer server) : PaperContract
{
    private protected override Task<DeskHost> StartAsync(bool patents = false) => DeskHost.StartAsync(server, patents);
}
