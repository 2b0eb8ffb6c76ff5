using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>What the database holds about the decisions of one application: received, not verified. Anybody who can write rows can write this.</summary>
/// <param name="ApplicationId">The application that the card is for.</param>
/// <param name="Deployment">The deployment that mints.</param>
/// <param name="Decisions">The decisions of the application's last attempt, oldest first.</param>
public sealed record MintEvidence(string ApplicationId, string Deployment, IReadOnlyList<StoredDecision> Decisions)
{
    /// <summary>What the decisions have to be about.</summary>
    public DecisionSubject Subject { get; init; }

    /// <summary>The treasury's signed facts that paid for it, in the order in which they were counted; none for what is not paid for.</summary>
    public IReadOnlyList<string> Payments { get; init; } = [];

    /// <summary>The last approval as it is stored: nothing of it is verified. Null when there is none.</summary>
    internal DecisionDocument? FindApproval() => Decisions
        .Select(stored => DecisionDocument.Parse(stored.Document).Succeeded(out var document, out _) ? document : null)
        .Where(document => document?.Kind == DecisionKind.Approve)
        .MaxBy(document => document!.Time);
}

/// <summary>One stored decision.</summary>
/// <param name="Document">The canonical bytes of a <see cref="Desk.DecisionDocument"/>.</param>
/// <param name="Assertion">The WebAuthn assertion over its hash, as the browser sent it.</param>
/// <param name="RosterEntry">The signed roster entry of the officer.</param>
public sealed record StoredDecision(byte[] Document, string Assertion, string RosterEntry);
