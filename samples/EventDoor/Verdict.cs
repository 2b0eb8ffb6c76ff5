using System.Collections.Immutable;
using System.Globalization;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.EventDoor;

/// <summary>What the door says: names of checks and paths of claims, and no value of any claim.</summary>
internal sealed record Verdict(
    string State, string? Check, string? Failure, DateTimeOffset? AsOf, ImmutableArray<ClaimPath> Disclosed, Func<CultureInfo, string> Explain)
{
    /// <summary>What the verifier says.</summary>
    public static Verdict Of(PresentationOutcome outcome) => outcome switch
    {
        PresentationOutcome.Completed completed => completed.Result.Match(
            Accepted,
            rejected => Rejected(rejected.Verdict),
            _ => new Verdict("rejected", "Request", "Unanswered", null, [], Door.Words.Named("Unanswered"))),
        PresentationOutcome.Declined declined => new Verdict("declined", null, declined.Error, null, [], Door.Words.Named("Declined")),
        _ => new Verdict("rejected", "Format", "Malformed", null, [], Door.Words.Named("Unanswered")),
    };

    /// <summary>Every check passed, and the door's own rule about tickets did not.</summary>
    public static Verdict Refused(string rule, DateTimeOffset? asOf) => new("rejected", "Ticket", rule, asOf, [], Door.Words.Named(rule));

    private static Verdict Accepted(PresentationResult.Accepted accepted) => new(
        "accepted",
        null,
        null,
        accepted.Answers.Min(answer => answer.Verdict.Report.ValidAsOf),
        [.. accepted.Answers.SelectMany(answer => LeavesOf(answer.Verdict.Credential.DisclosedPaths))],
        accepted.Answers is [var card] && !DoorQuestion.Tickets.Contains(card.QueryId) ? InEveryLanguage(card.Verdict) : Door.Words.Named("TicketFirst"));

    // The object around the ages has a disclosure of its own; what was shown of it is below it.
    private static IEnumerable<ClaimPath> LeavesOf(IReadOnlyList<ClaimPath> shown) =>
        shown.Where(path => !shown.Any(other => other.Parts.Count > path.Parts.Count && path.CoversStartOf(other)));

    private static Verdict Rejected(VerificationResult.Rejected rejected) =>
        new("rejected", rejected.Failure.Check.ToString(), rejected.Failure.GetType().Name, rejected.Report.ValidAsOf, [], InEveryLanguage(rejected));

    // Worked out at once, so that nothing of the presentation has to be kept until somebody reads the verdict.
    private static Func<CultureInfo, string> InEveryLanguage(VerificationResult result)
    {
        var words = Words.Languages.ToDictionary(language => language.Name, result.Explain);
        return culture => words[culture.Name];
    }
}
