using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IdentityPlatform.Issuer.Operation;

/// <summary>
/// Makes the operator's report. A queue is counted up to a bound, along an index that holds what waits and nothing else; tables that
/// grow with the number of cards are not counted at all.
/// </summary>
public sealed class OperatorReports(Database database, HealthCheckService health, StatusPublisher lists, Reissues reissues, Signer signer, SignerLink cards, TimeProvider time)
{
    // The words of the partial index, so that the planner sees that it holds them all.
    private const string Waiting = "applications WHERE state IN ('submitted', 'in-proofing', 'proofed', 'pending-decision', 'in-appeal')";

    private static readonly (string Queue, string Rows)[] Queues =
    [
        ("submitted", $"{Waiting} AND state = 'submitted'"),
        ("in-proofing", $"{Waiting} AND state IN ('in-proofing', 'proofed')"),
        ("pending-decision", $"{Waiting} AND state = 'pending-decision'"),
        ("in-appeal", $"{Waiting} AND state = 'in-appeal'"),
        ("orders-proposed", "card_orders WHERE state = 'proposed'"),
        ("orders-appealed", "card_orders WHERE state = 'appealed'"),
        ("ending", "cards WHERE until_at IS NOT NULL"),
        ("deferred", "deferred_issuances"),
        ("to-revoke", "cards WHERE revoke_at IS NOT NULL"),
    ];

    /// <summary>The report of now.</summary>
    public async Task<OperatorReport> MakeAsync(CancellationToken ct)
    {
        var (now, published) = (time.GetUtcNow(), lists.All());
        var checks = await health.CheckHealthAsync(ct);
        var signing = await cards.FindKeysAsync(ct);
        var (queues, copies, bundle) = await database.ReadAsync(connection => CountAsync(connection, ct), ct);
        return new OperatorReport
        {
            At = now,
            Health = [.. checks.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value.Status == HealthStatus.Healthy))],
            Queues = queues,
            Status = (published.Count, new(copies), published.Count == 0 ? null : now - published.Min(list => list.IssuedAt)),
            BundleAge = bundle is { } made ? now - DateTimeOffset.FromUnixTimeSeconds(made) : null,
            Keys = [.. signer.States.Concat(KeysOf(signing)).OrderBy(key => key.Role).ThenBy(key => key.State)],
            Reissues = await reissues.LastAsync(ct),
        };
    }

    // Cards are signed by a process of its own.
    private static IEnumerable<(KeyRole Role, KeyState State, string KeyId)> KeysOf(SignerKeys? signing)
    {
        if (signing?.ActiveId is { } active)
        {
            yield return (KeyRole.Credentials, KeyState.Active, active);
        }

        foreach (var denied in signing?.Denied ?? [])
        {
            yield return (KeyRole.Credentials, KeyState.Denied, denied);
        }
    }

    private static async Task<(IReadOnlyList<(string, QueueLength)> Queues, long Copies, long? Bundle)> CountAsync(DbConnection connection, CancellationToken ct)
    {
        var queues = new List<(string, QueueLength)>();
        foreach (var (queue, rows) in Queues)
        {
            queues.Add((queue, new(await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                $"SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT {QueueLength.Most + 1}) AS waiting", cancellationToken: ct)))));
        }

        return (
            queues,
            await connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT coalesce(sum(reserved), 0) FROM status_lists", cancellationToken: ct)),
            await connection.ExecuteScalarAsync<long?>(new CommandDefinition("SELECT version FROM bundle_version", cancellationToken: ct)));
    }
}
