using System.Collections.Frozen;
using System.Text.Json;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>How far the officers are with an agreement. Whether a signed one is in force is a question of the day (<see cref="Agreement.On"/>).</summary>
public enum AgreementStage
{
    None,

    /// <summary>A has drafted it; nothing is issued under it.</summary>
    Drafted,

    /// <summary>B has signed: it comes into force, and ends, by its days.</summary>
    Concluded,

    /// <summary>B did not sign, or A took it back. Final.</summary>
    Declined,

    /// <summary>A wants it ended; nothing has happened to it.</summary>
    EndProposed,
}

/// <summary>An officer's step.</summary>
public enum AgreementStep
{
    None,
    Draft,
    Sign,

    /// <summary>B does not agree, or A takes back what waits. It gives nothing to anybody, so no passkey is asked.</summary>
    Decline,
    ProposeEnd,
    ConfirmEnd,
}

/// <summary>What came of a step. Closed.</summary>
public abstract record AgreementTransition
{
    private AgreementTransition()
    {
    }

    public sealed record Moved(StoredAgreement To) : AgreementTransition;

    public sealed record Declined(DeskRefusal Why) : AgreementTransition;
}

/// <summary>An agreement with where it stands at the desk.</summary>
/// <param name="Terms">The terms as they were drafted or signed; while an ending waits, still those from before.</param>
public sealed record StoredAgreement(AgreementTerms Terms)
{
    private static readonly TimeSpan ProposalTerm = TimeSpan.FromDays(30);

    private static readonly FrozenDictionary<(AgreementStage From, AgreementStep Step), AgreementStage> Arrows = new Dictionary<(AgreementStage, AgreementStep), AgreementStage>
    {
        [(AgreementStage.None, AgreementStep.Draft)] = AgreementStage.Drafted,
        [(AgreementStage.Drafted, AgreementStep.Sign)] = AgreementStage.Concluded,
        [(AgreementStage.Drafted, AgreementStep.Decline)] = AgreementStage.Declined,
        [(AgreementStage.Concluded, AgreementStep.ProposeEnd)] = AgreementStage.EndProposed,
        [(AgreementStage.EndProposed, AgreementStep.Decline)] = AgreementStage.Concluded,
        [(AgreementStage.EndProposed, AgreementStep.ConfirmEnd)] = AgreementStage.Concluded,
    }.ToFrozenDictionary();

    public string Id => Terms.Id;

    public AgreementStage Stage { get; init; }

    /// <summary>The last day that A proposes, while that waits.</summary>
    public DateOnly? ProposedEnd { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Who drafted it, or proposed what waits; empty for one of the files about which nobody has said anything.</summary>
    public required string FirstOfficer { get; init; }

    public string? SecondOfficer { get; init; }

    /// <summary>Rises with every change; 0 before there is a row.</summary>
    public long Version { get; init; }

    /// <summary>The terms that the next word is about.</summary>
    public AgreementTerms Asked => ProposedEnd is { } end ? Terms with { Until = end } : Terms;

    /// <summary>What the rules say to an officer's step: the agreement as it is then, or why not. Pure.</summary>
    /// <param name="step">The step.</param>
    /// <param name="officer">Who takes it.</param>
    /// <param name="deployment">The deployment under the agreements that are known.</param>
    /// <param name="now">When.</param>
    /// <param name="end">The last day, where an ending is proposed.</param>
    public AgreementTransition On(AgreementStep step, Actor.Officer officer, Deployment deployment, DateTimeOffset now, DateOnly? end = null)
    {
        var to = After(step, officer, now, end);
        var why = WhoMay(step, officer);
        why = why != DeskRefusal.None ? why : to.Stage == AgreementStage.None ? DeskRefusal.WrongState : WhetherItMay(step, to, deployment, now);
        return why == DeskRefusal.None ? new AgreementTransition.Moved(to) : new AgreementTransition.Declined(why);
    }

    private StoredAgreement After(AgreementStep step, Actor.Officer officer, DateTimeOffset now, DateOnly? end) => this with
    {
        Stage = Arrows.GetValueOrDefault((Stage, step)),
        ProposedEnd = step == AgreementStep.ProposeEnd ? end : null,
        Terms = step == AgreementStep.ConfirmEnd ? Asked : Terms,
        ChangedAt = now,
        FirstOfficer = step is AgreementStep.Draft or AgreementStep.ProposeEnd ? officer.Id : FirstOfficer,
        SecondOfficer = step is AgreementStep.Sign or AgreementStep.ConfirmEnd ? officer.Id : SecondOfficer,
    };

    // What waits is signed within a month, and by the same rules as when it was proposed: regions and days may be another's by then.
    private DeskRefusal WhetherItMay(AgreementStep step, StoredAgreement to, Deployment deployment, DateTimeOffset now) =>
        step == AgreementStep.Decline ? DeskRefusal.None
        : step == AgreementStep.ProposeEnd && to.ProposedEnd is null ? DeskRefusal.BadRequest
        : step is AgreementStep.Sign or AgreementStep.ConfirmEnd && now - ChangedAt > ProposalTerm ? DeskRefusal.TooLate
        : Answer(AgreementRules.WhyNot(to.Asked, deployment, now));

    // The table of roles: A drafts and proposes, B signs and confirms, and each may say no to what waits. The country's administrator decides nothing.
    private DeskRefusal WhoMay(AgreementStep step, Actor.Officer officer)
    {
        if (step is AgreementStep.Draft or AgreementStep.ProposeEnd)
        {
            return Needs(officer, OfficerRole.Operator);
        }

        // Said before the role, so that A who tries to sign alone hears what is really wrong.
        return officer.Id != FirstOfficer ? Needs(officer, OfficerRole.Supervisor) : step == AgreementStep.Decline ? DeskRefusal.None : DeskRefusal.SameOfficer;
    }

    private static DeskRefusal Needs(Actor.Officer officer, OfficerRole role) => officer.Role == role ? DeskRefusal.None : DeskRefusal.NotYourRole;

    private static DeskRefusal Answer(MintRefusal? why) => why switch
    {
        null => DeskRefusal.None,
        MintRefusal.AgreementBackdated => DeskRefusal.TooLate,
        MintRefusal.RegionTaken => DeskRefusal.RegionTaken,
        MintRefusal.AgreementChanged => DeskRefusal.WrongState,
        _ => DeskRefusal.BadRequest,
    };
}

/// <summary>Words for the database, the audit log and endpoints.</summary>
public static class AgreementWords
{
    public static string Word(this AgreementStage stage) => JsonNamingPolicy.KebabCaseLower.ConvertName(stage.ToString());

    public static AgreementStage FindStage(string? word) => Enum.GetValues<AgreementStage>().FirstOrDefault(stage => stage.Word() == word);

    public static string Word(this AgreementStep step) => JsonNamingPolicy.KebabCaseLower.ConvertName(step.ToString());

    public static AgreementStep FindStep(string? word) => Enum.GetValues<AgreementStep>().FirstOrDefault(step => step.Word() == word);

    public static string Word(this AgreementState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());
}
