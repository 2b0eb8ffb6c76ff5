using IdentityPlatform.Formats.SdJwt;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>The presentation is an SD-JWT in compact form (RFC 9901 §4).</summary>
internal static class SdJwtFormat
{
    public static Step Check(SdJwtCase c) => SignedSdJwt.Parse(c.Presented).Failed(out var failure, out var token)
        ? new Failure.Malformed(failure.Rule, failure.Fact)
        : Step.Passed(c.With(token));
}
