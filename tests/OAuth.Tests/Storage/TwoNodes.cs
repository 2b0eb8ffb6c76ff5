using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Storage;

/// <summary>What two nodes share.</summary>
public enum SharedStores
{
    Sqlite,
    Postgres,
    PostgresAndRedis,
}

/// <summary>Two server processes on the same stores, and a client that talks to either.</summary>
public sealed class TwoNodes : IAsyncDisposable
{
    private readonly TestDirectory _files;
    private readonly SecondProcess _other;
    private int _turn;

    private TwoNodes(TestDirectory files, TestServer one, SecondProcess other) => (_files, One, _other) = (files, one, other);

    public TestServer One { get; }

    /// <summary>The node of this turn: each call gives the other one.</summary>
    public string Next => Interlocked.Increment(ref _turn) % 2 == 0 ? One.Address : _other.Address;

    public static async Task<TwoNodes> StartAsync(SharedStores stores, PostgresServer postgres, RedisServer redis, CancellationToken ct)
    {
        var files = new TestDirectory();
        var setup = new TestSetup
        {
            Directory = files.Path,
            Engine = stores == SharedStores.Sqlite ? StorageEngine.Sqlite : StorageEngine.Postgres,
            ConnectionString = stores == SharedStores.Sqlite ? $"Data Source={files.Path}/server.db" : await postgres.CreateDatabaseAsync(),
            Redis = stores == SharedStores.PostgresAndRedis ? redis.ConnectionString : null,
        };
        var one = await TestServer.StartAsync(setup);
        return new(files, one, await SecondProcess.StartAsync(setup, ct));
    }

    public TestClient Client(string id = "one") => new(One, id, _files.ClientOne);

    /// <summary>Sends them all at once, half to each node.</summary>
    public Task<Answer[]> SendTogetherAsync(TestClient client, IEnumerable<Request> requests) =>
        Task.WhenAll(requests.ToList().Select(request => Task.Run(() => client.SendAsync(request, address: Next))));

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        await One.DisposeAsync();
        _files.Dispose();
    }
}

/// <summary>The pairs of nodes of a test class, each started when a test first asks for its stores.</summary>
public sealed class NodePairs(PostgresServer postgres, RedisServer redis) : IAsyncDisposable
{
    private readonly Dictionary<SharedStores, Lazy<Task<TwoNodes>>> _pairs = Enum.GetValues<SharedStores>().ToDictionary(
        stores => stores,
        stores => new Lazy<Task<TwoNodes>>(() => TwoNodes.StartAsync(stores, postgres, redis, CancellationToken.None)));

    public Task<TwoNodes> OnAsync(SharedStores stores) => _pairs[stores].Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var pair in _pairs.Values.Where(pair => pair.IsValueCreated))
        {
            await (await pair.Value).DisposeAsync();
        }
    }
}
