using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.SignIn;

/// <summary>The modules of oidcc-rp-initiated-logout-certification-test-plan, by name.</summary>
public sealed class EndSessionTests(IdpHost host) : IClassFixture<IdpHost>, IAsyncLifetime
{
    private Person _person = null!;
    private Service _service = null!;
    private SignInOutcome.SignedIn _signedIn = null!;

    private string Hint => _signedIn.Tokens.IdToken!;

    public async ValueTask InitializeAsync()
    {
        (_person, _service) = (await Person.WithAccountAsync(host), host.Service("service-one"));
        _signedIn = await _service.SignInAsync(_person);
    }

    public ValueTask DisposeAsync()
    {
        _person.Dispose();
        _service.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_discovery_endpoint_verification()
    {
        var metadata = (await _person.Browser.OpenAsync("/.well-known/openid-configuration")).Json;
        Assert.Equal($"{IdpHost.Url}/endsession", metadata.StringMember("end_session_endpoint"));
        Assert.Equal($"{IdpHost.Url}/userinfo", metadata.StringMember("userinfo_endpoint"));
        Assert.Equal(["example.org:acr:0", "example.org:acr:2"], metadata.StringsMember("acr_values_supported"));
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout()
    {
        var landed = await EndAsync(("id_token_hint", Hint), ("post_logout_redirect_uri", _service.ByeUri), ("state", "s t&ate"));
        Assert.Equal(_service.ByeUri, landed.Url.GetLeftPart(UriPartial.Path));
        Assert.Equal("s t&ate", landed.Query("state"));
        await AssertGoneAsync();
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_by_post()
    {
        _person.Browser.Origin = "https://service-one.test";
        var landed = await _person.Browser.SubmitAsync("/endsession", ("id_token_hint", Hint), ("post_logout_redirect_uri", _service.ByeUri));
        Assert.Equal(_service.ByeUri, landed.Url.AbsoluteUri);
        await AssertGoneAsync();
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_no_state()
    {
        Assert.Equal(_service.ByeUri, (await EndAsync(("id_token_hint", Hint), ("post_logout_redirect_uri", _service.ByeUri))).Url.AbsoluteUri);
        await AssertGoneAsync();
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_no_post_logout_redirect_uri()
    {
        Assert.Equal("/signed-out", (await EndAsync(("id_token_hint", Hint))).Url.AbsolutePath);
        await AssertGoneAsync();
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_no_params()
    {
        await AssertAskedAsync(await EndAsync(), 200);
        Assert.Equal("/signed-out", (await _person.Browser.SubmitAsync("/signout")).Url.AbsolutePath);
        await AssertGoneAsync();
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_only_state() => await AssertAskedAsync(await EndAsync(("state", "x")), 200);

    [Fact]
    public async Task Oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() =>
        await AssertAskedAsync(await EndAsync(("id_token_hint", Hint), ("post_logout_redirect_uri", "https://evil.test/bye")), 400);

    [Fact]
    public async Task Oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() =>
        await AssertAskedAsync(await EndAsync(("id_token_hint", Hint), ("post_logout_redirect_uri", _service.ByeUri + "?foo=bar")), 400);

    [Fact]
    public async Task Oidcc_rp_initiated_logout_modified_id_token_hint()
    {
        var none = Base64UrlText.Encode("""{"alg":"none","typ":"JWT"}"""u8) + Hint[Hint.IndexOf('.', StringComparison.Ordinal)..];
        await AssertAskedAsync(await EndAsync(("id_token_hint", none), ("post_logout_redirect_uri", _service.ByeUri)), 400);
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_bad_id_token_hint()
    {
        var real = SignedJwt.Parse(Hint).OrThrow();
        using var other = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256), real.KeyId);
        var forged = JwtWriter.SignPayload(other, "JWT", Encoding.UTF8.GetBytes(real.UnverifiedClaims.GetRawText()));
        await AssertAskedAsync(await EndAsync(("id_token_hint", forged), ("post_logout_redirect_uri", _service.ByeUri)), 400);
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_no_id_token_hint()
    {
        var page = await EndAsync(("post_logout_redirect_uri", _service.ByeUri), ("client_id", "service-one"));
        await AssertAskedAsync(page, 200);
        Assert.False(page.Has(_service.ByeUri));
    }

    [Fact]
    public async Task An_expired_hint_still_signs_out()
    {
        host.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(_service.ByeUri, (await EndAsync(("id_token_hint", Hint), ("post_logout_redirect_uri", _service.ByeUri))).Url.AbsoluteUri);
        await AssertGoneAsync();
    }

    [Fact]
    public async Task The_hint_of_another_person_asks_first_and_the_answer_is_checked_again()
    {
        using var other = await Person.WithAccountAsync(host);
        var page = await other.Browser.OpenAsync($"/endsession?id_token_hint={Hint}&post_logout_redirect_uri={Uri.EscapeDataString(_service.ByeUri)}");
        Assert.Equal(200, page.Status);
        Assert.Contains("https://service-one.test", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        var landed = await other.Browser.SubmitAsync(
            "/signout", ("id_token_hint", page.Field("id_token_hint")), ("post_logout_redirect_uri", page.Field("post_logout_redirect_uri")));
        Assert.Equal(_service.ByeUri, landed.Url.AbsoluteUri);

        using var third = await Person.WithAccountAsync(host);
        var cheated = await third.Browser.SubmitAsync("/signout", ("id_token_hint", Hint), ("post_logout_redirect_uri", "https://evil.test/"));
        Assert.Equal("/signed-out", cheated.Url.AbsolutePath);
    }

    [Fact]
    public async Task A_hint_of_another_session_of_the_same_person_asks_first()
    {
        using var phone = _person.OnOtherBrowser();
        await phone.SignInAsync();
        var page = await phone.Browser.OpenAsync($"/endsession?id_token_hint={Hint}");
        Assert.Equal((200, "/endsession"), (page.Status, page.Url.AbsolutePath));
        Assert.Equal("/account", (await phone.Browser.OpenAsync("/account")).Url.AbsolutePath);

        // The twin: the phone's own token ends it at once.
        var own = (await _service.SignInAsync(phone)).Tokens.IdToken!;
        Assert.Equal("/signed-out", (await phone.Browser.OpenAsync($"/endsession?id_token_hint={own}")).Url.AbsolutePath);
        Assert.Equal("/account", (await _person.Browser.OpenAsync("/account")).Url.AbsolutePath);
    }

    [Fact]
    public async Task A_hint_of_one_service_with_the_client_id_of_another_is_refused() =>
        await AssertAskedAsync(await EndAsync(("id_token_hint", Hint), ("client_id", "service-two")), 400);

    private Task<Shown> EndAsync(params (string Name, string Value)[] parameters) =>
        _person.Browser.OpenAsync("/endsession?" + string.Join('&', parameters.Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}")));

    // Nothing happened yet, and the person stays on a page of the provider.
    private async Task AssertAskedAsync(Shown page, int status)
    {
        Assert.Equal((status, "/endsession"), (page.Status, page.Url.AbsolutePath));
        Assert.True(page.Has("Sign out?"));
        Assert.Equal("/account", (await _person.Browser.OpenAsync("/account")).Url.AbsolutePath);
    }

    private async Task AssertGoneAsync()
    {
        var (start, landed) = await _service.SendAsync(_person, new SignInRequest { Prompt = "none" });
        Assert.Equal("login_required", await _service.ErrorAsync(start, landed));
    }
}
