using System.Data.Common;
using Dapper;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>A row of <c>cards</c>.</summary>
internal sealed class CardRow
{
    public const string Columns =
        "id AS Id, application_id AS ApplicationId, person_id AS PersonId, state AS State, until_at AS UntilAt, detail AS Detail, version AS Version, changed_at AS ChangedAt";

    public required string Id { get; init; }

    public required string ApplicationId { get; init; }

    public required string PersonId { get; init; }

    public required string State { get; init; }

    public long? UntilAt { get; init; }

    /// <summary>Why it is suspended or revoked.</summary>
    public string? Detail { get; init; }

    public required long Version { get; init; }

    public required long ChangedAt { get; init; }

    public static string? DetailOf(Card card) => card.Ground?.ToString() ?? card.Suspension.Word();

    public Card ToCard() => new()
    {
        Id = Id,
        PersonId = PersonId,
        State = CardWords.Find(State),
        Until = UntilAt is { } until ? DateTimeOffset.FromUnixTimeSeconds(until) : null,
        Suspension = CardWords.FindReason(Detail),
        Ground = Enum.TryParse<RevocationGround>(Detail, out var ground) ? ground : null,
        ChangedAt = DateTimeOffset.FromUnixTimeSeconds(ChangedAt),
    };
}

/// <summary>Makes rows of <c>cards</c>.</summary>
internal static class CardRows
{
    /// <summary>The card of an approved application. The unique index holds: one live card a person.</summary>
    public static Task AddAsync(DbConnection connection, DbTransaction transaction, Application approved, Deployment deployment, DateTimeOffset now) =>
        AddAsync(connection, transaction, approved.Id, deployment.Id, now);

    /// <summary>A card of the application's person, in the state approved.</summary>
    public static Task AddAsync(DbConnection connection, DbTransaction transaction, string applicationId, string deployment, DateTimeOffset now) =>
        connection.ExecuteAsync(
            """
            INSERT INTO cards (id, deployment, country, centre, guardian, application_id, person_id, state, version, created_at, changed_at)
            SELECT @id, deployment, country, centre, guardian, id, person_id, 'approved', 0, @now, @now FROM applications
            WHERE id = @applicationId AND deployment = @deployment
            """,
            new { id = CaseNumbers.New(), applicationId, deployment, now = now.ToUnixTimeSeconds() },
            transaction);
}
