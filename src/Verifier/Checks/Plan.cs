using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace IdentityPlatform.Verifier.Checks;

/// <summary>The checks of one format in their order. The first that fails ends it.</summary>
/// <param name="checks">Each check, and what it does.</param>
/// <param name="credential">What stands when all have passed.</param>
internal sealed class Plan<TCase>(ImmutableArray<(Check Check, Func<TCase, Step<TCase>> Run)> checks, Func<TCase, VerifiedCredential> credential)
    where TCase : class
{
    private static readonly int Count = Enum.GetValues<Check>().Length;

    public VerificationResult Run(TCase start)
    {
        var outcomes = new CheckOutcome?[Count];
        var (used, countUsed) = (default(Ages), 0);
        var current = start;
        foreach (var (check, run) in checks)
        {
            var step = run(current);
            outcomes[(int)check] = step.Outcome;
            if (step.Used is { } age)
            {
                used[countUsed++] = age;
            }

            if (step.Next is not { } next)
            {
                return new VerificationResult.Rejected(step.Failure!, new Report(outcomes, [.. used[..countUsed]]));
            }

            current = next;
        }

        return new VerificationResult.Accepted(credential(current), new Report(outcomes, [.. used[..countUsed]]));
    }

    // No more than one a check.
    [InlineArray(9)]
    private struct Ages
    {
        private ListAge _first;
    }

    /// <summary>The same plan with something else in the place of one check: tests show with it what each check is for.</summary>
    internal Plan<TCase> With(Check replaced, Func<TCase, Step<TCase>> run) =>
        new([.. checks.Select(step => step.Check == replaced ? (replaced, run) : step)], credential);
}
