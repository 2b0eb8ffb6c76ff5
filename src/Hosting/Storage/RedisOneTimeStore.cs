using System.Globalization;
using StackExchange.Redis;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>One-time state in Redis: each verb is one command or one script. Asynchronous methods only, of those that every 2.x keeps.</summary>
/// <param name="connectionString">StackExchange.Redis's configuration text.</param>
/// <param name="prefix">Keeps the keys of different programs apart where they share a server.</param>
public sealed class RedisOneTimeStore(string connectionString, string prefix = "") : OneTimeStore, IAsyncDisposable
{
    private const string CountScript =
        """
        local count = redis.call('INCR', KEYS[1])
        if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
        return count
        """;

    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectAsync(connectionString));

    public override async Task PutAsync(string kind, string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken ct) =>
        await (await OpenAsync(ct)).StringSetAsync(Name('v', kind, key), value.ToArray(), lifetime);

    public override async Task<byte[]?> FindAsync(string kind, string key, CancellationToken ct) =>
        await (await OpenAsync(ct)).StringGetAsync(Name('v', kind, key));

    public override async Task<byte[]?> TakeAsync(string kind, string key, CancellationToken ct) =>
        (byte[]?)await (await OpenAsync(ct)).ExecuteAsync("GETDEL", (RedisKey)Name('v', kind, key));

    public override async Task<bool> TryAddAsync(string kind, string key, TimeSpan lifetime, CancellationToken ct) =>
        await (await OpenAsync(ct)).StringSetAsync(Name('g', kind, key), "1", lifetime, When.NotExists);

    public override async Task<long> CountAsync(string kind, string key, TimeSpan lifetime, CancellationToken ct) =>
        (long)await (await OpenAsync(ct)).ScriptEvaluateAsync(
            CountScript, [Name('n', kind, key)], [Math.Max(1, (long)lifetime.TotalMilliseconds)]);

    /// <summary>The run and replication ids of the server: a restart changes the first, a promoted replica differs in both.</summary>
    public override async Task<string> EpochAsync(CancellationToken ct)
    {
        var redis = await OpenAsync(ct);
        var server = await InfoAsync(redis, "server", "run_id:");
        var replication = await InfoAsync(redis, "replication", "master_replid:");
        return $"{server}.{replication}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
        {
            var connection = await _connection.Value;
            await connection.CloseAsync();
            connection.Dispose();
        }
    }

    // Not aborting on a failed first connection lets the program start before Redis does, and reconnect by itself.
    private static async Task<ConnectionMultiplexer> ConnectAsync(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    private static async Task<string> InfoAsync(IDatabase redis, string section, string field)
    {
        var text = (string?)await redis.ExecuteAsync("INFO", section) ?? "";
        var start = text.IndexOf(field, StringComparison.Ordinal);
        if (start < 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Redis INFO {section} has no {field}"));
        }

        start += field.Length;
        return text[start..text.IndexOf('\r', start)];
    }

    private async Task<IDatabase> OpenAsync(CancellationToken ct) => (await _connection.Value.WaitAsync(ct)).GetDatabase();

    private string Name(char slot, string kind, string key) => $"{prefix}{slot}:{kind}:{Hash(kind, key)}";
}
