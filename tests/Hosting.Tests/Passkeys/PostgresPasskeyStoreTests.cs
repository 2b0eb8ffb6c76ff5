using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

public sealed class PostgresPasskeyStoreTests(PostgresServer server) : PasskeyStoreContract
{
    private protected override async Task<Database> OpenAsync() => Database.Open(StorageEngine.Postgres, await server.CreateDatabaseAsync());
}
