using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Issuance;

internal sealed class MintChecks(
    MintEvidence evidence, IReadOnlyList<VerificationKey> rosterKeys, string rpId, IReadOnlyList<string> origins, PersonClaims claims)
{
    public MintRefusal? Run()
    {
        _ = (evidence, rosterKeys, rpId, origins, claims);
        throw new NotImplementedException();
    }
}
