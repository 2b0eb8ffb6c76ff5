using IdentityPlatform.Formats;
using IdentityPlatform.Wallet.Passkeys;

namespace IdentityPlatform.IdP.Tests.Harness;

/// <summary>A person with a browser and an authenticator.</summary>
public sealed class Person(IdpHost host) : IDisposable
{
    public TestBrowser Browser { get; } = new(host);

    public SoftwareAuthenticator Authenticator { get; private set; } = new();

    /// <summary>A person who has an account and is signed in.</summary>
    public static async Task<Person> WithAccountAsync(IdpHost host, string name = "")
    {
        var person = host.Person();
        var shown = await person.SignUpAsync(name);
        Assert.Equal("/account", shown.StringLocation());
        return person;
    }

    public async Task<Shown> SignUpAsync(string name = "", string? returnTo = null)
    {
        var begun = await Browser.PostAsync("/signup/options", json => json.WriteString("display_name", name));
        Assert.Equal(200, begun.Status);
        return await CompleteAsync("/signup", begun, Authenticator.Create(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url), returnTo);
    }

    public async Task<Shown> SignInAsync(string? returnTo = null)
    {
        var begun = await Browser.PostAsync("/signin/options", _ => { });
        Assert.Equal(200, begun.Status);
        return await CompleteAsync("/signin", begun, Authenticator.Get(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url), returnTo);
    }

    /// <summary>The same person with another device: another browser and an authenticator of its own.</summary>
    public Person OnOtherBrowser() => new(host) { Authenticator = Authenticator };

    public Task<Shown> CompleteAsync(string url, Shown begun, string credential, string? returnTo = null) => Browser.PostAsync(url, json =>
    {
        json.WriteString("ceremony", begun.Json.StringMember("ceremony"));
        json.WritePropertyName("credential");
        json.WriteRawValue(credential);
        if (returnTo is not null)
        {
            json.WriteString("return", returnTo);
        }
    });

    public void Dispose() => Browser.Dispose();
}

internal static class Answers
{
    /// <summary>Where a completed ceremony sends the browser.</summary>
    public static string? StringLocation(this Shown shown)
    {
        Assert.Equal(200, shown.Status);
        return shown.Json.StringMember("location");
    }
}
