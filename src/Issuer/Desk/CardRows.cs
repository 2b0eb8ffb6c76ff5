using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>A row of <c>cards</c>.</summary>
internal sealed class CardRow
{
    public const string Columns =
        "id AS Id, type AS Type, slot AS Slot, application_id AS ApplicationId, person_id AS PersonId, state AS State, until_at AS UntilAt, detail AS Detail, version AS Version, changed_at AS ChangedAt, "
        + "expires_day AS ExpiresDay, revoke_ground AS RevokeGround, revoke_at AS RevokeAt, reissued_at AS ReissuedAt";

    public const string PlainColumns =
        "id, type, slot, application_id, person_id, state, until_at, detail, version, changed_at, expires_day, revoke_ground, revoke_at, reissued_at";

    public required string Id { get; init; }

    public required string ApplicationId { get; init; }

    public required string PersonId { get; init; }

    public required string Type { get; init; }

    public required string Slot { get; init; }

    public required string State { get; init; }

    public long? UntilAt { get; init; }

    /// <summary>Why it is suspended or revoked.</summary>
    public string? Detail { get; init; }

    public required long Version { get; init; }

    public required long ChangedAt { get; init; }

    public long? ExpiresDay { get; init; }

    /// <summary>On what ground its copies are to be revoked, while that is not done.</summary>
    public string? RevokeGround { get; init; }

    public long? RevokeAt { get; init; }

    public long? ReissuedAt { get; init; }

    // What is to be revoked stays so until it is.
    internal static readonly Statement Update = new("""
        UPDATE cards SET state = @state, until_at = @until, detail = @detail, changed_at = @changedAt, version = version + 1,
            expires_day = COALESCE(expires_day, @expires), revoke_ground = COALESCE(@ground, revoke_ground), revoke_at = COALESCE(@revokeAt, revoke_at)
        WHERE id = @id AND version = @version
        """);

    /// <summary>Writes the card as it is after an event; answers 0 where it has changed since it was read.</summary>
    public static ValueTask<int> UpdateAsync(DbConnection connection, DbTransaction transaction, CardRow row, CardTransition.Moved moved, CardChange change, DateTimeOffset now) =>
        connection.RunAsync(
            transaction,
            Update,
            moved.To.State.Word(),
            moved.To.Until?.ToUnixTimeSeconds(),
            moved.To.Ground?.ToString() ?? moved.To.Suspension.Word(),
            moved.To.ChangedAt.ToUnixTimeSeconds(),
            change.Expires is { } last ? Days.Of(last) : (long?)null,
            moved.Copies?.ToString(),
            moved.Copies is null ? (long?)null : (now + moved.Grace).ToUnixTimeSeconds(),
            row.Id,
            row.Version);

    /// <summary>Reads <see cref="PlainColumns"/>.</summary>
    public static CardRow Read(Row row) => new()
    {
        Id = row.Text(0),
        Type = row.Text(1),
        Slot = row.Text(2),
        ApplicationId = row.Text(3),
        PersonId = row.Text(4),
        State = row.Text(5),
        UntilAt = row.NumberOrNull(6),
        Detail = row.TextOrNull(7),
        Version = row.Number(8),
        ChangedAt = row.Number(9),
        ExpiresDay = row.NumberOrNull(10),
        RevokeGround = row.TextOrNull(11),
        RevokeAt = row.NumberOrNull(12),
        ReissuedAt = row.NumberOrNull(13),
    };

    /// <summary>What the holder's log says beside the event: the ground of a revocation, and the second officer.</summary>
    public static Dictionary<string, string> DetailsOf(Card next, CardEvent happened)
    {
        var details = new Dictionary<string, string> { ["card"] = next.Id, ["state"] = next.State.Word() };
        if (next.Ground is { } ground)
        {
            details["ground"] = ground.Word();
        }

        if (happened is CardEvent.Revoke { Second: { } revoking })
        {
            details["second"] = revoking.Word;
        }

        if (happened is CardEvent.SuspectFraud { Second: { } suspecting })
        {
            details["second"] = suspecting.Word;
        }

        return details;
    }

    public Card ToCard() => new()
    {
        Id = Id,
        PersonId = PersonId,
        ApplicationId = ApplicationId,
        Type = Type,
        Slot = Slot,
        State = CardWords.Find(State),
        Until = UntilAt is { } until ? DateTimeOffset.FromUnixTimeSeconds(until) : null,
        Suspension = CardWords.FindReason(Detail),
        Ground = Enum.TryParse<RevocationGround>(Detail, out var ground) ? ground : null,
        ChangedAt = DateTimeOffset.FromUnixTimeSeconds(ChangedAt),
        ReissuedAt = ReissuedAt is { } told ? DateTimeOffset.FromUnixTimeSeconds(told) : null,
        Expires = ExpiresDay is { } day ? Days.Date(day) : null,
    };
}

/// <summary>Makes rows of <c>cards</c>.</summary>
internal static class CardRows
{
    /// <summary>The card of an approved application. The unique index holds: one live card a person, of a type and for a child or region.</summary>
    public static Task<bool> AddAsync(DbConnection connection, DbTransaction transaction, Application approved, Deployment deployment, DateTimeOffset now) =>
        AddAsync(connection, transaction, approved.Id, deployment.Id, now);

    /// <summary>Closes a person's file: nobody signs in to it and no officer opens it, until its data goes.</summary>
    public static async Task SealPersonAsync(DbConnection connection, DbTransaction transaction, string personId, DateTimeOffset now)
    {
        await connection.ExecuteAsync(
            "UPDATE people SET sealed_at = @now WHERE id = @personId AND sealed_at IS NULL", new { personId, now = now.ToUnixTimeSeconds() }, transaction);
        await connection.ExecuteAsync("DELETE FROM sessions WHERE owner = @personId AND kind = 'person'", new { personId }, transaction);
    }

    /// <summary>A card of the application's person, in the state approved.</summary>
    /// <returns>False when the person has a live one.</returns>
    public static async Task<bool> AddAsync(DbConnection connection, DbTransaction transaction, string applicationId, string deployment, DateTimeOffset now) =>
        await connection.ExecuteAsync(
            """
            INSERT INTO cards (id, deployment, country, centre, guardian, type, slot, application_id, person_id, state, version, created_at, changed_at)
            SELECT @id, deployment, country, centre, guardian, type, slot, id, person_id, 'approved', 0, @now, @now FROM applications
            WHERE id = @applicationId AND deployment = @deployment
            ON CONFLICT DO NOTHING
            """,
            new { id = CaseNumbers.New(), applicationId, deployment, now = now.ToUnixTimeSeconds() },
            transaction) == 1;
}
