using System.Text.Json;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>What issuance asks of the register: the desk keeps people and cards, issuance only mints copies of a card.</summary>
public interface ICardRegister
{
    /// <summary>The person's one card that may be collected or refilled now (offered or active), its claims decrypted; null when there is none.</summary>
    Task<RegisteredCard?> FindCollectableAsync(string personId, CancellationToken ct);

    /// <summary>
    /// Says that copies of the card were minted (offered → active; active stays active). False when the card may no longer be
    /// collected, for it was suspended, revoked or erased meanwhile: the caller then revokes the copies again and hands out none.
    /// </summary>
    Task<bool> MarkCollectedAsync(string cardId, CancellationToken ct);
}

/// <summary>A card as the register knows it.</summary>
/// <param name="cardId">The card.</param>
/// <param name="personId">The person: the subject of this issuer's tokens, and whose key protects the data.</param>
/// <param name="claims">
/// The person's claims, exactly as the decisions signed them, by the names of the credential type:
/// family_name, given_name, …, birthdate, nationalities [], citizenship_status, address {country}, account {iss, sub}.
/// What the issuer adds itself (ages, number, dates, authority) is not among them.
/// </param>
public sealed class RegisteredCard(string cardId, string personId, JsonElement claims)
{
    public string CardId { get; } = cardId;

    public string PersonId { get; } = personId;

    public JsonElement Claims { get; } = claims;

    /// <summary>Redacted: the claims are personal.</summary>
    public override string ToString() => $"card {CardId}";
}
