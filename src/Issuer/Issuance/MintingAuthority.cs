using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Asks for the permit to mint, with the roster keys that this process holds and no database can change.</summary>
public sealed class MintingAuthority(Signer signer, ServerSettings settings, Deployment deployment, Treasury treasury) : IDisposable
{
    private readonly IReadOnlyList<VerificationKey> _rosterKeys =
        [.. signer.Published(KeyRole.Roster).Select(key => VerificationKey.Import(key).OrThrow())];

    /// <summary>Permitted, or refused with the rule that the evidence broke.</summary>
    public MintAuthorization Check(RegisteredCard card) =>
        MintAuthorization.Check(card.Evidence, _rosterKeys, settings.RpId, [settings.PublicUrl], card.Claims);

    /// <summary>What was paid for, by the treasury's signatures alone; null where nothing was, or a fact does not hold.</summary>
    public PatentTerm? TermOf(CredentialType type, MintPermit permit, MintEvidence evidence) =>
        type.IsPaid ? PaymentRules.TermOf(type, permit, evidence.Payments, treasury, settings.PublicUrl, deployment) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _rosterKeys)
        {
            key.Dispose();
        }
    }
}
