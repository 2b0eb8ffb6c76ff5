using System.Collections.Frozen;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>What two officers may do to a card.</summary>
public enum CardOrderKind
{
    None,

    /// <summary>Block it while a suspicion of fraud is looked at, for fourteen days at most.</summary>
    SuspectFraud,

    /// <summary>End it on a closed ground.</summary>
    Revoke,

    /// <summary>Annul the patent that it carries, by a norm that is cited.</summary>
    Annul,

    /// <summary>Issue the patent again with another occupation; what was paid runs on.</summary>
    Amend,

    /// <summary>Issue anew about a child about whom guardians disagreed: a court has decided.</summary>
    ResumeByCourt,

    /// <summary>The same: the guardianship agency has decided.</summary>
    ResumeByAgency,
}

/// <summary>Where an order stands.</summary>
public enum CardOrderState
{
    None,

    /// <summary>A has said so; nothing has happened to the card.</summary>
    Proposed,

    /// <summary>B has confirmed, and it happened.</summary>
    Done,

    /// <summary>B did not confirm.</summary>
    Declined,

    /// <summary>The holder objects.</summary>
    Appealed,

    /// <summary>The appeal officer agrees with A and B. Final.</summary>
    Upheld,

    /// <summary>The appeal officer does not: the holder gets another card. Final.</summary>
    Overturned,
}

/// <summary>An officer's or the holder's step in an order.</summary>
public enum CardOrderStep
{
    None,
    Propose,
    Confirm,
    Decline,
    Appeal,
    Uphold,
    Overturn,
}

/// <summary>An order about a card, as the rules see it.</summary>
public sealed record CardOrder
{
    /// <summary>How long a proposal waits for B.</summary>
    public static readonly TimeSpan ProposalTerm = TimeSpan.FromDays(7);

    private static readonly FrozenDictionary<CardOrderStep, (CardOrderState From, CardOrderState To, OfficerRole Role)> Arrows =
        new Dictionary<CardOrderStep, (CardOrderState, CardOrderState, OfficerRole)>
        {
            [CardOrderStep.Propose] = (CardOrderState.None, CardOrderState.Proposed, OfficerRole.Operator),
            [CardOrderStep.Confirm] = (CardOrderState.Proposed, CardOrderState.Done, OfficerRole.Supervisor),
            [CardOrderStep.Decline] = (CardOrderState.Proposed, CardOrderState.Declined, OfficerRole.Supervisor),
            [CardOrderStep.Appeal] = (CardOrderState.Done, CardOrderState.Appealed, OfficerRole.None),
            [CardOrderStep.Uphold] = (CardOrderState.Appealed, CardOrderState.Upheld, OfficerRole.AppealOfficer),
            [CardOrderStep.Overturn] = (CardOrderState.Appealed, CardOrderState.Overturned, OfficerRole.AppealOfficer),
        }.ToFrozenDictionary();

    public required string Id { get; init; }

    public required string CardId { get; init; }

    public required string ApplicationId { get; init; }

    public required string PersonId { get; init; }

    public required string Centre { get; init; }

    public CardOrderState State { get; init; }

    public required CardOrderKind Kind { get; init; }

    /// <summary>Why the card ends; null for a suspicion.</summary>
    public RevocationGround? Ground { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    public required string FirstOfficer { get; init; }

    /// <summary>True where something was taken from the holder, who may object.</summary>
    public bool EndsCard => Kind is CardOrderKind.Revoke or CardOrderKind.Annul;

    /// <summary>The paper by which a disagreement of guardians is settled; None for an order about the card itself.</summary>
    public DisputePaper Paper => Kind == CardOrderKind.ResumeByCourt ? DisputePaper.Court : Kind == CardOrderKind.ResumeByAgency ? DisputePaper.Agency : DisputePaper.None;

    public string? SecondOfficer { get; init; }

    /// <summary>Rises with every change.</summary>
    public long Version { get; init; }

    /// <summary>What the rules say to an officer's step: the order as it is then, or why not. Pure.</summary>
    public (CardOrder? To, DeskRefusal Why) On(CardOrderStep step, Actor actor, DateTimeOffset now)
    {
        var why = WhoMay(step, actor);
        if (why == DeskRefusal.None)
        {
            why = State != Arrows[step].From ? DeskRefusal.WrongState : WhetherInTime(step, now);
        }

        return why == DeskRefusal.None
            ? (this with
            {
                State = Arrows[step].To,
                ChangedAt = now,
                SecondOfficer = step is CardOrderStep.Confirm or CardOrderStep.Decline ? ((Actor.Officer)actor).Id : SecondOfficer,
            }, why)
            : (null, why);
    }

    private DeskRefusal WhoMay(CardOrderStep step, Actor actor)
    {
        if (step == CardOrderStep.Appeal)
        {
            return actor is Actor.Holder holder && holder.PersonId == PersonId ? DeskRefusal.None : DeskRefusal.NotYourCase;
        }

        if (actor is not Actor.Officer officer)
        {
            return DeskRefusal.NotYourRole;
        }

        // Said before the role, so that A who tries to confirm alone hears what is really wrong.
        if (step != CardOrderStep.Propose && (officer.Id == FirstOfficer || officer.Id == SecondOfficer))
        {
            return DeskRefusal.SameOfficer;
        }

        if (officer.Role != Arrows[step].Role)
        {
            return DeskRefusal.NotYourRole;
        }

        return officer.Role == OfficerRole.AppealOfficer || officer.Centre == Centre ? DeskRefusal.None : DeskRefusal.OtherCentre;
    }

    // A suspicion lapses by itself before an appeal could be heard.
    private DeskRefusal WhetherInTime(CardOrderStep step, DateTimeOffset now)
    {
        var appeal = EndsCard ? ApplicationRules.AppealTerm : TimeSpan.Zero;
        var term = step == CardOrderStep.Confirm ? ProposalTerm : step == CardOrderStep.Appeal ? appeal : TimeSpan.MaxValue;
        return now - ChangedAt <= term ? DeskRefusal.None : DeskRefusal.TooLate;
    }
}

/// <summary>Words for the database, for documents and for endpoints.</summary>
public static class CardOrderWords
{
    public static string Word(this CardOrderKind kind) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    public static CardOrderKind FindKind(string? word) => Enum.GetValues<CardOrderKind>().FirstOrDefault(kind => kind.Word() == word);

    public static string Word(this CardOrderState state) => state.ToString().ToLowerInvariant();

    public static CardOrderState FindState(string? word) => Enum.GetValues<CardOrderState>().FirstOrDefault(state => state.Word() == word);

    public static string Word(this CardOrderStep step) => step.ToString().ToLowerInvariant();

    public static CardOrderStep FindStep(string? word) => Enum.GetValues<CardOrderStep>().FirstOrDefault(step => step.Word() == word);
}
