using System.Collections.Immutable;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>The plan for ISO mdoc: the same nine checks in the same order. The first that fails ends it.</summary>
internal static class MdocPlan
{
    private static readonly ImmutableArray<(Check Check, Func<MdocCase, Step> Run)> Checks =
    [
        (Check.Format, MdocFormat.Check),
        (Check.IssuerTrust, MdocIssuerTrust.Check),
        (Check.IssuerSignature, MdocIssuerSignature.Check),
        (Check.Integrity, MdocIntegrity.Check),
        (Check.Type, MdocType.Check),
        (Check.Validity, MdocValidity.Check),
        (Check.HolderBinding, MdocHolderBinding.Check),
        (Check.Revocation, MdocRevocation.Check),
        (Check.Request, MdocRequest.Check),
    ];

    public static VerificationResult Run(MdocCase start)
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

    private static VerifiedCredential Credential(MdocCase verified) =>
        new(verified.Signed.Mso.DocType, verified.Signer.Name, verified.Signed.Mso.Validity.ValidUntil, verified.Claims.Json, verified.Claims.Paths);
}
