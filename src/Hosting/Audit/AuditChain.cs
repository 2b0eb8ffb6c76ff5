using System.Buffers;
using System.Buffers.Binary;
using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Audit;

/// <summary>
/// The hashes of the chain. An entry's hash covers the hash before it, what stands in clear, and a commitment to the
/// content; the content itself may be erased without breaking the chain. A node's first entry of a day continues from
/// its last entry before, so that no whole day can vanish from the middle.
/// </summary>
internal static class AuditChain
{
    /// <summary>The hash before the first entry of a node.</summary>
    public const string Beginning = "";

    /// <summary>A commitment to the content as stored: ciphertext, plain text for events of the system, or nothing for an erased person.</summary>
    public static string Commit(string? personId, byte[]? content) =>
        Hash("content", personId ?? "", content is null ? "" : Convert.ToHexString(content));

    /// <summary>The hash of an entry.</summary>
    public static string Hash(string before, AuditRow row) => Hash(
        "entry",
        before,
        row.Node,
        row.Day,
        row.Number.ToString(CultureInfo.InvariantCulture),
        row.At.ToString(CultureInfo.InvariantCulture),
        row.Name,
        row.Actor,
        row.PersonId ?? "",
        row.ContentHash);

    /// <summary>The day of a moment, in UTC.</summary>
    public static string DayOf(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // Each part carries its length, so that no two lists of parts hash alike.
    private static string Hash(params ReadOnlySpan<string> parts)
    {
        var most = 0;
        foreach (var part in parts)
        {
            most += sizeof(int) + Encoding.UTF8.GetMaxByteCount(part.Length);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(most);
        var at = 0;
        foreach (var part in parts)
        {
            var length = Encoding.UTF8.GetBytes(part, buffer.AsSpan(at + sizeof(int)));
            BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(at), length);
            at += sizeof(int) + length;
        }

        var hash = Base64UrlText.Encode(SHA256.HashData(buffer.AsSpan(0, at)));
        ArrayPool<byte>.Shared.Return(buffer);
        return hash;
    }
}

/// <summary>An entry as stored.</summary>
internal sealed class AuditRow
{
    public static readonly Statement InsertOne = new("""
        INSERT INTO audit_entries (day, node, number, at, name, actor, person_id, content, content_hash, hash)
        VALUES (@day, @node, @number, @at, @name, @actor, @person, @content, @commitment, @hash)
        """);

    public string Day { get; init; } = "";

    public string Node { get; init; } = "";

    public long Number { get; init; }

    public long At { get; init; }

    public string Name { get; init; } = "";

    public string Actor { get; init; } = "";

    public string? PersonId { get; init; }

    public byte[]? Content { get; init; }

    public string ContentHash { get; init; } = "";

    public string Hash { get; set; } = "";

    public static AuditRow Of(AuditEvent e, byte[]? content, string node, string day, long number, DateTimeOffset now) => new()
    {
        Day = day,
        Node = node,
        Number = number,
        At = now.ToUnixTimeSeconds(),
        Name = e.Name,
        Actor = e.Actor,
        PersonId = e.PersonId,
        Content = content,
        ContentHash = AuditChain.Commit(e.PersonId, content),
    };

    /// <summary>One statement for all of them. A single row has the same text every time, so that it stays prepared.</summary>
    public static (string Sql, DynamicParameters Parameters) Insert(IReadOnlyList<AuditRow> rows)
    {
        var parameters = new DynamicParameters();
        var places = new List<string>(rows.Count);
        foreach (var (place, row) in rows.Index())
        {
            places.Add($"(@day, @node, @n{place}, @at, @name{place}, @actor{place}, @person{place}, @content{place}, @commitment{place}, @hash{place})");
            parameters.Add($"n{place}", row.Number);
            parameters.Add($"name{place}", row.Name);
            parameters.Add($"actor{place}", row.Actor);
            parameters.Add($"person{place}", row.PersonId);
            parameters.Add($"content{place}", row.Content, DbType.Binary);
            parameters.Add($"commitment{place}", row.ContentHash);
            parameters.Add($"hash{place}", row.Hash);
        }

        parameters.AddDynamicParams(new { day = rows[0].Day, node = rows[0].Node, at = rows[0].At });
        return ($"INSERT INTO audit_entries (day, node, number, at, name, actor, person_id, content, content_hash, hash) VALUES {string.Join(", ", places)}", parameters);
    }
}
