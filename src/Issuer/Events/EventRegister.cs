using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Events;

/// <summary>How many places of a kind there are, and how many tickets were given or wait to be collected: all that anybody learns about guests.</summary>
public sealed record PlaceCount(string Word, int Places, int Given);

/// <summary>An officer's word with its assertion.</summary>
public sealed record EventWord(EventStep Step, string Officer, byte[] Document, string Assertion);

/// <summary>The events of this deployment, with the officers' words about them. There is no list of guests.</summary>
public sealed class EventRegister(Database database, AuditLog audit, StatusPublisher publisher, Deployment deployment, TimeProvider time)
{
    /// <summary>How many events a page shows.</summary>
    public const int PageSize = 50;

    private const string Columns =
        """
        facts AS Facts, centre AS Centre, state AS State, changed_at AS ChangedAt, first_officer AS FirstOfficer, second_officer AS SecondOfficer,
        ground AS Ground, version AS Version
        """;

    /// <summary>The event of a number, or null.</summary>
    public async Task<StoredEvent?> FindAsync(string id, CancellationToken ct) => await QueryAsync("id = @id", new { id }, ct) is [var one] ? one : null;

    /// <summary>Events whose tickets are given now, the next first.</summary>
    public Task<IReadOnlyList<StoredEvent>> OpenAsync(CancellationToken ct) => QueryAsync(
        $"state IN ('decided', 'cancel-proposed') AND ends_at > @now ORDER BY starts_at, id LIMIT {PageSize}", new { now = time.GetUtcNow().ToUnixTimeSeconds() }, ct);

    /// <summary>The events of a centre, the last first.</summary>
    public Task<IReadOnlyList<StoredEvent>> OfCentreAsync(string centre, CancellationToken ct) =>
        QueryAsync($"centre = @centre ORDER BY starts_at DESC, id LIMIT {PageSize}", new { centre }, ct);

    /// <summary>How many places are given, by kind. A hold that nobody collects goes back within half an hour.</summary>
    public async Task<IReadOnlyList<PlaceCount>> CountsAsync(StoredEvent found, CancellationToken ct)
    {
        var given = (await database.ReadAsync(
            connection => connection.QueryAsync<(string Word, long Given)>(new CommandDefinition(
                "SELECT admission_class, given FROM event_places WHERE event_id = @Id", new { found.Id }, cancellationToken: ct)),
            ct)).ToDictionary(row => row.Word, row => (int)row.Given, StringComparer.Ordinal);
        return [.. found.Facts.Classes.Select(one => new PlaceCount(one.Word, one.Places, given.GetValueOrDefault(one.Word)))];
    }

    /// <summary>The two decisions on which its tickets rest, as the database holds them.</summary>
    public async Task<IReadOnlyList<StoredDecision>> DecisionsAsync(string id, CancellationToken ct) => [.. (await database.ReadAsync(
        connection => connection.QueryAsync<(byte[] Document, string Assertion, string RosterEntry)>(new CommandDefinition(
            """
            SELECT w.document, w.assertion, o.roster_entry FROM event_words w JOIN officers o ON o.id = w.officer_id
            WHERE w.event_id = @id AND w.step IN ('propose', 'approve') ORDER BY w.step DESC
            """,
            new { id }, cancellationToken: ct)),
        ct)).Select(row => new StoredDecision(row.Document, row.Assertion, row.RosterEntry))];

    /// <summary>Adds what A proposes.</summary>
    public Task AddAsync(StoredEvent proposed, EventWord word, Actor.Officer officer, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO event_facts (id, deployment, centre, state, facts, starts_at, ends_at, changed_at, first_officer, version)
                VALUES (@Id, @deployment, @Centre, @state, @facts, @startsAt, @endsAt, @changedAt, @FirstOfficer, 0)
                """,
                Values(proposed),
                transaction);
            foreach (var one in proposed.Facts.Classes)
            {
                await connection.ExecuteAsync(
                    "INSERT INTO event_places (event_id, admission_class, places, given) VALUES (@Id, @Word, @places, 0)",
                    new { proposed.Id, one.Word, places = (long)one.Places },
                    transaction);
            }

            return await KeepAsync(connection, transaction, proposed, word.Step, word, officer, ct);
        },
        ct);

    /// <summary>Moves an event; false when somebody else has moved it meanwhile. Cancelling voids its tickets in the same unit of work.</summary>
    public async Task<bool> MoveAsync(StoredEvent to, EventStep step, EventWord? word, Actor.Officer officer, CancellationToken ct)
    {
        var moved = await database.WriteAsync(
            async (connection, transaction) =>
            {
                var changed = await connection.ExecuteAsync(
                    """
                    UPDATE event_facts SET state = @state, changed_at = @changedAt, first_officer = @FirstOfficer, second_officer = @SecondOfficer, ground = @ground,
                        version = version + 1
                    WHERE id = @Id AND version = @Version
                    """,
                    Values(to),
                    transaction);
                if (changed == 0)
                {
                    return false;
                }

                if (to.State == EventState.Cancelled)
                {
                    await VoidAsync(connection, transaction, to.Id, ct);
                }

                return await KeepAsync(connection, transaction, to, step, word, officer, ct);
            },
            ct);
        if (moved && to.State == EventState.Cancelled)
        {
            await publisher.PublishAsync(ct);
        }

        return moved;
    }

    private async Task VoidAsync(DbConnection connection, DbTransaction transaction, string id, CancellationToken ct)
    {
        var entries = await connection.QueryAsync<(long List, long Index)>("SELECT list_no, idx FROM event_entries WHERE event_id = @id", new { id }, transaction);
        foreach (var some in entries.Select(entry => new StatusIndex(entry.List, (int)entry.Index)).Chunk(1000))
        {
            await StatusIndexes.RevokeAsync(database, connection, transaction, some, decoys: true, ct);
        }
    }

    private async Task<bool> KeepAsync(
        DbConnection connection, DbTransaction transaction, StoredEvent now, EventStep step, EventWord? word, Actor.Officer officer, CancellationToken ct)
    {
        if (word is not null)
        {
            // Of a cancellation that came to nothing the later one counts; a decision is there once.
            await connection.ExecuteAsync(
                """
                INSERT INTO event_words (event_id, step, officer_id, document, assertion) VALUES (@Id, @step, @Officer, @Document, @Assertion)
                ON CONFLICT (event_id, step) DO UPDATE SET officer_id = excluded.officer_id, document = excluded.document, assertion = excluded.assertion
                """,
                new { now.Id, step = step.Word(), word.Officer, word.Document, word.Assertion },
                transaction);
        }

        var details = new Dictionary<string, string> { ["event"] = now.Id, ["state"] = now.State.Word() };
        if (now.Ground is { } ground)
        {
            details["ground"] = ground.Word();
        }

        await audit.AppendAsync(connection, transaction, new AuditEvent($"event.{step.Word()}", officer.Word, null, details), ct);
        return true;
    }

    private object Values(StoredEvent one) => new
    {
        one.Id,
        deployment = deployment.Id,
        one.Centre,
        state = one.State.Word(),
        facts = one.Facts.ToBytes(),
        startsAt = one.Facts.BeginsAt.ToUnixTimeSeconds(),
        endsAt = one.Facts.ClosesAt.ToUnixTimeSeconds(),
        changedAt = one.ChangedAt.ToUnixTimeSeconds(),
        one.FirstOfficer,
        one.SecondOfficer,
        ground = one.Ground?.Word(),
        one.Version,
    };

    private async Task<IReadOnlyList<StoredEvent>> QueryAsync(string where, object values, CancellationToken ct) => [.. (await database.ReadAsync(
        connection => connection.QueryAsync<Row>(new CommandDefinition($"SELECT {Columns} FROM event_facts WHERE {where}", values, cancellationToken: ct)), ct)).Select(row => row.ToEvent())];

    private sealed class Row
    {
        public required byte[] Facts { get; init; }

        public required string Centre { get; init; }

        public required string State { get; init; }

        public required long ChangedAt { get; init; }

        public required string FirstOfficer { get; init; }

        public string? SecondOfficer { get; init; }

        public string? Ground { get; init; }

        public required long Version { get; init; }

        public StoredEvent ToEvent() => new(EventFacts.Parse(Facts).OrThrow(), Centre)
        {
            State = EventWords.FindState(State),
            ChangedAt = DateTimeOffset.FromUnixTimeSeconds(ChangedAt),
            FirstOfficer = FirstOfficer,
            SecondOfficer = SecondOfficer,
            Ground = EventWords.FindGround(Ground),
            Version = Version,
        };
    }
}
