using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Wallet.Passkeys;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

public sealed class SoftwareAuthenticatorTests : IAsyncLifetime
{
    private PasskeySite _site = null!;
    private PasskeyBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await PasskeySite.StartAsync();
        _browser = new(_site);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Its_passkeys_survive_a_restart()
    {
        var file = Path.Combine(Path.GetTempPath(), $"authenticator-{Guid.NewGuid():N}.json");
        try
        {
            var before = SoftwareAuthenticator.Load(file);
            Assert.Equal(200, (await _browser.RunAsync("/signup", options => before.Create(options, PasskeySite.Origin))).Status);
            before.Save(file);

            var after = SoftwareAuthenticator.Load(file);
            Assert.Equal(200, (await _browser.RunAsync("/signin", options => after.Get(options, PasskeySite.Origin))).Status);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void It_keeps_passkeys_of_sites_apart()
    {
        var authenticator = new SoftwareAuthenticator();
        authenticator.Create("""{"rp":{"id":"one.example"},"user":{"id":"AAAA"},"challenge":"AAAA"}""", "https://one.example");

        Assert.Contains("\"signature\"", authenticator.Get(Options("one.example"), "https://login.one.example"), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => authenticator.Get(Options("two.example"), "https://two.example"));
        Assert.Throws<InvalidOperationException>(() => authenticator.Get(Options("one.example"), "https://two.example"));
    }

    [Fact]
    public void It_uses_only_an_allowed_passkey()
    {
        var authenticator = new SoftwareAuthenticator();
        authenticator.Create("""{"rp":{"id":"one.example"},"user":{"id":"AAAA"},"challenge":"AAAA"}""", "https://one.example");
        var other = AssertionEvidence.OptionsJson([1], "one.example", [[1, 2, 3]]);
        Assert.Throws<InvalidOperationException>(() => authenticator.Get(other, "https://one.example"));
    }

    private static string Options(string rpId) => AssertionEvidence.OptionsJson([1], rpId, []);
}
