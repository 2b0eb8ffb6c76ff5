using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>The credential is an SD-JWT VC of a type that was asked for, and decides nothing about itself in a disclosure.</summary>
internal static class SdJwtType
{
    // SD-JWT VC §2.2.2.2: never selectively disclosed, nor their members.
    private static readonly HashSet<string> NeverDisclosed = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

    public static Step Check(SdJwtCase c)
    {
        if (!c.Token.IssuerJwt.IsType("dc+sd-jwt"))
        {
            return new Failure.WrongTokenType(c.Token.IssuerJwt.Type);
        }

        if (c.Disclosed.DisclosedPaths.FirstOrDefault(IsForbidden) is { } forbidden)
        {
            return new Failure.ForbiddenDisclosure(forbidden);
        }

        if (c.SignedClaims.StringMember("vct") is not { } type)
        {
            return new Failure.TypeMissing();
        }

        // SD-JWT VC §2.2.2.1: a case-sensitive string, compared as it stands. aka_vcts gives no authority and is not read.
        return c.Expectation.Query.Types.Contains(type, StringComparer.Ordinal)
            ? Step.Passed(c)
            : new Failure.UnexpectedType(type, c.Expectation.Query.Types);
    }

    private static bool IsForbidden(ClaimPath path) => path.Parts[0].Name is { } name && NeverDisclosed.Contains(name);
}
