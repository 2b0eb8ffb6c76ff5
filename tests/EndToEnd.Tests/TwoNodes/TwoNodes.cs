using System.Text.Json.Nodes;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Playground.Programs;

namespace IdentityPlatform.EndToEnd.Tests.TwoNodes;

/// <summary>The card issuer as two processes on one PostgreSQL, and the IdP through which its people sign in.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    public const string Name = "two nodes";

    private const string IdpUrl = "http://localhost:5121";
    private const string FirstUrl = "http://localhost:5122";
    private const string SecondUrl = "http://localhost:5123";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("two-nodes-");
    private readonly PostgresServer _postgres = new();

    /// <summary>The address of the issuer: that of its first node, as no proxy stands before them.</summary>
    internal static Uri Issuer { get; } = new(FirstUrl);

    internal static Uri SecondNode { get; } = new(SecondUrl);

    internal Places Places { get; private set; } = null!;

    internal ChildProgram Idp { get; private set; } = null!;

    internal ChildProgram First { get; private set; } = null!;

    internal ChildProgram Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Places = Places.Find(_data.FullName);
        await _postgres.InitializeAsync();
        Idp = new(Places, "idp", "src/IdP", IdpUrl, new Dictionary<string, string>
        {
            ["Urls"] = IdpUrl,
            ["PublicUrl"] = IdpUrl,
            ["Clients:Directory"] = WriteClients(),
            ["Storage:ConnectionString"] = $"Data Source={Path.Combine(_data.FullName, "idp.db")}",
            ["PersonKeys:ConnectionString"] = $"Data Source={Path.Combine(_data.FullName, "idp-person-keys.db")}",
        });
        var (storage, personKeys) = (await _postgres.CreateDatabaseAsync(), await _postgres.CreateDatabaseAsync());
        First = Node("first-node", FirstUrl, storage, personKeys);
        Second = Node("second-node", SecondUrl, storage, personKeys);
        foreach (var program in new[] { Idp, First, Second })
        {
            await program.StartAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
        await Idp.DisposeAsync();
        await _postgres.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private ChildProgram Node(string name, string url, string storage, string personKeys) => new(Places, name, "src/Issuer", url, new Dictionary<string, string>
    {
        ["Urls"] = url,
        ["PublicUrl"] = FirstUrl,
        ["SignIn:Authority"] = IdpUrl,
        ["Storage:Engine"] = "postgres",
        ["Storage:ConnectionString"] = storage,
        ["PersonKeys:ConnectionString"] = personKeys,
        ["SharedState:Engine"] = "sql",
        ["SharedState:ConnectionString"] = storage,
    });

    // The example's registration of the card issuer, for this address.
    private string WriteClients()
    {
        var clients = _data.CreateSubdirectory("clients");
        var registration = JsonNode.Parse(File.ReadAllText(Path.Combine(Places.Keys, "idp-clients", "card-issuer.json")))!;
        registration["redirect_uris"] = new JsonArray($"{FirstUrl}/signin/callback");
        File.WriteAllText(Path.Combine(clients.FullName, "card-issuer.json"), registration.ToJsonString());
        return clients.FullName;
    }
}

[CollectionDefinition(TwoNodes.Name, DisableParallelization = true)]
public sealed class TwoNodesCollection : ICollectionFixture<TwoNodes>;
