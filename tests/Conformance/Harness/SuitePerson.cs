using System.Text.Json.Nodes;
using IdentityPlatform.Wallet.Passkeys;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>The person who signs in: one account, one authenticator, as many browsers as there are modules.</summary>
public sealed class SuitePerson
{
    /// <summary>Real WebAuthn in software; there is no other way to sign in.</summary>
    public SoftwareAuthenticator Authenticator { get; } = new();

    public SuiteBrowser NewBrowser() => new(this);

    /// <summary>Opens an account at an identity provider.</summary>
    public async Task SignUpAsync(string provider)
    {
        using var browser = NewBrowser();
        var done = await browser.RegisterPasskeyAsync($"{provider}/signup", new JsonObject { ["display_name"] = "Юлия" });
        Assert.True(done.Status == 200, $"{done.Url} answered {done.Status}: {done.Body}");
    }

    public override string ToString() => nameof(SuitePerson);
}
