using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>A held status list says that the credential is valid (Token Status List §8.3). What cannot be said is unknown, not valid.</summary>
internal static class SdJwtRevocation
{
    // Token Status List §7.1.
    private const int Valid = 0;
    private const int Invalid = 1;
    private const int Suspended = 2;

    public static Step Check(SdJwtCase c)
    {
        if (c.SignedClaims.Member("status") is null)
        {
            return c.Policy.Status == StatusCheck.Always
                ? Step.Unknown(c, StatusGap.NoStatusInCredential, acceptedUnsafe: false)
                : Step.Waived(c, "the credential carries no status");
        }

        if (StatusReference.Parse(c.SignedClaims).Failed(out _, out var reference))
        {
            return Unknown(c, StatusGap.MalformedStatus);
        }

        return c.Trust.FindStatusList(reference.Uri, c.Now, c.Policy.ClockSkew)
            .Match(usable => Judge(c, reference, usable), gap => Unknown(c, gap));
    }

    private static Step Judge(SdJwtCase c, StatusReference reference, StatusListVerdict.Usable usable)
    {
        // Token Status List §8.3: an index out of bounds allows no statement.
        if (reference.Index >= usable.List.Count)
        {
            return Unknown(c, StatusGap.IndexOutOfRange);
        }

        var age = new ListAge(reference.Uri, usable.AsOf, c.Now - usable.AsOf);
        return usable.List[(int)reference.Index] switch
        {
            Valid => Step.Passed(c, age),
            Invalid => Step.Failed(new Failure.Revoked(usable.AsOf), age),
            Suspended => Step.Failed(new Failure.Suspended(usable.AsOf), age),
            var other => Step.Failed(new Failure.UnregisteredStatus(other, usable.AsOf), age),
        };
    }

    private static Step Unknown(SdJwtCase c, StatusGap gap) => Step.Unknown(c, gap, c.Policy.Status == StatusCheck.UnknownAcceptedUnsafe);
}
