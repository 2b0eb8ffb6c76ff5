using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Answers a credential request (OpenID4VCI 1.0 §8).</summary>
public sealed partial class IssueCredential(
    Deployment deployment,
    ICardRegister register,
    MintingAuthority authority,
    CardNumbers numbers,
    Nonces nonces,
    StatusIndexes indexes,
    CardStatus status,
    StatusPublisher publisher,
    CardMinter minter,
    IssuerUrls urls,
    TimeProvider time,
    ILogger<IssueCredential> logger)
{
    /// <summary>The credentials, one for each proved key, or the failure for the wallet.</summary>
    public async Task<Checked<IReadOnlyList<string>>> RunAsync(CredentialRequest request, Entitlement entitlement, CancellationToken ct)
    {
        if (CredentialRequestChecks.Run(request, entitlement.Grant, deployment).Failed(out var failure, out var type)
            || HolderProofs.Verify(request.Proofs, urls.Issuer, entitlement.Grant.ClientId, time.GetUtcNow()).Failed(out failure, out var proofs))
        {
            return failure;
        }

        var card = await register.FindCollectableAsync(entitlement.PersonId, ct);
        if (card is null || card.CardId != entitlement.CardId)
        {
            return Denied(CredentialRule.NoCard, "there is no card to collect");
        }

        return await PermitAsync(card, type, proofs, ct);
    }

    private async Task<Checked<IReadOnlyList<string>>> PermitAsync(RegisteredCard card, CredentialType type, HolderProofs proofs, CancellationToken ct)
    {
        if (authority.Check(card).Match<MintPermit?>(permit => permit, refusal => Refuse(card, refusal)) is not { } permit)
        {
            return Denied(CredentialRule.NotDecided, "the card was not decided upon as it has to be");
        }

        var today = Days.Of(time.GetUtcNow());
        var details = await numbers.GiveAsync(card.CardId, card.PersonId, type, ct);
        if (CardClaims.Of(type, deployment, permit, details, Days.Date(today)).Failed(out var failure, out var claims))
        {
            LogUnfit(logger, card.CardId, failure.Description);
            return failure;
        }

        return await nonces.TakeAsync(proofs.Nonces, ct)
            ? await MintAsync(card, type, claims, proofs.Keys, CopyValidity.From(type, details, today), ct)
            : new CredentialFailure(CredentialError.InvalidNonce, CredentialRule.NonceUnknown, "the c_nonce is not valid: ask for a new one");
    }

    private async Task<Checked<IReadOnlyList<string>>> MintAsync(
        RegisteredCard card, CredentialType type, CardClaims claims, IReadOnlyList<Jwk> keys, CopyValidity validity, CancellationToken ct)
    {
        if (validity.EndDay <= validity.FirstDay)
        {
            return Denied(CredentialRule.NoCard, "there is no card to collect");
        }

        var indices = await indexes.ReserveAsync(keys.Count, validity.EndDay, ct);
        await status.RecordAsync(card.CardId, card.PersonId, indices, validity.EndDay, ct);
        // Written first, asked then: a card that was withdrawn meanwhile either sees these copies, or is seen here.
        if (!await register.MarkCollectedAsync(card.CardId, ct))
        {
            await status.RevokeOutstandingAsync(card.CardId, RevocationGround.Suspension, ct);
            return Denied(CredentialRule.CardWithdrawn, "there is no card to collect");
        }

        await publisher.PublishNewAsync(indices, ct);
        return new List<string>(minter.Mint(type, claims, keys, indices, validity));
    }

    private MintPermit? Refuse(RegisteredCard card, MintRefusal refusal)
    {
        LogRefused(logger, card.CardId, refusal);
        return null;
    }

    private static CredentialFailure Denied(CredentialRule rule, string description) => new(CredentialError.CredentialRequestDenied, rule, description);

    [LoggerMessage(LogLevel.Critical, "Card {Card} was asked for without a valid decision behind it: {Refusal}.")]
    private static partial void LogRefused(ILogger logger, string card, MintRefusal refusal);

    [LoggerMessage(LogLevel.Error, "Card {Card} cannot be minted: {Fact}.")]
    private static partial void LogUnfit(ILogger logger, string card, string fact);
}
