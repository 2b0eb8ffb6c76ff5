using IdentityPlatform.Verifier.Mdoc;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.SdJwt;

namespace IdentityPlatform.Verifier;

/// <summary>
/// Checks a presented credential: pure. It makes no call, reads no file and no clock; what it knows of the world comes in
/// as <see cref="Trust"/> and a time.
/// </summary>
public static class CredentialVerifier
{
    /// <summary>Runs the plan of the query's format over a presentation.</summary>
    /// <param name="presented">The presentation as received, never validated before.</param>
    /// <param name="expectation">What was asked for.</param>
    /// <param name="policy">What this verifier asks for always.</param>
    /// <param name="trust">The offline bundle and status lists.</param>
    /// <param name="now">The time of the check.</param>
    /// <exception cref="ArgumentException">An mdoc is expected, and no transcript is given.</exception>
    public static VerificationResult Verify(string presented, Expectation expectation, Policy policy, Trust trust, DateTimeOffset now) =>
        expectation.Query.Format == CredentialQuery.MdocFormat
            ? MdocPlan.Run(MdocCase.Of(presented, expectation, policy, trust, now))
            : SdJwtPlan.Run(new SdJwtCase(presented, expectation, policy, trust, now));
}
