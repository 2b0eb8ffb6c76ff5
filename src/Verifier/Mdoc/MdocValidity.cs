using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>The time of the check lies within the document's own, and it was signed while its signer was certified (ISO/IEC 18013-5 §9.3.1).</summary>
internal static class MdocValidity
{
    public static Step Check(MdocCase c)
    {
        var (now, skew, validity) = (c.Now, c.Policy.ClockSkew, c.Signed.Mso.Validity);

        // A clock that was set back would make expired documents valid again; the bundle was made at a time that has been.
        if (c.Trust.Content?.IssuedAt is { } floor && now + skew < floor)
        {
            return new Failure.ClockBehindBundle(now, floor);
        }

        if (validity.SignedAt + skew < c.Signer.From || validity.SignedAt - skew > c.Signer.Until)
        {
            return new Failure.SignedOutsideCertificate(validity.SignedAt, c.Signer.From!.Value, c.Signer.Until!.Value);
        }

        if (now + skew < validity.ValidFrom)
        {
            return new Failure.NotYetValid(now, validity.ValidFrom);
        }

        return now - skew >= validity.ValidUntil ? new Failure.Expired(now, validity.ValidUntil) : Step.Passed(c);
    }
}
