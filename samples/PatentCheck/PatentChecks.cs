using System.Globalization;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.PatentCheck;

/// <summary>Starts checks. What was shown is nowhere after its verdict was read, and never in a log or a file.</summary>
internal sealed class PatentChecks(Visits<Verdict> visits, KeptBundle bundle, TimeProvider time)
{
    /// <summary>The words of the check.</summary>
    public static Words Words { get; } = new(typeof(PatentChecks));

    /// <summary>A region's name, or its code.</summary>
    public static string RegionName(string code, CultureInfo culture) => Words.Find(culture, $"Region.{code}") ?? code;

    /// <summary>Starts a check, or answers null when too many are open.</summary>
    public Task<StartedPresentation?> BeginAsync(Level level, string region, string? ground) =>
        visits.BeginAsync(level.Query, outcome => Task.FromResult(VerdictOf(outcome, region)), ground is null ? null : LegalGround.StatementOf(ground));

    private Verdict VerdictOf(PresentationOutcome outcome, string region) => outcome switch
    {
        PresentationOutcome.Completed completed => completed.Result.Match(
            accepted => Verdict.Together(
                accepted.Answers.Select(answer => Verdict.Of(answer.Verdict, PermissionOf(answer.Verdict.Credential, region), region))
                    .Concat(accepted.NotPassed.Select(one => Verdict.Of(one.Verdict)))),
            rejected => Verdict.Together([Verdict.Of(rejected.Verdict), .. rejected.Others.Select(one => Verdict.Of(one.Verdict))]),
            _ => Verdict.Unreadable),
        PresentationOutcome.Declined => Verdict.Declined,
        _ => Verdict.Unreadable,
    };

    private WorkPermission PermissionOf(VerifiedCredential patent, string region) =>
        bundle.Trust.Bundle is { } held ? WorkRules.Answer(patent, region, held.Content, time.GetUtcNow()) : WorkPermission.UnknownRegion;
}
