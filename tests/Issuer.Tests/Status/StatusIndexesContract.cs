using System.Reflection;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Tests.Status;

/// <summary>What reserving status entries promises, on every engine.</summary>
public abstract class StatusIndexesContract : IAsyncLifetime
{
    private const long LastDay = 30_000;

    private Database _first = null!;
    private Database _second = null!;

    public async ValueTask InitializeAsync()
    {
        (_first, _second) = await OpenTwiceAsync();
        await _first.MigrateAsync([MigrationSet.Hosting, new MigrationSet("issuer", Assembly.Load("IdentityPlatform.Issuer"))], CancellationToken.None);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Sixty_four_callers_on_two_nodes_never_get_the_same_entry()
    {
        // Lists so small that picks collide all the time, and fill, and open anew.
        var policy = new StatusPolicy(Entries: 512);
        StatusIndexes[] nodes = [new(_first, policy), new(_second, policy)];
        var batches = await Task.WhenAll(Enumerable.Range(0, 64).Select(caller =>
            Task.Run(() => nodes[caller % 2].ReserveAsync(20, LastDay, CancellationToken.None))));
        Assert.All(batches, batch => Assert.Equal(20, batch.Count));
        var all = batches.SelectMany(batch => batch).ToList();
        Assert.Equal(1280, all.Distinct().Count());
        Assert.Equal(1280, await CountAsync("SELECT count(*) FROM status_entries"));
        // Picks that met others take no room.
        Assert.Equal(1280, await CountAsync("SELECT sum(reserved) FROM status_lists"));
        Assert.All(all, entry => Assert.InRange(entry.Index, 0, 511));
        Assert.All(all.GroupBy(entry => entry.List), list => Assert.InRange(list.Count(), 1, policy.Limit));
    }

    [Fact]
    public async Task A_hundred_batches_at_once_get_entries_of_their_own_in_lists_of_full_size()
    {
        var policy = new StatusPolicy();
        StatusIndexes[] nodes = [new(_first, policy), new(_second, policy)];
        var batches = await Task.WhenAll(Enumerable.Range(0, 100).Select(caller =>
            Task.Run(() => nodes[caller % 2].ReserveAsync(10, LastDay, CancellationToken.None))));
        Assert.All(batches, batch => Assert.Equal(10, batch.Count));
        Assert.Equal(1000, batches.SelectMany(batch => batch).Distinct().Count());
        // Each node draws a thousand at a time; what it has not given out yet is reserved as well.
        var reserved = await CountAsync("SELECT count(*) FROM status_entries WHERE revoked = 0");
        Assert.Equal(2048, reserved);
        Assert.Equal(reserved, await CountAsync("SELECT sum(reserved) FROM status_lists"));
        Assert.Equal(3, await CountAsync("SELECT count(*) FROM status_lists WHERE capacity = 1048576"));
    }

    [Fact]
    public async Task Nodes_that_open_lists_at_once_open_no_more_than_are_wanted()
    {
        StatusIndexes[] nodes = [new(_first, new StatusPolicy()), new(_second, new StatusPolicy())];
        await Task.WhenAll(Enumerable.Range(0, 40).Select(caller => Task.Run(() => nodes[caller % 2].OpenAheadAsync(LastDay, CancellationToken.None))));
        Assert.Equal([1, 2, 3], await NumbersAsync(nodes[0]));
    }

    [Fact]
    public async Task An_entry_that_was_revoked_stays_so_whatever_comes_after()
    {
        // So few entries that decoys and new picks meet the revoked ones all the time.
        var indexes = new StatusIndexes(_first, new StatusPolicy(Entries: 128, OpenLists: 1));
        var batch = await indexes.ReserveAsync(20, LastDay, CancellationToken.None);
        await RevokeAsync([.. batch.Take(10)]);
        await RevokeAsync([.. batch.Take(10)]);
        var revoked = await indexes.RevokedAsync(1, CancellationToken.None);
        var later = await indexes.ReserveAsync(30, LastDay, CancellationToken.None);
        Assert.Empty(later.Where(entry => entry.List == 1).Select(entry => entry.Index).Intersect(revoked));
        await RevokeAsync([.. batch.Skip(10)]);
        var after = await indexes.RevokedAsync(1, CancellationToken.None);
        Assert.Empty(revoked.Except(after));
        Assert.All(batch, entry => Assert.Contains(entry.Index, after));
    }

    [Fact]
    public async Task A_batch_is_spread_over_the_few_open_lists()
    {
        var indexes = new StatusIndexes(_first, new StatusPolicy(Entries: 1 << 16));
        var lists = new HashSet<long>();
        for (var i = 0; i < 10; i++)
        {
            var batch = await indexes.ReserveAsync(10, LastDay, CancellationToken.None);
            lists.UnionWith(batch.Select(entry => entry.List));
        }

        Assert.Equal(3, lists.Count);
    }

    [Fact]
    public async Task Indices_are_spread_evenly_and_follow_no_order()
    {
        var indexes = new StatusIndexes(_first, new StatusPolicy(Entries: 1 << 20, OpenLists: 1));
        var drawn = new List<StatusIndex>();
        for (var i = 0; i < 40; i++)
        {
            drawn.AddRange(await indexes.ReserveAsync(50, LastDay, CancellationToken.None));
        }

        // 2,000 draws into 16 equal parts: 125 each; five standard deviations are 55.
        var parts = drawn.GroupBy(entry => entry.Index >> 16).Select(part => part.Count()).ToList();
        Assert.Equal(16, parts.Count);
        Assert.All(parts, count => Assert.InRange(count, 70, 180));
        var rises = drawn.Zip(drawn.Skip(1)).Count(pair => pair.First.Index < pair.Second.Index);
        Assert.InRange(rises, 900, 1100);
    }

    [Fact]
    public async Task What_is_revoked_is_told_and_the_version_of_its_list_rises()
    {
        var indexes = new StatusIndexes(_first, new StatusPolicy(Entries: 4096, OpenLists: 1));
        var batch = await indexes.ReserveAsync(10, LastDay, CancellationToken.None);
        var before = (await indexes.ListsAsync(LastDay, CancellationToken.None)).Single();
        await RevokeAsync([.. batch.Take(4)]);
        var after = (await indexes.ListsAsync(LastDay, CancellationToken.None)).Single();
        Assert.True(after.Version > before.Version);
        var revoked = await indexes.RevokedAsync(after.Number, CancellationToken.None);
        Assert.All(batch.Take(4), entry => Assert.Contains(entry.Index, revoked));
        Assert.All(batch.Skip(4), entry => Assert.DoesNotContain(entry.Index, revoked));
        // The others are decoys: at most as many as the copies.
        Assert.InRange(revoked.Count, 4, 8);
    }

    [Fact]
    public async Task A_list_whose_copies_have_all_expired_is_told_no_longer()
    {
        var indexes = new StatusIndexes(_first, new StatusPolicy(Entries: 4096, OpenLists: 1));
        await indexes.ReserveAsync(1, LastDay, CancellationToken.None);
        Assert.Single(await indexes.ListsAsync(LastDay, CancellationToken.None));
        Assert.Empty(await indexes.ListsAsync(LastDay + 1, CancellationToken.None));
    }

    [Fact]
    public async Task Entries_that_were_drawn_for_fewer_days_are_given_to_nobody_who_needs_more()
    {
        var indexes = new StatusIndexes(_first, new StatusPolicy(Entries: 1 << 16, OpenLists: 1));
        var early = await indexes.ReserveAsync(10, LastDay, CancellationToken.None);
        var late = await indexes.ReserveAsync(10, LastDay + 30, CancellationToken.None);
        Assert.Equal(20, early.Concat(late).Distinct().Count());
        Assert.Equal(LastDay + 30, await CountAsync("SELECT last_day FROM status_lists"));

        // Who needs fewer days gets what is kept longer, without drawing: 54 of 64 are left.
        await indexes.ReserveAsync(54, LastDay, CancellationToken.None);
        Assert.Equal(128, await CountAsync("SELECT count(*) FROM status_entries"));
    }

    [Fact]
    public async Task A_list_whose_copies_have_all_expired_is_retired_and_its_number_is_never_given_again()
    {
        var indexes = new StatusIndexes(_first, new StatusPolicy(Entries: 4096, OpenLists: 1));
        await indexes.ReserveAsync(3000, LastDay, CancellationToken.None);
        await indexes.OpenAheadAsync(LastDay, CancellationToken.None);
        Assert.Equal(0, await indexes.RetireAsync(LastDay + 7, CancellationToken.None));
        Assert.Equal([1, 2], await NumbersAsync(indexes));

        // The second waits for its first entry: it stays.
        Assert.Equal(3000, await indexes.RetireAsync(LastDay + 8, CancellationToken.None));
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM status_entries"));
        Assert.Equal([2], (await indexes.ListsAsync(LastDay + 8, CancellationToken.None)).Select(list => list.Number));
        Assert.All(await new StatusIndexes(_second, new StatusPolicy(Entries: 4096, OpenLists: 1)).ReserveAsync(5, LastDay + 40, CancellationToken.None), entry => Assert.Equal(2, entry.List));
        Assert.Equal(0, await indexes.RetireAsync(LastDay + 8, CancellationToken.None));
    }

    [Fact]
    public async Task A_list_is_told_before_its_first_entry_is_given_out()
    {
        var indexes = new StatusIndexes(_first, new StatusPolicy(Entries: 512, OpenLists: 2));
        await indexes.OpenAheadAsync(LastDay, CancellationToken.None);
        Assert.Equal([1, 2], await NumbersAsync(indexes));

        // Limit 384, an eighth of it is 48: who has room for fewer gets a successor, which waits until one is full.
        await FillAsync(upTo: 380);
        await indexes.OpenAheadAsync(LastDay, CancellationToken.None);
        Assert.Equal([1, 2, 3, 4], await NumbersAsync(indexes));
        Assert.All(await indexes.ReserveAsync(4, LastDay, CancellationToken.None), entry => Assert.InRange(entry.List, 1, 2));
        await FillAsync(upTo: 384);
        Assert.All(await indexes.ReserveAsync(4, LastDay, CancellationToken.None), entry => Assert.InRange(entry.List, 3, 4));
        Assert.Equal([1, 2, 3, 4], await NumbersAsync(indexes));
    }

    [Fact]
    public async Task Lists_with_room_get_no_successor_and_one_that_waits_is_told_on_any_day()
    {
        var indexes = new StatusIndexes(_first, new StatusPolicy(Entries: 512, OpenLists: 2));
        await indexes.OpenAheadAsync(LastDay, CancellationToken.None);
        await indexes.OpenAheadAsync(LastDay + 400, CancellationToken.None);
        Assert.Equal([1, 2], (await indexes.ListsAsync(LastDay + 400, CancellationToken.None)).Select(list => list.Number));
    }

    private static async Task<IEnumerable<long>> NumbersAsync(StatusIndexes indexes) =>
        (await indexes.ListsAsync(LastDay, CancellationToken.None)).Select(list => list.Number);

    private Task<bool> RevokeAsync(IReadOnlyList<StatusIndex> entries) => _first.WriteAsync(
        async (connection, transaction) =>
        {
            await StatusIndexes.RevokeAsync(_first, connection, transaction, entries, decoys: true, CancellationToken.None);
            return true;
        },
        CancellationToken.None);

    private Task<int> FillAsync(int upTo) => _first.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync("UPDATE status_lists SET reserved = @upTo WHERE list_no <= 2", new { upTo }, transaction),
        CancellationToken.None);

    private protected abstract Task<(Database First, Database Second)> OpenTwiceAsync();

    private Task<long> CountAsync(string sql) => _first.ReadAsync(connection => connection.ExecuteScalarAsync<long>(sql), CancellationToken.None);
}
