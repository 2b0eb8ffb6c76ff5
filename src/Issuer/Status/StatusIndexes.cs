using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Issuer.Status;

/// <summary>
/// Gives out the entries of status lists. An index is random and dedicated to one copy (Token Status List §13.2): the primary key
/// makes it so under any concurrency, and the lock on the list's row keeps the writers of one list in a line.
/// </summary>
public sealed class StatusIndexes(Database database, StatusPolicy policy)
{
    // For clocks that are behind, and records of copies that are swept a day later.
    private const int RetiredAfterDays = 7;

    // More entries than a list has.
    private const long PerList = 4294967296;

    private readonly DrawnEntries _drawn = new();

    /// <summary>Entries that are reserved and were given to nobody yet.</summary>
    internal int Waiting => _drawn.Count;

    /// <summary>
    /// Reserves entries that nobody has, over the few open lists, in random order. Many are reserved at a time, and each caller gets some
    /// of them: those that a process leaves behind stay decoys.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="lastDay">The day (Unix days) after which the copies are expired anyway, and the list may go.</param>
    /// <param name="ct">The end.</param>
    public async Task<IReadOnlyList<StatusIndex>> ReserveAsync(int count, long lastDay, CancellationToken ct)
    {
        var reserved = new List<StatusIndex>(count);
        while (!_drawn.Take(reserved, count, lastDay))
        {
            var missing = count - reserved.Count;
            await _drawn.FillAsync(lastDay, day => DrawAsync(Math.Max(missing, policy.DrawnAtOnce), day)).WaitAsync(ct);
        }

        return reserved;
    }

    private async Task<StatusIndex[]> DrawAsync(int count, long lastDay)
    {
        var drawn = new List<StatusIndex>(count);
        while (drawn.Count < count)
        {
            var open = await OpenListsAsync(count, lastDay, CancellationToken.None);
            var picks = Enumerable.Range(drawn.Count, count - drawn.Count)
                .Select(_ => open[RandomNumberGenerator.GetInt32(open.Count)])
                .GroupBy(list => list);
            foreach (var pick in picks)
            {
                // A collision leaves some for the next round; what was taken is kept, so that no transaction waits for another.
                drawn.AddRange(await TakeAsync(pick.Key, pick.Count(), lastDay, CancellationToken.None));
            }
        }

        var shuffled = drawn.ToArray();
        RandomNumberGenerator.Shuffle(shuffled.AsSpan());
        return shuffled;
    }

    /// <summary>
    /// Opens the next list before an open one is full. A verifier learns of lists on a schedule of its own: an entry of a list that
    /// opened with it would be refused there until the next turn.
    /// </summary>
    public async Task OpenAheadAsync(long today, CancellationToken ct) => await OpenListsAsync(policy.Limit / 8, today, ct);

    /// <summary>
    /// Retires lists of which every copy has expired, and deletes their entries: the table holds what may still be asked for. The row of
    /// the list stays, so that no other list ever gets its address. Answers how many entries went.
    /// </summary>
    public async Task<int> RetireAsync(long today, CancellationToken ct)
    {
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                "UPDATE status_lists SET capacity = 0 WHERE last_day < @before AND reserved > 0 AND capacity > 0",
                new { before = today - RetiredAfterDays }, transaction, cancellationToken: ct)),
            ct);
        return await Sweep.DeleteAsync(database, "status_entries", "(list_no, idx)", "list_no IN (SELECT list_no FROM status_lists WHERE capacity = 0)", new { }, ct);
    }

    /// <summary>
    /// Sets entries to INVALID inside a unit of work, in three statements of the same text however many they are. With some decoys a change
    /// does not tell how many copies a card had.
    /// </summary>
    internal static async Task RevokeAsync(
        Database database, DbConnection connection, DbTransaction transaction, IReadOnlyList<StatusIndex> indices, bool decoys, CancellationToken ct)
    {
        if (indices.Count == 0)
        {
            return;
        }

        var capacities = (await connection.QueryAsync<(long List, long Capacity)>(new CommandDefinition(
            $"""
            WITH locked AS (
                SELECT list_no FROM status_lists WHERE list_no IN (SELECT CAST(value AS bigint) FROM {database.ItemsOf("@lists")}) ORDER BY list_no{database.ForUpdate})
            UPDATE status_lists SET version = version + 1 WHERE list_no IN (SELECT list_no FROM locked) RETURNING list_no, capacity
            """,
            new { lists = Array(indices.Select(index => index.List).Distinct().Order()) }, transaction, cancellationToken: ct))).AsList();
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE status_entries SET revoked = 1 FROM {Entries(database)} AS gone
            WHERE status_entries.list_no = gone.list AND status_entries.idx = gone.entry
            """,
            new { entries = Array(indices) }, transaction, cancellationToken: ct));
        var drawn = decoys ? capacities.SelectMany(list => DrawDecoys(list.List, (int)list.Capacity, indices.Count(index => index.List == list.List))).ToList() : [];
        if (drawn.Count > 0)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"INSERT INTO status_entries (list_no, idx, revoked) SELECT list, entry, 1 FROM {Entries(database)} AS decoys WHERE 1 = 1 ON CONFLICT (list_no, idx) DO NOTHING",
                new { entries = Array(drawn) }, transaction, cancellationToken: ct));
        }
    }

    /// <summary>The lists that may still matter, and those that wait for their first entry, with the version that rises with every change.</summary>
    internal Task<IReadOnlyList<StatusListState>> ListsAsync(long today, CancellationToken ct) => database.ReadAsync<IReadOnlyList<StatusListState>>(
        async connection =>
        {
            var rows = await connection.QueryAsync<(long Number, long Capacity, long Version)>(new CommandDefinition(
                "SELECT list_no, capacity, version FROM status_lists WHERE last_day >= @today OR reserved = 0 ORDER BY list_no", new { today }, cancellationToken: ct));
            return [.. rows.Select(row => new StatusListState(row.Number, (int)row.Capacity, row.Version))];
        },
        ct);

    /// <summary>The revoked entries of a list.</summary>
    internal Task<IReadOnlyList<int>> RevokedAsync(long list, CancellationToken ct) => database.ReadAsync<IReadOnlyList<int>>(
        async connection => [.. (await connection.QueryAsync<long>(new CommandDefinition(
            "SELECT idx FROM status_entries WHERE list_no = @list AND revoked = 1", new { list }, cancellationToken: ct))).Select(index => (int)index)],
        ct);

    private async Task<IReadOnlyList<long>> OpenListsAsync(int room, long lastDay, CancellationToken ct)
    {
        var open = await database.ReadAsync(connection => FindOpenAsync(connection, null, room, ct), ct);
        return open.Count >= policy.OpenLists ? open : await database.WriteAsync((connection, transaction) => OpenAsync(connection, transaction, room, lastDay, ct), ct);
    }

    private async Task<IReadOnlyList<long>> OpenAsync(DbConnection connection, DbTransaction transaction, int room, long lastDay, CancellationToken ct)
    {
        for (var more = 0; more < policy.OpenLists; more++)
        {
            // How many are open and which number is next are read in one statement: of two nodes that see too few, the second
            // meets the number of the first and opens nothing.
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO status_lists (list_no, capacity, reserved, version, last_day)
                SELECT lists.top + 1, @capacity, 0, 0, @lastDay
                FROM (SELECT coalesce(max(list_no), 0) AS top, count(CASE WHEN capacity = @capacity AND reserved + @room <= @limit THEN 1 END) AS open FROM status_lists) lists
                WHERE lists.open < @few
                ON CONFLICT (list_no) DO NOTHING
                """,
                new { capacity = (long)policy.Entries, lastDay, room = (long)room, limit = (long)policy.Limit, few = (long)policy.OpenLists },
                transaction, cancellationToken: ct));
        }

        return await FindOpenAsync(connection, transaction, room, ct);
    }

    private async Task<List<long>> FindOpenAsync(DbConnection connection, DbTransaction? transaction, int room, CancellationToken ct) =>
        [.. await connection.QueryAsync<long>(new CommandDefinition(
            "SELECT list_no FROM status_lists WHERE capacity = @capacity AND reserved + @room <= @limit ORDER BY list_no LIMIT @few",
            new { capacity = (long)policy.Entries, room = (long)room, limit = (long)policy.Limit, few = (long)policy.OpenLists }, transaction, cancellationToken: ct))];

    private Task<List<StatusIndex>> TakeAsync(long list, int count, long lastDay, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var room = await connection.ExecuteAsync(new CommandDefinition(
                """
                UPDATE status_lists
                SET reserved = reserved + @count, last_day = CASE WHEN last_day < @lastDay THEN @lastDay ELSE last_day END
                WHERE list_no = @list AND capacity = @capacity AND reserved + @count <= @limit
                """,
                new { list, count = (long)count, lastDay, capacity = (long)policy.Entries, limit = (long)policy.Limit }, transaction, cancellationToken: ct));
            var taken = room == 0 ? [] : await InsertAsync(connection, transaction, list, Draw(count, policy.Entries), revoked: false, ct);
            if (room > 0 && taken.Count < count)
            {
                // A pick that met another took no entry: it takes no room either, else lists would close half empty.
                await connection.ExecuteAsync(new CommandDefinition(
                    "UPDATE status_lists SET reserved = reserved - @missed WHERE list_no = @list",
                    new { list, missed = (long)(count - taken.Count) }, transaction, cancellationToken: ct));
            }

            return taken;
        },
        ct);

    private async Task<List<StatusIndex>> InsertAsync(
        DbConnection connection, DbTransaction transaction, long list, SortedSet<int> indices, bool revoked, CancellationToken ct)
    {
        if (indices.Count == 0)
        {
            return [];
        }

        var taken = await connection.QueryAsync<long>(new CommandDefinition(
            $"""
            INSERT INTO status_entries (list_no, idx, revoked) SELECT @list, CAST(value AS bigint), @revoked FROM {database.ItemsOf("@indices")} WHERE 1 = 1
            ON CONFLICT (list_no, idx) DO NOTHING RETURNING idx
            """,
            new { list, revoked = revoked ? 1L : 0L, indices = $"[{Join(indices)}]" }, transaction, cancellationToken: ct));
        return [.. taken.Select(index => new StatusIndex(list, (int)index))];
    }

    private static string Join(IEnumerable<int> numbers) => string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    // A table of entries from one parameter, so that the text of a statement is the same for however many: list and entry in one number.
    private static string Entries(Database database) =>
        $"(SELECT CAST(value AS bigint) / {PerList} AS list, CAST(value AS bigint) % {PerList} AS entry FROM {database.ItemsOf("@entries")})";

    private static string Array(IEnumerable<StatusIndex> indices) => Array(indices.Select(index => (index.List * PerList) + index.Index));

    private static string Array(IEnumerable<long> numbers) => $"[{string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))}]";

    private static IEnumerable<StatusIndex> DrawDecoys(long list, int capacity, int revoked) =>
        Draw(RandomNumberGenerator.GetInt32(revoked + 1), capacity).Select(index => new StatusIndex(list, index));

    private static SortedSet<int> Draw(int count, int capacity)
    {
        var indices = new SortedSet<int>();
        while (indices.Count < count)
        {
            indices.Add(RandomNumberGenerator.GetInt32(capacity));
        }

        return indices;
    }
}

/// <summary>A list as the publisher sees it.</summary>
internal sealed record StatusListState(long Number, int Entries, long Version);
