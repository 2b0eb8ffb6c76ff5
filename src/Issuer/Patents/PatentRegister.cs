using System.Data.Common;
using System.Text;
using Dapper;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// The patents of this deployment. What was paid is not kept as a number: it is what the treasury's signed facts come to, each time
/// they are read. A row holds the state that was reached and a version, by which two events at once become one after the other.
/// </summary>
public sealed class PatentRegister(
    Database database, PersonKeys personKeys, AuditLog audit, Cases cases, Cards cards, CardStatus status, Treasury treasury, Deployment deployment,
    AgreementsInForce agreements, ServerSettings settings, TimeProvider time)
{
    private const string Purpose = "patent-payment";

    /// <summary>The patent of an approved application, with the days that have passed worked out; null when there is none.</summary>
    public async Task<PaidPatent?> FindAsync(string applicationId, CancellationToken ct)
    {
        while (await ReadAsync(applicationId, ct) is { } found)
        {
            if (await DueAsync(found.Patent, ct) is not { } due)
            {
                return found;
            }

            await ApplyAsync(found, due, new Actor.Clock(), ct);
        }

        return null;
    }

    /// <summary>True when what is paid for is paid for today; of anything else always.</summary>
    public async Task<bool> IsPaidAsync(Card card, CancellationToken ct) =>
        !deployment.Types[0].IsPaid || await FindOfCardAsync(card, ct) is { Patent.State: PatentState.Active };

    /// <summary>The patent that a card carries, or null.</summary>
    public Task<PaidPatent?> FindOfCardAsync(Card card, CancellationToken ct) => FindAsync(card.ApplicationId, ct);

    /// <summary>Lets an event happen; where it says so, outstanding copies are revoked before this returns.</summary>
    public async Task<PatentTransition> ApplyAsync(PaidPatent found, PatentEvent happened, Actor actor, CancellationToken ct)
    {
        var transition = found.Patent.On(happened, actor, await agreements.DeploymentAsync(ct), time.GetUtcNow());
        if (transition is not PatentTransition.Moved moved)
        {
            return transition;
        }

        if (!await database.WriteAsync((connection, transaction) => MoveAsync(connection, transaction, found, moved.To, happened, actor, null, ct), ct))
        {
            return new PatentTransition.Declined(DeskRefusal.ChangedMeanwhile);
        }

        if (moved.Copies is { } ground && await cards.FindOfApplicationAsync(found.Patent.Id, ct) is { } card)
        {
            await status.RevokeOutstandingAsync(card.Id, ground, ct);
        }

        return moved;
    }

    /// <summary>Takes what the treasury says: once, whoever tells it how often and wherever at the same moment.</summary>
    public async Task<PaymentAnswer> PayAsync(PaymentFact fact, CancellationToken ct)
    {
        Deployment? latest = null;
        while (true)
        {
            if (await FindPaymentAsync(fact.ReferenceHash(), ct) is { } earlier)
            {
                return earlier.ContentHash == fact.ContentHash() ? earlier.ToAnswer() : new PaymentAnswer.ReferenceReused();
            }

            if (await FindAsync(fact.Patent, ct) is not { } found)
            {
                return new PaymentAnswer.UnknownPatent();
            }

            var happened = new PatentEvent.Pay(fact);
            var transition = found.Patent.On(happened, new Actor.Treasury(), latest ?? await agreements.DeploymentAsync(ct), time.GetUtcNow());
            if (latest is null && transition is PatentTransition.Held { Reason: HeldReason.NoAgreement })
            {
                // The money would go back: not for an agreement that officers have signed on another node this moment.
                latest = await agreements.LatestAsync(ct);
                continue;
            }

            if (transition is PatentTransition.Declined)
            {
                return new PaymentAnswer.NotYet();
            }

            if (await KeepAsync(found, transition, happened, ct))
            {
                return transition is PatentTransition.Held held ? new PaymentAnswer.Held(held.Reason) : new PaymentAnswer.Counted();
            }
        }
    }

    /// <summary>Writes what two officers ordered, inside the order's unit of work. False when the patent has changed meanwhile.</summary>
    internal Task<bool> MoveAsync(DbConnection connection, DbTransaction transaction, PaidPatent found, Patent next, PatentEvent happened, Actor first, CancellationToken ct) =>
        MoveAsync(connection, transaction, found, next, happened, first, null, ct);

    // What the calendar and the card say, one thing at a time.
    private async Task<PatentEvent?> DueAsync(Patent patent, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        PatentEvent[] possible = [new PatentEvent.Expire(), new PatentEvent.Lapse()];
        if (possible.FirstOrDefault(one => patent.On(one, new Actor.Clock(), deployment, now) is PatentTransition.Moved) is { } due)
        {
            return due;
        }

        var card = await cards.FindOfApplicationAsync(patent.Id, ct);
        if (patent.State == PatentState.Cancelled)
        {
            return card?.State is CardState.Approved or CardState.Offered or CardState.Active ? new PatentEvent.GivenBack() : null;
        }

        RevocationGround? ground = card?.State == CardState.Superseded ? RevocationGround.Superseded : card?.Ground;
        var ended = ground is { } why ? new PatentEvent.CardEnded(why) : null;
        return ended is not null && patent.On(ended, new Actor.Clock(), deployment, now) is PatentTransition.Moved ? ended : null;
    }

    private async Task<PaidPatent?> ReadAsync(string applicationId, CancellationToken ct)
    {
        if (await cases.FindAsync(applicationId, ct) is not { State: ApplicationState.Approved, Claims: { } claims } found
            || PaymentRules.JurisdictionOf(deployment.Types[0], claims.Claims, deployment) is not { } jurisdiction)
        {
            return null;
        }

        var row = await database.ReadAsync(
            connection => connection.QueryFirstOrDefaultAsync<(string State, long ChangedAt, long Version)?>(new CommandDefinition(
                "SELECT state, changed_at, version FROM patents WHERE application_id = @applicationId", new { applicationId }, cancellationToken: ct)),
            ct);
        var facts = await FactsAsync(applicationId, found.PersonId, ct);
        var counted = facts.Where(fact => fact.Held is null).Select(fact => fact.Fact).ToList();
        var patent = new Patent
        {
            Id = applicationId,
            PersonId = found.PersonId,
            State = row is { } stored ? Enum.Parse<PatentState>(stored.State) : PatentState.Decided,
            Jurisdiction = jurisdiction,
            Term = counted.Count > 0 ? await agreements.LookAsync(known => PaymentRules.Term(counted, jurisdiction, known), ct) : null,
            ChangedAt = row is { } changed ? DateTimeOffset.FromUnixTimeSeconds(changed.ChangedAt) : found.Application.ChangedAt,
        };
        return new PaidPatent(patent, facts, row?.Version ?? 0);
    }

    private async Task<IReadOnlyList<(PaymentFact Fact, HeldReason? Held)>> FactsAsync(string applicationId, string personId, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<PaymentRow>(new CommandDefinition(
                $"SELECT {PaymentRow.Columns} FROM patent_payments WHERE application_id = @applicationId ORDER BY ordinal", new { applicationId }, cancellationToken: ct)),
            ct);
        var facts = new List<(PaymentFact, HeldReason?)>();
        foreach (var row in rows)
        {
            // A fact that no longer verifies pays for nothing: a key of the treasury was taken back.
            if (await personKeys.UnprotectAsync(personId, Purpose, row.Fact, ct) is { } plain
                && PaymentFact.Verify(Encoding.ASCII.GetString(plain), treasury, settings.PublicUrl).Succeeded(out var fact, out _))
            {
                facts.Add((fact, row.Held is null ? null : Enum.Parse<HeldReason>(row.Held)));
            }
        }

        return facts;
    }

    private Task<PaymentRow?> FindPaymentAsync(string referenceHash, CancellationToken ct) => database.ReadAsync(
        connection => connection.QueryFirstOrDefaultAsync<PaymentRow?>(new CommandDefinition(
            $"SELECT {PaymentRow.Columns} FROM patent_payments WHERE reference_hash = @referenceHash", new { referenceHash }, cancellationToken: ct)),
        ct);

    // The payment and what it does are written together or not at all. False: somebody was faster, so look again.
    private async Task<bool> KeepAsync(PaidPatent found, PatentTransition transition, PatentEvent.Pay pay, CancellationToken ct)
    {
        var held = transition as PatentTransition.Held;
        var row = new
        {
            referenceHash = pay.Fact.ReferenceHash(),
            applicationId = found.Patent.Id,
            personId = found.Patent.PersonId,
            deployment = deployment.Id,
            contentHash = pay.Fact.ContentHash(),
            held = held?.Reason.ToString(),
            ordinal = found.Version + 1,
            fact = await personKeys.ProtectAsync(found.Patent.PersonId, Purpose, Encoding.ASCII.GetBytes(pay.Fact.Token), ct),
            receivedDay = Days.Of(time.GetUtcNow()),
        };
        try
        {
            var next = (transition as PatentTransition.Moved)?.To ?? found.Patent;
            return await database.WriteAsync(
                async (connection, transaction) =>
                    await MoveAsync(connection, transaction, found, next, pay, new Actor.Treasury(), held?.Reason, ct)
                    && (await connection.ExecuteAsync(PaymentRow.InsertSql, row, transaction) == 1 ? true : throw new ToldMeanwhileException()),
                ct);
        }
        catch (ToldMeanwhileException)
        {
            return false;
        }
    }

    // The version in the WHERE clause makes the rules' answer hold; the first event of a patent makes its row.
    private async Task<bool> MoveAsync(
        DbConnection connection, DbTransaction transaction, PaidPatent found, Patent next, PatentEvent happened, Actor actor, HeldReason? held, CancellationToken ct)
    {
        var changed = await connection.ExecuteAsync(
            found.Version == 0
                ? """
                  INSERT INTO patents (application_id, person_id, deployment, state, changed_at, version) VALUES (@Id, @PersonId, @deployment, @state, @changedAt, 1)
                  ON CONFLICT (application_id) DO NOTHING
                  """
                : "UPDATE patents SET state = @state, changed_at = @changedAt, version = version + 1 WHERE application_id = @Id AND version = @version",
            new
            {
                next.Id,
                next.PersonId,
                deployment = deployment.Id,
                state = next.State.ToString(),
                changedAt = next.ChangedAt.ToUnixTimeSeconds(),
                version = found.Version,
            },
            transaction);
        if (changed == 0)
        {
            return false;
        }

        var details = new Dictionary<string, string> { ["case"] = next.Id, ["state"] = next.State.ToString() };
        if (held is { } reason)
        {
            details["reason"] = reason.ToString();
        }

        if ((happened as PatentEvent.Annul)?.Second is { } annulling || (annulling = (happened as PatentEvent.Amend)?.Second) is not null)
        {
            details["second"] = annulling.Word;
        }

        var word = held is null ? happened.Word : "payment-held";
        await audit.AppendAsync(connection, transaction, new AuditEvent($"patent.{word}", actor.Word, next.PersonId, details), ct);
        return true;
    }

    // Takes the patent's change back with it.
    private sealed class ToldMeanwhileException : Exception;
}

/// <summary>A patent with the facts that paid for it. Redacted.</summary>
public sealed class PaidPatent(Patent patent, IReadOnlyList<(PaymentFact Fact, HeldReason? Held)> facts, long version)
{
    public Patent Patent { get; } = patent;

    /// <summary>What the treasury said, as it came; those that were held with the reason.</summary>
    public IReadOnlyList<(PaymentFact Fact, HeldReason? Held)> Facts { get; } = facts;

    /// <summary>Rises with every change.</summary>
    public long Version { get; } = version;

    /// <summary>The signed facts that count, for the signer.</summary>
    public IReadOnlyList<string> Evidence => [.. Facts.Where(fact => fact.Held is null).Select(fact => fact.Fact.Token)];

    /// <summary>Redacted.</summary>
    public override string ToString() => "a patent";
}
