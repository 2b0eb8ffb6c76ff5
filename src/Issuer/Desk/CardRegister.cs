using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// A card of the register as issuance needs it. Claims and evidence are as the database holds them: mint only through
/// <see cref="MintAuthorization.Check"/>.
/// </summary>
public sealed class CardRecord
{
    public required string CardId { get; init; }

    public required string PersonId { get; init; }

    public required string ApplicationId { get; init; }

    public required CardState State { get; init; }

    public required PersonClaims Claims { get; init; }

    public required MintEvidence Evidence { get; init; }

    /// <summary>The 15 digits, null before the first collection.</summary>
    public string? DocumentNumber { get; init; }

    public DateOnly? IssuedOn { get; init; }

    public DateOnly? ExpiresOn { get; init; }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"card {CardId}";
}

/// <summary>The register of cards of this deployment.</summary>
public sealed class CardRegister
{
    /// <summary>The card, with decrypted claims; null when there is none or its person's key was destroyed.</summary>
    public Task<CardRecord?> FindAsync(string cardId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>The live card of a person, in the state approved, offered, active or suspended; null when there is none.</summary>
    public Task<string?> FindLiveAsync(string personId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>The offer was made: approved → offered until the time; an offer made again replaces the earlier one. False when the card is in no state for it.</summary>
    public Task<bool> OfferedAsync(string cardId, DateTimeOffset until, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>
    /// The wallet proved its keys: offered → active, or active stays active (a refill). Gives the number and dates to the card
    /// when it has none yet; <see cref="CollectionResult.NumberTaken"/> asks for another number. Nothing may be minted unless this says Collected.
    /// </summary>
    public Task<CollectionResult> CollectedAsync(string cardId, string documentNumber, DateOnly issuedOn, DateOnly expiresOn, CancellationToken ct) =>
        throw new NotImplementedException();
}

/// <summary>What came of a collection.</summary>
public enum CollectionResult
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The card is active; mint.</summary>
    Collected,

    /// <summary>Another card has this number: draw again.</summary>
    NumberTaken,

    /// <summary>The card may not be collected now: revoked, suspended, expired, not offered.</summary>
    NotCollectable,
}
