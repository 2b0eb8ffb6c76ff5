using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.Verifier.Tests.Presentation;

/// <summary>What every <see cref="IPresentationStore"/> has to keep: another implementation derives from this and is held to it.</summary>
public abstract class PresentationStoreContract
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    private static readonly DateTimeOffset Later = Now.AddMinutes(5);

    private readonly string _key = Guid.NewGuid().ToString("N");

    /// <summary>The store under test; the same in one test.</summary>
    protected abstract IPresentationStore Store { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_kept_is_found_until_it_is_taken()
    {
        Assert.Null(await Store.FindAsync(_key, Now, Ct));
        Assert.True(await Store.PutAsync(_key, "one"u8.ToArray(), Later, Now, Ct));
        Assert.Equal("one"u8.ToArray(), await Store.FindAsync(_key, Now, Ct));
        Assert.Equal("one"u8.ToArray(), await Store.FindAsync(_key, Now, Ct));
        Assert.Equal("one"u8.ToArray(), await Store.TakeAsync(_key, Now, Ct));
        Assert.Null(await Store.FindAsync(_key, Now, Ct));
        Assert.Null(await Store.TakeAsync(_key, Now, Ct));
    }

    [Fact]
    public async Task A_later_value_takes_the_place_of_an_earlier_one_and_other_keys_stay()
    {
        Assert.True(await Store.PutAsync(_key, "one"u8.ToArray(), Later, Now, Ct));
        Assert.True(await Store.PutAsync(_key + "x", "other"u8.ToArray(), Later, Now, Ct));
        Assert.True(await Store.PutAsync(_key, "two"u8.ToArray(), Later, Now, Ct));
        Assert.Equal("two"u8.ToArray(), await Store.TakeAsync(_key, Now, Ct));
        Assert.Equal("other"u8.ToArray(), await Store.TakeAsync(_key + "x", Now, Ct));
    }

    [Fact]
    public async Task Of_many_who_take_one_gets_it()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"{_key}-{round}";
            Assert.True(await Store.PutAsync(key, "once"u8.ToArray(), Later, Now, Ct));
            using var start = new Barrier(8);
            var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(Ct);
                    return Store.TakeAsync(key, Now, Ct).AsTask();
                },
                Ct,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap()));
            Assert.Single(taken, value => value is not null);
        }
    }
}

/// <summary>The default, in memory: time is handed in, and so is the bound.</summary>
public sealed class MemoryPresentationStoreTests : PresentationStoreContract
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    protected override IPresentationStore Store { get; } = new MemoryPresentationStore(100);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_over_is_neither_found_nor_taken()
    {
        await Store.PutAsync("a", "one"u8.ToArray(), Now.AddMinutes(5), Now, Ct);
        await Store.PutAsync("b", "two"u8.ToArray(), Now.AddMinutes(5), Now, Ct);
        Assert.NotNull(await Store.FindAsync("a", Now.AddMinutes(5).AddTicks(-1), Ct));
        Assert.Null(await Store.FindAsync("a", Now.AddMinutes(5), Ct));
        Assert.Null(await Store.TakeAsync("a", Now.AddMinutes(5), Ct));
        Assert.NotNull(await Store.TakeAsync("b", Now.AddMinutes(5).AddTicks(-1), Ct));
    }

    [Fact]
    public async Task No_more_than_the_bound_is_kept_and_what_is_over_makes_room()
    {
        var store = new MemoryPresentationStore(2);
        Assert.True(await store.PutAsync("a", "1"u8.ToArray(), Now.AddMinutes(1), Now, Ct));
        Assert.True(await store.PutAsync("b", "1"u8.ToArray(), Now.AddMinutes(5), Now, Ct));
        Assert.False(await store.PutAsync("c", "1"u8.ToArray(), Now.AddMinutes(5), Now, Ct));
        Assert.True(await store.PutAsync("b", "2"u8.ToArray(), Now.AddMinutes(5), Now, Ct));
        Assert.True(await store.PutAsync("c", "1"u8.ToArray(), Now.AddMinutes(6), Now.AddMinutes(1), Ct));
        Assert.Null(await store.FindAsync("a", Now, Ct));
    }
}

/// <summary>A second store, which several processes on one machine could share: a file for each value, taken by renaming it.</summary>
public sealed class FolderPresentationStoreTests : PresentationStoreContract, IDisposable
{
    private readonly FolderStore _store = new(Directory.CreateTempSubdirectory("presentations-").FullName);

    protected override IPresentationStore Store => _store;

    public void Dispose() => Directory.Delete(_store.Folder, recursive: true);

    private sealed class FolderStore(string folder) : IPresentationStore
    {
        public string Folder => folder;

        public async ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct)
        {
            var written = Path.Combine(folder, $"{Guid.NewGuid():N}.new");
            await File.WriteAllBytesAsync(written, [.. BitConverter.GetBytes(expiresAt.UtcTicks), .. value.ToArray()], ct);
            File.Move(written, PathOf(key), overwrite: true);
            return true;
        }

        public async ValueTask<byte[]?> FindAsync(string key, DateTimeOffset now, CancellationToken ct) => await ReadAsync(PathOf(key), now, ct);

        public async ValueTask<byte[]?> TakeAsync(string key, DateTimeOffset now, CancellationToken ct)
        {
            var mine = Path.Combine(folder, $"{Guid.NewGuid():N}.taken");
            try
            {
                // With leave to overwrite it is one rename; the name is new, so nothing is overwritten.
                File.Move(PathOf(key), mine, overwrite: true);
            }
            catch (FileNotFoundException)
            {
                return null;
            }

            var value = await ReadAsync(mine, now, ct);
            File.Delete(mine);
            return value;
        }

        private string PathOf(string key) => Path.Combine(folder, key);

        private static async Task<byte[]?> ReadAsync(string path, DateTimeOffset now, CancellationToken ct)
        {
            try
            {
                var bytes = await File.ReadAllBytesAsync(path, ct);
                return now.UtcTicks < BitConverter.ToInt64(bytes) ? bytes[8..] : null;
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }
    }
}
