namespace IdentityPlatform.Issuer.Status;

/// <summary>The status of a card's technical copies, as the desk sees it.</summary>
public sealed class CardStatus
{
    /// <summary>
    /// Revokes every copy of the card that is still valid, and has the changed lists published at once. Irreversible.
    /// Answers how many copies were outstanding. To be called before a person's key is destroyed.
    /// </summary>
    public Task<int> RevokeOutstandingAsync(string cardId, RevocationGround ground, CancellationToken ct) =>
        throw new NotImplementedException();
}
