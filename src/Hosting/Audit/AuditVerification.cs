using System.Data.Common;
using Dapper;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Audit;

/// <summary>One run of <c>audit verify</c>: walks all chains in order and notes every fault.</summary>
internal sealed class AuditVerification(Database database, PersonKeys.PersonKeys? personKeys, IReadOnlyList<Jwk> headKeys, DateTimeOffset now)
{
    // A finished day waits for its head at most this long: the servers seal every hour.
    private static readonly TimeSpan HeadGrace = TimeSpan.FromDays(1);

    private readonly List<AuditFault> _faults = [];
    private readonly Dictionary<string, bool> _hasKey = [];
    private readonly Dictionary<string, string> _lastHashes = [];
    private Chain? _chain;
    private long _entries;
    private int _chains;
    private int _heads;

    public async Task<AuditVerdict> RunAsync(CancellationToken ct)
    {
        await database.ReadAsync(
            async connection =>
            {
                // One statement sees one snapshot, while other processes go on appending; the full join shows entries that lost their chain.
                await foreach (var row in Rows(connection).WithCancellation(ct))
                {
                    await AddAsync(row, ct);
                }

                return 0;
            },
            ct);
        Close();
        return _faults.Count == 0 ? new AuditVerdict.Whole(_entries, _chains, _heads) : new AuditVerdict.Broken(_faults);
    }

    private static IAsyncEnumerable<Row> Rows(DbConnection connection) => connection.QueryUnbufferedAsync<Row>(
        """
        SELECT coalesce(e.day, c.day) AS Day, coalesce(e.node, c.node) AS Node, e.number AS Number, coalesce(e.at, 0) AS At,
          e.name AS Name, e.actor AS Actor, e.person_id AS PersonId, e.content AS Content, e.content_hash AS ContentHash, e.hash AS Hash,
          c.entries AS Entries, c.hash AS ChainHash, c.head AS Head
        FROM audit_entries e FULL JOIN audit_chains c ON c.day = e.day AND c.node = e.node
        ORDER BY 2, 1, 3
        """);

    private async Task AddAsync(Row row, CancellationToken ct)
    {
        if (_chain is null || _chain.Node != row.Node || _chain.Day != row.Day)
        {
            Close();
            _chain = new Chain(row, _lastHashes.GetValueOrDefault(row.Node, AuditChain.Beginning));
            _chains++;
        }

        if (row.Number is not null)
        {
            _entries++;
            await CheckEntryAsync(_chain, row.ToEntry(), ct);
        }
    }

    private async Task CheckEntryAsync(Chain chain, AuditRow entry, CancellationToken ct)
    {
        if (entry.Number != chain.Number + 1)
        {
            Note(AuditRule.Sequence, chain, entry.Number);
        }

        if (AuditChain.Hash(chain.Hash, entry) != entry.Hash)
        {
            Note(AuditRule.EntryHash, chain, entry.Number);
        }

        if (entry.Content is null ? await MayNotBeEmptyAsync(entry, ct) : AuditChain.Commit(entry.PersonId, entry.Content) != entry.ContentHash)
        {
            Note(entry.Content is null ? AuditRule.ContentRemoved : AuditRule.Content, chain, entry.Number);
        }

        (chain.Number, chain.Hash) = (entry.Number, entry.Hash);
    }

    private async Task<bool> MayNotBeEmptyAsync(AuditRow entry, CancellationToken ct)
    {
        if (entry.PersonId is null || personKeys is null)
        {
            return true;
        }

        if (!_hasKey.TryGetValue(entry.PersonId, out var hasKey))
        {
            _hasKey[entry.PersonId] = hasKey = await personKeys.HasKeyAsync(entry.PersonId, ct);
        }

        return hasKey;
    }

    private void Close()
    {
        if (_chain is null)
        {
            return;
        }

        if (_chain.Number != _chain.StatedEntries || _chain.Hash != _chain.StatedHash)
        {
            Note(AuditRule.Tail, _chain, null);
        }

        CheckHead(_chain);
        _lastHashes[_chain.Node] = _chain.Hash;
        _chain = null;
    }

    private void CheckHead(Chain chain)
    {
        if (chain.Head is null)
        {
            if (string.CompareOrdinal(chain.Day, AuditChain.DayOf(now - HeadGrace)) < 0)
            {
                Note(AuditRule.HeadMissing, chain, null);
            }

            return;
        }

        _heads++;
        if (AuditHead.FindFault(chain.Head, headKeys, chain.Node, chain.Day, chain.Number, chain.Hash) is { } rule)
        {
            Note(rule, chain, null);
        }
    }

    private void Note(AuditRule rule, Chain chain, long? number) => _faults.Add(new AuditFault(rule, chain.Node, chain.Day, number));

    private sealed class Chain(Row row, string before)
    {
        public string Node { get; } = row.Node;

        public string Day { get; } = row.Day;

        public long? StatedEntries { get; } = row.Entries;

        public string? StatedHash { get; } = row.ChainHash;

        public string? Head { get; } = row.Head;

        public long Number { get; set; }

        public string Hash { get; set; } = before;
    }

    private sealed class Row
    {
        public string Day { get; init; } = "";

        public string Node { get; init; } = "";

        public long? Number { get; init; }

        public long At { get; init; }

        public string? Name { get; init; }

        public string? Actor { get; init; }

        public string? PersonId { get; init; }

        public byte[]? Content { get; init; }

        public string? ContentHash { get; init; }

        public string? Hash { get; init; }

        public long? Entries { get; init; }

        public string? ChainHash { get; init; }

        public string? Head { get; init; }

        public AuditRow ToEntry() => new()
        {
            Day = Day,
            Node = Node,
            Number = Number.GetValueOrDefault(),
            At = At,
            Name = Name ?? "",
            Actor = Actor ?? "",
            PersonId = PersonId,
            Content = Content,
            ContentHash = ContentHash ?? "",
            Hash = Hash ?? "",
        };
    }
}
