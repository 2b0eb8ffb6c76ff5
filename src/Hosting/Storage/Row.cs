using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using SQLitePCL;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>The row that a <see cref="Statement"/> gave, read by the place of its columns. Good only while it is handed to its reader.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Nobody compares rows.")]
public readonly struct Row
{
    private readonly sqlite3_stmt? _statement;
    private readonly DbDataReader? _reader;

    internal Row(sqlite3_stmt statement) => _statement = statement;

    internal Row(DbDataReader reader) => _reader = reader;

    public bool IsNull(int column) => _statement is null ? _reader!.IsDBNull(column) : raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    // SQLite has text as UTF-8, which its bytes are.
    public string Text(int column) => _statement is null ? _reader!.GetString(column) : Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Bytes(int column) => _statement is null ? _reader!.GetFieldValue<byte[]>(column) : raw.sqlite3_column_blob(_statement, column).ToArray();

    public byte[]? BytesOrNull(int column) => IsNull(column) ? null : Bytes(column);

    public long Number(int column) => _statement is null ? _reader!.GetInt64(column) : raw.sqlite3_column_int64(_statement, column);

    public long? NumberOrNull(int column) => IsNull(column) ? null : Number(column);
}
