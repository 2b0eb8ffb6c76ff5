using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Tests.Storage;

public sealed class MemoryOneTimeStoreTests : OneTimeStoreContract
{
    private readonly SettableTime _time = new();

    [Fact]
    public async Task A_full_store_refuses_and_forgets_no_guard()
    {
        var store = new MemoryOneTimeStore(_time, capacity: 2);
        Assert.True(await store.TryAddAsync("dpop", "a", Brief, None));
        Assert.True(await store.TryAddAsync("dpop", "b", Brief, None));
        await Assert.ThrowsAsync<OneTimeStoreFullException>(() => store.TryAddAsync("dpop", "c", Brief, None));
        Assert.False(await store.TryAddAsync("dpop", "a", Brief, None));
    }

    [Fact]
    public async Task A_full_store_has_room_again_when_entries_have_expired()
    {
        var store = new MemoryOneTimeStore(_time, capacity: 2);
        await store.TryAddAsync("dpop", "a", Brief, None);
        await store.TryAddAsync("dpop", "b", Brief, None);
        _time.Advance(Brief);
        Assert.True(await store.TryAddAsync("dpop", "c", Brief, None));
    }

    [Fact]
    public async Task A_new_store_has_another_epoch() =>
        Assert.NotEqual(await First.EpochAsync(None), await new MemoryOneTimeStore(_time).EpochAsync(None));

    private protected override Task<(OneTimeStore First, OneTimeStore Second)> OpenTwiceAsync()
    {
        var store = new MemoryOneTimeStore(_time);
        return Task.FromResult<(OneTimeStore, OneTimeStore)>((store, store));
    }

    protected override Task WaitAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }
}
