using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Patents;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Issuer.Tests.Signing;

/// <summary>The signer as it runs, with keys, memory and a socket in a folder of its own, and the clock of the test. The web process of a test reaches it as any other does.</summary>
internal sealed class TestSigner : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly SignerProcess _process;

    private TestSigner(DirectoryInfo folder, SignerProcess process, SignerSettings settings) => (_folder, _process, Settings) = (folder, process, settings);

    public SignerSettings Settings { get; }

    /// <summary>The deployment's credential type.</summary>
    public CredentialType Type => Settings.Deployment.Types[0];

    /// <summary>What goes into <c>Signer:Socket</c>.</summary>
    public string Socket => _process.Server.Path;

    public Signer Keys => _process.Keys;

    public RosterSigner Roster => _process.Roster;

    public SignerState State => _process.State;

    public string StateDirectory => Path.Combine(_folder.FullName, "state");

    public string KeysDirectory => Path.Combine(_folder.FullName, "keys");

    public static async Task<TestSigner> StartAsync(TimeProvider time, FillRandom? random = null, int? copiesADay = null, bool patents = false, bool events = false)
    {
        var folder = Directory.CreateTempSubdirectory("signer-test-");
        var keys = folder.CreateSubdirectory("keys");
        foreach (var file in Directory.GetFiles(Path.Combine(Root, "keys.example", patents ? "patent-issuer-signer" : events ? "events-issuer-signer" : "card-issuer-signer")))
        {
            File.Copy(file, Path.Combine(keys.FullName, Path.GetFileName(file)));
        }

        var paid = patents
            ? new Dictionary<string, string?> { ["Payments:Treasury"] = TestTreasury.Name, ["Payments:Keys:0"] = Path.Combine(Root, "keys.example", "treasury", "payment-facts.jwk") }
            : [];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(paid)
        {
            ["PublicUrl"] = "http://localhost:5102",
            ["Deployment:Directory"] = patents ? CatalogueFiles.PatentDirectory : events ? CatalogueFiles.EventsDirectory : CatalogueFiles.Directory,
            ["Signer:Keys:Directory"] = keys.FullName,
            ["Signer:State"] = Path.Combine(folder.FullName, "state"),
            ["Signer:CopiesADay"] = copiesADay?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }).Build();
        var settings = SignerSettings.Read(configuration, development: true);
        var process = await SignerProcess.StartAsync(
            settings,
            Path.Combine(folder.FullName, "signer.sock"),
            new StatusPolicy(),
            time,
            random ?? RandomNumberGenerator.Fill,
            NullLoggerFactory.Instance,
            CancellationToken.None);
        return new TestSigner(folder, process, settings);
    }

    /// <summary>Gives a key another state, as somebody does who denies it or takes that back.</summary>
    public void SetKeyState(string name, string state)
    {
        var file = Path.Combine(KeysDirectory, $"{name}.json");
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        json["state"] = state;
        File.WriteAllText(file, json.ToJsonString());
        Assert.True(Keys.Reload());
    }

    /// <summary>Withdraws something, as the custodian's verbs do.</summary>
    public void Deny(Func<Denials, Denials> change)
    {
        var denials = SignerState.ReadDenials(StateDirectory, Roster.Keys, Settings.Deployment.Id) ?? throw new InvalidOperationException("no denials");
        SignerState.WriteDenials(StateDirectory, change(denials).Sign(Keys.Active(KeyRole.Roster), Settings.Deployment.Id));
    }

    /// <summary>The events of the signer's audit log, each with the rule that it names.</summary>
    public async Task<IReadOnlyList<(string Name, string? Rule)>> AuditAsync() =>
        [.. (await State.ReadAuditAsync(CancellationToken.None)).Select(entry => (entry.Name, (string?)JsonNode.Parse(entry.Details)!["rule"]))];

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Root => Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", ".."));
}
