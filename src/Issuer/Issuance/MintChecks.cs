using System.Security.Cryptography;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>The checks behind <see cref="MintAuthorization.Check"/>, in their order. Every stored decision must hold, also one that is not needed.</summary>
/// <param name="evidence">As received.</param>
/// <param name="trust">What the signer holds.</param>
/// <param name="commitment">The commitment to what is to be minted: to a person's claims, an event's facts, or an agreement's terms.</param>
internal sealed class MintChecks(MintEvidence evidence, MintTrust trust, byte[] commitment)
{
    /// <summary>The approval on which the card rests; null before <see cref="Run"/> found that all holds.</summary>
    public DecisionDocument? Approval { get; private set; }

    /// <summary>The credential types that every decision in favour names.</summary>
    public IReadOnlyList<string> Types { get; private set; } = [];

    /// <summary>The first thing that does not hold; null when all do.</summary>
    public MintRefusal? Run()
    {
        if (trust.Denials.Denies(evidence.ApplicationId))
        {
            return new MintRefusal.DecisionDenied();
        }

        var decided = new List<(DecisionDocument Document, RosterEntry Officer)>();
        foreach (var stored in evidence.Decisions)
        {
            if (DecisionDocument.Parse(stored.Document).Failed(out var failure, out var document))
            {
                return new MintRefusal.NotThisCase(failure.Fact);
            }

            if (trust.ReadEntry(stored.RosterEntry).Failed(out _, out var officer))
            {
                return new MintRefusal.RosterEntryForged(document.OfficerId);
            }

            if (OneDecision(stored, document, officer) is { } refusal)
            {
                return refusal;
            }

            decided.Add((document, officer));
        }

        return Together(decided);
    }

    private MintRefusal? OneDecision(StoredDecision stored, DecisionDocument document, RosterEntry officer) =>
        OfThisCase(document)
        ?? OnTheRoster(document, officer)
        ?? Asserted(stored, document, officer)
        ?? AboutTheseClaimsInTheirRole(document, officer);

    private MintRefusal.NotThisCase? OfThisCase(DecisionDocument document)
    {
        if (document.Subject != evidence.Subject || document.ApplicationId != evidence.ApplicationId)
        {
            return new MintRefusal.NotThisCase("a decision is of another application");
        }

        return document.Deployment != evidence.Deployment ? new MintRefusal.NotThisCase("a decision is of another deployment") : null;
    }

    private MintRefusal? OnTheRoster(DecisionDocument document, RosterEntry officer)
    {
        if (officer.OfficerId != document.OfficerId || officer.Deployment != document.Deployment)
        {
            return new MintRefusal.RosterEntryForged(document.OfficerId);
        }

        if (document.Time < officer.ValidFrom)
        {
            return new MintRefusal.NotYetOnRoster(document.OfficerId);
        }

        return WasRemoved(document) ? new MintRefusal.OfficerRemoved(document.OfficerId) : null;
    }

    // The time that a decision states is the web process's word. So it counts only where the signer minted from it before the removal.
    private bool WasRemoved(DecisionDocument document) =>
        trust.Denials.RemovedFrom(document.OfficerId) is { } from && (document.Time >= from || trust.FirstMinted is not { } first || first >= from);

    // The challenge is the hash of the decision: an assertion over anything else is an assertion of something else.
    private MintRefusal? Asserted(StoredDecision stored, DecisionDocument document, RosterEntry officer) =>
        AssertionEvidence.Verify(officer.PublicKey, stored.Assertion, document.Challenge(), trust.RpId, trust.Origins).Match<MintRefusal?>(
            _ => null,
            invalid => invalid.Rule == AssertionRule.Challenge
                ? new MintRefusal.DecisionHashMismatch(document.OfficerId)
                : new MintRefusal.AssertionInvalid(document.OfficerId, invalid.Rule));

    private MintRefusal? AboutTheseClaimsInTheirRole(DecisionDocument document, RosterEntry officer)
    {
        if (!CryptographicOperations.FixedTimeEquals(document.Claims, commitment))
        {
            return new MintRefusal.ClaimsChanged(document.OfficerId);
        }

        var allowed = document.Kind is DecisionKind.RecommendIssue or DecisionKind.RecommendRefusal
            ? officer.Role == OfficerRole.Operator
            : officer.Role == OfficerRole.Supervisor || (officer.Role == OfficerRole.AppealOfficer && evidence.Subject == DecisionSubject.Application);
        return allowed ? null : new MintRefusal.WrongRole(document.OfficerId);
    }

    private MintRefusal? Together(List<(DecisionDocument Document, RosterEntry Officer)> decided)
    {
        var inFavour = decided.FindAll(one => one.Document.Kind is DecisionKind.RecommendIssue or DecisionKind.Approve);
        if (inFavour.Count < 2)
        {
            return new MintRefusal.TooFewDecisions(inFavour.Count);
        }

        // The order is that of the signed times, not of the rows; a refusal of the same second counts. An appeal may turn a
        // refusal, nothing turns an approval.
        var final = decided.FindAll(one => one.Document.Kind is DecisionKind.Approve or DecisionKind.Refuse)
            .OrderBy(one => one.Document.Time).ThenBy(one => one.Document.Kind).LastOrDefault();
        if (final.Document?.Kind != DecisionKind.Approve || !inFavour.Exists(one => one.Document.Kind == DecisionKind.RecommendIssue))
        {
            return new MintRefusal.NotApproved();
        }

        if (inFavour.Find(one => one.Document.Kind == DecisionKind.RecommendIssue && IsSame(one.Officer, final.Officer)) is { Document: { } repeated })
        {
            return new MintRefusal.SameOfficer(repeated.OfficerId);
        }

        if (!decided.TrueForAll(one => one.Document.Proofing.AsSpan().SequenceEqual(final.Document.Proofing)))
        {
            return new MintRefusal.ProofingDiffers();
        }

        Approval = final.Document;
        Types = [.. final.Document.Types.Where(type => inFavour.TrueForAll(one => one.Document.Types.Contains(type, StringComparer.Ordinal)))];
        return null;
    }

    // One passkey under two officer ids is one person.
    private static bool IsSame(RosterEntry first, RosterEntry second) =>
        first.OfficerId == second.OfficerId || first.CredentialId == second.CredentialId || first.PublicKey.AsSpan().SequenceEqual(second.PublicKey);
}
