using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Verifier.Checks;

/// <summary>A held status list says that the credential is valid (Token Status List §8.3). What cannot be said is unknown, not valid.</summary>
internal static class HeldStatus
{
    // Token Status List §7.1.
    public const int Valid = 0;
    private const int Invalid = 1;
    private const int Suspended = 2;

    /// <summary>The step of a case.</summary>
    /// <param name="c">The case.</param>
    /// <param name="status">What the credential says about its status; null where it says nothing.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="trust">The held lists.</param>
    /// <param name="now">The time of the check.</param>
    public static Step<TCase> Check<TCase>(TCase c, Parsed<StatusReference>? status, Policy policy, Trust trust, DateTimeOffset now)
        where TCase : class
    {
        if (status is not { } said)
        {
            return policy.Status == StatusCheck.Always
                ? Step<TCase>.Unknown(c, StatusGap.NoStatusInCredential, acceptedUnsafe: false)
                : Step<TCase>.Waived(c, "the credential carries no status");
        }

        if (said.Failed(out _, out var reference))
        {
            return Unknown(c, StatusGap.MalformedStatus, policy);
        }

        return trust.FindStatusList(reference.Uri, now, policy.ClockSkew) switch
        {
            StatusListVerdict.Usable usable => Judge(c, reference, usable, policy, now),
            StatusListVerdict.Gap gap => Unknown(c, gap.Reason, policy),
            _ => throw new InvalidOperationException("There is no third verdict."),
        };
    }

    private static Step<TCase> Judge<TCase>(TCase c, StatusReference reference, StatusListVerdict.Usable usable, Policy policy, DateTimeOffset now)
        where TCase : class
    {
        // Token Status List §8.3: an index out of bounds allows no statement.
        if (reference.Index >= usable.List.Count)
        {
            return Unknown(c, StatusGap.IndexOutOfRange, policy);
        }

        var age = new ListAge(reference.Uri, usable.AsOf, now - usable.AsOf);
        return usable.List[(int)reference.Index] switch
        {
            Valid => Step<TCase>.Passed(c, age),
            Invalid => Step<TCase>.Failed(new Failure.Revoked(usable.AsOf), age),
            Suspended => Step<TCase>.Failed(new Failure.Suspended(usable.AsOf), age),
            var other => Step<TCase>.Failed(new Failure.UnregisteredStatus(other, usable.AsOf), age),
        };
    }

    private static Step<TCase> Unknown<TCase>(TCase c, StatusGap gap, Policy policy)
        where TCase : class => Step<TCase>.Unknown(c, gap, policy.Status == StatusCheck.UnknownAcceptedUnsafe);
}
