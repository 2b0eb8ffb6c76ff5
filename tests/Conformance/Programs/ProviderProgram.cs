using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;

namespace IdentityPlatform.Conformance.Programs;

/// <summary>The real identity provider in its production environment, with keys and clients of its own.</summary>
internal sealed class ProviderProgram : IAsyncDisposable
{
    // ISO/IEC 18013-5 annex B.1.7.
    private const string ReaderAuthentication = "1.0.18013.5.1.6";

    private readonly HttpClient _http;
    private readonly ChildServer _child;

    public ProviderProgram(string folder, HttpClient http)
    {
        _http = http;
        var port = ChildServer.FreePort();
        _child = new("idp", "IdP", folder, port, new Dictionary<string, string>
        {
            ["SharedState:Engine"] = "memory",
            ["Urls"] = $"https://localhost:{port}",
            ["Logging:LogLevel:Default"] = "Information",
        });
    }

    public ServerUnderTest Server { get; private set; } = null!;

    public ChildServer Child => _child;

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
        Server = await ServerUnderTest.ReadAsync(_child.Url, "/.well-known/openid-configuration", _http);
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
