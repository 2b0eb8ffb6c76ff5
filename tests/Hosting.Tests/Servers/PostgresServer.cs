using System.Globalization;
using Npgsql;

namespace IdentityPlatform.Hosting.Tests.Servers;

/// <summary>A private PostgreSQL on a free port of loopback, started once per test assembly and removed at its end.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"postgres-{Guid.NewGuid():N}");
    private readonly int _port = InstalledServer.FreePort();
    private string _programs = "";

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async ValueTask InitializeAsync()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        _programs = Path.GetDirectoryName(InstalledServer.Find("initdb", "postgresql", [.. installed.OrderDescending().Select(v => Path.Combine(v, "bin"))]))!;
        await RunAsync("mkdir", "-m", "700", _folder);
        await RunAsync(Program("initdb"), "-D", Path.Combine(_folder, "data"), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync");
        var options = string.Create(
            CultureInfo.InvariantCulture, $"-p {_port} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300 -k {_folder}");
        await RunAsync(Program("pg_ctl"), "-D", Path.Combine(_folder, "data"), "-l", Path.Combine(_folder, "log"), "-w", "-o", options, "start");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync(Program("pg_ctl"), "-D", Path.Combine(_folder, "data"), "-m", "immediate", "stop");
        await RunAsync("rm", "-r", _folder);
    }

    // PostgreSQL refuses to run as root: its package brings a user.
    private static Task RunAsync(params string[] command) =>
        InstalledServer.RunAsync(Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", .. command] : command);

    private string Program(string name) => Path.Combine(_programs, name);

    private string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Maximum Pool Size=40");
}
