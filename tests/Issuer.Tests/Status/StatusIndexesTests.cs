using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests;
using IdentityPlatform.Hosting.Tests.Servers;

namespace IdentityPlatform.Issuer.Tests.Status;

public sealed class SqliteStatusIndexesTests : StatusIndexesContract
{
    private readonly TemporaryFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override Task<(Database First, Database Second)> OpenTwiceAsync()
    {
        var connectionString = _folder.Sqlite("issuer.db");
        return Task.FromResult((Database.Open(StorageEngine.Sqlite, connectionString), Database.Open(StorageEngine.Sqlite, connectionString)));
    }
}

public sealed class PostgresStatusIndexesTests(PostgresServer server) : StatusIndexesContract
{
    private protected override async Task<(Database First, Database Second)> OpenTwiceAsync()
    {
        var connectionString = await server.CreateDatabaseAsync();
        return (Database.Open(StorageEngine.Postgres, connectionString), Database.Open(StorageEngine.Postgres, connectionString));
    }
}
