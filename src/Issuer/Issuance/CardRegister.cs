using System.Data.Common;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>What issuance asks of the register: the desk keeps people and cards, issuance only mints copies of a card.</summary>
public interface ICardRegister
{
    /// <summary>The person's last card of a type that may be collected or refilled now (offered or active), its claims decrypted; null when there is none.</summary>
    Task<RegisteredCard?> FindOfTypeAsync(string personId, CredentialType type, CancellationToken ct);

    /// <summary>The same of one card, if it is this person's.</summary>
    /// <param name="personId">The person.</param>
    /// <param name="cardId">The card.</param>
    /// <param name="ct">The end.</param>
    /// <param name="key">The person's key, where the caller holds it already: it stays the caller's, and outlives what is found.</param>
    Task<RegisteredCard?> FindCollectableAsync(string personId, string cardId, CancellationToken ct, PersonKey? key = null);

    /// <summary>
    /// True while officers look at a suspicion against this card: nothing is minted, and what is asked for meanwhile waits, for the
    /// suspicion may be cleared. A card that was reported lost is not: whoever asks may have found it.
    /// </summary>
    Task<bool> IsUnderReviewAsync(string personId, string cardId, CancellationToken ct);

    /// <summary>
    /// Says that copies of the card were minted (offered → active; active stays active), in one unit of work with what the caller writes.
    /// False when the card may no longer be collected, for it was suspended, revoked or erased meanwhile: then nothing is written, and the
    /// caller hands out none of the copies.
    /// </summary>
    Task<bool> MarkCollectedAsync(RegisteredCard card, Func<DbConnection, DbTransaction, Task> also, CancellationToken ct);
}

/// <summary>A card as the register knows it: received from the database, so the signer checks all of it.</summary>
/// <param name="cardId">The card.</param>
/// <param name="personId">The person: the subject of this issuer's tokens, and whose key protects the data.</param>
/// <param name="claims">
/// The person's claims by the names of the credential type: family_name, given_name, …, birthdate, nationalities [],
/// citizenship_status, address {country}, account {iss, sub}. What the issuer adds itself (ages, number, dates, authority)
/// is not among them. The permit hands them out when the decisions hold for them.
/// </param>
/// <param name="evidence">The decisions as the database holds them.</param>
public sealed class RegisteredCard(string cardId, string personId, PersonClaims claims, MintEvidence evidence)
{
    public string CardId { get; } = cardId;

    public string PersonId { get; } = personId;

    public PersonClaims Claims { get; } = claims;

    public MintEvidence Evidence { get; } = evidence;

    /// <summary>The credential type as rows name it: empty for the deployment's first.</summary>
    public string Type { get; init; } = "";

    /// <summary>The card's row as it was read; null where the register has none.</summary>
    internal CardRow? Row { get; init; }

    /// <summary>The person's key, where whoever asked holds it for the time of a request.</summary>
    internal PersonKey? Key { get; init; }

    /// <summary>Redacted: the claims are personal.</summary>
    public override string ToString() => $"card {CardId}";
}
