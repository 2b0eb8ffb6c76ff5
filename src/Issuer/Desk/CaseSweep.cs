using Dapper;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>What the calendar does to cases: silence ends them, a refusal becomes final, and evidence goes when nobody may object any more.</summary>
public sealed class CaseSweep(Database database, PersonKeys keys, Cases cases, AuditLog audit, Deployment deployment, TimeProvider time)
{
    private const int Page = 200;

    /// <summary>One round; answers how many cases were due.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = await EachAsync(
            "state IN ('draft', 'returned', 'ready-to-book', 'booked') AND changed_at <= @until", now - ApplicationRules.IdleTerm, new ApplicationEvent.Lapse(), ct);
        due += await EachAsync("state = 'refused' AND changed_at < @until", now - ApplicationRules.AppealTerm, new ApplicationEvent.AppealTermEnded(), ct);
        int erased;
        do
        {
            erased = await EraseEvidenceAsync(now, ct);
            due += erased;
        }
        while (erased == Page);
        return due;
    }

    private async Task<int> EachAsync(string condition, DateTimeOffset until, ApplicationEvent happened, CancellationToken ct)
    {
        var (from, after, total) = (0L, "", 0);
        while (true)
        {
            var page = (await database.ReadAsync(
                connection => connection.QueryAsync<(string Id, long ChangedAt)>(new CommandDefinition(
                    $"SELECT id, changed_at FROM applications WHERE {condition} AND deployment = @deployment AND (changed_at, id) > (@from, @after) ORDER BY changed_at, id LIMIT {Page}",
                    new { until = until.ToUnixTimeSeconds(), deployment = deployment.Id, from, after },
                    cancellationToken: ct)),
                ct)).AsList();
            foreach (var (id, _) in page)
            {
                if (await cases.FindAsync(id, ct) is { } found)
                {
                    await cases.ApplyAsync(found, happened, new Actor.Clock(), CaseChange.None, ct);
                }
            }

            total += page.Count;
            if (page.Count < Page)
            {
                return total;
            }

            (after, from) = page[^1];
        }
    }

    // Of an approved case the claims stay, for its card is minted from them, and the keyed hash, by which a second card on the
    // same document is refused. What the decisions say stays too: commitments, whose salts go with what they commit to.
    private Task<int> EraseEvidenceAsync(DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var erased = (await connection.QueryAsync<(string Id, string PersonId)>(new CommandDefinition(
                $"""
                UPDATE applications SET proofing = NULL, evidence_until = NULL, version = version + 1,
                    claims = CASE WHEN state = 'approved' THEN claims END, document_hash = CASE WHEN state = 'approved' THEN document_hash END
                WHERE id IN (SELECT id FROM applications WHERE evidence_until <= @now AND deployment = @deployment LIMIT {Page}{database.SkipLocked})
                RETURNING id, person_id
                """,
                new { now = now.ToUnixTimeSeconds(), deployment = deployment.Id },
                transaction,
                cancellationToken: ct))).AsList();
            var known = await keys.FindAllAsync([.. erased.Select(one => one.PersonId)], ct);
            await audit.AppendAllAsync(connection, transaction, [.. erased.Select(one => (Gone(one.Id, one.PersonId), known.GetValueOrDefault(one.PersonId)))], ct);
            foreach (var key in known.Values)
            {
                key.Dispose();
            }

            return erased.Count;
        },
        ct);

    private static AuditEvent Gone(string caseId, string personId) =>
        new("application.evidence-erased", new Actor.Clock().Word, personId, new Dictionary<string, string> { ["case"] = caseId });
}
