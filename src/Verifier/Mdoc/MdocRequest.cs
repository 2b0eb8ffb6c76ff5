using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier.Checks;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>
/// The presentation holds what was asked for and nothing else (OpenID4VP §6.4, §8.6). What a device says of itself is not the
/// issuer's word: it is taken where something was to be confirmed, and nowhere else.
/// </summary>
internal static class MdocRequest
{
    public static Step Check(MdocCase c)
    {
        foreach (var (nameSpace, element) in c.Document.DeviceSigned.Names)
        {
            if (!c.Expectation.DeviceStatements.Any(expected => expected.NameSpace == nameSpace && expected.Element == element))
            {
                return new Failure.OverDisclosure(ClaimPath.Of(nameSpace, element));
            }
        }

        return RequestedClaims.Check(c.Expectation.Query, c.Claims.Json, c.Claims.Paths) is { } failure ? failure : Step.Passed(c);
    }
}
