using System.Text;
using Dapper;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Tests.PersonKeys;

public sealed class SqlitePersonKeysTests : PersonKeysContract
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_copy_of_the_ciphertexts_made_before_erasure_is_unreadable_after_it()
    {
        await using (var main = Database.Open(StorageEngine.Sqlite, _folder.Sqlite("main.db")))
        {
            var cipher = await People.ProtectAsync("anna", "name", Encoding.UTF8.GetBytes("Анна"), None);
            await main.WriteAsync((c, t) => c.ExecuteAsync("CREATE TABLE people (id text, name blob)", transaction: t), None);
            await main.WriteAsync((c, t) => c.ExecuteAsync("INSERT INTO people VALUES ('anna', @cipher)", new { cipher }, t), None);
        }

        File.Copy(_folder.File("main.db"), _folder.File("backup.db"));
        await using var backup = Database.Open(StorageEngine.Sqlite, _folder.Sqlite("backup.db"));
        var copied = (await backup.ReadAsync(c => c.ExecuteScalarAsync<byte[]>("SELECT name FROM people"), None))!;
        Assert.Equal("Анна", Encoding.UTF8.GetString((await People.UnprotectAsync("anna", "name", copied, None))!));

        await People.DestroyAsync("anna", None);
        Assert.Null(await People.UnprotectAsync("anna", "name", copied, None));
    }

    [Fact]
    public async Task The_files_hold_no_byte_of_a_destroyed_key()
    {
        var hers = await WrappedAsync("anna");
        var his = await WrappedAsync("boris");
        Assert.True(FilesHold(hers));
        await People.DestroyAsync("anna", None);
        Assert.False(FilesHold(hers));
        Assert.True(FilesHold(his));
    }

    private protected override Task<Database> OpenAsync() => Task.FromResult(Database.Open(StorageEngine.Sqlite, _folder.Sqlite("keys.db")));

    protected override void CleanUp() => _folder.Dispose();

    private async Task<byte[]> WrappedAsync(string personId) => (await Database.ReadAsync(
        c => c.ExecuteScalarAsync<byte[]>("SELECT wrapped_key FROM person_keys WHERE person_id = @personId", new { personId }), None))!;

    private bool FilesHold(byte[] bytes) => Directory.GetFiles(_folder.Path, "keys.db*").Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray().AsSpan().IndexOf(bytes.AsSpan(1, 24)) >= 0;
    });
}
