using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Printed;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Checks;
using IdentityPlatform.Verifier.Mdoc;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Printed.PrintedCase>;

namespace IdentityPlatform.Verifier.Printed;

/// <summary>
/// The plan for printed codes: the same nine checks in the same order. A paper answers no request and proves no holder, so those
/// checks are waived in so many words and never pass.
/// </summary>
internal static class PrintedPlan
{
    private static readonly Plan<PrintedCase> Checks = new(
    [
        (Check.Format, CheckFormat),
        (Check.IssuerTrust, PrintedIssuerTrust.Check),
        (Check.IssuerSignature, CheckSignature),
        (Check.Integrity, c => Step.Waived(c, "the issuer's signature covers the whole code")),
        (Check.Type, CheckType),
        (Check.Validity, CheckValidity),
        (Check.HolderBinding, CheckHolderBinding),
        (Check.Revocation, CheckRevocation),
        (Check.Request, c => Step.Waived(c, "a printed code answers no request: it shows all that it says")),
    ],
    Credential);

    public static VerificationResult Run(PrintedCase start) => Checks.Run(start);

    private static Step CheckFormat(PrintedCase c) => PrintedCode.Parse(c.Text).Failed(out var failure, out var code)
        ? new Failure.Malformed(failure.Rule, failure.Fact)
        : Step.Passed(c with { Code = code });

    private static Step CheckSignature(PrintedCase c)
    {
        var algorithm = c.Code.Message.Algorithm;
        if (!c.Policy.Algorithms.Contains(algorithm))
        {
            return new Failure.IssuerAlgorithmNotAllowed(algorithm.Name());
        }

        return c.Code.Verify(c.Signer, algorithm).Failed(out _, out var verified) ? new Failure.IssuerSignatureInvalid() : Step.Passed(c with { Verified = verified });
    }

    private static Step CheckType(PrintedCase c) => c.Types.Contains(c.Verified.Type, StringComparer.Ordinal)
        ? Step.Passed(c)
        : new Failure.UnexpectedType(c.Verified.Type, c.Types);

    private static Step CheckValidity(PrintedCase c)
    {
        var (now, skew) = (c.Now, c.Policy.ClockSkew);

        // A clock that was set back would make expired codes valid again; the bundle was made at a time that has been.
        if (c.Trust.Content?.IssuedAt is { } floor && now + skew < floor)
        {
            return new Failure.ClockBehindBundle(now, floor);
        }

        if (UnixTime.Find(c.Verified.NotBefore) is not { } from)
        {
            return new Failure.TimeMalformed("nbf");
        }

        if (UnixTime.Find(c.Verified.ExpiresAt) is not { } until)
        {
            return new Failure.TimeMalformed("exp");
        }

        // RFC 8392 §3.1.4 and RFC 7519 §4.1.4: on or after the time it is over.
        return now + skew < from ? new Failure.NotYetValid(now, from) : now - skew >= until ? new Failure.Expired(now, until) : Step.Passed(c);
    }

    // Never a pass: whoever has a copy of the paper has the code.
    private static Step CheckHolderBinding(PrintedCase c) => c.Policy.HolderBinding == HolderBinding.Required
        ? new Failure.NotHolderBound()
        : Step.Waived(c, "a printed code is bound to no holder: compare the face with the photograph");

    private static Step CheckRevocation(PrintedCase c) =>
        HeldStatus.Check(c, c.Verified.Status is { } status ? StatusReference.Parse(status) : default(Parsed<StatusReference>?), c.Policy, c.Trust, c.Now);

    private static VerifiedCredential Credential(PrintedCase verified)
    {
        var code = verified.Verified;
        var claims = JsonElement.Parse(JsonText.Write(writer => MdocClaims.Write(writer, code.Claims)));
        IReadOnlyList<ClaimPath> shown = [.. claims.EnumerateObject().Select(claim => ClaimPath.Of(claim.Name))];
        return new VerifiedCredential(code.Type, verified.SignerName, UnixTime.Find(code.ExpiresAt), claims, shown) { Paper = code, CborStatus = code.Status };
    }
}
