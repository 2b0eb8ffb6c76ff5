using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>An officer's word with its assertion.</summary>
public sealed record AgreementWord(AgreementStep Step, AgreementTerms Terms, string Officer, byte[] Document, string Assertion);

/// <summary>
/// The agreements at the desk, with the officers' words about them. It says how far the officers are, and nothing of what may be issued:
/// that is what the signer takes of the words (<see cref="AgreementsInForce"/>).
/// </summary>
public sealed class AgreementRegister(Database database, AuditLog audit, Deployment deployment)
{
    private const string First = "first";
    private const string Second = "second";

    private const string Columns =
        """
        terms AS Terms, stage AS Stage, proposed_end AS ProposedEnd, changed_at AS ChangedAt, first_officer AS FirstOfficer, second_officer AS SecondOfficer, version AS Version
        """;

    /// <summary>The agreement of a number, or null.</summary>
    public async Task<StoredAgreement?> FindAsync(string id, CancellationToken ct) => await QueryAsync("WHERE id = @id", new { id }, ct) is [var one] ? one : null;

    /// <summary>Every agreement about which an officer has said something.</summary>
    public Task<IReadOnlyList<StoredAgreement>> AllAsync(CancellationToken ct) => QueryAsync("", new { }, ct);

    /// <summary>All terms about which two words are there, in the order in which the second was said, as the database holds them.</summary>
    public async Task<IReadOnlyList<ToldTerms>> SignedAsync(CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<WordRow>(new CommandDefinition(
                """
                SELECT s.terms AS Terms, f.document AS FirstDocument, f.assertion AS FirstAssertion, a.roster_entry AS FirstEntry,
                    s.document AS SecondDocument, s.assertion AS SecondAssertion, b.roster_entry AS SecondEntry
                FROM agreement_words s JOIN officers b ON b.id = s.officer_id
                JOIN agreement_words f ON f.agreement_id = s.agreement_id AND f.terms_name = s.terms_name AND f.side = 'first' JOIN officers a ON a.id = f.officer_id
                WHERE s.side = 'second' ORDER BY s.said_at
                """,
                cancellationToken: ct)),
            ct);
        return [.. rows.Select(row => row.ToTold()).OfType<ToldTerms>()];
    }

    /// <summary>Moves an agreement, or adds it; false when somebody else has moved it meanwhile.</summary>
    public Task<bool> MoveAsync(StoredAgreement to, AgreementStep step, AgreementWord? word, Actor.Officer officer, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var changed = await connection.ExecuteAsync(
                to.Version == 0
                    ? """
                      INSERT INTO agreements (id, deployment, stage, terms, proposed_end, changed_at, first_officer, second_officer, version)
                      VALUES (@Id, @deployment, @stage, @terms, @proposedEnd, @changedAt, @FirstOfficer, @SecondOfficer, 1) ON CONFLICT (id) DO NOTHING
                      """
                    : """
                      UPDATE agreements SET stage = @stage, terms = @terms, proposed_end = @proposedEnd, changed_at = @changedAt, first_officer = @FirstOfficer,
                          second_officer = @SecondOfficer, version = version + 1
                      WHERE id = @Id AND version = @Version
                      """,
                new
                {
                    to.Id,
                    deployment = deployment.Id,
                    stage = to.Stage.Word(),
                    terms = to.Terms.ToBytes(),
                    proposedEnd = CaseRow.DayText(to.ProposedEnd),
                    changedAt = to.ChangedAt.ToUnixTimeSeconds(),
                    to.FirstOfficer,
                    to.SecondOfficer,
                    to.Version,
                },
                transaction);
            if (changed == 1)
            {
                await KeepAsync(connection, transaction, to, step, word, officer, ct);
            }

            return changed == 1;
        },
        ct);

    private async Task KeepAsync(
        DbConnection connection, DbTransaction transaction, StoredAgreement to, AgreementStep step, AgreementWord? word, Actor.Officer officer, CancellationToken ct)
    {
        var details = new Dictionary<string, string> { ["agreement"] = to.Id, ["stage"] = to.Stage.Word() };
        if (word is not null)
        {
            details["terms"] = word.Terms.Name();

            // Of a proposal that came to nothing the later one counts; what two have signed is never proposed again.
            await connection.ExecuteAsync(
                """
                INSERT INTO agreement_words (agreement_id, terms_name, side, terms, officer_id, document, assertion, said_at)
                VALUES (@Id, @name, @side, @terms, @Officer, @Document, @Assertion, @saidAt)
                ON CONFLICT (agreement_id, terms_name, side) DO UPDATE
                SET officer_id = excluded.officer_id, document = excluded.document, assertion = excluded.assertion, said_at = excluded.said_at
                """,
                new
                {
                    to.Id,
                    name = word.Terms.Name(),
                    side = step is AgreementStep.Draft or AgreementStep.ProposeEnd ? First : Second,
                    terms = word.Terms.ToBytes(),
                    word.Officer,
                    word.Document,
                    word.Assertion,
                    saidAt = to.ChangedAt.ToUnixTimeSeconds(),
                },
                transaction);
        }

        await audit.AppendAsync(connection, transaction, new AuditEvent($"agreement.{step.Word()}", officer.Word, null, details), ct);
    }

    private async Task<IReadOnlyList<StoredAgreement>> QueryAsync(string where, object values, CancellationToken ct) => [.. (await database.ReadAsync(
        connection => connection.QueryAsync<Row>(new CommandDefinition($"SELECT {Columns} FROM agreements {where}", values, cancellationToken: ct)), ct)).Select(row => row.ToAgreement())];

    private sealed class Row
    {
        public required byte[] Terms { get; init; }

        public required string Stage { get; init; }

        public string? ProposedEnd { get; init; }

        public required long ChangedAt { get; init; }

        public required string FirstOfficer { get; init; }

        public string? SecondOfficer { get; init; }

        public required long Version { get; init; }

        public StoredAgreement ToAgreement() => new(AgreementTerms.Parse(Terms).OrThrow())
        {
            Stage = AgreementWords.FindStage(Stage),
            ProposedEnd = ClaimValues.Date(ProposedEnd),
            ChangedAt = DateTimeOffset.FromUnixTimeSeconds(ChangedAt),
            FirstOfficer = FirstOfficer,
            SecondOfficer = SecondOfficer,
            Version = Version,
        };
    }

    private sealed class WordRow
    {
        public required byte[] Terms { get; init; }

        public required byte[] FirstDocument { get; init; }

        public required string FirstAssertion { get; init; }

        public required string FirstEntry { get; init; }

        public required byte[] SecondDocument { get; init; }

        public required string SecondAssertion { get; init; }

        public required string SecondEntry { get; init; }

        // A row that cannot be read says nothing that anybody signed.
        public ToldTerms? ToTold() => AgreementTerms.Parse(Terms).Succeeded(out var terms, out _)
            ? new(terms, [new StoredDecision(FirstDocument, FirstAssertion, FirstEntry), new StoredDecision(SecondDocument, SecondAssertion, SecondEntry)])
            : null;
    }
}
