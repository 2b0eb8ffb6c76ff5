using IdentityPlatform.Verifier.Mdoc;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Printed;
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

    /// <summary>
    /// Runs the plan of printed codes over the text of a QR code. Such a code is bound to no holder: under a policy that requires
    /// holder binding it is refused, and under any other the check is reported as waived, never as passed. Compare the face.
    /// </summary>
    /// <param name="text">The text of the QR code, never validated before.</param>
    /// <param name="types">The types that are accepted.</param>
    /// <param name="policy">What this verifier asks for always, <see cref="HolderBinding.RequiredOrFaceCompared"/> for one.</param>
    /// <param name="trust">The offline bundle and status lists.</param>
    /// <param name="now">The time of the check.</param>
    public static VerificationResult VerifyPrinted(string text, IReadOnlyList<string> types, Policy policy, Trust trust, DateTimeOffset now) =>
        PrintedPlan.Run(new PrintedCase(text, types, policy, trust, now));

    /// <summary>
    /// Runs <see cref="Verify"/> over a batch on several cores, for queues and turnstiles: each verdict is the one that a single
    /// check would give. A queue without an end is checked in pieces: whatever has come since the last one.
    /// </summary>
    /// <param name="batch">The presentations; the caller bounds their number.</param>
    /// <param name="policy">What this verifier asks for always.</param>
    /// <param name="trust">The offline bundle and status lists.</param>
    /// <param name="maxParallel">How many are checked at once; -1 for as many as there are cores.</param>
    /// <param name="cancellationToken">Ends the batch between two checks.</param>
    /// <returns>The verdicts, in the order of the batch.</returns>
    /// <exception cref="ArgumentException">An mdoc is expected, and no transcript is given; nothing was checked then.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxParallel"/> is 0 or under -1.</exception>
    /// <exception cref="OperationCanceledException">The batch was cancelled; there are no verdicts then.</exception>
    public static IReadOnlyList<VerificationResult> VerifyMany(
        IReadOnlyList<PresentedCredential> batch, Policy policy, Trust trust, int maxParallel = -1, CancellationToken cancellationToken = default)
    {
        // Misuse is told before any work, and as itself: a loop over several threads would wrap it.
        if (batch.Any(item => item.Expectation is { Query.Format: CredentialQuery.MdocFormat, Transcript: null }))
        {
            throw new ArgumentException("An mdoc is checked against the transcript of its request.", nameof(batch));
        }

        var verdicts = new VerificationResult[batch.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = maxParallel, CancellationToken = cancellationToken };
        Parallel.For(0, batch.Count, options, i => verdicts[i] = Verify(batch[i].Presentation, batch[i].Expectation, policy, trust, batch[i].At));
        return verdicts;
    }
}
