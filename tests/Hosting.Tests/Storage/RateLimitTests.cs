using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Tests.Storage;

public sealed class RateLimitTests
{
    private readonly SettableTime _time = new();
    private readonly MemoryOneTimeStore _store;

    public RateLimitTests() => _store = new(_time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_over_the_limit_is_told_when_the_next_window_begins()
    {
        var limit = new RateLimit("guess", 2, TimeSpan.FromMinutes(10));
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Null(await limit.CountAsync(_store, "a", _time.GetUtcNow(), Ct));
        Assert.Null(await limit.CountAsync(_store, "a", _time.GetUtcNow(), Ct));
        var again = await limit.CountAsync(_store, "a", _time.GetUtcNow(), Ct);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(7), again);

        _time.Advance(TimeSpan.FromMinutes(7) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(again, await limit.CountAsync(_store, "a", _time.GetUtcNow(), Ct));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await limit.CountAsync(_store, "a", _time.GetUtcNow(), Ct));
    }

    [Fact]
    [Trait("Safeguard", "SG13")]
    public async Task Nobody_and_no_kind_uses_up_the_count_of_another()
    {
        var limit = new RateLimit("guess", 1, TimeSpan.FromMinutes(1));
        Assert.Null(await limit.CountAsync(_store, "a", _time.GetUtcNow(), Ct));
        Assert.NotNull(await limit.CountAsync(_store, "a", _time.GetUtcNow(), Ct));
        Assert.Null(await limit.CountAsync(_store, "b", _time.GetUtcNow(), Ct));
        Assert.Null(await new RateLimit("card", 1, TimeSpan.FromMinutes(1)).CountAsync(_store, "a", _time.GetUtcNow(), Ct));
    }
}
