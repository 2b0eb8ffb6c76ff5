using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;

namespace IdentityPlatform.Hosting.Tests.Storage;

public sealed class PostgresDatabaseTests(PostgresServer server) : DatabaseContract
{
    private protected override async Task<(Database First, Database Second)> OpenTwiceAsync()
    {
        var connectionString = await server.CreateDatabaseAsync();
        return (Database.Open(StorageEngine.Postgres, connectionString), Database.Open(StorageEngine.Postgres, connectionString));
    }
}
