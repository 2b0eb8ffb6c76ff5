using System.Collections.Immutable;
using IdentityPlatform.Formats;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>The plan for SD-JWT VC: nine checks in their order. The first that fails ends it.</summary>
internal static class SdJwtPlan
{
    // The credential is judged before its status is looked up (Token Status List §8.3), and the request last: what was asked
    // for is compared with claims that are known to be the issuer's.
    private static readonly ImmutableArray<(Check Check, Func<SdJwtCase, Step> Run)> Checks =
    [
        (Check.Format, SdJwtFormat.Check),
        (Check.IssuerTrust, SdJwtIssuerTrust.Check),
        (Check.IssuerSignature, SdJwtIssuerSignature.Check),
        (Check.Integrity, SdJwtIntegrity.Check),
        (Check.Type, SdJwtType.Check),
        (Check.Validity, SdJwtValidity.Check),
        (Check.HolderBinding, SdJwtHolderBinding.Check),
        (Check.Revocation, SdJwtRevocation.Check),
        (Check.Request, SdJwtRequest.Check),
    ];

    public static VerificationResult Run(SdJwtCase start)
    {
        var outcomes = ImmutableSortedDictionary.CreateBuilder<Check, CheckOutcome>();
        var used = ImmutableArray.CreateBuilder<ListAge>();
        var current = start;
        foreach (var (check, run) in Checks)
        {
            var step = run(current);
            outcomes.Add(check, step.Outcome);
            used.AddRange(step.Used);
            if (step.Next is not { } next)
            {
                return new VerificationResult.Rejected(step.Failure!, new Report(outcomes.ToImmutable(), used.ToImmutable()));
            }

            current = next;
        }

        return new VerificationResult.Accepted(Credential(current), new Report(outcomes.ToImmutable(), used.ToImmutable()));
    }

    private static VerifiedCredential Credential(SdJwtCase verified) => new(
        verified.SignedClaims.StringMember("vct")!,
        verified.Issuer,
        verified.SignedClaims.LongMember("exp") is { } end ? UnixTime.Find(end) : null,
        verified.Disclosed.Claims,
        verified.Disclosed.DisclosedPaths);
}
