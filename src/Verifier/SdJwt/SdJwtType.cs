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

        var disclosed = c.Disclosed.DisclosedPaths;
        for (var i = 0; i < disclosed.Count; i++)
        {
            if (IsForbidden(disclosed[i]))
            {
                return new Failure.ForbiddenDisclosure(disclosed[i]);
            }
        }

        // Without a type there is no signer for it: the check of trust has said so before.
        var type = c.Type ?? "";

        // SD-JWT VC §2.2.2.1: case-sensitive strings, compared as they stand. That the signer may speak for the type was seen when it was looked for.
        return AcceptedType.Malformed(c.SignedClaims) is { } malformed ? malformed
            : AcceptedType.Of(c.SignedClaims, c) is null ? new Failure.UnexpectedType(type, c.Expectation.Query.Types)
            : SdJwtTypeMetadata.Check(c, type) is { } failure ? failure : Step.Passed(c);
    }

    private static bool IsForbidden(ClaimPath path) => path.Parts[0].Name is { } name && NeverDisclosed.Contains(name);
}
