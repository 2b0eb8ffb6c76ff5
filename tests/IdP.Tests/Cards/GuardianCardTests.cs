using System.Globalization;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.IdP.Tests.Cards;

/// <summary>A guardian shows the credential by which they act for a child; from then on a service gets tokens that say so.</summary>
public sealed class GuardianCardTests : IAsyncLifetime
{
    private readonly IdpHost _host = new();
    private CardIssuer _issuer = null!;
    private FamilyService _service = null!;
    private Person _guardian = null!;
    private Person _child = null!;
    private RepresentationCard _card = null!;

    [Fact]
    public async Task A_service_gets_the_childs_subject_and_the_guardians_in_act()
    {
        var (child, guardian) = (await _service.TokenAsync(_child), await _service.TokenAsync(_guardian));
        await RefusedAsync(child, guardian);
        await TakenAsync(_guardian, _card);

        var (status, answer) = await _service.ExchangeAsync(child, guardian);
        Assert.Equal(200, status);
        var claims = FamilyService.ClaimsOf(answer.StringMember("access_token")!);
        Assert.Equal(FamilyService.ClaimsOf(child).StringMember("sub"), claims.StringMember("sub"));
        Assert.Equal(FamilyService.ClaimsOf(guardian).StringMember("sub"), claims.ObjectMember("act")?.StringMember("sub"));
        Assert.Equal(["services"], claims.StringsMember("powers"));
        await RefusedAsync(guardian, child);
    }

    [Fact]
    public async Task Two_services_know_neither_by_one_name()
    {
        await TakenAsync(_guardian, _card);
        using var other = _host.FamilyService("service-two");
        var names = new List<string?>();
        foreach (var service in new[] { _service, other })
        {
            var (_, answer) = await service.ExchangeAsync(await service.TokenAsync(_child), await service.TokenAsync(_guardian));
            var claims = FamilyService.ClaimsOf(answer.StringMember("access_token")!);
            names.AddRange([claims.StringMember("sub"), claims.ObjectMember("act")?.StringMember("sub")]);
        }

        Assert.Equal(4, names.OfType<string>().Except([_card.Child, _card.Guardian]).Count());
    }

    [Fact]
    public async Task Only_what_is_needed_is_asked_for()
    {
        var page = await CardIssuer.StartChildAsync(_guardian);
        var asked = (await _issuer.RequestAsync(CardIssuer.LinkOf(page))).Query.GetProperty("credentials")[0];
        Assert.Equal(
            ["""["account"]""", """["represented_account"]""", """["represented","birthdate"]""", """["represented","given_name"]"""],
            asked.GetProperty("claims").EnumerateArray().Select(claim => claim.GetProperty("path").GetRawText()));
        Assert.Equal(CardIssuer.RepresentationType, asked.GetProperty("meta").GetProperty("vct_values")[0].GetString());
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task Somebody_elses_credential_gives_nothing()
    {
        using var thief = await Person.WithAccountAsync(_host);
        Assert.Equal("OtherAccount", (await _issuer.PresentChildAsync(thief, _issuer.Representation(_card))).Query("why"));
        await RefusedAsync(await _service.TokenAsync(_child), await _service.TokenAsync(thief));
        await TakenAsync(_guardian, _card);
    }

    [Fact]
    public async Task Nobody_signs_in_with_it_and_it_is_taken_from_nobody_who_is_not_signed_in()
    {
        using var stranger = _host.Person();
        Assert.Equal("/signin", (await stranger.Browser.SubmitAsync("/card/start", ("for", "child"))).Url.AbsolutePath);
        var page = await CardIssuer.StartAsync(stranger);
        Assert.Null(await _issuer.AnswerAsync(CardIssuer.LinkOf(page), _issuer.Representation(_card)));

        var answer = await _issuer.AnswerAsync(CardIssuer.LinkOf(await CardIssuer.StartChildAsync(_guardian)), _issuer.Representation(_card));
        await _guardian.Browser.SubmitAsync("/signout");
        Assert.Equal("Gone", (await _guardian.Browser.OpenAsync(answer!.RedirectUri!)).Query("why"));
    }

    [Fact]
    public async Task The_card_itself_makes_nobody_a_guardian()
    {
        var page = await CardIssuer.StartChildAsync(_guardian);
        Assert.Null(await _issuer.AnswerAsync(CardIssuer.LinkOf(page), _issuer.Card(_card.Guardian)));
        var answer = await ForgedAsync(page, _issuer.Card(_card.Guardian), forgeKey: false, "account");
        Assert.Equal("Rejected", (await _guardian.Browser.OpenAsync(answer.RedirectUri!)).Query("why"));
    }

    [Fact]
    public async Task Another_holder_key_is_refused_with_words()
    {
        var answer = await ForgedAsync(await CardIssuer.StartChildAsync(_guardian), _issuer.Representation(_card), forgeKey: true, "account", "represented_account");
        var refused = await _guardian.Browser.OpenAsync(answer.RedirectUri!);
        Assert.Equal("Rejected", refused.Query("why"));
        Assert.True(refused.Has("could not prove that it is theirs"), refused.Body);
        Assert.False(refused.Has("passkey"));
    }

    [Fact]
    public async Task A_revoked_and_an_expired_one_are_refused_with_words()
    {
        var wallet = _issuer.Representation(_card);
        var expired = await _issuer.PresentChildAsync(_guardian, _issuer.Representation(_card with { Expires = _host.Time.GetUtcNow().AddDays(-2) }));
        Assert.Equal("Rejected", expired.Query("why"));
        Assert.True(expired.Has("expired"), expired.Body);
        _issuer.RevokeAll();
        var refused = await _issuer.PresentChildAsync(_guardian, wallet);
        Assert.Equal("Rejected", refused.Query("why"));
        Assert.True(refused.Has("The card was withdrawn by its issuer."));
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task Withdrawn_later_it_counts_no_more_and_the_page_says_so()
    {
        await TakenAsync(_guardian, _card);
        var (child, guardian) = (await _service.TokenAsync(_child), await _service.TokenAsync(_guardian));
        Assert.Equal(200, (await _service.ExchangeAsync(child, guardian)).Status);
        Assert.False((await _guardian.Browser.OpenAsync("/account")).Has("It does not count at the moment"));
        _issuer.RevokeAll();
        await RefusedAsync(child, guardian);
        Assert.True((await _guardian.Browser.OpenAsync("/account")).Has("It does not count at the moment"));
    }

    [Fact]
    public async Task With_the_copy_it_rests_until_it_is_shown_again()
    {
        await TakenAsync(_guardian, _card with { Expires = _host.Time.GetUtcNow().AddMinutes(30) });
        _host.Time.Advance(TimeSpan.FromMinutes(31));
        await RefusedAsync(await _service.TokenAsync(_child), await _service.TokenAsync(_guardian));
        await TakenAsync(_guardian, _card);
        Assert.Equal(200, (await _service.ExchangeAsync(await _service.TokenAsync(_child), await _service.TokenAsync(_guardian))).Status);
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("grown up")]
    [InlineData("unknown nature")]
    [InlineData("unknown power")]
    [InlineData("no power")]
    [InlineData("no status")]
    [InlineData("no date")]
    [Trait("Safeguard", "SG17")]
    public async Task What_has_ended_or_is_not_known_here_makes_no_guardian(string what)
    {
        var wrong = what switch
        {
            "ended" => _card with { Until = Day(-2) },
            "grown up" => _card with { Born = Day(-19 * 366) },
            "unknown nature" => _card with { Nature = "neighbour" },
            "unknown power" => _card with { Powers = ["services", "everything"] },
            "no power" => _card with { Powers = [] },
            "no status" => _card with { WithStatus = false },
            _ => _card with { Born = "2015" },
        };
        Assert.Equal("NoGuardian", (await _issuer.PresentChildAsync(_guardian, _issuer.Representation(wrong))).Query("why"));
        await TakenAsync(_guardian, _card);
    }

    [Fact]
    public async Task A_child_without_an_account_here_and_oneself_are_no_children()
    {
        foreach (var child in new[] { "nobodys-subject", _card.Guardian })
        {
            Assert.Equal("UnknownChild", (await _issuer.PresentChildAsync(_guardian, _issuer.Representation(_card with { Child = child }))).Query("why"));
        }

        var elsewhere = _card with { Issuer = "https://other.example.org" };
        Assert.Equal("OtherAccount", (await _issuer.PresentChildAsync(_guardian, _issuer.Representation(elsewhere))).Query("why"));
    }

    [Fact]
    public async Task A_presentation_counts_once()
    {
        var answer = await _issuer.AnswerAsync(CardIssuer.LinkOf(await CardIssuer.StartChildAsync(_guardian)), _issuer.Representation(_card));
        Assert.Equal("/account", (await _guardian.Browser.OpenAsync(answer!.RedirectUri!)).Url.AbsolutePath);
        Assert.True((await EndAsync()).Has("For whom you act"));
        Assert.Equal("Gone", (await _guardian.Browser.OpenAsync(answer.RedirectUri!)).Query("why"));
        Assert.False((await _guardian.Browser.OpenAsync("/account")).Has("Варвара"));
    }

    [Fact]
    public async Task The_guardian_sees_it_and_ends_it_and_the_child_sees_both()
    {
        await TakenAsync(_guardian, _card);
        var page = await _guardian.Browser.OpenAsync("/account");
        Assert.True(page.Has("Варвара"));
        Assert.True(page.Has(DateTime.Parse(_card.Until, CultureInfo.InvariantCulture).ToString("d MMMM yyyy", CultureInfo.GetCultureInfo("en"))));
        Assert.False(page.Has("Щеглова"));

        Assert.True((await _guardian.Browser.OpenAsync("/account/export")).Json.ArrayMember("acts_for")?[0].StringMember("name") == "Варвара");
        Assert.Equal("parent", (await _child.Browser.OpenAsync("/account/export")).Json.ArrayMember("acted_for_by")?[0].StringMember("nature"));

        // Below 14 the child sees it, and nobody asks for its word.
        var own = await _child.Browser.OpenAsync("/account");
        Assert.True(own.Has("Who acts for you"));
        Assert.False(own.Has("/account/guardians/word"));

        // Another's key in the form ends nothing.
        await _child.Browser.SubmitAsync("/account/children/end", ("guardianship", page.Field("guardianship")));
        Assert.True((await _guardian.Browser.OpenAsync("/account")).Has("Варвара"));
        Assert.False((await EndAsync()).Has("Варвара"));
        await RefusedAsync(await _service.TokenAsync(_child), await _service.TokenAsync(_guardian));
        var log = await _child.Browser.OpenAsync("/account/log");
        Assert.True(log.Has("Somebody showed that they may act for you"));
        Assert.True(log.Has("A guardian no longer acts for you"));
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task From_14_on_the_child_decides_in_its_own_account()
    {
        await TakenAsync(_guardian, _card with { Born = Day(-15 * 365) });
        var (child, guardian) = (await _service.TokenAsync(_child), await _service.TokenAsync(_guardian));
        await RefusedAsync(child, guardian);
        Assert.True((await _guardian.Browser.OpenAsync("/account")).Has("has to agree first"));

        var key = (await _child.Browser.OpenAsync("/account")).Field("guardianship");

        // The guardian cannot give the child's word.
        await _guardian.Browser.SubmitAsync("/account/guardians/word", ("guardianship", key), ("word", "yes"));
        await RefusedAsync(child, guardian);
        Assert.True((await _child.Browser.SubmitAsync("/account/guardians/word", ("guardianship", key), ("word", "yes"))).Has("You agreed to it."));
        Assert.Equal(200, (await _service.ExchangeAsync(child, guardian)).Status);
        await TakenAsync(_guardian, _card with { Born = Day(-15 * 365) });
        Assert.Equal(200, (await _service.ExchangeAsync(child, guardian)).Status);
        await _child.Browser.SubmitAsync("/account/guardians/word", ("guardianship", key), ("word", "no"));
        await RefusedAsync(child, guardian);
    }

    public async ValueTask InitializeAsync()
    {
        _issuer = new CardIssuer(_host);
        _service = _host.FamilyService("service-one");
        (_guardian, _child) = (await Person.WithAccountAsync(_host), await Person.WithAccountAsync(_host));
        _card = new(await _issuer.SubjectOfAsync(_guardian), await _issuer.SubjectOfAsync(_child), Day(-8 * 365), Day(400));
    }

    public async ValueTask DisposeAsync()
    {
        _guardian.Dispose();
        _child.Dispose();
        _service.Dispose();
        _issuer.Dispose();
        await _host.DisposeAsync();
    }

    private async Task TakenAsync(Person guardian, RepresentationCard card) =>
        Assert.Equal("/account", (await _issuer.PresentChildAsync(guardian, _issuer.Representation(card))).Url.PathAndQuery);

    private async Task RefusedAsync(string subject, string actor)
    {
        var (status, answer) = await _service.ExchangeAsync(subject, actor);
        Assert.Equal((400, "invalid_request", "the actor may not act for the subject"), (status, answer.StringMember("error"), answer.StringMember("error_description")));
    }

    private async Task<Shown> EndAsync() =>
        await _guardian.Browser.SubmitAsync("/account/children/end", ("guardianship", (await _guardian.Browser.OpenAsync("/account")).Field("guardianship")));

    // What an honest wallet would not send.
    private async Task<PresentationAnswer> ForgedAsync(Shown page, Wallet.Cards.WalletFile wallet, bool forgeKey, params string[] claims)
    {
        using var http = new HttpClient(_host.Handler());
        var request = await _issuer.RequestAsync(CardIssuer.LinkOf(page));
        var (presenter, copy) = (new Presenter(http, wallet, _host.Time), wallet.Copies[0]);
        using var own = copy.Key();
        using var other = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var shown = HeldSdJwt.Bind(
            copy.Card.Present([.. claims.Select(claim => ClaimPath.Of(claim))]), forgeKey ? other : own, request.Audience, request.Nonce, _host.Time.GetUtcNow());
        return await presenter.SendAsync(request, new Dictionary<string, string> { ["representation"] = shown }, CancellationToken.None);
    }

    private string Day(int days) => DateOnly.FromDateTime(_host.Time.GetUtcNow().UtcDateTime).AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
