using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.IdP.Tests.Harness;

namespace IdentityPlatform.IdP.Tests.SignIn;

/// <summary>A person signs in on a device without a browser (RFC 8628), by the pages of <c>/device</c>.</summary>
public sealed class DeviceTests : IClassFixture<IdpHost>, IDisposable
{
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    private readonly IdpHost _host;
    private readonly HttpClient _http;
    private readonly SigningKey _key = SigningKey.From(System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256));

    public DeviceTests(IdpHost host)
    {
        _host = host;
        var file = Path.Combine(host.Folder, "clients", "screen.json");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, $$"""
                {
                  "client_id": "screen", "client_name": "Big Screen", "client_name#ru": "Большой экран", "subject_type": "pairwise",
                  "grant_types": ["{{DeviceGrant}}"], "scope": "openid profile", "token_endpoint_auth_method": "none"
                }
                """);
        }

        _http = new HttpClient(host.Handler());
    }

    [Fact]
    public async Task A_person_types_the_code_compares_it_signs_in_agrees_and_the_device_has_an_id_token()
    {
        using var person = await Person.WithAccountAsync(_host);
        var begun = await BeginAsync();
        var code = begun.StringMember("user_code")!;
        var entry = await person.Browser.OpenAsync("/device");
        Assert.Equal(200, entry.Status);

        var confirm = await person.Browser.SubmitAsync("/device", ("user_code", code.ToLowerInvariant()));
        Assert.True(confirm.Has("Big Screen") && confirm.Has(code) && confirm.Has("Nobody honest sends such a link"));
        Assert.Equal("authorization_pending", (await PollAsync(begun)).StringMember("error"));

        var consent = await person.Browser.SubmitAsync("/device/answer", ("user_code", code), ("decision", "yes"));
        var done = await Service.AgreeAsync(person, consent);
        Assert.Equal(("/device", "?outcome=approved"), (done.Url.AbsolutePath, done.Url.Query));
        Assert.True(done.Has("You can go back to your device"));

        _host.Time.Advance(TimeSpan.FromSeconds(5));
        var tokens = await PollAsync(begun);
        var claims = SignedJwt.Parse(tokens.StringMember("id_token")!).OrThrow().UnverifiedClaims;
        Assert.Equal("screen", claims.StringMember("aud"));
        Assert.Equal("DPoP", tokens.StringMember("token_type"));
    }

    [Fact]
    public async Task Somebody_who_is_not_signed_in_signs_in_on_the_way()
    {
        using var person = await Person.WithAccountAsync(_host);
        person.Browser.Forget();
        var code = (await BeginAsync()).StringMember("user_code")!;
        var page = await person.Browser.SubmitAsync("/device/answer", ("user_code", code), ("decision", "yes"));
        Assert.Equal("/signin", page.Url.AbsolutePath);
        Assert.True(page.Has("Big Screen"));
    }

    [Fact]
    public async Task A_link_with_the_code_still_asks()
    {
        using var person = await Person.WithAccountAsync(_host);
        person.Browser.Language = "ru";
        var begun = await BeginAsync();
        var page = await person.Browser.OpenAsync(begun.StringMember("verification_uri_complete")!);
        Assert.True(page.Has("Большой экран") && page.Has("Вам прислали эту ссылку") && page.Has(begun.StringMember("user_code")!));
        Assert.Equal("authorization_pending", (await PollAsync(begun)).StringMember("error"));
    }

    [Fact]
    public async Task Who_says_no_ends_it()
    {
        using var person = await Person.WithAccountAsync(_host);
        var begun = await BeginAsync();
        var done = await person.Browser.SubmitAsync("/device/answer", ("user_code", begun.StringMember("user_code")!), ("decision", "no"));
        Assert.Equal("?outcome=denied", done.Url.Query);
        Assert.Equal("access_denied", (await PollAsync(begun)).StringMember("error"));
    }

    [Fact]
    public async Task Who_refuses_the_consent_ends_it_too()
    {
        using var person = await Person.WithAccountAsync(_host);
        var begun = await BeginAsync();
        var consent = await person.Browser.SubmitAsync("/device/answer", ("user_code", begun.StringMember("user_code")!), ("decision", "yes"));
        Assert.Equal("?outcome=denied", (await Service.RefuseAsync(person, consent)).Url.Query);
        Assert.Equal("access_denied", (await PollAsync(begun)).StringMember("error"));
    }

    [Theory]
    [InlineData("BCDF-GHJK")]
    [InlineData("no code at all")]
    public async Task A_wrong_code_comes_back_with_words(string typed)
    {
        using var person = _host.Person();
        var page = await person.Browser.SubmitAsync("/device", ("user_code", typed));
        Assert.Equal(400, page.Status);
        Assert.True(page.Has("No device is waiting with this code") && page.Has("aria-invalid=\"true\""));
    }

    [Fact]
    public async Task Guessing_in_one_browser_comes_to_a_pause()
    {
        _host.Time.BeginWindow();
        using var person = _host.Person();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(400, (await person.Browser.SubmitAsync("/device", ("user_code", "BCDF-GHJK"))).Status);
        }

        var refused = await person.Browser.SubmitAsync("/device", ("user_code", "BCDF-GHJK"));
        Assert.Equal(429, refused.Status);
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture), 500, 600);
        Assert.True(refused.Has($"Try again after {Moments.Minute(_host.Time.WindowEnd)}"));

        // Another browser goes on, and this one in the next window.
        using var other = _host.Person();
        Assert.Equal(400, (await other.Browser.SubmitAsync("/device", ("user_code", "BCDF-GHJK"))).Status);
        _host.Time.BeginWindow();
        Assert.Equal(400, (await person.Browser.SubmitAsync("/device", ("user_code", "BCDF-GHJK"))).Status);
    }

    [Theory]
    [InlineData("/device")]
    [InlineData("/device/answer")]
    public async Task Another_site_cannot_answer_for_the_person(string path)
    {
        using var person = await Person.WithAccountAsync(_host);
        var code = (await BeginAsync()).StringMember("user_code")!;
        person.Browser.Origin = "https://evil.example";
        Assert.Equal(403, (await person.Browser.SubmitAsync(path, ("user_code", code), ("decision", "yes"))).Status);
    }

    public void Dispose()
    {
        _http.Dispose();
        _key.Dispose();
    }

    private Task<JsonElement> BeginAsync() => PostAsync("/device_authorization", ("client_id", "screen"), ("scope", "openid profile"));

    private Task<JsonElement> PollAsync(JsonElement begun) =>
        PostAsync("/token", ("client_id", "screen"), ("grant_type", DeviceGrant), ("device_code", begun.StringMember("device_code")!));

    private async Task<JsonElement> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, IdpHost.Url + path)
        {
            Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.Add("DPoP", DpopProof.Create(_key, "POST", IdpHost.Url + path, _host.Time.GetUtcNow(), Guid.NewGuid().ToString(), null, null));
        using var answer = await _http.SendAsync(request);
        return StrictJson.ParseObject(Encoding.UTF8.GetBytes(await answer.Content.ReadAsStringAsync())).OrThrow().Element;
    }
}
