using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>Orders about cards as stored: found by their card, or in the queue of who has to say the next word.</summary>
public sealed class CardOrderRows(Database database, Deployment deployment)
{
    /// <summary>How many a queue shows.</summary>
    public const int PageSize = 20;

    private const string Columns =
        """
        id AS Id, card_id AS CardId, application_id AS ApplicationId, person_id AS PersonId, centre AS Centre, state AS State, kind AS Kind, ground AS Ground,
        changed_at AS ChangedAt, first_officer AS FirstOfficer, second_officer AS SecondOfficer, version AS Version
        """;

    /// <summary>The orders about a card, the newest first.</summary>
    public async Task<IReadOnlyList<CardOrder>> OfCardAsync(string cardId, CancellationToken ct) =>
        await QueryAsync("card_id = @value ORDER BY changed_at DESC, id LIMIT 20", cardId, ct);

    /// <summary>The order of an id, or null.</summary>
    public async Task<CardOrder?> FindAsync(string id, CancellationToken ct) => await QueryAsync("id = @value", id, ct) is [var order, ..] ? order : null;

    /// <summary>What waits for an officer: proposals of the own centre for B, objections for the appeal officer.</summary>
    public async Task<IReadOnlyList<CardOrder>> WaitingForAsync(Officer officer, CancellationToken ct) =>
        officer.Role == OfficerRole.Supervisor ? await QueryAsync($"centre = @value AND state = 'proposed' ORDER BY id LIMIT {PageSize}", officer.Centre, ct)
        : officer.Role == OfficerRole.AppealOfficer ? await QueryAsync($"@value <> '' AND state = 'appealed' ORDER BY id LIMIT {PageSize}", officer.Id, ct)
        : [];

    /// <summary>Adds a proposal; false when the card has one that waits.</summary>
    internal async Task<bool> AddAsync(DbConnection connection, DbTransaction transaction, CardOrder order, byte[]? content = null)
    {
        // One that B never answered is over, and makes room.
        await connection.ExecuteAsync(
            "UPDATE card_orders SET state = 'declined', version = version + 1 WHERE card_id = @CardId AND state = 'proposed' AND changed_at < @over",
            new { order.CardId, over = (order.ChangedAt - CardOrder.ProposalTerm).ToUnixTimeSeconds() },
            transaction);
        return await connection.ExecuteAsync(
            """
            INSERT INTO card_orders (id, card_id, application_id, person_id, deployment, centre, state, kind, ground, changed_at, first_officer, version, content)
            VALUES (@Id, @CardId, @ApplicationId, @PersonId, @deployment, @Centre, @state, @kind, @ground, @changedAt, @FirstOfficer, 0, @content)
            ON CONFLICT DO NOTHING
            """,
            Values(order, content),
            transaction) == 1;
    }

    /// <summary>What an order says beside its kind, as ciphertext; null where it says nothing more.</summary>
    internal Task<byte[]?> ContentAsync(string id, CancellationToken ct) => database.ReadAsync(
        connection => connection.ExecuteScalarAsync<byte[]?>(new CommandDefinition(
            "SELECT content FROM card_orders WHERE id = @id AND deployment = @deployment", new { id, deployment = deployment.Id }, cancellationToken: ct)),
        ct);

    /// <summary>The word that A gave to a proposal, with its assertion.</summary>
    internal static Task<(byte[] Document, string Assertion)> ProposalAsync(DbConnection connection, DbTransaction transaction, string orderId) =>
        connection.QuerySingleAsync<(byte[], string)>("SELECT document, assertion FROM card_order_words WHERE order_id = @orderId AND step = 'propose'", new { orderId }, transaction);

    /// <summary>Moves an order; false when somebody else has moved it meanwhile.</summary>
    internal async Task<bool> MoveAsync(DbConnection connection, DbTransaction transaction, CardOrder next) => await connection.ExecuteAsync(
        """
        UPDATE card_orders SET state = @state, changed_at = @changedAt, second_officer = @SecondOfficer, version = version + 1
        WHERE id = @Id AND version = @Version
        """,
        Values(next),
        transaction) == 1;

    /// <summary>Keeps an officer's word with its assertion.</summary>
    internal static Task KeepAsync(DbConnection connection, DbTransaction transaction, CardOrderDocument document, string assertion) =>
        KeepAsync(connection, transaction, document.Order.Id, document.Step, document.Officer, document.ToBytes(), assertion);

    /// <summary>The same of any document that says the word.</summary>
    internal static Task KeepAsync(DbConnection connection, DbTransaction transaction, string order, CardOrderStep step, string officer, byte[] bytes, string assertion) =>
        connection.ExecuteAsync(
            "INSERT INTO card_order_words (order_id, step, officer_id, document, assertion) VALUES (@order, @step, @officer, @bytes, @assertion)",
            new { order, step = step.Word(), officer, bytes, assertion },
            transaction);

    private object Values(CardOrder order, byte[]? content = null) => new
    {
        content,
        order.Id,
        order.CardId,
        order.ApplicationId,
        order.PersonId,
        deployment = deployment.Id,
        order.Centre,
        state = order.State.Word(),
        kind = order.Kind.Word(),
        ground = order.Ground?.ToString(),
        changedAt = order.ChangedAt.ToUnixTimeSeconds(),
        order.FirstOfficer,
        order.SecondOfficer,
        order.Version,
    };

    private async Task<IReadOnlyList<CardOrder>> QueryAsync(string where, string value, CancellationToken ct) =>
        [.. (await database.ReadAsync(
            connection => connection.QueryAsync<Row>(new CommandDefinition(
                $"SELECT {Columns} FROM card_orders WHERE deployment = @deployment AND {where}", new { deployment = deployment.Id, value }, cancellationToken: ct)),
            ct)).Select(row => row.ToOrder())];

    private sealed class Row
    {
        public required string Id { get; init; }

        public required string CardId { get; init; }

        public required string ApplicationId { get; init; }

        public required string PersonId { get; init; }

        public required string Centre { get; init; }

        public required string State { get; init; }

        public required string Kind { get; init; }

        public string? Ground { get; init; }

        public required long ChangedAt { get; init; }

        public required string FirstOfficer { get; init; }

        public string? SecondOfficer { get; init; }

        public required long Version { get; init; }

        public CardOrder ToOrder() => new()
        {
            Id = Id,
            CardId = CardId,
            ApplicationId = ApplicationId,
            PersonId = PersonId,
            Centre = Centre,
            State = CardOrderWords.FindState(State),
            Kind = CardOrderWords.FindKind(Kind),
            Ground = Enum.TryParse<RevocationGround>(Ground, out var ground) ? ground : null,
            ChangedAt = DateTimeOffset.FromUnixTimeSeconds(ChangedAt),
            FirstOfficer = FirstOfficer,
            SecondOfficer = SecondOfficer,
            Version = Version,
        };
    }
}
