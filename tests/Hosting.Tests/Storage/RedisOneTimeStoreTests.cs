using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;

namespace IdentityPlatform.Hosting.Tests.Storage;

public sealed class RedisOneTimeStoreTests(RedisServer server) : OneTimeStoreContract
{
    private readonly string _prefix = $"{Guid.NewGuid():N}:";
    private RedisOneTimeStore? _first;
    private RedisOneTimeStore? _second;

    // Redis has its own clock: these tests really wait.
    protected override TimeSpan Brief => TimeSpan.FromSeconds(3);

    [Fact]
    [Trait("Fault", "store away")]
    public async Task A_server_that_lost_its_memory_has_another_epoch()
    {
        var own = new RedisServer();
        await own.InitializeAsync();
        await using var store = new RedisOneTimeStore(own.ConnectionString);
        var before = await store.EpochAsync(None);
        await own.RestartAsync();
        await using var again = new RedisOneTimeStore(own.ConnectionString);
        Assert.NotEqual(before, await again.EpochAsync(None));
        await own.DisposeAsync();
    }

    [Fact]
    public async Task Programs_with_different_prefixes_do_not_see_each_other()
    {
        await using var other = new RedisOneTimeStore(server.ConnectionString, $"{_prefix}other:");
        await First.PutAsync("par", "a", "value"u8.ToArray(), TimeSpan.FromMinutes(1), None);
        Assert.Null(await other.TakeAsync("par", "a", None));
        Assert.NotNull(await First.TakeAsync("par", "a", None));
    }

    private protected override Task<(OneTimeStore First, OneTimeStore Second)> OpenTwiceAsync()
    {
        _first = new RedisOneTimeStore(server.ConnectionString, _prefix);
        _second = new RedisOneTimeStore(server.ConnectionString, _prefix);
        return Task.FromResult<(OneTimeStore, OneTimeStore)>((_first, _second));
    }

    protected override Task WaitAsync(TimeSpan time) => Task.Delay(time + TimeSpan.FromMilliseconds(50));

    protected override async ValueTask CloseAsync()
    {
        await _first!.DisposeAsync();
        await _second!.DisposeAsync();
    }
}
