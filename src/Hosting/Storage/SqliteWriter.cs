using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// The one writer of a SQLite database. A flush to disk costs far more than a row, so the units of work that queue up
/// during one commit share the next: each runs in a savepoint of its own, and one that fails is rolled back alone.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int LargestGroup = 128;

    // Most pages of the log are later versions of others in it, and only the last of each is copied into the file: a longer
    // log copies less. This one has 16 MB.
    private const string PagesInLog = "4096";

    private const string Settings = $"""
        PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
        PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = {PagesInLog};
        """;

    private static readonly Statement Begin = new("SAVEPOINT unit");
    private static readonly Statement Undo = new("ROLLBACK TO unit");
    private static readonly Statement End = new("RELEASE unit");

    private readonly SqlitePrepared _connection;
    private readonly Channel<Unit> _queue = Channel.CreateUnbounded<Unit>();
    private readonly OwnThread _disk = new("sqlite commits");
    private readonly Task _loop;

    public SqliteWriter(string connectionString)
    {
        _connection = new SqlitePrepared(connectionString);
        _connection.Open();
        using (var command = _connection.CreateCommand())
        {
            command.CommandText = Settings;
            command.ExecuteNonQuery();
        }

        using (ExecutionContext.SuppressFlow())
        {
            _loop = Task.Run(RunAsync);
        }
    }

    public Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken ct)
    {
        var unit = new Unit<T>(work, ct);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(unit), typeof(Database));
        return unit.Result;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        _disk.Dispose();
        await _connection.DisposeAsync();
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            await GatherAsync();
            await RunGroupAsync();
        }
    }

    // Whoever is about to bring a unit shares this flush: as long as others that were ready to run bring more, they go first.
    private async Task GatherAsync()
    {
        int waiting;
        do
        {
            waiting = _queue.Reader.Count;
            await Task.Yield();
        }
        while (waiting < _queue.Reader.Count && waiting < LargestGroup);
    }

    [SuppressMessage("Design", "CA1031", Justification = "The failure is handed to every caller of the group; the writer goes on.")]
    private async Task RunGroupAsync()
    {
        var group = new List<Unit>();
        try
        {
            await using var transaction = _connection.BeginTransaction(deferred: false);
            while (group.Count < LargestGroup && _queue.Reader.TryRead(out var unit))
            {
                group.Add(unit);
                await RunUnitAsync(unit, transaction);
            }

            await _disk.RunAsync(transaction.Commit);
        }
        catch (Exception e)
        {
            Fail(group, e);
            return;
        }

        group.ForEach(unit => unit.Complete());
    }

    private async Task RunUnitAsync(Unit unit, SqliteTransaction transaction)
    {
        _connection.Run(Begin, []);
        if (!await unit.RunAsync(_connection, transaction))
        {
            _connection.Run(Undo, []);
        }

        _connection.Run(End, []);
    }

    // A group that could not even begin (another process holds the file) fails the caller at the head of the queue;
    // the next caller gets a try of its own.
    private void Fail(List<Unit> group, Exception failure)
    {
        if (group.Count == 0 && _queue.Reader.TryRead(out var head))
        {
            group.Add(head);
        }

        group.ForEach(unit => unit.Fail(failure));
    }

    private abstract class Unit
    {
        /// <summary>False when the work failed: its failure is kept, and its rows must be rolled back.</summary>
        public abstract Task<bool> RunAsync(DbConnection connection, DbTransaction transaction);

        public abstract void Complete();

        public abstract void Fail(Exception failure);
    }

    private sealed class Unit<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken ct) : Unit
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task<T>? _ran;

        public Task<T> Result => _result.Task;

        [SuppressMessage("Design", "CA1031", Justification = "The failure is kept in the task and given to the caller.")]
        public override async Task<bool> RunAsync(DbConnection connection, DbTransaction transaction)
        {
            _ran = ct.IsCancellationRequested ? Task.FromCanceled<T>(ct) : RunWorkAsync(connection, transaction);
            await ((Task)_ran).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return _ran.IsCompletedSuccessfully;
        }

        public override void Complete() => _result.SetFromTask(_ran!);

        // A unit that failed on its own keeps its own failure.
        public override void Fail(Exception failure)
        {
            if (_ran is null or { IsCompletedSuccessfully: true })
            {
                _result.SetException(failure);
            }
            else
            {
                Complete();
            }
        }

        private async Task<T> RunWorkAsync(DbConnection connection, DbTransaction transaction) => await work(connection, transaction);
    }
}
