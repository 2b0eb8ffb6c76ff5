using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.IdP.Logout;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.IdP.Tests.Logout;

/// <summary>oidcc-backchannel-rp-initiated-logout, and every other way in which a session ends.</summary>
public sealed class BackchannelTests : IAsyncLifetime
{
    private readonly BackchannelHost _place = new();
    private Person _person = null!;
    private Service _service = null!;
    private SignInOutcome.SignedIn _signedIn = null!;

    public async ValueTask InitializeAsync()
    {
        await _place.InitializeAsync();
        (_person, _service) = (await Person.WithAccountAsync(_place.Host), _place.Service());
        _signedIn = await _service.SignInAsync(_person);
    }

    public async ValueTask DisposeAsync()
    {
        _person.Dispose();
        _service.Dispose();
        await _place.DisposeAsync();
    }

    [Fact]
    public async Task Oidcc_backchannel_logout_discovery_endpoint_verification()
    {
        var metadata = (await _person.Browser.OpenAsync("/.well-known/openid-configuration")).Json;
        Assert.True(metadata.BooleanMember("backchannel_logout_supported"));
        Assert.True(metadata.BooleanMember("backchannel_logout_session_supported"));
        Assert.Null(metadata.Member("frontchannel_logout_supported"));
    }

    [Fact]
    public async Task Oidcc_backchannel_rp_initiated_logout()
    {
        var landed = await _person.Browser.OpenAsync(
            $"/endsession?id_token_hint={_signedIn.Tokens.IdToken}&post_logout_redirect_uri={Uri.EscapeDataString(_service.ByeUri)}&state=xyz");
        Assert.Equal($"{_service.ByeUri}?state=xyz", landed.Url.AbsoluteUri);

        // Before the redirect, not some time later.
        var token = Assert.Single(_place.Receiver.Tokens);
        await AssertIsLogoutTokenAsync(token);
        Assert.Equal(0, _place.Waiting());
    }

    [Fact]
    public async Task A_service_that_fails_twice_is_told_the_third_time_with_a_fresh_token()
    {
        _place.Receiver.Answer(503, 500);
        await _person.Browser.SubmitAsync("/signout");
        Assert.Single(_place.Receiver.Tokens);
        Assert.Equal(1, _place.Waiting());
        var tokens = await _place.Receiver.WaitForAsync(3);
        Assert.Equal(3, tokens.Select(token => token.UnverifiedClaims.StringMember("jti")).Distinct().Count());
        Assert.Single(tokens.Select(token => token.UnverifiedClaims.StringMember("sid")).Distinct());
        await SettledAsync();
    }

    [Fact]
    public async Task A_service_that_refuses_the_token_is_not_asked_again()
    {
        _place.Receiver.Answer(400);
        await _person.Browser.SubmitAsync("/signout");
        Assert.Single(_place.Receiver.Tokens);
        Assert.Equal(0, _place.Waiting());
    }

    [Fact]
    public async Task What_a_crash_left_in_the_outbox_is_sent_by_the_next_worker()
    {
        // Written with the end of a session, and then the process died.
        await _place.Host.Services.GetRequiredService<Database>().WriteAsync(
            (connection, transaction) => _place.Host.Services.GetRequiredService<LogoutOutbox>().AddAsync(
                connection, transaction, [new(BackchannelHost.ServiceId, _signedIn.Subject, SidOf(_signedIn)!)], CancellationToken.None),
            CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Empty(_place.Receiver.Tokens);
        _place.Host.Time.Advance(LogoutOutbox.Lease);
        await AssertIsLogoutTokenAsync(Assert.Single(await _place.Receiver.WaitForAsync(1)));
        await SettledAsync();
    }

    [Fact]
    public async Task A_service_that_is_away_is_left_alone_and_its_notices_wait_together()
    {
        for (var i = 0; i < 40; i++)
        {
            using var phone = _person.OnOtherBrowser();
            await phone.SignInAsync();
            await _service.SignInAsync(phone);
        }

        _place.Receiver.IsAway = true;
        await _person.Browser.SubmitAsync("/account/sessions/end-all");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        // Those that were under way together met the closed door; the rest did not knock.
        Assert.InRange(_place.Receiver.Tokens.Count, 1, 33);
        _place.Receiver.IsAway = false;
        await SettledAsync();
        Assert.Equal(41, _place.Receiver.Tokens.Select(token => token.UnverifiedClaims.StringMember("sid")).Distinct().Count());
    }

    [Fact]
    public async Task A_slow_service_does_not_hold_the_person_up()
    {
        _place.Receiver.Delay = TimeSpan.FromSeconds(3);
        var before = DateTimeOffset.UtcNow;
        Assert.Equal("/signed-out", (await _person.Browser.SubmitAsync("/signout")).Url.AbsolutePath);
        Assert.True(DateTimeOffset.UtcNow - before < TimeSpan.FromSeconds(2.5));
        await _place.Receiver.WaitForAsync(1);
        await SettledAsync();
    }

    [Theory]
    [InlineData("signed out")]
    [InlineData("everywhere")]
    [InlineData("from another browser")]
    [InlineData("closed")]
    [InlineData("replaced")]
    [InlineData("idle")]
    [InlineData("old")]
    public async Task Every_end_of_a_session_is_told(string end)
    {
        await EndAsync(end);
        await AssertIsLogoutTokenAsync(Assert.Single(await _place.Receiver.WaitForAsync(1)));
        await SettledAsync();
    }

    [Theory]
    [InlineData("signed out", "You signed out")]
    [InlineData("everywhere", "You signed out")]
    [InlineData("from another browser", "You ended a session in another browser")]
    [InlineData("replaced", "Somebody else signed in in the same browser")]
    [InlineData("idle", "A session ended by itself")]
    public async Task The_holder_reads_who_ended_a_session_and_in_which_browser(string end, string words)
    {
        await EndAsync(end);
        using var later = _person.OnOtherBrowser();
        await later.SignInAsync();
        var page = await later.Browser.OpenAsync("/account/log");
        Assert.True(page.Has(words));
        Assert.True(page.Has("Firefox, Linux"));
    }

    [Fact]
    public async Task Who_signs_in_anew_goes_on_with_the_session_and_leaves_no_service()
    {
        var before = _person.Browser.Cookies["idp-session"];
        await _person.SignInAsync();
        Assert.NotEqual(before, _person.Browser.Cookies["idp-session"]);
        var again = await _service.SignInAsync(_person);
        Assert.Equal(SidOf(_signedIn), SidOf(again));
        Assert.Empty(_place.Receiver.Tokens);

        // The secret from before opens nothing.
        using var thief = _place.Host.Person();
        Assert.Null(await _place.Host.Services.GetRequiredService<Sessions>().FindAsync(before, CancellationToken.None));

        // The twin: the session is still the one that the service is told of, once.
        await _person.Browser.SubmitAsync("/signout");
        Assert.Equal(SidOf(again), Assert.Single(_place.Receiver.Tokens).UnverifiedClaims.StringMember("sid"));
    }

    [Fact]
    public async Task A_service_that_took_no_part_is_not_told()
    {
        using var other = await Person.WithAccountAsync(_place.Host);
        using var quiet = _place.Host.Service("service-one");
        await quiet.SignInAsync(other);
        await other.Browser.SubmitAsync("/signout");
        Assert.Empty(_place.Receiver.Tokens);
        Assert.Equal(0, _place.Waiting());
    }

    private async Task EndAsync(string end)
    {
        using var other = _person.OnOtherBrowser();
        switch (end)
        {
            case "signed out":
                await _person.Browser.SubmitAsync("/signout");
                break;
            case "everywhere":
                await other.SignInAsync();
                Assert.Equal("/signed-out", (await other.Browser.SubmitAsync("/account/sessions/end-all")).Url.AbsolutePath);
                break;
            case "from another browser":
                await other.SignInAsync();
                await other.Browser.SubmitAsync("/account/sessions/end", ("session", (await other.Browser.OpenAsync("/account")).Field("session")));
                break;
            case "closed":
                Assert.Equal("/signed-out", (await _person.Browser.SubmitAsync("/account/close")).Url.AbsolutePath);
                break;
            case "replaced":
                await StrangerSignsUpAsync();
                break;
            default:
                _place.Host.Time.Advance(end == "idle" ? TimeSpan.FromMinutes(61) : TimeSpan.FromHours(13));
                await _place.Host.Services.GetRequiredService<SessionEnds>().SweepAsync(CancellationToken.None);
                break;
        }
    }

    // In the same browser, with a device of their own.
    private async Task StrangerSignsUpAsync()
    {
        using var stranger = _place.Host.Person();
        var begun = await _person.Browser.PostAsync("/signup/options", json => json.WriteString("display_name", ""));
        var credential = stranger.Authenticator.Create(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url);
        Assert.Equal("/account", (await _person.CompleteAsync("/signup", begun, credential)).StringLocation());
    }

    // Back-Channel Logout 1.0 §2.4, with the sub and sid of the ID token.
    private async Task AssertIsLogoutTokenAsync(SignedJwt token)
    {
        var keys = (await _person.Browser.OpenAsync("/jwks")).Json.ArrayMember("keys")!.Value.EnumerateArray();
        using var key = VerificationKey.Import(Jwk.Parse(keys.Single(jwk => jwk.StringMember("kid") == token.KeyId)).OrThrow()).OrThrow();
        var claims = token.Verify(key, LogoutTokens.Type, JwsAlgorithm.ES256).OrThrow().Claims;
        var now = _place.Host.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(IdpHost.Url, claims.StringMember("iss"));
        Assert.Equal(BackchannelHost.ServiceId, claims.StringMember("aud"));
        Assert.InRange(claims.LongMember("iat")!.Value, now - 30, now);
        Assert.Equal(120, claims.LongMember("exp") - claims.LongMember("iat"));
        Assert.True(claims.StringMember("jti")!.Length >= 20);
        Assert.Equal("{\"" + LogoutTokens.Event + "\":{}}", claims.GetProperty("events").GetRawText());
        Assert.Equal(_signedIn.Subject, claims.StringMember("sub"));
        Assert.Equal(SidOf(_signedIn), claims.StringMember("sid"));
        Assert.Null(claims.Member("nonce"));
    }

    private static string? SidOf(SignInOutcome.SignedIn signedIn) => SignedJwt.Parse(signedIn.Tokens.IdToken!).OrThrow().UnverifiedClaims.StringMember("sid");

    private async Task SettledAsync()
    {
        for (var i = 0; i < 300 && _place.Waiting() > 0; i++)
        {
            await Task.Delay(100);
        }

        Assert.Equal(0, _place.Waiting());
    }
}
