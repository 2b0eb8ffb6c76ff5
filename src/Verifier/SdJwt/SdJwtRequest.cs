using IdentityPlatform.Verifier.Checks;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>The presentation holds what was asked for and nothing else (OpenID4VP §6.4, §8.6).</summary>
internal static class SdJwtRequest
{
    public static Step Check(SdJwtCase c) =>
        RequestedClaims.Check(c.Expectation.Query, c.Disclosed.Claims, c.Disclosed.DisclosedPaths) is { } failure ? failure : Step.Passed(c);
}
