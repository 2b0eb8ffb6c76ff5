using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

public sealed class SqlitePasskeyStoreTests : PasskeyStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("passkeys-").FullName;

    private protected override Task<Database> OpenAsync() =>
        Task.FromResult(Database.Open(StorageEngine.Sqlite, $"Data Source={Path.Combine(_folder, "passkeys.db")}"));

    protected override void CleanUp() => Directory.Delete(_folder, recursive: true);
}
