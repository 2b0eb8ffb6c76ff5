using IdentityPlatform.IdP.Tests.Harness;

namespace IdentityPlatform.IdP.Tests.Safety;

/// <summary>What acts on a cookie is refused when it did not start on a page of the provider.</summary>
public sealed class ForeignOriginTests(IdpHost host) : IClassFixture<IdpHost>
{
    public static TheoryData<string> Forms =>
    [
        "/signin/cancel", "/consent", "/signout", "/account/close", "/account/sessions/end", "/account/consents/withdraw", "/account/identity/forget",
        "/account/passkeys/remove", "/card/start", "/account/children/end", "/account/guardians/word",
    ];

    public static TheoryData<string> Scripts =>
        ["/signup/options", "/signup", "/signin/options", "/signin", "/account/passkeys/options", "/account/passkeys", "/card/result"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_from_another_site_is_refused(string path)
    {
        using var person = await Person.WithAccountAsync(host);
        foreach (var origin in new[] { "https://evil.test", "http://localhost:5105", "null", null })
        {
            person.Browser.Origin = origin;
            Assert.Equal(403, (await person.Browser.SubmitAsync(path)).Status);
        }

        Assert.Equal("/account", (await person.Browser.OpenAsync("/account")).Url.AbsolutePath);
        person.Browser.Origin = IdpHost.Url;
        Assert.NotEqual(403, (await person.Browser.SubmitAsync(path)).Status);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_script_from_another_site_is_refused(string path)
    {
        using var person = await Person.WithAccountAsync(host);
        person.Browser.Origin = "https://evil.test";
        Assert.Equal(403, (await person.Browser.PostAsync(path, _ => { })).Status);
        person.Browser.Origin = IdpHost.Url;
        Assert.NotEqual(403, (await person.Browser.PostAsync(path, _ => { })).Status);
    }

    [Fact]
    public async Task Nothing_of_a_page_can_be_framed_cached_or_sent_elsewhere()
    {
        using var person = await Person.WithAccountAsync(host);
        var page = await person.Browser.OpenAsync("/account");
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
        Assert.Contains("frame-ancestors 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }
}
