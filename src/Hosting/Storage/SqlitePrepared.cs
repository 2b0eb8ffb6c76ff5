using System.Data;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// A SQLite connection that is kept open, with its statements prepared: to open one and to compile a statement costs more
/// than the point read that it is for. Callers see an ordinary connection.
/// </summary>
internal sealed class SqlitePrepared(string connectionString) : SqliteConnection(connectionString)
{
    // Texts are constants of the program; one that is made up as it goes would fill the memory.
    private const int MostStatements = 256;

    // A text or a handle of this length needs no memory of its own while it is bound.
    private const int ShortText = 256;

    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<Statement, sqlite3_stmt> _compiled = [];

    /// <summary>Runs a statement to its end; answers how many rows it changed.</summary>
    public int Run(Statement statement, ReadOnlySpan<SqlValue> values)
    {
        var compiled = Bind(statement, values);
        try
        {
            while (Step(compiled))
            {
            }

            return raw.sqlite3_changes(Handle!);
        }
        finally
        {
            _ = raw.sqlite3_reset(compiled);
        }
    }

    /// <summary>Reads the first row of a statement; null where it gives none. What it changes is changed with the first step.</summary>
    public T? Find<T>(Statement statement, Func<Row, T> read, ReadOnlySpan<SqlValue> values)
        where T : class
    {
        var compiled = Bind(statement, values);
        try
        {
            return Step(compiled) ? read(new Row(compiled)) : null;
        }
        finally
        {
            _ = raw.sqlite3_reset(compiled);
        }
    }

    /// <summary>Reads all rows of a statement.</summary>
    public List<T> List<T>(Statement statement, Func<Row, T> read, ReadOnlySpan<SqlValue> values)
    {
        var compiled = Bind(statement, values);
        var rows = new List<T>();
        try
        {
            while (Step(compiled))
            {
                rows.Add(read(new Row(compiled)));
            }

            return rows;
        }
        finally
        {
            _ = raw.sqlite3_reset(compiled);
        }
    }

    public override SqliteCommand CreateCommand() =>
        new Command(this) { Connection = this, Transaction = Transaction, CommandTimeout = DefaultTimeout };

    protected override void Dispose(bool disposing)
    {
        foreach (var compiled in _compiled.Values)
        {
            compiled.Dispose();
        }

        _compiled.Clear();
        base.Dispose(disposing);
    }

    private sqlite3_stmt Bind(Statement statement, ReadOnlySpan<SqlValue> values)
    {
        if (!_compiled.TryGetValue(statement, out var compiled))
        {
            Check(raw.sqlite3_prepare_v3(Handle!, statement.Sql, raw.SQLITE_PREPARE_PERSISTENT, out compiled));
            _compiled.Add(statement, compiled);
        }

        if (values.Length != statement.Names.Count)
        {
            throw new ArgumentException($"The statement has {statement.Names.Count} parameters.", nameof(values));
        }

        for (var place = 0; place < values.Length; place++)
        {
            Check(Bind(compiled, place + 1, values[place]));
        }

        return compiled;
    }

    // SQLite makes a copy of each.
    private static int Bind(sqlite3_stmt compiled, int place, SqlValue value) => (value.Content, value.Kind) switch
    {
        (null, _) => raw.sqlite3_bind_null(compiled, place),
        (string text, _) => BindText(compiled, place, text),
        (byte[] bytes, _) => raw.sqlite3_bind_blob(compiled, place, bytes),
        _ => raw.sqlite3_bind_int64(compiled, place, value.Number),
    };

    private static int BindText(sqlite3_stmt compiled, int place, string text)
    {
        // The binding takes a span of nothing for no text.
        if (text.Length is 0 or > ShortText / 3)
        {
            return raw.sqlite3_bind_text(compiled, place, text);
        }

        Span<byte> utf8 = stackalloc byte[ShortText];
        return raw.sqlite3_bind_text(compiled, place, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    private bool Step(sqlite3_stmt compiled)
    {
        var result = raw.sqlite3_step(compiled);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Check(result);
        }

        return result == raw.SQLITE_ROW;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, Handle);

    // Null while a reader of the same statement is open, and for what is not kept.
    [SuppressMessage("Security", "CA2100", Justification = "It is the text that the command would have executed itself.")]
    private Kept? Find(string text)
    {
        if (!_kept.TryGetValue(text, out var kept) && _kept.Count < MostStatements)
        {
            var command = base.CreateCommand();
            command.CommandText = text;
            _kept.Add(text, kept = new Kept(command));
        }

        return kept is { IsFree: true } ? kept : null;
    }

    private sealed class Command(SqlitePrepared owner) : SqliteCommand
    {
        // Every way to execute a command of this provider comes through here.
        public override SqliteDataReader ExecuteReader(CommandBehavior behavior) =>
            owner.Find(CommandText) is { } kept ? kept.Execute(this, behavior) : base.ExecuteReader(behavior);
    }

    private sealed class Kept(SqliteCommand command)
    {
        private SqliteDataReader? _reader;

        public bool IsFree => _reader is null or { IsClosed: true };

        public SqliteDataReader Execute(SqliteCommand asked, CommandBehavior behavior)
        {
            foreach (SqliteParameter parameter in asked.Parameters)
            {
                command.Parameters.Add(parameter);
            }

            command.Transaction = asked.Transaction;
            command.CommandTimeout = asked.CommandTimeout;
            try
            {
                return _reader = command.ExecuteReader(behavior);
            }
            finally
            {
                // SQLite has its own copy of the values; this one would keep them until the next call.
                command.Parameters.Clear();
            }
        }
    }
}
