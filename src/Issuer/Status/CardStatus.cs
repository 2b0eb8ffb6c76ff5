using System.Data.Common;
using System.Text.Json;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Issuer.Status;

/// <summary>The status of a card's technical copies, as the desk sees it: which entries are whose is ciphertext under the person's key.</summary>
public sealed class CardStatus(Database database, PersonKeys personKeys, StatusPublisher publisher, AuditLog audit, TimeProvider time)
{
    internal const string Purpose = "card-copies";

    internal static readonly Statement Insert = new("""
        INSERT INTO card_copies (id, card_id, person_id, expires_day, revoked, indices, key_id, type, on_paper)
        VALUES (@id, @cardId, @personId, @lastDay, 0, @indices, @keyId, @type, @onPaper)
        """);

    /// <summary>
    /// Revokes every copy of the card that is still valid, and has the changed lists published at once. Irreversible.
    /// Answers how many copies were outstanding. To be called after the card's state was changed, and before a person's key is destroyed.
    /// </summary>
    public async Task<int> RevokeOutstandingAsync(string cardId, RevocationGround ground, CancellationToken ct, bool onPaperAlone = false)
    {
        if (!Enum.IsDefined(ground))
        {
            throw new ArgumentOutOfRangeException(nameof(ground));
        }

        return await RevokeAsync(await OutstandingAsync(cardId, onPaperAlone, ct), cardId, ground, null, ct) ?? 0;
    }

    /// <summary>
    /// Makes a new code on paper the card's only one: earlier ones are revoked. False where the new one was itself revoked meanwhile,
    /// by whoever printed another at the same time or withdrew the card: then nothing changes, and it is not to be handed out.
    /// </summary>
    internal async Task<bool> ReplacePaperAsync(string cardId, string batchId, CancellationToken ct)
    {
        // Looked for after the new one was recorded: of two at once, one at least sees the other.
        var papers = await OutstandingAsync(cardId, onPaperAlone: true, ct);
        return papers.Any(paper => paper.Id == batchId)
            && await RevokeAsync([.. papers.Where(paper => paper.Id != batchId)], cardId, RevocationGround.Superseded, batchId, ct) is not null;
    }

    // Null where what is to be kept was revoked by another, who then keeps what would be revoked here.
    private async Task<int?> RevokeAsync(IReadOnlyList<Batch> batches, string cardId, RevocationGround ground, string? kept, CancellationToken ct)
    {
        if (batches.Count == 0)
        {
            return 0;
        }

        var indices = batches.SelectMany(batch => batch.Indices).ToList();
        string[] ids = [.. batches.Select(batch => batch.Id), .. kept is null ? Array.Empty<string>() : [kept]];
        var revoked = await database.WriteAsync(
            async (connection, transaction) =>
            {
                // Locked in one order, the one that is kept with them: of two who would each revoke the other's, the second finds its own gone.
                var live = (await connection.QueryAsync<string>(new CommandDefinition(
                    $"SELECT id FROM card_copies WHERE id {database.IsOneOf("@ids")} AND revoked = 0 ORDER BY id{database.ForUpdate}", new { ids }, transaction, cancellationToken: ct))).AsList();
                if (kept is not null && !live.Contains(kept))
                {
                    return false;
                }

                await connection.ExecuteAsync(new CommandDefinition(
                    $"UPDATE card_copies SET revoked = 1 WHERE id {database.IsOneOf("@ids")}",
                    new { ids = batches.Select(batch => batch.Id).ToArray() }, transaction, cancellationToken: ct));
                await StatusIndexes.RevokeAsync(database, connection, transaction, indices, decoys: true, ct);
                await audit.AppendAsync(connection, transaction, new AuditEvent("card.copies-revoked", "issuer", batches[0].PersonId, Details(cardId, ground)), ct);
                return true;
            },
            ct);
        if (!revoked)
        {
            return null;
        }

        await publisher.PublishAsync(ct);
        return indices.Count;
    }

    /// <summary>Keeps which entries a card's new copies have. Done before the copies are handed out, so that none escapes a revocation. Gives the id of the record.</summary>
    internal async Task<string> RecordAsync(string cardId, string personId, IReadOnlyList<StatusIndex> indices, long lastDay, CopyOrigin origin, CancellationToken ct)
    {
        var record = await SealAsync(NewRecordId(), cardId, personId, indices, lastDay, origin, null, ct);
        await RecordAsync(record, ct);
        return record.Id;
    }

    /// <summary>Keeps a record, in a unit of work of its own.</summary>
    internal Task<int> RecordAsync(CopyRecord record, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => AddAsync(connection, transaction, record), ct);

    /// <summary>Keeps a record inside a unit of work of the main database.</summary>
    internal static Task<int> AddAsync(DbConnection connection, DbTransaction transaction, CopyRecord record) => connection.RunAsync(
        transaction, Insert, record.Id, record.CardId, record.PersonId, record.LastDay, record.Sealed, record.Origin.KeyId, record.Origin.Type, record.Origin.OnPaper ? 1 : 0).AsTask();

    internal static string NewRecordId() => Guid.NewGuid().ToString("N");

    /// <summary>What <see cref="RecordAsync(CopyRecord, CancellationToken)"/> keeps, encrypted: under the person's key where the caller holds it already, else it is looked up.</summary>
    internal async Task<CopyRecord> SealAsync(
        string id, string cardId, string personId, IReadOnlyList<StatusIndex> indices, long lastDay, CopyOrigin origin, PersonKey? key, CancellationToken ct)
    {
        var plain = JsonText.Write(writer => StatusIndex.Write(writer, indices));
        return new(id, cardId, personId, lastDay, key?.Protect(Purpose, plain) ?? await personKeys.ProtectAsync(personId, Purpose, plain, ct), origin);
    }

    /// <summary>Forgets a record for which nothing was signed: its entries stay decoys.</summary>
    internal Task ForgetAsync(string batchId, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM card_copies WHERE id = @batchId", new { batchId }, transaction, cancellationToken: ct)),
        ct);

    /// <summary>Uses a record's entries after all, under the key that signs now; false when they were revoked since.</summary>
    internal async Task<bool> ReuseAsync(string batchId, string keyId, CancellationToken ct) => await database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
            "UPDATE card_copies SET key_id = @keyId WHERE id = @batchId AND revoked = 0", new { batchId, keyId }, transaction, cancellationToken: ct)),
        ct) == 1;

    /// <summary>Removes records of copies that have expired: nobody can revoke them any more, or needs to.</summary>
    internal Task<int> SweepAsync(CancellationToken ct) =>
        Sweep.DeleteAsync(database, "card_copies", "id", "expires_day < @today", new { today = Days.Of(time.GetUtcNow()) }, ct);

    private async Task<IReadOnlyList<Batch>> OutstandingAsync(string cardId, bool onPaperAlone, CancellationToken ct)
    {
        var today = Days.Of(time.GetUtcNow());
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<(string Id, string PersonId, byte[] Indices)>(new CommandDefinition(
                "SELECT id, person_id, indices FROM card_copies WHERE card_id = @cardId AND revoked = 0 AND expires_day >= @today AND on_paper >= @least",
                new { cardId, today, least = onPaperAlone ? 1L : 0L }, cancellationToken: ct)),
            ct);
        var batches = new List<Batch>();
        foreach (var row in rows)
        {
            // Where the key is gone the person was erased, and the copies were revoked before that.
            if (await personKeys.UnprotectAsync(row.PersonId, Purpose, row.Indices, ct) is { } plain)
            {
                batches.Add(new Batch(row.Id, row.PersonId, StatusIndex.Read(StrictJson.Parse(plain).OrThrow().Element)));
            }
        }

        return batches;
    }

    private sealed record Batch(string Id, string PersonId, IReadOnlyList<StatusIndex> Indices);

    private static Dictionary<string, string> Details(string cardId, RevocationGround ground) => new()
    {
        ["card"] = cardId,
        ["ground"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(ground.ToString()),
    };
}

/// <summary>Which entries a batch of a card's copies has, encrypted under the person's key.</summary>
internal sealed record CopyRecord(string Id, string CardId, string PersonId, long LastDay, byte[] Sealed, CopyOrigin Origin);

/// <summary>What the copies of a batch have in common with those of everybody else who collected then: a mass re-issue reaches them by it.</summary>
/// <param name="KeyId">The key that signs them.</param>
/// <param name="Type">The credential type with its version.</param>
/// <param name="OnPaper">True for a code on paper, of which a card has one.</param>
internal readonly record struct CopyOrigin(string KeyId, string Type, bool OnPaper = false);
