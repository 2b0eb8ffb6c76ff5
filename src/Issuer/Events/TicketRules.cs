using System.Globalization;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Events;

/// <summary>What the signer says to an order for a ticket. Closed.</summary>
public abstract class TicketVerdict
{
    private TicketVerdict()
    {
    }

    /// <summary>This ticket may be built and signed, once its place was counted.</summary>
    public sealed class Mintable : TicketVerdict
    {
        internal Mintable(CredentialConfiguration configuration, CardClaims claims, CopyValidity validity, EventFacts facts) =>
            (Configuration, Claims, Validity, Facts) = (configuration, claims, validity, facts);

        public CredentialConfiguration Configuration { get; }

        public CardClaims Claims { get; }

        public CopyValidity Validity { get; }

        public EventFacts Facts { get; }
    }

    /// <summary>Nothing is minted.</summary>
    public sealed class Refused(MintRefusal refusal) : TicketVerdict
    {
        public MintRefusal Refusal { get; } = refusal;
    }
}

/// <summary>Every check of an order for a ticket: whether two officers decided this event, and whether the place is one of it. Pure.</summary>
/// <param name="deployment">The signer's own catalogue.</param>
/// <param name="entries">The entries of a status list.</param>
internal sealed class TicketRules(Deployment deployment, int entries)
{
    /// <summary>The verdict.</summary>
    /// <param name="order">As received.</param>
    /// <param name="trust">What the signer holds.</param>
    /// <param name="now">The signer's time.</param>
    public TicketVerdict Judge(TicketOrder order, MintTrust trust, DateTimeOffset now)
    {
        if (EventFacts.Parse(order.Facts).Failed(out var failure, out var facts) || facts.Id != order.EventId)
        {
            return Refuse(new MintRefusal.ClaimsUnfit(failure?.Fact ?? "the facts are another event's"));
        }

        var evidence = new MintEvidence(order.EventId, deployment.Id, order.Decisions) { Subject = DecisionSubject.Event };
        var checks = new MintChecks(evidence, trust, facts.Commitment());
        return checks.Run() is { } refusal ? Refuse(refusal) : Within(order, facts, checks, now);
    }

    private TicketVerdict Within(TicketOrder order, EventFacts facts, MintChecks decided, DateTimeOffset now)
    {
        if (deployment.Find(order.ConfigurationId) is not { } configuration)
        {
            return Refuse(new MintRefusal.UnknownConfiguration());
        }

        var type = configuration.Type;
        if (!facts.Fits(type) || !decided.Types.Contains(type.Id, StringComparer.Ordinal))
        {
            return Refuse(new MintRefusal.TypeNotDecided(type.Id));
        }

        if ((OutOfTime(facts, now) ?? Place(order, facts) as MintRefusal ?? Copy(order)) is { } refusal)
        {
            return Refuse(refusal);
        }

        // Every ticket of an event has the same days, whoever took it whenever: they tell nothing of anybody.
        var validity = new CopyValidity(Days.Of(decided.Approval!.Time), facts.LastDay(type));
        return CardClaims.OfEvent(type, facts.Claims(order.AdmissionClass, order.Seat)).Match<TicketVerdict>(
            claims => new TicketVerdict.Mintable(configuration, claims, validity, facts),
            unfit => Refuse(new MintRefusal.ClaimsUnfit(unfit.Description)));
    }

    private static MintRefusal? OutOfTime(EventFacts facts, DateTimeOffset now) =>
        now >= facts.ClosesAt ? new MintRefusal.EventOver()
        : now < facts.OpensAt ? new MintRefusal.EventNotBegun()
        : null;

    private static MintRefusal.NoSuchPlace? Place(TicketOrder order, EventFacts facts) =>
        facts.Find(order.AdmissionClass) is { } found && IsSeatOf(found, order.Seat) ? null : new MintRefusal.NoSuchPlace();

    // A number has one writing, else one seat would be two.
    private static bool IsSeatOf(AdmissionClass found, string? seat) => !found.Numbered
        ? seat is null
        : int.TryParse(seat, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= found.Places
            && number.ToString(CultureInfo.InvariantCulture) == seat;

    private MintRefusal? Copy(TicketOrder order) =>
        order.Copy.Key?.Curve != "P-256" ? new MintRefusal.HolderKeysUnfit()
        : order.Copy.Status.List < 0 || order.Copy.Status.Index >= entries ? new MintRefusal.StatusEntriesUnfit()
        : null;

    private static TicketVerdict.Refused Refuse(MintRefusal refusal) => new(refusal);
}
