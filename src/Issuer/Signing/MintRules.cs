using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>What the signer says to an order. Closed.</summary>
public abstract class MintVerdict
{
    private MintVerdict()
    {
    }

    /// <summary>These copies may be built and signed, and nothing else.</summary>
    public sealed class Mintable : MintVerdict
    {
        internal Mintable(CredentialConfiguration configuration, CardClaims claims, byte[] approval) =>
            (Configuration, Claims, Approval) = (configuration, claims, approval);

        public CredentialConfiguration Configuration { get; }

        public CardClaims Claims { get; }

        /// <summary>The hash that the approving officer signed.</summary>
        public byte[] Approval { get; }
    }

    /// <summary>Nothing is minted.</summary>
    public sealed class Refused(MintRefusal refusal) : MintVerdict
    {
        public MintRefusal Refusal { get; } = refusal;
    }
}

/// <summary>Every check of an order, in its order: first the decisions, then whether what is asked for is what they decided. Pure.</summary>
/// <param name="treasury">Who says what was paid.</param>
/// <param name="issuer">This issuer.</param>
/// <param name="entries">The entries of a status list.</param>
internal sealed class MintRules(Treasury treasury, string issuer, int entries)
{
    /// <summary>How far the clock of whoever asked for a decision may run ahead.</summary>
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(1);

    /// <summary>The verdict.</summary>
    /// <param name="order">As received.</param>
    /// <param name="trust">What the signer holds.</param>
    /// <param name="deployment">The signer's own catalogue, under the agreements that it knows.</param>
    /// <param name="now">The signer's time.</param>
    public MintVerdict Judge(MintOrder order, MintTrust trust, Deployment deployment, DateTimeOffset now)
    {
        var evidence = new MintEvidence(order.ApplicationId, deployment.Id, order.Decisions) { Payments = order.Payments };
        return MintAuthorization.Check(evidence, trust, order.Claims).Match(
            permit => Within(order, evidence, permit, deployment, now), refusal => new MintVerdict.Refused(refusal));
    }

    private MintVerdict Within(MintOrder order, MintEvidence evidence, MintPermit permit, Deployment deployment, DateTimeOffset now)
    {
        if (deployment.Find(order.ConfigurationId) is not { } configuration)
        {
            return new MintVerdict.Refused(new MintRefusal.UnknownConfiguration());
        }

        // What was paid for comes from the treasury's facts and the decided claims alone, so no date of it is the web process's word.
        var type = configuration.Type;
        var term = PaymentRules.TermOf(type, evidence, permit.Claims, treasury, issuer, deployment);
        var details = order.Details.During(term);
        if ((Decided(permit, type) ?? Paid(type, term) ?? Represented(details, permit, type) ?? Copies(order, permit, type) ?? Details(details, permit, type, deployment, now) ?? (MintRefusal?)Validity(order, details, permit, type, now)) is { } refusal)
        {
            return new MintVerdict.Refused(refusal);
        }

        return CardClaims.Of(type, deployment, permit, details, Days.Date(Days.Of(now))).Match<MintVerdict>(
            claims => new MintVerdict.Mintable(configuration, claims, permit.Approval),
            failure => new MintVerdict.Refused(new MintRefusal.ClaimsUnfit(failure.Description)));
    }

    // A ticket rests on the decision of its event alone, which is counted.
    private static MintRefusal.TypeNotDecided? Decided(MintPermit permit, CredentialType type) =>
        permit.Types.Contains(type.Id, StringComparer.Ordinal) && !type.IsOfEvent ? null : new MintRefusal.TypeNotDecided(type.Id);

    private static MintRefusal.NotPaid? Paid(CredentialType type, PatentTerm? term) => type.IsPaid && term is null ? new MintRefusal.NotPaid() : null;

    // Nobody acts for who is of age: the birthday that both officers signed for ends it, and no later day of theirs or of the web process's.
    private static MintRefusal.RepresentationTooLong? Represented(CardDetails details, MintPermit permit, CredentialType type)
    {
        if (type.Represents is not { } who)
        {
            return null;
        }

        if (ClaimValues.Date(permit.Claims.ObjectMember(who.Claim)?.StringMember(Representation.Birthdate)) is not { } born || type.DecidedEnd(permit.Claims) is not { } until)
        {
            return new MintRefusal.RepresentationTooLong("nobody is represented, or without an end");
        }

        if (!RepresentationTerm.Allows(born, Days.Date(Days.Of(permit.ApprovedAt)), until))
        {
            return new MintRefusal.RepresentationTooLong("the child's age allows no such day");
        }

        return details.Expires > until ? new MintRefusal.RepresentationTooLong("the card outlasts what was decided") : null;
    }

    private MintRefusal? Copies(MintOrder order, MintPermit permit, CredentialType type)
    {
        var copies = order.Copies;
        if (copies.Count is 0 || copies.Count > (order.IsOnPaper ? 1 : type.BatchSize))
        {
            return new MintRefusal.CopiesOutOfBounds(copies.Count);
        }

        if ((order.IsOnPaper ? Paper(permit, type) : (MintRefusal?)HolderKeys(copies)) is { } refusal)
        {
            return refusal;
        }

        return copies.Any(copy => copy.Status.List < 0 || copy.Status.Index >= entries) || copies.DistinctBy(copy => copy.Status).Count() < copies.Count
            ? new MintRefusal.StatusEntriesUnfit()
            : null;
    }

    // What binds a paper is the photograph alone: the one that both officers signed for.
    private static MintRefusal.NotPrinted? Paper(MintPermit permit, CredentialType type) =>
        type.Printed is not null && permit.Claims.StringMember(type.Photograph!.Name) is not null ? null : new MintRefusal.NotPrinted();

    private static MintRefusal.HolderKeysUnfit? HolderKeys(IReadOnlyList<CopyOrder> copies) =>
        copies.Any(copy => copy.Key?.Curve != "P-256") || HasKeyTwice(copies) ? new MintRefusal.HolderKeysUnfit() : null;

    private static bool HasKeyTwice(IReadOnlyList<CopyOrder> copies)
    {
        for (var copy = 1; copy < copies.Count; copy++)
        {
            for (var other = 0; other < copy; other++)
            {
                if (copies[copy].Key!.IsSameKeyAs(copies[other].Key!))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // The number is the register's to give. A card is issued when it was approved or later, as long as one approval reaches, and lasts as its type does.
    private static MintRefusal.DetailsOutsideDecision? Details(CardDetails details, MintPermit permit, CredentialType type, Deployment deployment, DateTimeOffset now)
    {
        if (permit.ApprovedAt > now + MaxAhead)
        {
            return new MintRefusal.DetailsOutsideDecision("the approval is of the future");
        }

        if (!IsNumberOf(type, permit, details.Number, deployment))
        {
            return new MintRefusal.DetailsOutsideDecision("the document number is none");
        }

        var (issued, approved, today) = (details.Issued, Days.Date(Days.Of(permit.ApprovedAt)), Days.Date(Days.Of(now)));
        return details.Term is null
            && (issued < approved || issued > today || issued > CardDetails.LastIssue(type, permit.ApprovedAt) || details.Expires > CardDetails.LastDay(type, issued))
            ? new MintRefusal.DetailsOutsideDecision("the days of the card are not within the decision")
            : null;
    }

    private static bool IsNumberOf(CredentialType type, MintPermit permit, string number, Deployment deployment) => type.Claims.Any(claim => claim.Value == IssuerValue.SeriesNumber)
        ? SeriesNumber.IsValid(number, PaymentRules.JurisdictionOf(type, permit.Claims, deployment)?.Series)
        : DocumentNumber.IsValid(number);

    private static MintRefusal.ValidityOutsideDecision? Validity(MintOrder order, CardDetails details, MintPermit permit, CredentialType type, DateTimeOffset now)
    {
        var asked = order.Validity;
        if (asked.FirstDay > Days.Of(now) || asked.FirstDay < Days.Of(permit.ApprovedAt) || asked.End <= now)
        {
            return new MintRefusal.ValidityOutsideDecision("the copies are not valid now, or from before the approval");
        }

        return asked.End > CopyValidity.From(type, details, asked.FirstDay, order.IsOnPaper).End
            ? new MintRefusal.ValidityOutsideDecision("the copies outlast the card, what was paid, or the days of their type")
            : null;
    }
}
