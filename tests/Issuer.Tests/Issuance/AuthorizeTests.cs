using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>The authorization code way: a person's browser, an offer's <c>issuer_state</c>, a yes to the wallet.</summary>
public sealed class AuthorizeTests : IAsyncLifetime
{
    private const string Redirect = "http://localhost:5110/callback";
    private static readonly string Verifier = new('v', 43);

    private IssuerHost _host = null!;
    private string _cookies = "";
    private string _client = "wallet";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
        await _host.Register.AddAsync("bob");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_person_who_agrees_collects_with_the_code()
    {
        await SignInAsync("ann");
        var back = await AnswerAsync(await PushAsync(await StateAsync("ann")), "yes");
        Assert.Equal(IssuerHost.Url, back["iss"]);
        var (wallet, _) = await RedeemAsync(back["code"]);
        Assert.Equal(10, (await wallet.CollectAsync(10)).Count);
    }

    [Fact]
    public async Task Who_is_not_signed_in_signs_in_first()
    {
        var answer = await GetAsync(await PushAsync(await StateAsync("ann")));
        Assert.StartsWith("/signin?return=%2Fauthorize", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_offer_the_own_card_is_collected()
    {
        await SignInAsync("ann");
        Assert.Contains("code", (await AnswerAsync(await PushAsync(null), "yes")).Keys);
    }

    [Fact]
    public async Task The_offer_of_another_person_is_refused()
    {
        await SignInAsync("ann");
        Assert.Equal("access_denied", (await ErrorAsync(await PushAsync(await StateAsync("bob"))))["error"]);
    }

    [Fact]
    public async Task An_offer_that_nobody_made_is_refused()
    {
        await SignInAsync("ann");
        Assert.Equal("access_denied", (await ErrorAsync(await PushAsync("injected")))["error"]);
    }

    [Fact]
    public async Task An_offer_that_has_ended_is_refused()
    {
        var state = await StateAsync("ann");
        _host.Time.Now += TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1);
        await SignInAsync("ann");
        Assert.Equal("access_denied", (await ErrorAsync(await PushAsync(state)))["error"]);
    }

    [Fact]
    public async Task A_person_without_a_card_is_refused()
    {
        await SignInAsync("carl");
        Assert.Equal("access_denied", (await ErrorAsync(await PushAsync(null)))["error"]);
    }

    [Fact]
    public async Task A_person_who_says_no_is_heard()
    {
        await SignInAsync("ann");
        Assert.Equal("access_denied", (await AnswerAsync(await PushAsync(await StateAsync("ann")), "no"))["error"]);
    }

    [Fact]
    public async Task The_question_of_one_person_is_not_answered_by_another()
    {
        await SignInAsync("ann");
        var asked = (await GetAsync(await PushAsync(null))).Headers.Location!.ToString();
        await SignInAsync("bob");
        Assert.Equal(HttpStatusCode.Gone, (await GetAsync(asked)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await PostAsync(asked, "yes", IssuerHost.Url)).StatusCode);
    }

    [Fact]
    public async Task An_answer_from_a_foreign_page_does_not_count()
    {
        await SignInAsync("ann");
        var asked = (await GetAsync(await PushAsync(null))).Headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(asked, "yes", "https://evil.example")).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("maybe")]
    public async Task An_answer_that_is_neither_yes_nor_no_is_refused(string decision)
    {
        await SignInAsync("ann");
        var asked = (await GetAsync(await PushAsync(null))).Headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(asked, decision, IssuerHost.Url)).StatusCode);
    }

    [Fact]
    public async Task The_question_says_what_the_wallet_gets_in_the_persons_language()
    {
        await SignInAsync("ann");
        var asked = (await GetAsync(await PushAsync(null))).Headers.Location!.ToString();
        using var request = new HttpRequestMessage(HttpMethod.Get, asked);
        request.Headers.Add("Cookie", _cookies);
        request.Headers.AcceptLanguage.ParseAdd("ru");
        using var answer = await _host.Http.SendAsync(request, Ct);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Ct));
        Assert.Contains("Карта соотечественника", page, StringComparison.Ordinal);
        Assert.Contains("Test wallet", page, StringComparison.Ordinal);
        Assert.Contains("Фамилия", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Щеглова", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("compatriot_card")]
    public async Task Details_ask_for_a_card_with_or_without_a_scope(string? scope)
    {
        await SignInAsync("ann");
        var back = await AnswerAsync(await PushAsync(null, Details, scope), "yes");
        var (wallet, token) = await RedeemAsync(back["code"]);
        Assert.Equal(scope == "compatriot_card" ? scope : null, token.StringMember("scope"));
        var identifier = Identifier(token);
        Assert.Equal("invalid_credential_request", (await wallet.RequestAsync(wallet.Proof(await wallet.NonceAsync()))).Error);
        Assert.Single(TestWallet.Credentials(await ByIdentifierAsync(wallet, identifier)));

        // The refill is the same dataset, and rests on the same decision.
        var refreshed = await wallet.TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token.StringMember("refresh_token")!, ["client_id"] = "wallet" });
        Assert.Equal(identifier, Identifier(refreshed));
        Assert.Single(TestWallet.Credentials(await ByIdentifierAsync(wallet, identifier)));
    }

    [Fact]
    public async Task A_configuration_whose_scope_the_wallet_may_not_ask_for_is_refused_in_details_too()
    {
        await SignInAsync("ann");
        _client = "narrow-wallet";
        var other = _host.Get<Deployment>().Types[0].Configurations.Single(configuration => configuration.Id != "compatriot-card").Id;
        var back = await ErrorAsync(await PushAsync(null, Details.Replace("compatriot-card", other, StringComparison.Ordinal), scope: null));
        Assert.Equal("access_denied", back["error"]);
    }

    [Fact]
    public async Task A_scope_alone_gives_no_identifiers()
    {
        await SignInAsync("ann");
        var back = await AnswerAsync(await PushAsync(null), "yes");
        var (wallet, token) = await RedeemAsync(back["code"]);
        Assert.Null(token.Member("authorization_details"));
        Assert.Equal("unknown_credential_identifier", (await ByIdentifierAsync(wallet, "compatriot-card.x")).Error);
        Assert.Single(await wallet.CollectAsync(1));
    }

    [Theory]
    [InlineData("""[{"type":"payment"}]""")]
    [InlineData("""[{"type":"openid_credential","credential_configuration_id":"other"}]""")]
    [InlineData("[]")]
    [InlineData("x")]
    public async Task Authorization_details_of_another_kind_are_refused(string details)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => PushAsync(null, details));
        Assert.Equal("invalid_authorization_details", JsonElement.Parse(refused.Message).StringMember("error"));
    }

    private const string Details = """[{"type":"openid_credential","credential_configuration_id":"compatriot-card","unknown":1}]""";

    private static string Identifier(JsonElement token) => token.GetProperty("authorization_details")[0].StringsMember("credential_identifiers")!.Single();

    private static async Task<WalletAnswer> ByIdentifierAsync(TestWallet wallet, string identifier) => await wallet.SendAsync(
        JsonSerializer.Serialize(new { credential_identifier = identifier, proofs = new { jwt = new[] { wallet.Proof(await wallet.NonceAsync()) } } }));

    private async Task SignInAsync(string person)
    {
        using var answer = await _host.Http.PostAsync(new Uri($"/test/signin/{person}", UriKind.Relative), null, Ct);
        _cookies = string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
    }

    private async Task<string> StateAsync(string person)
    {
        var offer = await _host.Get<OfferService>().OfferAsync(person, $"card-of-{person}", _host.Signer.Type, Ct);
        return JsonElement.Parse(offer.Json).GetProperty("grants").GetProperty("authorization_code").StringMember("issuer_state")!;
    }

    private async Task<string> PushAsync(string? issuerState, string? details = null, string? scope = "compatriot_card")
    {
        Dictionary<string, string> form = new()
        {
            ["response_type"] = "code",
            ["client_id"] = _client,
            ["redirect_uri"] = Redirect,
            ["state"] = "s",
            ["code_challenge"] = Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        if (issuerState is not null)
        {
            form["issuer_state"] = issuerState;
        }

        if (details is not null)
        {
            form["authorization_details"] = details;
        }

        using var answer = await _host.Http.PostAsync(new Uri("/par", UriKind.Relative), new FormUrlEncodedContent(form), Ct);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        return $"/authorize?client_id={_client}&request_uri={Uri.EscapeDataString(json.StringMember("request_uri") ?? throw new InvalidOperationException(json.GetRawText()))}";
    }

    private async Task<HttpResponseMessage> GetAsync(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (_cookies.Length > 0)
        {
            request.Headers.Add("Cookie", _cookies);
        }

        return await _host.Http.SendAsync(request, Ct);
    }

    private async Task<HttpResponseMessage> PostAsync(string asked, string decision, string origin)
    {
        var handle = Uri.UnescapeDataString(asked.Split("request=")[1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/wallet/consent")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["request"] = handle, ["decision"] = decision }),
        };
        request.Headers.Add("Cookie", _cookies);
        request.Headers.Add("Origin", origin);
        return await _host.Http.SendAsync(request, Ct);
    }

    private async Task<Dictionary<string, string>> AnswerAsync(string authorize, string decision)
    {
        var asked = (await GetAsync(authorize)).Headers.Location!.ToString();
        Assert.StartsWith("/wallet/consent?request=", asked, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(asked)).StatusCode);
        var answered = await PostAsync(asked, decision, IssuerHost.Url);
        Assert.Equal(HttpStatusCode.SeeOther, answered.StatusCode);
        return await ErrorAsync(answered.Headers.Location!.ToString());
    }

    private async Task<Dictionary<string, string>> ErrorAsync(string authorize)
    {
        var back = (await GetAsync(authorize)).Headers.Location!.ToString();
        Assert.StartsWith(Redirect, back, StringComparison.Ordinal);
        return new Uri(back).Query[1..].Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
    }

    private async Task<(TestWallet Wallet, JsonElement Token)> RedeemAsync(string code)
    {
        var wallet = new TestWallet(_host);
        var token = await wallet.TokenAsync(new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = Redirect,
            ["client_id"] = "wallet",
            ["code_verifier"] = Verifier,
        });
        Assert.NotNull(token.StringMember("access_token"));
        return (wallet, token);
    }
}
