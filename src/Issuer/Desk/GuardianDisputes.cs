using System.Data.Common;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// Disagreements of guardians as stored, by the child's keyed hash: whoever has the database alone cannot say about which child it is.
/// Every change is one unit of work with its entries in the logs of those whom it concerns.
/// </summary>
public sealed class GuardianDisputes(Representations representations, Cases cases, PersonRegister people, Database database, AuditLog audit, Deployment deployment, TimeProvider time)
{
    private bool Knows => deployment.Types.Any(type => type.Represents is not null);

    /// <summary>What stands about a child.</summary>
    public async Task<GuardianDispute> FindAsync(string slot, CancellationToken ct)
    {
        var row = await database.ReadAsync(
            connection => connection.QueryFirstOrDefaultAsync<(string State, long ChangedAt, long Version)?>(new CommandDefinition(
                "SELECT state, changed_at, version FROM guardian_disputes WHERE slot = @slot", new { slot }, cancellationToken: ct)),
            ct);
        return row is not var (state, at, version) ? new GuardianDispute(slot) : new GuardianDispute(slot)
        {
            State = Enum.Parse<DisputeState>(state),
            ChangedAt = DateTimeOffset.FromUnixTimeSeconds(at),
            Version = version,
        };
    }

    /// <summary>What stands about the child whose own card or representation this is; null where nobody can be a child.</summary>
    public async Task<GuardianDispute?> FindAsync(string personId, string type, string slot, CancellationToken ct) =>
        Knows && (type.Length > 0 ? slot : await representations.SlotOfAsync(personId, ct)) is { Length: > 0 } child ? await FindAsync(child, ct) : null;

    /// <summary>The same for the case of a child's own card; null for all others.</summary>
    public async Task<GuardianDispute?> FindOfChildAsync(DeskCase found, CancellationToken ct) =>
        found.Application.Type.Length == 0 && IsChild(found) ? await FindAsync(found.PersonId, "", "", ct) : null;

    /// <summary>Why nothing new is issued to this person, or about this child.</summary>
    public async Task<DeskRefusal> WhyNotIssueAsync(string personId, string type, string slot, CancellationToken ct)
    {
        // Who is of age has no guardians to disagree.
        if (!Knows || (type.Length == 0 && await cases.FindOfPersonAsync(personId, deployment.Types[0], ct) is { } own && !IsChild(own)))
        {
            return DeskRefusal.None;
        }

        // Without the signer nobody knows about whom it would be.
        return await FindAsync(personId, type, slot, ct) is { } dispute ? dispute.WhyNotIssue : type.Length == 0 ? DeskRefusal.NotNow : DeskRefusal.None;
    }

    /// <summary>The child for whom a representation is, by the account that officers signed for; null where it has no file here any more.</summary>
    public async Task<string?> ChildOfAsync(Card card, CancellationToken ct) =>
        deployment.TypeOf(card.Type).Claims.FirstOrDefault(claim => claim.Source == ClaimSource.RepresentedSignIn) is { } account
        && (await cases.FindAsync(card.ApplicationId, ct))?.Claims?.Claims.ObjectMember(account.Name) is { } child
        && child.StringMember("iss") is { } issuer && child.StringMember("sub") is { } subject
            ? await people.FindIdAsync(issuer, subject, ct)
            : null;

    /// <summary>Forgets what stands about somebody who is erased.</summary>
    public async Task ForgetAsync(string personId, CancellationToken ct)
    {
        if (Knows && await representations.SlotOfAsync(personId, ct) is { } slot)
        {
            await database.WriteAsync(
                (connection, transaction) => connection.ExecuteAsync("DELETE FROM guardian_disputes WHERE slot = @slot", new { slot }, transaction), ct);
        }
    }

    /// <summary>A guardian objects; in the logs of the child, where it is known here, and of who objects.</summary>
    public async Task<DeskRefusal> ObjectAsync(string slot, DisputeEvent.Objection objection, Actor actor, string? childId, string? guardianId, CancellationToken ct)
    {
        switch ((await FindAsync(slot, ct)).On(objection, actor, time.GetUtcNow()))
        {
            case DisputeTransition.Declined declined:
                return declined.Why;
            case DisputeTransition.Moved { To: var to }:
                var written = await database.WriteAsync((connection, transaction) => MoveAsync(connection, transaction, to, objection.Word, actor, [childId, guardianId], ct), ct);
                return written ? DeskRefusal.None : DeskRefusal.ChangedMeanwhile;
            default:
                throw new InvalidOperationException("closed");
        }
    }

    /// <summary>Writes what the rules answered. False when somebody else has changed it meanwhile.</summary>
    internal async Task<bool> MoveAsync(
        DbConnection connection, DbTransaction transaction, GuardianDispute to, string word, Actor actor, IReadOnlyList<string?> concerned, CancellationToken ct)
    {
        var changed = await connection.ExecuteAsync(
            to.Version == 0
                ? "INSERT INTO guardian_disputes (slot, deployment, state, changed_at, version) VALUES (@Slot, @deployment, @state, @at, 1) ON CONFLICT (slot) DO NOTHING"
                : "UPDATE guardian_disputes SET state = @state, changed_at = @at, version = version + 1 WHERE slot = @Slot AND version = @Version",
            new { to.Slot, deployment = deployment.Id, state = to.State.ToString(), at = to.ChangedAt.ToUnixTimeSeconds(), to.Version },
            transaction);
        foreach (var personId in changed == 1 ? concerned.OfType<string>().Distinct() : [])
        {
            await audit.AppendAsync(connection, transaction, new AuditEvent($"guardian.{word}", actor.Word, personId), ct);
        }

        return changed == 1;
    }

    // By the date that two officers signed for, or that is applied with; where it is not known, the child's rules hold.
    private bool IsChild(DeskCase found) => ClaimValues.Date(found.Claims?.Claims.StringMember("birthdate")) is not { } born
        || !Ages.HasReached(born, RepresentationTerm.OfAge, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
}
