using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// The cases of this deployment. A case is found by its number, by its person, or in its centre's queue; there is no search
/// by name. Every change is one unit of work with its entry in the holder's log.
/// </summary>
public sealed class Cases(Database database, PersonKeys keys, AuditLog audit, Cards cards, Deployment deployment, TimeProvider time)
{
    internal static readonly Statement FindRow = new($"SELECT {CaseRow.PlainColumns} FROM applications WHERE id = @id AND deployment = @deployment");

    internal const string ClaimsPurpose = "claims";
    private const string ProofingPurpose = "proofing";

    /// <summary>A new draft of a person; it is nobody's before it is submitted.</summary>
    public async Task<DeskCase> DraftAsync(string personId, CredentialType type, CancellationToken ct)
    {
        var application = new Application { Id = CaseNumbers.New(), PersonId = personId, Type = deployment.Stored(type), ChangedAt = time.GetUtcNow() };
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                """
                INSERT INTO applications (id, deployment, country, person_id, type, state, changed_at, attempt, version, reschedules, progress, created_at)
                VALUES (@Id, @deployment, @country, @PersonId, @Type, @state, @now, 0, 0, 0, @progress, @now)
                """,
                new
                {
                    application.Id,
                    deployment = deployment.Id,
                    country = deployment.Country,
                    application.PersonId,
                    application.Type,
                    state = application.State.Word(),
                    now = application.ChangedAt.ToUnixTimeSeconds(),
                    progress = CaseRow.ProgressOf(application),
                },
                transaction),
            ct);
        return new DeskCase { Application = application };
    }

    /// <summary>The case of a number, or null. Where the caller holds the person's key already, it is not looked up.</summary>
    public async Task<DeskCase?> FindAsync(string id, CancellationToken ct, PersonKey? key = null) =>
        CaseNumbers.IsOne(id) && await database.FindAsync(FindRow, CaseRow.Read, ct, id, deployment.Id) is { } row ? await OpenAsync(row, key, ct) : null;

    /// <summary>The last case of a person for a type, or null.</summary>
    public Task<DeskCase?> FindOfPersonAsync(string personId, CredentialType type, CancellationToken ct) =>
        OpenAsync("person_id = @personId AND type = @type", new { personId, type = deployment.Stored(type), deployment = deployment.Id }, ct);

    /// <summary>True when the document is that of another person with a live card here.</summary>
    public async Task<bool> IsInUseAsync(string documentHash, string personId, CancellationToken ct) => await database.ReadAsync(
        connection => connection.ExecuteScalarAsync<long>(
            """
            SELECT count(*) FROM applications a JOIN cards c ON c.application_id = a.id
            WHERE a.document_hash = @documentHash AND a.person_id <> @personId AND c.state IN ('approved', 'offered', 'active', 'suspended')
            """,
            new { documentHash, personId }),
        ct) > 0;

    /// <summary>Lets an event happen: the rules answer, then state, data, decision, card and log entry are written together or not at all.</summary>
    public async Task<Transition> ApplyAsync(DeskCase found, ApplicationEvent happened, Actor actor, CaseChange change, CancellationToken ct)
    {
        var transition = found.Application.On(happened, actor, time.GetUtcNow());
        if (transition is not Transition.Moved moved)
        {
            return transition;
        }

        // With other data comes another card: the one before ends in the same unit of work, or nothing happens.
        var next = moved.To;
        var before = next.State == ApplicationState.Approved ? await cards.PlanSupersessionAsync(next, ct) : null;
        if (before is { Transition: CardTransition.Declined { Why: var why } })
        {
            return new Transition.Declined(why);
        }

        var row = await RowAsync(found, next, happened, change, ct);
        var written = await database.WriteAsync(
            async (connection, transaction) =>
                (before is not { } old || await cards.SupersedeAsync(connection, transaction, old.Row, (CardTransition.Moved)old.Transition, ct))
                && await WriteAsync(connection, transaction, row, next, happened, actor, change, ct),
            ct);
        if (written && before is not null)
        {
            await cards.RevokeDueAsync(next.PersonId, everything: false, ct);
        }

        return written ? moved : new Transition.Declined(DeskRefusal.ChangedMeanwhile);
    }

    /// <summary>Empties every case of a person: what is left are states and times of nobody.</summary>
    public Task EraseOfPersonAsync(string personId, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(
            "UPDATE applications SET claims = NULL, proofing = NULL, document_hash = NULL, version = version + 1 WHERE person_id = @personId",
            new { personId },
            transaction),
        ct);

    /// <summary>Puts amended claims in the place of those before, with the decisions about them. False when the case has changed meanwhile.</summary>
    internal async Task<bool> AmendAsync(
        DbConnection connection, DbTransaction transaction, DeskCase found, byte[] sealedClaims, IReadOnlyList<(byte[] Document, string Assertion)> decisions)
    {
        var next = found.Application with { Attempt = found.Application.Attempt + 1 };
        var changed = await connection.ExecuteAsync(
            "UPDATE applications SET claims = @sealedClaims, attempt = @attempt, version = version + 1 WHERE id = @Id AND version = @Version AND state = 'approved'",
            new { sealedClaims, attempt = (long)next.Attempt, found.Id, found.Version },
            transaction);
        foreach (var (document, assertion) in changed == 1 ? decisions : [])
        {
            await AddDecisionAsync(connection, transaction, next, DecisionDocument.Parse(document).OrThrow(), assertion);
        }

        return changed == 1;
    }

    private async Task<object> RowAsync(DeskCase found, Application next, ApplicationEvent happened, CaseChange change, CancellationToken ct)
    {
        var erase = next.State is ApplicationState.Withdrawn or ApplicationState.Lapsed;
        return new
        {
            next.Id,
            found.Version,
            state = next.State.Word(),
            changedAt = next.ChangedAt.ToUnixTimeSeconds(),
            attempt = (long)next.Attempt,
            centre = next.Centre,
            country = happened is ApplicationEvent.Book book ? book.Centre.Country : null,
            day = CaseRow.DayText(next.Day),
            reschedules = (long)next.Reschedules,
            progress = CaseRow.ProgressOf(next),
            erase = erase ? 1 : 0,
            claims = await SealAsync(next.PersonId, ClaimsPurpose, change.Claims?.ToBytes(), ct),
            proofing = await SealAsync(next.PersonId, ProofingPurpose, change.Proofing?.ToBytes(), ct),
            documentHash = change.DocumentHash,
            slot = change.Slot,
            evidenceUntil = ApplicationRules.EvidenceUntil(next)?.ToUnixTimeSeconds(),
        };
    }

    private async Task<bool> WriteAsync(
        DbConnection connection, DbTransaction transaction, object row, Application next, ApplicationEvent happened, Actor actor, CaseChange change, CancellationToken ct)
    {
        // The version in the WHERE clause makes the rules' answer hold: of two events on one state, one happens.
        var changed = await connection.ExecuteAsync(
            """
            UPDATE applications SET state = @state, changed_at = @changedAt, attempt = @attempt, version = version + 1, centre = @centre,
                country = COALESCE(@country, country), booked_day = @day, reschedules = @reschedules, progress = @progress, evidence_until = @evidenceUntil, slot = COALESCE(@slot, slot),
                claims = CASE WHEN @erase = 1 THEN NULL ELSE COALESCE(@claims, claims) END,
                proofing = CASE WHEN @erase = 1 THEN NULL ELSE COALESCE(@proofing, proofing) END,
                document_hash = CASE WHEN @erase = 1 THEN NULL ELSE COALESCE(@documentHash, document_hash) END
            WHERE id = @Id AND version = @Version
            """,
            row,
            transaction);
        if (changed == 0)
        {
            return false;
        }

        if (next.State is ApplicationState.Withdrawn or ApplicationState.Lapsed)
        {
            await connection.ExecuteAsync("DELETE FROM decisions WHERE application_id = @Id", new { next.Id }, transaction);
        }

        if (change.Decision is { } decision)
        {
            await AddDecisionAsync(connection, transaction, next, decision.Document, decision.Assertion);
        }

        if (next.State == ApplicationState.Approved)
        {
            if (!await CardRows.AddAsync(connection, transaction, next, deployment, time.GetUtcNow()))
            {
                throw new InvalidOperationException("A live card appeared beside an approval.");
            }
        }

        var details = new Dictionary<string, string> { ["case"] = next.Id, ["state"] = next.State.WordForApplicant() };
        await audit.AppendAsync(connection, transaction, new AuditEvent($"application.{happened.Word}", actor.Word, next.PersonId, details), ct);
        return true;
    }

    private async Task AddDecisionAsync(DbConnection connection, DbTransaction transaction, Application next, DecisionDocument document, string assertion) =>
        await connection.ExecuteAsync(
            """
            INSERT INTO decisions (id, application_id, deployment, attempt, officer_id, document, assertion, decided_at)
            VALUES (@id, @applicationId, @deployment, @attempt, @OfficerId, @document, @assertion, @decidedAt)
            """,
            new
            {
                id = CaseNumbers.New(),
                applicationId = next.Id,
                deployment = deployment.Id,
                attempt = (long)next.Attempt,
                document.OfficerId,
                document = document.ToBytes(),
                assertion,
                decidedAt = document.Time.ToUnixTimeSeconds(),
            },
            transaction);

    private async Task<DeskCase?> OpenAsync(string where, object values, CancellationToken ct)
    {
        var row = await database.ReadAsync(
            connection => connection.QueryFirstOrDefaultAsync<CaseRow>(
                $"SELECT {CaseRow.Columns} FROM applications WHERE {where} AND deployment = @deployment ORDER BY created_at DESC, version, id LIMIT 1", values),
            ct);
        return row is null ? null : await OpenAsync(row, null, ct);
    }

    private async Task<DeskCase> OpenAsync(CaseRow row, PersonKey? held, CancellationToken ct)
    {
        using var found = held is not null || (row.Claims is null && row.Proofing is null) ? null : await keys.FindAsync(row.PersonId, ct);
        var key = held ?? found;
        var claims = row.Claims is null ? null : key?.Unprotect(ClaimsPurpose, row.Claims);
        var proofing = row.Proofing is null ? null : key?.Unprotect(ProofingPurpose, row.Proofing);
        return new DeskCase
        {
            Application = row.ToApplication(),
            Claims = claims is null ? null : PersonClaims.Parse(claims).OrThrow(),
            Proofing = proofing is null ? null : ProofingRecord.Parse(proofing).OrThrow(),
            DocumentHash = row.DocumentHash,
            Version = row.Version,
        };
    }

    private async Task<byte[]?> SealAsync(string personId, string purpose, byte[]? plain, CancellationToken ct) =>
        plain is null ? null : await keys.ProtectAsync(personId, purpose, plain, ct);
}
