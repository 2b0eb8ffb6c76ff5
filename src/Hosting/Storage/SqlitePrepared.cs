using System.Data;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// A SQLite connection that is kept open, with its statements prepared: to open one and to compile a statement costs more
/// than the point read that it is for. Callers see an ordinary connection.
/// </summary>
internal sealed class SqlitePrepared(string connectionString) : SqliteConnection(connectionString)
{
    // Texts are constants of the program; one that is made up as it goes would fill the memory.
    private const int MostStatements = 256;

    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    public override SqliteCommand CreateCommand() =>
        new Command(this) { Connection = this, Transaction = Transaction, CommandTimeout = DefaultTimeout };

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
