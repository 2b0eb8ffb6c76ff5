using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;

namespace IdentityPlatform.Conformance.Programs;

/// <summary>The real identity provider in its production environment, with keys and clients of its own.</summary>
internal sealed class ProviderProgram : IAsyncDisposable
{
    // ISO/IEC 18013-5 annex B.1.7.
    private const string ReaderAuthentication = "1.0.18013.5.1.6";

    // What the Dynamic plan's clients are weaker in than FAPI 2.0.
    private static readonly string[] Loosened = ["secrets", "bearer", "unpushed", "without-pkce", "rs256"];

    private readonly HttpClient _http;
    private readonly ChildServer _child;
    private readonly string _bundle;

    public ProviderProgram(string folder, string cardIssuer, SuiteAuthority clients, HttpClient http)
    {
        (_http, BundleRoot, _bundle) = (http, Path.Combine(folder, "bundle-root.jwk"), Path.Combine(folder, "cards", "bundle.json"));
        var (port, mtlsPort) = (ChildServer.FreePort(), ChildServer.FreePort());
        _child = new("idp", "IdP", folder, port, new Dictionary<string, string>
        {
            ["SharedState:Engine"] = "memory",
            ["Kestrel:Endpoints:Https:Url"] = $"https://localhost:{port}",
            ["Kestrel:Endpoints:Mtls:Url"] = $"https://localhost:{mtlsPort}",
            ["Mtls:PublicUrl"] = $"https://localhost:{mtlsPort}",
            ["Mtls:Anchors"] = Path.GetDirectoryName(clients.WriteRoot(Path.Combine(folder, "client-authorities")))!,
            ["Registration:Enabled"] = "true",

            // The suite's own server, which publishes keys and sector files and takes logout tokens, is on this machine.
            ["Fetch:Networks"] = "127.0.0.0/8 ::1",
            ["Fetch:Anchors"] = Anchors(folder),
            ["Cards:BundleUrl"] = $"{cardIssuer}/bundle",
            ["Cards:BundleRoot"] = BundleRoot,
            ["Cards:Directory"] = Path.GetDirectoryName(_bundle)!,
            ["Cards:Type"] = "https://example.org/vct/compatriot-card/1",
            ["Cards:Service"] = IssuerProgram.ClientId,
            ["Cards:RefreshSeconds"] = "1",
            ["Logging:LogLevel:Default"] = "Information",
        });
    }

    public ServerUnderTest Server { get; private set; } = null!;

    public ChildServer Child => _child;

    /// <summary>Where the key that signs the card issuer's bundle has to lie.</summary>
    public string BundleRoot { get; }

    /// <summary>What lets a client register.</summary>
    public string? InitialAccessToken { get; private set; }

    public async Task StartAsync(IEnumerable<(string Id, JsonObject Registration)> clients, SuiteAuthority authority)
    {
        await _child.RunVerbAsync("keys", "create");
        await authority.CertifyAsync(_child, "request-objects", ReaderAuthentication);
        foreach (var (id, registration) in clients)
        {
            await File.WriteAllTextAsync(Path.Combine(_child.ClientsDirectory, $"{id}.json"), registration.ToJsonString());
        }

        await _child.StartAsync(_http);
        InitialAccessToken = (await _child.RunVerbAsync(
            ["clients", "invite", "--uses", "1000", "--scope", "openid profile offline_access", .. Loosened.SelectMany(what => new[] { "--allow", what })])).Trim();
        Server = await ServerUnderTest.ReadAsync(_child.Url, "/.well-known/openid-configuration", _http);
    }

    /// <summary>Until the provider holds what it checks cards against: it fetches the issuer's bundle by its own clock, here every second.</summary>
    public async Task WaitForBundleAsync()
    {
        for (var attempt = 0; !File.Exists(_bundle); attempt++)
        {
            Assert.True(attempt < 300, "the provider did not fetch the bundle of the card issuer within 30 seconds");
            await Task.Delay(100);
        }
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();

    private static string Anchors(string folder)
    {
        var anchors = Directory.CreateDirectory(Path.Combine(folder, "anchors")).FullName;
        File.Copy(Path.Combine(Repository.Keys, "pki", "tls-root.pem"), Path.Combine(anchors, "tls-root.pem"));
        return anchors;
    }
}
