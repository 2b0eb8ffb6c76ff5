using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The register of cards of this deployment, as issuance sees it.</summary>
public sealed class CardRegister : ICardRegister
{
    public Task<RegisteredCard?> FindCollectableAsync(string personId, CancellationToken ct) => throw new NotImplementedException();

    public Task<bool> MarkCollectedAsync(string cardId, CancellationToken ct) => throw new NotImplementedException();
}
