namespace IdentityPlatform.Interop.Servers;

/// <summary>A page that Apache's mod_auth_openidc protects, and the running IdP.</summary>
[Collection(nameof(Town))]
public sealed class ApacheTests(Town town)
{
    [Fact]
    public async Task A_person_signs_in_at_apache_and_its_sign_out_ends_the_session_at_the_provider()
    {
        await using var person = await ChromiumPerson.StartAsync();
        await SignUpAsync(person);
        Assert.Equal(town.Programs.Idp.Url, await person.Page.Locator("#issuer").InnerTextAsync());
        Assert.Equal(43, (await person.Page.Locator("#subject").InnerTextAsync()).Length);

        Assert.Equal(ApacheSite.SignedOut, await person.VisitAsync(ApacheSite.SignOut, ApacheSite.SignedOut));

        await person.Page.GotoAsync(ApacheSite.Page);
        Assert.StartsWith($"{town.Programs.Idp.Url}/signin", person.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_signs_out_at_the_provider_is_signed_out_at_apache()
    {
        await using var person = await ChromiumPerson.StartAsync();
        await SignUpAsync(person);
        Assert.True(await IsSignedInAsync(person), town.Apache.Log);

        await person.SignOutAtAsync(town.Programs.Idp.Url);

        // The notice goes by the provider's outbox: soon, and not within the person's request.
        for (var attempt = 0; attempt < 150 && await IsSignedInAsync(person); attempt++)
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        Assert.False(await IsSignedInAsync(person), town.Apache.Log);
    }

    private async Task SignUpAsync(ChromiumPerson person)
    {
        await town.StartApacheAsync();
        await person.SignUpAsync(ApacheSite.Page, ApacheSite.Page);
    }

    // With the browser's cookies, and without going to the provider: is the page there, or the way to it?
    private static async Task<bool> IsSignedInAsync(ChromiumPerson person)
    {
        var answer = await person.Page.APIRequest.GetAsync(ApacheSite.Page, new() { MaxRedirects = 0 });
        Assert.True(answer.Status is 200 or 302, $"{answer.Status}");
        return answer.Status == 200;
    }
}
