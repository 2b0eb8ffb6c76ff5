using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Answers a deferred credential request (OpenID4VCI 1.0 §9): the keys were proved when it was first made, all else is asked anew.</summary>
public sealed class IssueDeferred(
    Deployment deployment, ICardRegister register, MintCopies minting, DeferredIssuances deferred, Notifications notifications)
{
    /// <summary>The answer, or the failure for the wallet.</summary>
    public async Task<Checked<IssuanceOutcome>> RunAsync(DeferredRequest request, Entitlement entitlement, CancellationToken ct)
    {
        var claim = await deferred.ClaimAsync(request.TransactionId, entitlement.GrantId, ct);
        if (claim is DeferredClaim.Busy)
        {
            return new IssuanceOutcome.Deferred(request.TransactionId, DeferredIssuances.RetryInterval);
        }

        // A token with fewer scopes than the first one is not valid for the credential.
        if (claim is not DeferredClaim.Taken { Order: var order }
            || deployment.Find(order.ConfigurationId) is not { } configuration || !entitlement.Grant.Covers(configuration))
        {
            return Unknown();
        }

        if (entitlement.CardId is { } cardId && await register.FindCollectableAsync(entitlement.PersonId, cardId, ct, entitlement.Key) is { } card)
        {
            return await MintAsync(request.TransactionId, card, configuration, order, entitlement, ct);
        }

        return await RefuseAsync(
            request.TransactionId,
            order,
            entitlement,
            new(CredentialError.CredentialRequestDenied, CredentialRule.NoCard, "there is no card to collect"),
            ct);
    }

    // While officers look at a suspicion it goes on; any other refusal ends it.
    private async Task<Checked<IssuanceOutcome>> RefuseAsync(
        string transactionId, DeferredOrder order, Entitlement entitlement, CredentialFailure failure, CancellationToken ct)
    {
        if (failure.Rule is CredentialRule.NoCard or CredentialRule.CardWithdrawn
            && entitlement.CardId is { } cardId && await register.IsUnderReviewAsync(entitlement.PersonId, cardId, ct))
        {
            await deferred.KeepAsync(transactionId, order, entitlement.PersonId, ct);
            return new IssuanceOutcome.Deferred(transactionId, DeferredIssuances.ReviewInterval);
        }

        await deferred.EndAsync(transactionId, ct);
        return failure;
    }

    private async Task<Checked<IssuanceOutcome>> MintAsync(
        string transactionId, RegisteredCard card, CredentialConfiguration configuration, DeferredOrder order, Entitlement entitlement, CancellationToken ct)
    {
        if ((await minting.PrepareAsync(card, configuration, ct)).Failed(out var failure, out var mintable)
            || (await minting.RunAsync(mintable, order.Keys, order.Reserved, ct)).Failed(out failure, out var outcome))
        {
            return await RefuseAsync(transactionId, order, entitlement, failure, ct);
        }

        if (outcome is MintOutcome.NotNow later)
        {
            await deferred.KeepAsync(transactionId, order with { Reserved = later.Reserved }, entitlement.PersonId, ct);
            return new IssuanceOutcome.Deferred(transactionId, DeferredIssuances.RetryInterval);
        }

        // §9.1: it ends with its credential. Who ends it hands the copies out: where minting outlasted its claim, another one has
        // made copies with the same entries, and one of the two is thrown away.
        return await deferred.EndAsync(transactionId, ct)
            ? new IssuanceOutcome.Issued(((MintOutcome.Minted)outcome).Credentials, notifications.NewId(entitlement.GrantId))
            : Unknown();
    }

    private static CredentialFailure Unknown() =>
        new(CredentialError.InvalidTransactionId, CredentialRule.KnownTransaction, "the transaction_id was not given to this wallet, or has ended");
}
