using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using IdentityPlatform.Benchmarks.Servers;

namespace IdentityPlatform.Benchmarks.Issuing;

/// <summary>
/// The card issuer as it is deployed: a web process and a signer process, each with its own keys and its own SQLite files with full
/// sync, on the servers' core. Its keys are the examples, so it runs in Development; nothing that is measured depends on it.
/// </summary>
internal sealed partial class IssuerPrograms : IAsyncDisposable
{
    /// <summary>How the issuer is known at the provider.</summary>
    public const string ClientId = "card-issuer";

    /// <summary>The wallet.</summary>
    public const string WalletId = "bench-wallet";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Places _places;
    private readonly string _data;
    private readonly Dictionary<string, string> _settings;
    private readonly List<ServerProcess> _processes = [];

    private IssuerPrograms(Places places, IPEndPoint address, string authority)
    {
        (_places, Address, _data) = (places, address, places.Fresh("issuer-data"));
        var clients = Directory.CreateDirectory(Path.Combine(_data, "clients")).FullName;
        File.WriteAllText(Path.Combine(clients, $"{WalletId}.json"), Wallet);
        _settings = new()
        {
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Urls"] = $"http://{address}",
            ["PublicUrl"] = Url,
            ["SignIn__Authority"] = authority,
            ["Storage__ConnectionString"] = $"Data Source={Path.Combine(_data, "issuer.db")}",
            ["PersonKeys__ConnectionString"] = $"Data Source={Path.Combine(_data, "person-keys.db")}",
            ["Keys__Directory"] = places.ExampleKeys("card-issuer"),
            ["Signer__Keys__Directory"] = places.ExampleKeys("card-issuer-signer"),
            ["Signer__State"] = Path.Combine(_data, "signer"),
            ["Signer__Socket"] = Socket,
            // One person collects all day long here.
            ["Signer__CopiesADay"] = "2000000000",
            ["Clients__Directory"] = clients,
            ["Deployment__Directory"] = Path.Combine(Path.GetDirectoryName(places.Issuer)!, "deployments", "card"),
            ["Bundle__Anchors__0"] = Path.Combine(places.ExampleKeys("pki"), "issuer-root.pem"),
            ["Wallets__Attesters__0"] = Path.Combine(places.ExampleKeys("pki"), "wallet-provider-root.pem"),
            ["Wallets__KeyAttesters__0"] = Path.Combine(places.ExampleKeys("pki"), "wallet-provider-root.pem"),
        };
    }

    public IPEndPoint Address { get; }

    /// <summary>The address by which the issuer is known.</summary>
    public string Url => $"http://localhost:{Address.Port}";

    /// <summary>The process that wallets reach, and the one with the keys of cards.</summary>
    public IReadOnlyList<int> ProcessIds => [.. _processes.Select(process => process.Id)];

    private string Socket => Path.Combine(_data, "signer.sock");

    /// <summary>Starts both.</summary>
    public static async Task<IssuerPrograms> StartAsync(Bench bench, IPEndPoint address, string authority, CancellationToken ct)
    {
        var programs = new IssuerPrograms(bench.Places, address, authority);
        try
        {
            programs._processes.Add(ServerProcess.Start(programs.Launch("sign"), address, bench.Cores));
            await programs.SignerListensAsync(ct);
            var web = ServerProcess.Start(programs.Launch(), address, bench.Cores);
            programs._processes.Add(web);
            await web.ListeningAsync(ct);
            return programs;
        }
        catch
        {
            await programs.DisposeAsync();
            throw;
        }
    }

    /// <summary>The code of an invitation for an officer.</summary>
    public async Task<string> InviteAsync(string name, string role, string centre, CancellationToken ct)
    {
        var printed = await ServerProcess.RunAsync(Launch("officers", "invite", "--name", name, "--role", role, "--centre", centre), ct);
        return Invitation().Match(printed) is { Success: true } match ? match.Groups[1].Value : throw new BenchmarkException($"No invitation was printed: {printed}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    private Launch Launch(params string[] verb) => new("dotnet", [_places.Issuer, .. verb], Path.GetDirectoryName(_places.Issuer)!, _settings);

    private async Task SignerListensAsync(CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        while (!File.Exists(Socket))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new BenchmarkException($"The signer does not listen at {Socket}:\n{_processes[0].Output}");
            }

            await Task.Delay(10, ct);
        }
    }

    private const string Wallet = $$"""
        {"client_id":"{{WalletId}}","client_name":"Benchmark wallet","redirect_uris":["https://wallet.example.org/callback"],
         "grant_types":["authorization_code","refresh_token","urn:ietf:params:oauth:grant-type:pre-authorized_code"],
         "scope":"compatriot_card compatriot_card_mdoc","token_endpoint_auth_method":"none"}
        """;

    [GeneratedRegex(@"/officers/enrol/([A-Za-z0-9_.\-]+)", RegexOptions.None, 1000)]
    private static partial Regex Invitation();
}
