using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Interop.Servers;

/// <summary>oidc-client-ts in a page in Chromium against the running IdP: a public client that calls its endpoints from another origin.</summary>
[Collection(nameof(Town))]
public sealed class OidcClientTsTests(Town town)
{
    private const string Scope = "openid profile offline_access";

    [Theory]
    [InlineData(Town.BoundPage, true, "DPoP")]
    [InlineData(Town.UnboundPage, false, "Bearer")]
    public async Task A_person_signs_in_at_a_page_and_out_again(string clientId, bool bound, string tokenType)
    {
        await using var visit = await PageVisit.StartAsync(town, clientId, bound);

        var user = await visit.SignUpAsync();
        Assert.Null(user.StringMember("refused"));
        Assert.Equal((town.Programs.Idp.Url, tokenType, Scope), (user.StringMember("issuer"), user.StringMember("tokenType"), user.StringMember("scope")));

        var info = await visit.CallAsync("userInfo");
        Assert.Equal((200, user.StringMember("subject")), ((int)info.LongMember("status")!, info.GetProperty("body").StringMember("sub")));

        var renewed = await visit.CallAsync("renew");
        Assert.Null(renewed.StringMember("refused"));
        Assert.Equal(user.StringMember("subject"), renewed.StringMember("subject"));
        Assert.NotEqual(user.StringMember("accessToken"), renewed.StringMember("accessToken"));
        // A token that nobody else can use stays; one that a thief could use changes (RFC 9700 §4.14.2).
        Assert.Equal(bound, user.StringMember("refreshToken") == renewed.StringMember("refreshToken"));

        await visit.SignOutAsync();
        Assert.Equal("login_required", (await visit.SignInSilentlyAsync()).StringMember("refused"));
    }

    [Fact]
    public async Task Two_tabs_that_renew_at_once_both_go_on()
    {
        await using var visit = await PageVisit.StartAsync(town, Town.UnboundPage, bound: false);
        await visit.SignUpAsync();

        var tabs = await visit.CallAsync("renewInTwoTabs");
        Assert.All(tabs.EnumerateArray(), tab => Assert.Null(tab.StringMember("refused")));
        Assert.Single(tabs.EnumerateArray().Select(tab => tab.StringMember("refreshToken")).Distinct());
    }

    [Theory]
    [InlineData(Town.BoundPage, true)]
    [InlineData(Town.UnboundPage, false)]
    public async Task What_a_page_revoked_is_over_and_the_page_can_read_that(string clientId, bool bound)
    {
        await using var visit = await PageVisit.StartAsync(town, clientId, bound);
        var user = await visit.SignUpAsync();
        Assert.Null((await visit.CallAsync("revoke")).StringMember("refused"));

        var page = visit.Person.Page;
        var token = user.StringMember("accessToken");
        var answer = await page.EvaluateAsync<JsonElement>(
            "async ([url, token]) => { const a = await fetch(url, { headers: { Authorization: `Bearer ${token}` } }); return { status: a.status, challenge: a.headers.get('WWW-Authenticate') }; }",
            new[] { $"{town.Programs.Idp.Url}/userinfo", token });
        Assert.Equal(401, answer.LongMember("status"));
        Assert.Contains("error=\"invalid_token\"", answer.StringMember("challenge"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_with_another_code_than_its_own_is_refused_and_reads_why()
    {
        await using var visit = await PageVisit.StartAsync(town, Town.BoundPage, bound: true);
        var user = await visit.SignUpAsync(url => url.Replace("code=", "code=A", StringComparison.Ordinal));
        Assert.Equal("invalid_grant", user.StringMember("refused"));
    }

    [Fact]
    public async Task A_page_of_an_origin_that_nobody_registered_reads_only_what_is_public()
    {
        await using var person = await ChromiumPerson.StartAsync();
        await person.Page.GotoAsync($"{Pages.ForeignOrigin}/{Town.BoundPage}/");
        Assert.Equal([200, 200, "Failed to fetch", "Failed to fetch", "Failed to fetch", "Failed to fetch"], await ReachAsync(person));
    }

    [Fact]
    public async Task A_page_of_a_registered_origin_reads_every_answer()
    {
        await using var person = await ChromiumPerson.StartAsync();
        await person.Page.GotoAsync($"{Pages.Origin}/{Town.BoundPage}/");
        Assert.Equal([200, 200, 401, 401, 401, 401], await ReachAsync(person));
    }

    // Public documents, then what a page without a right to them gets: forms without a client, userinfo without a token.
    private async Task<object[]> ReachAsync(ChromiumPerson person)
    {
        var idp = town.Programs.Idp.Url;
        var form = new { method = "POST", headers = new Dictionary<string, string> { ["DPoP"] = "none", ["Content-Type"] = "application/x-www-form-urlencoded" }, body = "grant_type=refresh_token" };
        var answers = await person.Page.EvaluateAsync<JsonElement>("(addresses) => page.reach(addresses)", new object[]
        {
            new { url = $"{idp}/.well-known/openid-configuration" },
            new { url = $"{idp}/jwks" },
            new { url = $"{idp}/token", form.method, form.headers, form.body },
            new { url = $"{idp}/par", form.method, form.headers, form.body },
            new { url = $"{idp}/revoke", form.method, form.headers, form.body },
            new { url = $"{idp}/userinfo", headers = new Dictionary<string, string> { ["Authorization"] = "DPoP none", ["DPoP"] = "none" } },
        });
        return [.. answers.EnumerateArray().Select(answer => answer.ValueKind == JsonValueKind.Number ? (object)answer.GetInt32() : answer.GetString()!)];
    }
}
