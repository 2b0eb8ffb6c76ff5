using IdentityPlatform.Verifier;

namespace IdentityPlatform.Interop.Cards;

/// <summary>Says what has to come of a presentation.</summary>
internal static class Verdicts
{
    public static VerifiedCredential IsAccepted(this VerificationResult result)
    {
        Assert.Null((result as VerificationResult.Rejected)?.Failure);
        return Assert.IsType<VerificationResult.Accepted>(result).Credential;
    }

    public static TFailure IsRejected<TFailure>(this VerificationResult result)
        where TFailure : Failure
    {
        var failure = Assert.IsType<VerificationResult.Rejected>(result).Failure;
        Assert.True(failure is TFailure, $"rejected by {failure}");
        return (TFailure)failure;
    }
}
