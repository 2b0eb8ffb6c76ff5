using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;

namespace IdentityPlatform.Hosting.Tests.Audit;

public sealed class SqliteAuditTests : AuditContract
{
    private protected override Task<(Database Main, Database Keys)> OpenAsync(TemporaryFolder folder) => Task.FromResult((
        Database.Open(StorageEngine.Sqlite, folder.Sqlite("main.db")), Database.Open(StorageEngine.Sqlite, folder.Sqlite("person-keys.db"))));
}

public sealed class PostgresAuditTests(PostgresServer server) : AuditContract
{
    private protected override async Task<(Database Main, Database Keys)> OpenAsync(TemporaryFolder folder) => (
        Database.Open(StorageEngine.Postgres, await server.CreateDatabaseAsync()),
        Database.Open(StorageEngine.Postgres, await server.CreateDatabaseAsync()));
}
