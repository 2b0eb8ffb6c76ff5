using System.Data.Common;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>What the signer remembers of events: their facts as it met them first, how many places it gave, and which tickets it minted.</summary>
internal sealed class TicketMemory(SignerState state)
{
    /// <summary>When the first ticket of an event was minted; null when none was.</summary>
    public async Task<DateTimeOffset?> FirstMintedAsync(string eventId, CancellationToken ct) => await state.Database.ReadAsync(
        connection => connection.ExecuteScalarAsync<long?>(new CommandDefinition("SELECT first_at FROM events WHERE event = @eventId", new { eventId }, cancellationToken: ct)),
        ct) is { } first ? DateTimeOffset.FromUnixTimeSeconds(first) : null;

    /// <summary>Takes a place, before the ticket is signed, and writes it down; or says which rule forbids it. Then nothing has changed.</summary>
    public async Task<MintRefusal?> SpendAsync(EventFacts facts, string ticket, string admissionClass, string? seat, DateTimeOffset now, AuditEvent minted, CancellationToken ct)
    {
        try
        {
            return await state.Database.WriteAsync(
                async (connection, transaction) =>
                {
                    await TakeAsync(connection, transaction, facts, ticket, admissionClass, seat, now);
                    await state.Audit.AppendAsync(connection, transaction, minted, ct);
                    return (MintRefusal?)null;
                },
                ct);
        }
        catch (PlaceRefusedException refused)
        {
            return refused.Refusal;
        }
    }

    private static async Task TakeAsync(
        DbConnection connection, DbTransaction transaction, EventFacts facts, string ticket, string admissionClass, string? seat, DateTimeOffset now)
    {
        var values = new
        {
            @event = facts.Id,
            facts = Base64UrlText.Encode(facts.Commitment()),
            at = now.ToUnixTimeSeconds(),
            ticket,
            admissionClass,
            seat,
            places = (long)facts.Find(admissionClass)!.Places,
        };

        // Two officers may decide one number twice; the signer keeps to what it minted from first.
        var known = await connection.ExecuteScalarAsync<string>(
            "INSERT INTO events (event, facts, first_at) VALUES (@event, @facts, @at) ON CONFLICT (event) DO UPDATE SET facts = events.facts RETURNING facts", values, transaction);
        Refuse(known != values.facts, new MintRefusal.EventChanged());

        var fresh = await connection.ExecuteAsync(
            "INSERT INTO tickets (event, ticket, admission_class, seat) VALUES (@event, @ticket, @admissionClass, @seat) ON CONFLICT DO NOTHING", values, transaction);
        if (fresh == 0)
        {
            var spent = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM tickets WHERE event = @event AND ticket = @ticket", values, transaction) == 1;
            Refuse(true, spent ? new MintRefusal.TicketSpent() : new MintRefusal.SeatTaken());
        }

        var room = await connection.ExecuteAsync(
            """
            INSERT INTO places (event, admission_class, given) VALUES (@event, @admissionClass, 1)
            ON CONFLICT (event, admission_class) DO UPDATE SET given = places.given + 1 WHERE places.given < @places
            """,
            values,
            transaction);
        Refuse(room == 0, new MintRefusal.EventFull());
    }

    private static void Refuse(bool broken, MintRefusal refusal)
    {
        if (broken)
        {
            throw new PlaceRefusedException(refusal);
        }
    }

    // Takes the unit of work back with it.
    private sealed class PlaceRefusedException(MintRefusal refusal) : Exception
    {
        public MintRefusal Refusal { get; } = refusal;
    }
}
