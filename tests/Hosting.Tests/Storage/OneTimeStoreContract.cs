using System.Text;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Tests.Storage;

/// <summary>What every one-time store keeps. The two stores share their memory, as two processes would where the engine allows it.</summary>
public abstract class OneTimeStoreContract : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private protected OneTimeStore First { get; private set; } = null!;

    private protected OneTimeStore Second { get; private set; } = null!;

    /// <summary>A lifetime that a test can wait out.</summary>
    protected virtual TimeSpan Brief => TimeSpan.FromSeconds(30);

    public async ValueTask InitializeAsync() => (First, Second) = await OpenTwiceAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_put_is_found_by_every_process_and_stays()
    {
        await First.PutAsync("par", "a", "value"u8.ToArray(), Long, None);
        Assert.Equal("value", Text(await Second.FindAsync("par", "a", None)));
        Assert.Equal("value", Text(await First.FindAsync("par", "a", None)));
    }

    [Fact]
    public async Task What_was_never_put_is_not_there()
    {
        Assert.Null(await First.FindAsync("par", "nothing", None));
        Assert.Null(await First.TakeAsync("par", "nothing", None));
    }

    [Fact]
    public async Task A_later_value_replaces_an_earlier_one()
    {
        await First.PutAsync("par", "a", "one"u8.ToArray(), Long, None);
        await Second.PutAsync("par", "a", "two"u8.ToArray(), Long, None);
        Assert.Equal("two", Text(await First.TakeAsync("par", "a", None)));
    }

    [Fact]
    public async Task An_empty_value_is_a_value()
    {
        await First.PutAsync("par", "a", Array.Empty<byte>(), Long, None);
        Assert.Equal("", Text(await First.TakeAsync("par", "a", None)));
    }

    [Fact]
    public async Task Of_64_parallel_takes_exactly_one_gets_the_value()
    {
        await First.PutAsync("passkey", "a", "value"u8.ToArray(), Long, None);
        var taken = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? First : Second).TakeAsync("passkey", "a", None)));
        Assert.Equal(["value"], taken.Where(value => value is not null).Select(Text));
        Assert.Null(await First.FindAsync("passkey", "a", None));
    }

    [Fact]
    public async Task Of_64_parallel_guards_exactly_one_is_first()
    {
        var first = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? First : Second).TryAddAsync("dpop", "jti", Long, None)));
        Assert.Single(first, isFirst => isFirst);
        Assert.True(await First.TryAddAsync("dpop", "another jti", Long, None));
    }

    [Fact]
    public async Task Of_64_parallel_counts_none_is_lost_and_none_is_doubled()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? First : Second).CountAsync("guess", "a", Long, None)));
        Assert.Equal(Enumerable.Range(1, 64).Select(i => (long)i), counts.Order());
    }

    [Fact]
    public async Task Kinds_are_kept_apart()
    {
        await First.PutAsync("par", "a", "value"u8.ToArray(), Long, None);
        Assert.Null(await First.TakeAsync("passkey", "a", None));
        Assert.True(await First.TryAddAsync("par", "b", Long, None));
        Assert.True(await First.TryAddAsync("dpop", "b", Long, None));
        Assert.Equal(1, await First.CountAsync("par", "c", Long, None));
        Assert.Equal(1, await First.CountAsync("dpop", "c", Long, None));
    }

    [Fact]
    public async Task Values_guards_and_counters_of_one_name_do_not_meet()
    {
        await First.PutAsync("par", "a", "value"u8.ToArray(), Long, None);
        Assert.True(await First.TryAddAsync("par", "a", Long, None));
        Assert.Equal(1, await First.CountAsync("par", "a", Long, None));
        Assert.Equal("value", Text(await First.TakeAsync("par", "a", None)));
        Assert.False(await First.TryAddAsync("par", "a", Long, None));
        Assert.Equal(2, await First.CountAsync("par", "a", Long, None));
    }

    [Fact]
    public async Task What_has_expired_is_neither_found_nor_taken_and_what_lives_is()
    {
        await First.PutAsync("par", "short", "value"u8.ToArray(), Brief, None);
        await First.PutAsync("par", "long", "value"u8.ToArray(), Long, None);
        await WaitAsync(Brief);
        Assert.Null(await Second.FindAsync("par", "short", None));
        Assert.Null(await First.TakeAsync("par", "short", None));
        Assert.Equal("value", Text(await Second.FindAsync("par", "long", None)));
        Assert.Equal("value", Text(await First.TakeAsync("par", "long", None)));
    }

    [Fact]
    public async Task A_guard_opens_again_when_it_has_expired_and_not_before()
    {
        Assert.True(await First.TryAddAsync("dpop", "short", Brief, None));
        Assert.True(await First.TryAddAsync("dpop", "long", Long, None));
        await WaitAsync(Brief);
        Assert.True(await Second.TryAddAsync("dpop", "short", Long, None));
        Assert.False(await Second.TryAddAsync("dpop", "short", Long, None));
        Assert.False(await Second.TryAddAsync("dpop", "long", Long, None));
    }

    [Fact]
    public async Task A_counter_lives_from_its_first_count_and_then_begins_anew()
    {
        await First.CountAsync("guess", "long", Long, None);
        await First.CountAsync("guess", "short", Brief, None);
        await WaitAsync(Brief / 2);
        await First.CountAsync("guess", "short", Long, None);
        await WaitAsync(Brief / 2);
        Assert.Equal(1, await Second.CountAsync("guess", "short", Long, None));
        Assert.Equal(2, await Second.CountAsync("guess", "long", Long, None));
    }

    [Fact]
    public async Task The_epoch_stands_as_long_as_the_memory_does()
    {
        var epoch = await First.EpochAsync(None);
        Assert.NotEqual("", epoch);
        await First.PutAsync("par", "a", "value"u8.ToArray(), Long, None);
        Assert.Equal(epoch, await Second.EpochAsync(None));
    }

    private protected abstract Task<(OneTimeStore First, OneTimeStore Second)> OpenTwiceAsync();

    /// <summary>Lets at least this much time pass.</summary>
    protected abstract Task WaitAsync(TimeSpan time);

    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    private static string? Text(byte[]? value) => value is null ? null : Encoding.UTF8.GetString(value);
}
