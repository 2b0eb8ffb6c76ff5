using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Events;

/// <summary>A place that waits to be collected.</summary>
/// <param name="Ticket">A random name, of nothing else.</param>
/// <param name="EventId">The event.</param>
/// <param name="AdmissionClass">The kind of the place.</param>
/// <param name="Seat">Its number, or null.</param>
public sealed record TicketHold(string Ticket, string EventId, string AdmissionClass, string? Seat);

/// <summary>
/// Places that are offered to wallets and not collected yet. With the collection the row goes: what stays of a ticket is one more in a
/// count, its seat, and its status entry among those of the event, which nothing joins.
/// </summary>
public sealed class TicketHolds(Database database, PersonKeys keys, OfferService offers, Deployment deployment, TimeProvider time)
{
    // The offer's ten minutes, and those of the token that it buys.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(20);

    private const int Draws = 8;

    /// <summary>Holds a place and offers its ticket to a wallet; null when none is left.</summary>
    public async Task<CardOffer?> OfferAsync(StoredEvent found, AdmissionClass kind, CancellationToken ct)
    {
        var ticket = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));
        var held = await database.WriteAsync((connection, transaction) => HoldAsync(connection, transaction, found, kind, ticket), ct);
        if (!held)
        {
            return null;
        }

        // The grant is ciphertext under a key of the ticket's own, which goes with it.
        await keys.CreateAsync(ticket, ct);
        return await offers.OfferAcrossTheDeskAsync(ticket, ticket, deployment.Types.First(found.Facts.Fits), ct);
    }

    /// <summary>The hold of a ticket that was not collected, or null.</summary>
    public Task<TicketHold?> FindAsync(string ticket, CancellationToken ct) => database.ReadAsync(
        connection => connection.QuerySingleOrDefaultAsync<TicketHold?>(new CommandDefinition(
            "SELECT ticket AS Ticket, event_id AS EventId, admission_class AS AdmissionClass, seat AS Seat FROM event_holds WHERE ticket = @ticket AND expires_at > @now",
            new { ticket, now = time.GetUtcNow().ToUnixTimeSeconds() }, cancellationToken: ct)),
        ct);

    /// <summary>Keeps the entry of a ticket that is about to be signed, so that a cancelled event finds it.</summary>
    public Task RecordAsync(string eventId, StatusIndex entry, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(
            "INSERT INTO event_entries (event_id, list_no, idx) VALUES (@eventId, @List, @index)", new { eventId, entry.List, index = (long)entry.Index }, transaction),
        ct);

    /// <summary>Forgets an entry for which nothing was signed: it stays a decoy.</summary>
    public Task ForgetAsync(string eventId, StatusIndex entry, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(
            "DELETE FROM event_entries WHERE event_id = @eventId AND list_no = @List AND idx = @index", new { eventId, entry.List, index = (long)entry.Index }, transaction),
        ct);

    /// <summary>The ticket was minted: its hold goes. False when its event was cancelled meanwhile; then the entry is void.</summary>
    public Task<bool> CollectedAsync(TicketHold hold, StatusIndex entry, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            await connection.ExecuteAsync("DELETE FROM event_holds WHERE ticket = @Ticket", hold, transaction);
            var state = await connection.ExecuteScalarAsync<string>("SELECT state FROM event_facts WHERE id = @EventId", hold, transaction);
            if (state != EventState.Cancelled.Word())
            {
                return true;
            }

            await StatusIndexes.RevokeAsync(database, connection, transaction, [entry], decoys: true, ct);
            return false;
        },
        ct);

    /// <summary>Gives back places that nobody collected, and forgets the entries of events that are over.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var gone = await database.WriteAsync((connection, transaction) => GiveBackAsync(connection, transaction, now.ToUnixTimeSeconds()), ct);
        foreach (var ticket in gone)
        {
            await keys.DestroyAsync(ticket, ct);
        }

        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "DELETE FROM event_entries WHERE event_id IN (SELECT id FROM event_facts WHERE ends_at < @over)", new { over = now.AddDays(-2).ToUnixTimeSeconds() }, transaction),
            ct);
    }

    private async Task<bool> HoldAsync(DbConnection connection, DbTransaction transaction, StoredEvent found, AdmissionClass kind, string ticket)
    {
        // The row of the places keeps those who want one in a line.
        var room = await connection.ExecuteAsync(
            "UPDATE event_places SET given = given + 1 WHERE event_id = @Id AND admission_class = @Word AND given < places", new { found.Id, kind.Word }, transaction);
        if (room == 0)
        {
            return false;
        }

        var seat = kind.Numbered ? await SeatAsync(connection, transaction, found.Id, kind) : null;
        return await connection.ExecuteAsync(
            "INSERT INTO event_holds (ticket, event_id, admission_class, seat, expires_at) VALUES (@ticket, @Id, @Word, @seat, @expires)",
            new { ticket, found.Id, kind.Word, seat, expires = (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds() },
            transaction) == 1;
    }

    // Any free one: seats in their order would tell who came after whom. In a hall that is not nearly full the first few draws find one.
    private static async Task<string> SeatAsync(DbConnection connection, DbTransaction transaction, string eventId, AdmissionClass kind)
    {
        for (var draw = 0; draw < Draws; draw++)
        {
            var seat = Seat(RandomNumberGenerator.GetInt32(kind.Places));
            if (await TakeAsync(connection, transaction, eventId, kind, seat))
            {
                return seat;
            }
        }

        var taken = (await connection.QueryAsync<string>(
            "SELECT seat FROM event_seats WHERE event_id = @eventId AND admission_class = @Word", new { eventId, kind.Word }, transaction)).ToHashSet(StringComparer.Ordinal);
        var free = Enumerable.Range(0, kind.Places).Select(Seat).Where(seat => !taken.Contains(seat)).ToList();
        var last = free[RandomNumberGenerator.GetInt32(free.Count)];
        await TakeAsync(connection, transaction, eventId, kind, last);
        return last;
    }

    private static async Task<bool> TakeAsync(DbConnection connection, DbTransaction transaction, string eventId, AdmissionClass kind, string seat) => await connection.ExecuteAsync(
        "INSERT INTO event_seats (event_id, admission_class, seat) VALUES (@eventId, @Word, @seat) ON CONFLICT DO NOTHING", new { eventId, kind.Word, seat }, transaction) == 1;

    private static string Seat(int number) => (number + 1).ToString(CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<string>> GiveBackAsync(DbConnection connection, DbTransaction transaction, long now)
    {
        var over = (await connection.QueryAsync<TicketHold>(
            "DELETE FROM event_holds WHERE expires_at <= @now RETURNING ticket AS Ticket, event_id AS EventId, admission_class AS AdmissionClass, seat AS Seat", new { now }, transaction)).AsList();
        foreach (var hold in over)
        {
            await connection.ExecuteAsync("UPDATE event_places SET given = given - 1 WHERE event_id = @EventId AND admission_class = @AdmissionClass", hold, transaction);
            await connection.ExecuteAsync("DELETE FROM event_seats WHERE event_id = @EventId AND admission_class = @AdmissionClass AND seat = @Seat", hold, transaction);
        }

        return [.. over.Select(hold => hold.Ticket)];
    }
}
