using System.Net;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.EventDoor;

/// <summary>The door over real HTTP, with no issuer anywhere: what it holds is all that it knows.</summary>
public sealed class EventDoorTests : IAsyncLifetime
{
    // Whole seconds, as the wire has them.
    private readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    private DoorProcess _door = null!;

    public async ValueTask InitializeAsync() => _door = await DoorProcess.StartAsync(Ct);

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task A_valid_card_is_accepted_as_of_its_lists_and_the_name_is_never_shown()
    {
        await BringAsync(new Scenario(_now));
        var verdict = await VisitAsync(new Scenario(_now));
        Assert.Equal("accepted", verdict.StringMember("state"));
        Assert.Null(verdict.Member("check"));
        Assert.False(verdict.BooleanMember("name_shown"));
        Assert.Equal("""[["age_equal_or_over","18"]]""", verdict.ArrayMember("disclosed")!.Value.GetRawText());
        Assert.Equal(_now.AddDays(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), verdict.StringMember("as_of"));
        Assert.StartsWith("The card is accepted.", verdict.StringMember("explanation"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_was_asked_for_is_refused() => await IsRefusedAsync("Request", "OverDisclosure", s => s.Shown.Add(s.FamilyName));

    [Fact]
    public async Task A_withdrawn_card_is_refused()
    {
        await BringAsync(new Scenario(_now), s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1), issuedAt: _now.AddHours(-1), expiresAt: _now.AddDays(1)));
        var verdict = await VisitAsync(new Scenario(_now));
        Assert.Equal(("rejected", "Revocation", "Revoked"), Facts(verdict));
    }

    [Fact]
    public async Task A_card_without_a_status_is_refused() => await IsRefusedAsync("Revocation", "StatusUnknown", s => s.Payload.Remove("status"));

    [Fact]
    public async Task Somebody_under_18_is_refused_by_the_value_asked_for() =>
        await IsRefusedAsync("Request", "ValueNotRequested", s =>
        {
            var under = Scenario.Disclosure("\"18\"", "false");
            var ages = Scenario.Disclosure("\"age_equal_or_over\"", $$"""{"_sd":["{{Scenario.Digest(under)}}"]}""");
            s.Payload["_sd"]!.AsArray().Add(Scenario.Digest(ages));
            s.Shown.Clear();
            s.Shown.AddRange([ages, under]);
        });

    [Fact]
    public async Task Without_a_bundle_nobody_is_accepted() => Assert.Equal(("rejected", "IssuerTrust", "UntrustedIssuer"), Facts(await VisitAsync(new Scenario(_now))));

    [Fact]
    public async Task The_request_asks_for_one_age_and_nothing_else()
    {
        var (_, challenge) = await _door.SendAsync(HttpMethod.Post, "/challenges", null, Ct);
        var wallet = TestWallet.Read(await _door.TextAsync(challenge.StringMember("request_uri")!, Ct));
        Assert.Equal(
            """{"credentials":[{"id":"card","format":"dc+sd-jwt","meta":{"vct_values":["https://example.org/vct/compatriot-card/1"]},"claims":[{"path":["age_equal_or_over","18"],"values":[true]}]},{"id":"card-mdoc","format":"mso_mdoc","meta":{"doctype_value":"org.example.compatriotcard.1"},"claims":[{"path":["org.iso.23220.1","age_over_18"],"values":[true]}]}],"credential_sets":[{"options":[["card"],["card-mdoc"]]}]}""",
            wallet.Claims.ObjectMember("dcql_query")!.Value.GetRawText());
        Assert.StartsWith("openid4vp://?client_id=x509_hash%3A", challenge.StringMember("link"), StringComparison.Ordinal);
        Assert.Equal("waiting", (await ReadAsync(challenge)).StringMember("state"));
    }

    [Fact]
    public async Task A_challenge_is_answered_once()
    {
        await BringAsync(new Scenario(_now));
        var (_, challenge) = await _door.SendAsync(HttpMethod.Post, "/challenges", null, Ct);
        var wallet = TestWallet.Read(await _door.TextAsync(challenge.StringMember("request_uri")!, Ct));
        var response = wallet.Encrypt(wallet.Answering(new Scenario(_now)).Present());
        Assert.Equal(HttpStatusCode.OK, await PostAsync(wallet, response));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(wallet, response));
        Assert.Equal("accepted", (await ReadAsync(challenge)).StringMember("state"));
    }

    [Fact]
    public async Task No_claim_is_kept_or_logged()
    {
        await BringAsync(new Scenario(_now));
        var scenario = new Scenario(_now);
        scenario.Shown.Add(scenario.FamilyName);
        await VisitAsync(scenario);
        await VisitAsync(new Scenario(_now));
        Assert.Equal(["bundle.json", "bundle.json.seen", "counts.json"], _door.Files.Order(StringComparer.Ordinal));
        Assert.Contains("/present/response/", _door.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Щеглова", _door.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(scenario.FamilyName, _door.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(scenario.Over18, _door.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_bundle_is_refused_by_name()
    {
        Assert.Equal("stored", await OfferAsync(new Scenario(_now).Bundle(8)));
        Assert.Equal("older", await OfferAsync(new Scenario(_now).Bundle(7)));
        Assert.Equal("refused", await OfferAsync("{}"u8.ToArray()));
    }

    [Fact]
    public async Task A_door_without_an_address_says_that_nothing_could_be_fetched() =>
        Assert.Equal("unreachable", (await _door.SendAsync(HttpMethod.Post, "/bundle/refresh", null, Ct)).Json.StringMember("outcome"));

    [Fact]
    public async Task Pages_of_other_sites_may_not_press_its_buttons()
    {
        foreach (var path in new[] { "/challenges", "/bundle/refresh" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await _door.SendAsync(HttpMethod.Post, path, null, Ct, "https://evil.example")).Status);
            Assert.NotEqual(HttpStatusCode.Forbidden, (await _door.SendAsync(HttpMethod.Post, path, null, Ct, _door.PublicUrl)).Status);
        }
    }

    [Fact]
    public async Task An_unknown_challenge_is_none() =>
        Assert.Equal(HttpStatusCode.NotFound, (await _door.SendAsync(HttpMethod.Get, "/challenges/unknown", null, Ct)).Status);

    [Theory]
    [InlineData("en", "Over 18? Show your card")]
    [InlineData("ru", "Есть 18? Покажите карту")]
    [InlineData("hy", "18 տարեկան կա՞ք։ Ցույց տվեք քարտը")]
    [InlineData("kk", "18-ге толдыңыз ба? Картаңызды көрсетіңіз")]
    [InlineData("ky", "18 жашка толдуңузбу? Картаңызды көрсөтүңүз")]
    [InlineData("uz-Latn-UZ", "18 yoshga toʻldingizmi? Kartangizni koʻrsating")]
    [InlineData("tg", "18-сола шудаед? Кортро нишон диҳед")]
    public async Task The_page_speaks(string language, string words) =>
        Assert.Contains(words, WebUtility.HtmlDecode(await _door.TextAsync($"{_door.PublicUrl}/?lang={language}", Ct)), StringComparison.Ordinal);

    [Theory]
    [InlineData("PublicUrl", "not a url")]
    [InlineData("PublicUrl", "http://door.example.org")]
    [InlineData("EventDoor__AccessKey", "missing.json")]
    [InlineData("EventDoor__BundleRoot", "")]
    [InlineData("EventDoor__Directory", "")]
    [InlineData("EventDoor__BundleUrl", "ftp://issuer.example.org/bundle")]
    [InlineData("EventDoor__RefreshHours", "0")]
    [InlineData("EventDoor__Age", "-1")]
    [InlineData("EventDoor__Age", "old")]
    [InlineData("EventDoor__Keeper", "http://keeper.example.org")]
    [InlineData("EventDoor__OpensHoursBefore", "100")]
    public async Task A_bad_setting_ends_the_program_and_names_the_key(string key, string value)
    {
        var (code, output) = await DoorProcess.FailToStartAsync(key, value, Ct);
        Assert.NotEqual(0, code);
        Assert.Contains(key.Replace("__", ":", StringComparison.Ordinal), output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_door_leans_on_nothing_of_the_servers() =>
        Assert.Equal(
            ["IdentityPlatform.Formats", "IdentityPlatform.Kiosk", "IdentityPlatform.Verifier", "IdentityPlatform.Verifier.AspNetCore"],
            typeof(IdentityPlatform.EventDoor.Door).Assembly.GetReferencedAssemblies().Select(name => name.Name!)
                .Where(name => name.StartsWith("IdentityPlatform.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static (string?, string?, string?) Facts(JsonElement verdict) =>
        (verdict.StringMember("state"), verdict.StringMember("check"), verdict.StringMember("failure"));

    private async Task IsRefusedAsync(string check, string failure, Action<Scenario> transform)
    {
        await BringAsync(new Scenario(_now));
        var scenario = new Scenario(_now);
        transform(scenario);
        var verdict = await VisitAsync(scenario);
        Assert.Equal(("rejected", check, failure), Facts(verdict));
        Assert.False(verdict.BooleanMember("name_shown"));
        Assert.Equal(0, verdict.ArrayMember("disclosed")!.Value.GetArrayLength());
    }

    private async Task BringAsync(Scenario scenario, Action<Scenario>? transform = null)
    {
        transform?.Invoke(scenario);
        Assert.Equal("stored", await OfferAsync(scenario.Bundle()));
    }

    private async Task<string?> OfferAsync(byte[] bundle)
    {
        using var body = new ByteArrayContent(bundle);
        return (await _door.SendAsync(HttpMethod.Put, "/bundle", body, Ct)).Json.StringMember("outcome");
    }

    private async Task<JsonElement> VisitAsync(Scenario scenario)
    {
        var (status, challenge) = await _door.SendAsync(HttpMethod.Post, "/challenges", null, Ct);
        Assert.Equal(HttpStatusCode.Created, status);
        var wallet = TestWallet.Read(await _door.TextAsync(challenge.StringMember("request_uri")!, Ct));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(wallet, wallet.Encrypt(wallet.Answering(scenario).Present())));
        return await ReadAsync(challenge);
    }

    private async Task<HttpStatusCode> PostAsync(TestWallet wallet, string response)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("response", response)]);
        return (await _door.SendAsync(HttpMethod.Post, wallet.ResponseUri, form, Ct)).Status;
    }

    private async Task<JsonElement> ReadAsync(JsonElement challenge) =>
        (await _door.SendAsync(HttpMethod.Get, $"/challenges/{challenge.StringMember("id")}", null, Ct)).Json;
}
