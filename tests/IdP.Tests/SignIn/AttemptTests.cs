using System.Globalization;
using System.Net;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.IdP.Tests.Harness;

namespace IdentityPlatform.IdP.Tests.SignIn;

/// <summary>What one browser may try, and that nobody is kept out by what somebody else tries.</summary>
public sealed class AttemptTests : IDisposable
{
    private const int Limit = 20;
    private const int Newcomers = 100;

    private static readonly IPAddress Network = IPAddress.Parse("8.8.4.4");

    private readonly IdpHost _host = new();

    public AttemptTests() => _host.Time.BeginWindow();

    public void Dispose() => _host.Dispose();

    [Fact]
    [Trait("Safeguard", "SG13")]
    public async Task Passkeys_that_fail_come_to_a_pause_in_their_browser_and_nowhere_else()
    {
        using var person = await Person.WithAccountAsync(_host);
        using var stranger = await StrangerAsync();
        for (var i = 0; i < Limit; i++)
        {
            var refused = await FailAsync(stranger, stranger);
            Assert.Equal((400, "UnknownPasskey"), (refused.Status, refused.Json.StringMember("error")));
        }

        await IsPausedAsync(await FailAsync(stranger, stranger));
        await IsPausedAsync(await FailAsync(stranger, stranger));

        // The person's other device, and the browser where they are signed in.
        Assert.Equal("/account", (await person.SignInAsync()).StringLocation());
        using var phone = person.OnOtherBrowser();
        Assert.Equal("/account", (await phone.SignInAsync()).StringLocation());

        _host.Time.BeginWindow();
        Assert.Equal(400, (await FailAsync(stranger, stranger)).Status);
    }

    [Fact]
    public async Task In_a_browser_that_pauses_a_good_passkey_pauses_too()
    {
        using var person = await Person.WithAccountAsync(_host);
        using var shared = person.OnOtherBrowser();
        using var stranger = await StrangerAsync();
        for (var i = 0; i <= Limit; i++)
        {
            await FailAsync(shared, stranger);
        }

        var begun = await shared.Browser.PostAsync("/signin/options", _ => { });
        var answer = await shared.CompleteAsync("/signin", begun, shared.Authenticator.Get(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url));
        await IsPausedAsync(answer);

        _host.Time.BeginWindow();
        Assert.Equal("/account", (await shared.SignInAsync()).StringLocation());
    }

    [Fact]
    public async Task Requests_for_a_card_are_bounded_for_one_browser_and_counted_apart_from_passkeys()
    {
        using var issuer = new CardIssuer(_host);
        using var person = await Person.WithAccountAsync(_host);
        for (var i = 0; i < Limit; i++)
        {
            Assert.Equal("/card", (await CardIssuer.StartAsync(person)).Url.AbsolutePath);
        }

        var refused = await person.Browser.SubmitAsync("/card/start", ("return", "/account"));
        Assert.Equal(429, refused.Status);
        Assert.True(refused.Has($"Try again after {Moments.Minute(_host.Time.WindowEnd)}"));
        Assert.Equal("/account", (await person.SignInAsync()).StringLocation());
        using var other = _host.Person();
        Assert.Equal("/card", (await CardIssuer.StartAsync(other)).Url.AbsolutePath);
    }

    [Fact]
    public async Task New_accounts_are_bounded_for_one_browser_and_for_no_other()
    {
        using var busy = _host.Person();
        for (var i = 0; i < Limit; i++)
        {
            Assert.Equal(200, (await busy.Browser.PostAsync("/signup/options", _ => { })).Status);
        }

        await IsPausedAsync(await busy.Browser.PostAsync("/signup/options", _ => { }));
        using var other = await Person.WithAccountAsync(_host);
        Assert.Equal("/account", (await other.SignInAsync()).StringLocation());

        _host.Time.BeginWindow();
        Assert.Equal(200, (await busy.Browser.PostAsync("/signup/options", _ => { })).Status);
    }

    [Fact]
    public async Task Who_throws_the_cookie_away_is_counted_by_the_network_and_a_browser_known_there_goes_on()
    {
        _host.Address = Network;
        using var known = _host.Person();
        Assert.Equal(400, await TryCodeAsync(known));
        for (var i = 1; i < Newcomers; i++)
        {
            using var thrownAway = _host.Person();
            Assert.Equal(400, await TryCodeAsync(thrownAway));
        }

        using var next = _host.Person();
        Assert.Equal(429, await TryCodeAsync(next));
        Assert.Empty(next.Browser.Cookies);
        Assert.Equal(400, await TryCodeAsync(known));

        _host.Address = IPAddress.Parse("8.8.8.8");
        Assert.Equal(400, await TryCodeAsync(next));
        _host.Address = Network;
        using var later = _host.Person();
        _host.Time.BeginWindow();
        Assert.Equal(400, await TryCodeAsync(later));
    }

    [Fact]
    public async Task A_browser_known_from_its_network_pays_for_no_guesses_of_others()
    {
        _host.Address = Network;
        using var known = _host.Person();
        Assert.Equal(400, await TryCodeAsync(known));

        // Behind a proxy that was not told to us, 600 a minute are for all together.
        _host.Address = IPAddress.Loopback;
        var status = 400;
        for (var i = 0; i < 600 && status == 400; i++)
        {
            using var guesser = _host.Person();
            status = await TryCodeAsync(guesser);
        }

        using var unlucky = _host.Person();
        Assert.Equal(429, await TryCodeAsync(unlucky));
        Assert.Equal(400, await TryCodeAsync(known));
    }

    [Theory]
    [InlineData("made-up")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Nobody_makes_the_cookie_for_themselves(string cookie)
    {
        using var client = new HttpClient(_host.Handler());
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{IdpHost.Url}/device") { Content = new FormUrlEncodedContent([new("user_code", "BCDF-GHJK")]) };
            request.Headers.Add("Cookie", $"idp-visitor={cookie}");
            request.Headers.Add("Origin", IdpHost.Url);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.StartsWith("idp-visitor=", Assert.Single(answer.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        }
    }

    private static async Task<int> TryCodeAsync(Person person) => (await person.Browser.SubmitAsync("/device", ("user_code", "BCDF-GHJK"))).Status;

    // Somebody whose passkey was made and never registered.
    private async Task<Person> StrangerAsync()
    {
        var stranger = _host.Person();
        var begun = await stranger.Browser.PostAsync("/signup/options", json => json.WriteString("display_name", ""));
        stranger.Authenticator.Create(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url);
        return stranger;
    }

    private static async Task<Shown> FailAsync(Person browser, Person keys)
    {
        var begun = await browser.Browser.PostAsync("/signin/options", _ => { });
        return await browser.CompleteAsync("/signin", begun, keys.Authenticator.Get(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url));
    }

    private Task IsPausedAsync(Shown answer)
    {
        Assert.Equal((429, "too_many"), (answer.Status, answer.Json.StringMember("error")));
        Assert.Contains($"Try again after {Moments.Minute(_host.Time.WindowEnd)}", answer.Json.StringMember("message"), StringComparison.Ordinal);
        Assert.InRange(int.Parse(answer.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 600);
        return Task.CompletedTask;
    }
}
