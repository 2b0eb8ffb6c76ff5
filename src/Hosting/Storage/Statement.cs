using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// A statement of a hot path: both engines get the same text, and SQLite keeps it compiled and runs it without commands,
/// parameters and readers of a provider in between, which cost more than the point read or the row that it is for.
/// Values are given in the order in which the text first names them.
/// </summary>
public sealed class Statement
{
    public Statement(string sql) => (Sql, Names) = (sql, NamesIn(sql));

    /// <summary>The text, with parameters such as <c>@id</c>.</summary>
    public string Sql { get; }

    /// <summary>The parameters, each once: SQLite numbers them so.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <inheritdoc/>
    public override string ToString() => Sql;

    private static List<string> NamesIn(string sql)
    {
        var names = new List<string>();
        for (var at = sql.IndexOf('@', StringComparison.Ordinal); at >= 0; at = sql.IndexOf('@', at + 1))
        {
            var end = at + 1;
            while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_'))
            {
                end++;
            }

            if (sql[at..end] is var name && !names.Contains(name))
            {
                names.Add(name);
            }
        }

        return names;
    }
}

/// <summary>A value of a statement: text, bytes, a whole number, or none. Redacted: it may be personal.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Nobody compares them.")]
[SuppressMessage("Usage", "CA2225", Justification = "They are written as arguments, and made nowhere else.")]
public readonly struct SqlValue
{
    private static readonly object NumberIsThere = new();

    private SqlValue(SqlKind kind, object? content, long number) => (Kind, Content, Number) = (kind, content, number);

    internal SqlKind Kind { get; }

    /// <summary>A string or an array of bytes; of a number a mark that it is there.</summary>
    internal object? Content { get; }

    internal long Number { get; }

    public static implicit operator SqlValue(string? text) => new(SqlKind.Text, text, 0);

    public static implicit operator SqlValue(byte[]? bytes) => new(SqlKind.Bytes, bytes, 0);

    public static implicit operator SqlValue(long number) => new(SqlKind.Number, NumberIsThere, number);

    public static implicit operator SqlValue(long? number) => new(SqlKind.Number, number is null ? null : NumberIsThere, number ?? 0);

    public override string ToString() => nameof(SqlValue);
}

/// <summary>What a value is, also where there is none: PostgreSQL asks for the type of a NULL.</summary>
internal enum SqlKind
{
    Text,
    Bytes,
    Number,
}
