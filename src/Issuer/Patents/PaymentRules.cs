using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>Why a payment does not prolong anything: the money goes back.</summary>
public enum HeldReason
{
    /// <summary>It is not held.</summary>
    None,

    /// <summary>Not the price of one month or of several whole ones.</summary>
    Partial,

    /// <summary>Paid after the paid days had ended: there is no grace.</summary>
    Late,

    /// <summary>The patent would last longer than twelve months.</summary>
    TooLong,

    /// <summary>No agreement of the region is in force on that day.</summary>
    NoAgreement,

    /// <summary>The patent is not decided, or has ended for good.</summary>
    NotPayable,
}

/// <summary>What a payment does. Closed.</summary>
public abstract class PaymentEffect
{
    private PaymentEffect()
    {
    }

    /// <summary>It pays for months.</summary>
    public sealed class Counted(PatentTerm term) : PaymentEffect
    {
        /// <summary>The term as it is then.</summary>
        public PatentTerm Term { get; } = term;
    }

    /// <summary>It pays for nothing.</summary>
    public sealed class Held(HeldReason reason) : PaymentEffect
    {
        /// <summary>Why.</summary>
        public HeldReason Reason { get; } = reason;
    }
}

/// <summary>
/// What payments come to. Pure: the officers' decided claims, the treasury's signed facts and the deployment's files go in, and
/// nothing of the database, so that the signer comes to the same term as the desk, or to none.
/// </summary>
public static class PaymentRules
{
    /// <summary>What one more payment does to a term; null: there was no payment before.</summary>
    public static PaymentEffect Effect(PatentTerm? term, PaymentFact fact, Region jurisdiction, Deployment deployment)
    {
        if (MonthsOf(fact, jurisdiction, deployment) is not { } months)
        {
            return new PaymentEffect.Held(HeldReason.Partial);
        }

        if (months + (term?.Months ?? 0) > PatentTerm.MaxMonths)
        {
            return new PaymentEffect.Held(HeldReason.TooLong);
        }

        if (term is not null)
        {
            return fact.PaidOn <= term.PaidUntil ? new PaymentEffect.Counted(term.Prolonged(months)) : new PaymentEffect.Held(HeldReason.Late);
        }

        return deployment.AgreementFor(jurisdiction.Code, fact.PaidOn) is { } agreement
            ? new PaymentEffect.Counted(PatentTerm.First(jurisdiction, agreement, deployment, fact.PaidOn, months))
            : new PaymentEffect.Held(HeldReason.NoAgreement);
    }

    /// <summary>The term that all these facts come to, in their order; null when one of them does not count, or there is none.</summary>
    public static PatentTerm? Term(IEnumerable<PaymentFact> facts, Region jurisdiction, Deployment deployment)
    {
        PatentTerm? term = null;
        var references = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fact in facts)
        {
            if (!references.Add(fact.Reference) || Effect(term, fact, jurisdiction, deployment) is not PaymentEffect.Counted counted)
            {
                return null;
            }

            term = counted.Term;
        }

        return term;
    }

    /// <summary>The term of what is decided about: every fact holds, is about this application, and counts; else null, as for what is not paid for.</summary>
    /// <param name="type">The type.</param>
    /// <param name="evidence">The application and its payments. Only the signer knows whether its decisions hold too.</param>
    /// <param name="claims">The claims; those of a permit, where something is minted.</param>
    /// <param name="treasury">Who says what was paid.</param>
    /// <param name="issuer">Whom it was paid to.</param>
    /// <param name="deployment">Prices, regions and agreements.</param>
    public static PatentTerm? TermOf(
        CredentialType type, MintEvidence evidence, JsonElement claims, Treasury treasury, string issuer, Deployment deployment)
    {
        if (!type.IsPaid)
        {
            return null;
        }

        var facts = new List<PaymentFact>();
        foreach (var payment in evidence.Payments)
        {
            if (PaymentFact.Verify(payment, treasury, issuer).Failed(out _, out var fact) || fact.Patent != evidence.ApplicationId)
            {
                return null;
            }

            facts.Add(fact);
        }

        return JurisdictionOf(type, claims, deployment) is { } jurisdiction ? Term(facts, jurisdiction, deployment) : null;
    }

    /// <summary>The region that the officers decided about; null where the type or the deployment knows none.</summary>
    public static Region? JurisdictionOf(CredentialType type, JsonElement claims, Deployment deployment) =>
        type.Jurisdiction is { } claim && claims.StringMember(claim.Name) is { } code ? deployment.Regions.GetValueOrDefault(code) : null;

    // An advance is a fixed sum a month, due before the month: whole months, at the price of the day.
    private static int? MonthsOf(PaymentFact fact, Region jurisdiction, Deployment deployment) =>
        fact.Currency == deployment.Currency && jurisdiction.PriceOn(fact.PaidOn) is { } price && fact.Amount % price == 0 && fact.Amount / price is >= 1 and <= int.MaxValue / 2 and var months
            ? (int)months
            : null;
}
