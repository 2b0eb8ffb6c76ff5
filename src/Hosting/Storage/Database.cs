using System.Data.Common;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// A database of either engine. Reads and writes are handed a connection; one SQL text serves both engines.
/// A unit of work never starts another one on the same database.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly IDatabaseEngine _engine;
    private readonly AsyncLocal<bool> _writing = new();
    private long _unitsOfWork;

    private Database(StorageEngine engine, IDatabaseEngine implementation) => (Engine, _engine) = (engine, implementation);

    /// <summary>Which engine this is.</summary>
    public StorageEngine Engine { get; }

    /// <summary>How many units of work were committed: what a sign-in costs is counted in them. On SQLite several may share one flush.</summary>
    public long UnitsOfWork => Volatile.Read(ref _unitsOfWork);

    /// <summary>Ends the query by which a sweep picks rows: of several nodes none waits for what another is deleting. SQLite has one writer.</summary>
    public string SkipLocked => Engine == StorageEngine.Postgres ? " FOR UPDATE SKIP LOCKED" : "";

    /// <summary>Ends the query of rows that a statement is about to change, in an order: two that want the same wait for each other and never in a circle.</summary>
    public string ForUpdate => Engine == StorageEngine.Postgres ? " FOR UPDATE" : "";

    /// <summary>Compares a column with the values of a parameter, an array: "id " + IsOneOf("@ids").</summary>
    public string IsOneOf(string parameter) => Engine == StorageEngine.Postgres ? $"= ANY({parameter})" : $"IN {parameter}";

    /// <summary>A table of the items of a parameter, a JSON array: "FROM " + ItemsOf("@list"). Its column is <c>value</c>; the text of the statement is the same for every list, so that it stays prepared.</summary>
    public string ItemsOf(string parameter) => Engine == StorageEngine.Postgres ? $"json_array_elements_text(CAST({parameter} AS json))" : $"json_each({parameter})";

    /// <summary>Opens a database. A SQLite file and its folder are created where they are missing.</summary>
    public static Database Open(StorageEngine engine, string connectionString) =>
        new(engine, engine == StorageEngine.Sqlite ? new SqliteEngine(connectionString) : new PostgresEngine(connectionString));

    /// <summary>Brings the schema up to date: all sets or none, once, safe when several processes start together.</summary>
    /// <exception cref="MigrationException">The database is newer than the program.</exception>
    public async Task MigrateAsync(IReadOnlyList<MigrationSet> sets, CancellationToken ct)
    {
        // Most starts find nothing to do: these wait for no writer, and keep none waiting.
        if (!await Migrations.AreAppliedAsync(this, sets, ct))
        {
            await WriteAsync((connection, transaction) => Migrations.ApplyAsync(Engine, sets, connection, transaction, ct), ct);
        }
    }

    /// <summary>Runs queries. On SQLite the connection refuses to write.</summary>
    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken ct) => _engine.ReadAsync(work, ct);

    /// <summary>Runs a statement that gives one row or none, and reads it.</summary>
    /// <param name="statement">A query.</param>
    /// <param name="read">Reads the row.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <param name="values">The values of the statement.</param>
    public ValueTask<T?> FindAsync<T>(Statement statement, Func<Row, T> read, CancellationToken ct, params ReadOnlySpan<SqlValue> values)
        where T : class => _engine.FindAsync(statement, read, values, ct);

    /// <summary>Runs a statement that gives any number of rows, and reads them in their order.</summary>
    /// <param name="statement">A query.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <param name="values">The values of the statement.</param>
    public ValueTask<List<T>> ListAsync<T>(Statement statement, Func<Row, T> read, CancellationToken ct, params ReadOnlySpan<SqlValue> values) =>
        _engine.ListAsync(statement, read, values, ct);

    /// <summary>Runs one unit of work: all or nothing, durable when it returns.</summary>
    /// <exception cref="InvalidOperationException">Called from inside a unit of work of this database.</exception>
    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken ct)
    {
        if (_writing.Value)
        {
            throw new InvalidOperationException("A unit of work cannot start another one on the same database.");
        }

        var result = await _engine.WriteAsync(RunMarkedAsync, ct);
        Interlocked.Increment(ref _unitsOfWork);
        return result;

        async Task<T> RunMarkedAsync(DbConnection connection, DbTransaction transaction)
        {
            _writing.Value = true;
            return await work(connection, transaction);
        }
    }

    /// <summary>Makes the deleted rows of a table unreadable in the files, as far as the engine can.</summary>
    internal Task ForgetDeletedAsync(string table, CancellationToken ct) => _engine.ForgetDeletedAsync(table, ct);

    /// <summary>Waits for the writes that have begun and closes all connections.</summary>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}

/// <summary>What differs between the engines.</summary>
internal interface IDatabaseEngine : IAsyncDisposable
{
    Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken ct);

    ValueTask<T?> FindAsync<T>(Statement statement, Func<Row, T> read, ReadOnlySpan<SqlValue> values, CancellationToken ct)
        where T : class;

    ValueTask<List<T>> ListAsync<T>(Statement statement, Func<Row, T> read, ReadOnlySpan<SqlValue> values, CancellationToken ct);

    Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken ct);

    Task ForgetDeletedAsync(string table, CancellationToken ct);
}
