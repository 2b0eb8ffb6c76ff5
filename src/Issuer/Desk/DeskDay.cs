using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>A line of the queue: the number and where the case stands. Who it is stands on the case's own page, whose opening is in the holder's log.</summary>
public sealed record QueueEntry(string CaseId, ApplicationState State);

/// <summary>What an officer has to do today: a page of the own centre's cases, by number.</summary>
public sealed class DeskDay(Database database, Deployment deployment, Centres centres, TimeProvider time)
{
    /// <summary>How many lines a page has.</summary>
    public const int PageSize = 20;

    /// <summary>The page after a number; the next page begins after its last number.</summary>
    public async Task<IReadOnlyList<QueueEntry>> PageAsync(Officer officer, string? after, CancellationToken ct)
    {
        var values = new
        {
            deployment = deployment.Id,
            centre = officer.Centre,
            today = CaseRow.DayText(centres.Find(officer.Centre)?.Today(time.GetUtcNow())),
            after = after ?? "",
            limit = PageSize,
        };
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<Row>(
                $"SELECT id AS Id, state AS State FROM applications WHERE deployment = @deployment AND {Which(officer.Role)} AND id > @after ORDER BY id LIMIT @limit",
                values),
            ct);
        return [.. rows.Select(row => new QueueEntry(row.Id, ApplicationStates.Find(row.State)))];
    }

    /// <summary>
    /// Whether the officer may open the case at all: an operator the own centre's of the day, a supervisor the own centre's that wait
    /// for a decision, the appeal officer those in appeal.
    /// </summary>
    public DeskRefusal MayOpen(Officer officer, Application application)
    {
        if (officer.Role == OfficerRole.AppealOfficer)
        {
            return application.State == ApplicationState.InAppeal ? DeskRefusal.None : DeskRefusal.NotYourRole;
        }

        if (officer.Role is not (OfficerRole.Operator or OfficerRole.Supervisor))
        {
            return DeskRefusal.NotYourRole;
        }

        if (application.Centre != officer.Centre || centres.Find(officer.Centre) is not { } centre)
        {
            return DeskRefusal.OtherCentre;
        }

        if (officer.Role == OfficerRole.Supervisor)
        {
            return application.State is ApplicationState.PendingDecision or ApplicationState.Approved or ApplicationState.Refused
                ? DeskRefusal.None
                : DeskRefusal.NotYourRole;
        }

        return application.Day == centre.Today(time.GetUtcNow()) ? DeskRefusal.None : DeskRefusal.OtherDay;
    }

    /// <summary>
    /// Whether the officer may look at the card of a case, of which the page shows no personal data: an operator and a supervisor those
    /// of the own centre, on any day, for who finds a lost card again or suspects fraud has no appointment; the appeal officer any.
    /// </summary>
    public static DeskRefusal MayOpenCard(Officer officer, Application application)
    {
        if (officer.Role is not (OfficerRole.Operator or OfficerRole.Supervisor or OfficerRole.AppealOfficer))
        {
            return DeskRefusal.NotYourRole;
        }

        if (application.State != ApplicationState.Approved)
        {
            return DeskRefusal.WrongState;
        }

        return officer.Role == OfficerRole.AppealOfficer || application.Centre == officer.Centre ? DeskRefusal.None : DeskRefusal.OtherCentre;
    }

    private static string Which(OfficerRole role) => role switch
    {
        OfficerRole.Operator => "centre = @centre AND booked_day = @today",
        OfficerRole.Supervisor => "centre = @centre AND state = 'pending-decision'",
        OfficerRole.AppealOfficer => "state = 'in-appeal'",
        OfficerRole.None or OfficerRole.Administrator => "1 = 0",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    private sealed class Row
    {
        public required string Id { get; init; }

        public required string State { get; init; }
    }
}
