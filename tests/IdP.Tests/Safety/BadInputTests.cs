using System.Net.Http.Headers;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Tests.Harness;

namespace IdentityPlatform.IdP.Tests.Safety;

public sealed class BadInputTests(IdpHost host) : IClassFixture<IdpHost>
{
    public static TheoryData<string> Scripts => ["/signup/options", "/signup", "/signin/options", "/signin", "/account/passkeys", "/card/result"];

    public static TheoryData<string> Forms => ["/consent", "/signout", "/signin/cancel", "/account/sessions/end", "/card/start", "/endsession"];

    public static TheoryData<string> PostOnly =>
        ["/signin/options", "/signup/options", "/signin/cancel", "/account/sessions/end", "/account/consents/withdraw", "/card/start", "/card/result"];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_script_endpoint_refuses_what_is_not_one_strict_json_object(string path)
    {
        using var person = await Person.WithAccountAsync(host);
        Assert.Equal(415, (await SendAsync(person, path, "{}", "text/plain")).Status);
        Assert.Equal(400, (await SendAsync(person, path, "{\"a\":1,\"a\":2}", "application/json")).Status);
        Assert.Equal(400, (await SendAsync(person, path, "[]", "application/json")).Status);
        Assert.Equal(400, (await SendAsync(person, path, "{", "application/json")).Status);
        Assert.Equal(413, (await SendAsync(person, path, $"{{\"a\":\"{new string('x', 70_000)}\"}}", "application/json")).Status);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_endpoint_refuses_what_is_no_form(string path)
    {
        using var person = await Person.WithAccountAsync(host);
        Assert.Equal(415, (await SendAsync(person, path, "{}", "application/json")).Status);
        var many = string.Join('&', Enumerable.Range(0, 50).Select(n => $"f{n}=1"));
        Assert.Equal(400, (await SendAsync(person, path, many, "application/x-www-form-urlencoded")).Status);
    }

    [Theory]
    [MemberData(nameof(PostOnly))]
    public async Task A_wrong_method_is_405_with_allow(string path)
    {
        using var person = await Person.WithAccountAsync(host);
        Assert.Equal(405, (await person.Browser.OpenAsync(path)).Status);
    }

    [Theory]
    [InlineData("ceremony")]
    [InlineData("credential")]
    public async Task A_sign_in_that_lacks_a_member_is_refused_and_writes_nothing(string left)
    {
        using var person = host.Person();
        var refused = await person.Browser.PostAsync("/signin", json =>
        {
            json.WriteString(left == "ceremony" ? "credential" : "ceremony", "x");
        });
        Assert.Equal((400, "Malformed"), (refused.Status, refused.Json.StringMember("error")));
        Assert.DoesNotContain("idp-session", person.Browser.Cookies.Keys);
    }

    [Fact]
    public async Task A_ceremony_that_never_was_is_refused()
    {
        using var person = await Person.WithAccountAsync(host);
        var begun = await person.Browser.PostAsync("/signin/options", _ => { });
        var credential = person.Authenticator.Get(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url);
        var refused = await person.Browser.PostAsync("/signin", json =>
        {
            json.WriteString("ceremony", "AAAA");
            json.WritePropertyName("credential");
            json.WriteRawValue(credential);
        });
        Assert.Equal((400, "UnknownCeremony"), (refused.Status, refused.Json.StringMember("error")));
        Assert.Equal(200, (await person.CompleteAsync("/signin", begun, credential)).Status);
    }

    [Fact]
    public async Task A_sign_up_cannot_be_completed_twice()
    {
        using var person = host.Person();
        var begun = await person.Browser.PostAsync("/signup/options", _ => { });
        var credential = person.Authenticator.Create(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url);
        Assert.Equal(200, (await person.CompleteAsync("/signup", begun, credential)).Status);
        var again = await person.CompleteAsync("/signup", begun, credential);
        Assert.Equal((400, "UnknownCeremony"), (again.Status, again.Json.StringMember("error")));
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("//evil.test/")]
    [InlineData("/\\evil.test")]
    [InlineData("javascript:alert(1)")]
    public async Task A_sign_in_leads_to_no_other_site(string target)
    {
        using var person = await Person.WithAccountAsync(host);
        Assert.Equal("/account", (await person.SignInAsync(target)).StringLocation());
        Assert.Equal("/account/log", (await person.SignInAsync("/account/log")).StringLocation());
    }

    [Fact]
    public async Task A_doubled_field_is_as_missing()
    {
        using var person = await Person.WithAccountAsync(host);
        using var elsewhere = person.OnOtherBrowser();
        await elsewhere.SignInAsync();
        var hash = IdP.SignIn.Session.HashOf(elsewhere.Browser.Cookies["idp-session"]);
        await person.Browser.SubmitAsync("/account/sessions/end", ("session", hash), ("session", hash));
        Assert.Equal("/account", (await elsewhere.Browser.OpenAsync("/account")).Url.AbsolutePath);
        await person.Browser.SubmitAsync("/account/sessions/end", ("session", hash));
        Assert.Equal("/signin", (await elsewhere.Browser.OpenAsync("/account")).Url.AbsolutePath);
    }

    [Theory]
    [InlineData("/userinfo", 401)]
    [InlineData("/card?id=x", 200)]
    [InlineData("/card/done?id=x", 200)]
    [InlineData("/card/done", 200)]
    [InlineData("/authorize", 400)]
    [InlineData("/authorize?client_id=service-one&request_uri=urn:x", 400)]
    [InlineData("/consent", 410)]
    [InlineData("/nowhere", 404)]
    public async Task Garbage_in_an_address_ends_in_an_answer(string path, int status)
    {
        using var person = host.Person();
        var shown = await person.Browser.OpenAsync(path);
        Assert.Equal(status, shown.Status);
        Assert.Contains("no-store", shown.Headers["Cache-Control"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Userinfo_refuses_garbage_tokens()
    {
        using var http = new HttpClient(host.Handler());
        foreach (var (scheme, token) in new[] { ("DPoP", "x.y.z"), ("Bearer", "x.y.z"), ("Basic", "eDp5") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{IdpHost.Url}/userinfo");
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.InRange((int)response.StatusCode, 400, 401);
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
        }
    }

    private static Task<Shown> SendAsync(Person person, string path, string body, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return person.Browser.SendAsync(path, content);
    }
}
