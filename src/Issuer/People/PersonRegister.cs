using Dapper;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.People;

/// <summary>The people of this deployment. There is no way to list or to search them.</summary>
public sealed class PersonRegister(Database database, PersonKeys keys, Deployment deployment, TimeProvider time)
{
    /// <summary>The person of a subject, made on the first visit together with the key that protects what is theirs. Null where the file is sealed.</summary>
    public async Task<Person?> ArriveAsync(string issuer, string subject, CancellationToken ct)
    {
        var row = new
        {
            id = CaseNumbers.New(),
            deployment = deployment.Id,
            country = deployment.Country,
            issuer,
            subject,
            now = time.GetUtcNow().ToUnixTimeSeconds(),
        };
        var (id, sealedAt) = await database.WriteAsync(
            (connection, transaction) => connection.QuerySingleAsync<(string Id, long? SealedAt)>(
                """
                INSERT INTO people (id, deployment, country, issuer, subject, created_at) VALUES (@id, @deployment, @country, @issuer, @subject, @now)
                ON CONFLICT (issuer, subject) DO UPDATE SET issuer = excluded.issuer
                RETURNING id, sealed_at
                """,
                row,
                transaction),
            ct);
        if (sealedAt is not null)
        {
            return null;
        }

        await keys.CreateAsync(id, ct);
        return new(id, issuer, subject);
    }

    /// <summary>True when nobody may open what is this person's: the holder has died, and the time for objections runs.</summary>
    public async Task<bool> IsSealedAsync(string personId, CancellationToken ct) => await database.ReadAsync(
        connection => connection.ExecuteScalarAsync<long?>("SELECT sealed_at FROM people WHERE id = @personId", new { personId }), ct) is not null;

    /// <summary>The person of an id, or null.</summary>
    public async Task<Person?> FindAsync(string personId, CancellationToken ct)
    {
        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<Row>("SELECT issuer AS Issuer, subject AS Subject FROM people WHERE id = @personId", new { personId }), ct);
        return row is null ? null : new(personId, row.Issuer, row.Subject);
    }

    /// <summary>The id of a subject's person, or null.</summary>
    public Task<string?> FindIdAsync(string issuer, string subject, CancellationToken ct) => database.ReadAsync(
        connection => connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT id FROM people WHERE issuer = @issuer AND subject = @subject", new { issuer, subject }, cancellationToken: ct)),
        ct);

    /// <summary>Forgets the person: the row goes, and with the key everything that was ever encrypted under it.</summary>
    public async Task EraseAsync(string personId, CancellationToken ct)
    {
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync("DELETE FROM people WHERE id = @personId", new { personId }, transaction), ct);
        await keys.DestroyAsync(personId, ct);
    }

    private sealed class Row
    {
        public required string Issuer { get; init; }

        public required string Subject { get; init; }
    }
}
