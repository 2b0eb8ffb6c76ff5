using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Answers a credential request (OpenID4VCI 1.0 §8): with credentials, or with a transaction where they cannot be minted yet.</summary>
public sealed class IssueCredential(
    Deployment deployment,
    ICardRegister register,
    MintCopies minting,
    IssueTicket tickets,
    Nonces nonces,
    DeferredIssuances deferred,
    Notifications notifications,
    WalletSettings wallets,
    IssuerUrls urls,
    TimeProvider time)
{
    /// <summary>The answer to a request, or the failure for the wallet.</summary>
    public async Task<Checked<IssuanceOutcome>> RunAsync(CredentialRequest request, Entitlement entitlement, CancellationToken ct)
    {
        if (CredentialRequestChecks.Run(request, entitlement.Grant, deployment).Failed(out var failure, out var configuration)
            || HolderProofs.Verify(request.Proofs, TermsOf(configuration.Type, entitlement), time.GetUtcNow()).Failed(out failure, out var proofs))
        {
            return failure;
        }

        if (configuration.Type.IsOfEvent)
        {
            return await tickets.RunAsync(configuration, proofs, entitlement, ct);
        }

        return entitlement.CardId is { } cardId && await register.FindCollectableAsync(entitlement.PersonId, cardId, ct, entitlement.Key) is { } card
            ? await MintAsync(card, configuration, proofs, entitlement, ct)
            : await AwaitReviewAsync(configuration, proofs, entitlement, ct);
    }

    private ProofTerms TermsOf(CredentialType type, Entitlement entitlement) =>
        new(urls.Issuer, entitlement.Grant.ClientId, type.BatchSize, wallets.KeyAttesters, type.KeyAttestations);

    private async Task<Checked<IssuanceOutcome>> MintAsync(
        RegisteredCard card, CredentialConfiguration configuration, HolderProofs proofs, Entitlement entitlement, CancellationToken ct)
    {
        if ((await minting.PrepareAsync(card, configuration, ct)).Failed(out var failure, out var mintable))
        {
            return failure;
        }

        // Last of the checks: a request that fails one leaves its nonces for the next.
        if (!await nonces.TakeAsync(proofs.Nonces, ct))
        {
            return InvalidNonce();
        }

        if ((await minting.RunAsync(mintable, proofs.Keys, null, ct)).Failed(out failure, out var outcome))
        {
            // A suspicion that came up this moment is waited for like any other.
            return failure.Rule == CredentialRule.CardWithdrawn && await register.IsUnderReviewAsync(card.PersonId, card.CardId, ct)
                ? await DeferAsync(new(configuration.Id, proofs.Keys, null), DeferredIssuances.ReviewInterval, entitlement, ct)
                : failure;
        }

        return outcome is MintOutcome.Minted minted
            ? new IssuanceOutcome.Issued(minted.Credentials, notifications.NewId(entitlement.GrantId))
            : await DeferAsync(new(configuration.Id, proofs.Keys, ((MintOutcome.NotNow)outcome).Reserved), DeferredIssuances.RetryInterval, entitlement, ct);
    }

    private async Task<Checked<IssuanceOutcome>> AwaitReviewAsync(CredentialConfiguration configuration, HolderProofs proofs, Entitlement entitlement, CancellationToken ct)
    {
        if (entitlement.CardId is not { } cardId || !await register.IsUnderReviewAsync(entitlement.PersonId, cardId, ct))
        {
            return Denied(CredentialRule.NoCard, "there is no card to collect");
        }

        return await nonces.TakeAsync(proofs.Nonces, ct)
            ? await DeferAsync(new(configuration.Id, proofs.Keys, null), DeferredIssuances.ReviewInterval, entitlement, ct)
            : InvalidNonce();
    }

    private async Task<Checked<IssuanceOutcome>> DeferAsync(DeferredOrder order, TimeSpan interval, Entitlement entitlement, CancellationToken ct) =>
        await deferred.AddAsync(order, entitlement.GrantId, entitlement.PersonId, ct) is { } transactionId
            ? new IssuanceOutcome.Deferred(transactionId, interval)
            : Denied(CredentialRule.TooManyDeferred, "as many requests wait already as may: ask for those");

    private static CredentialFailure InvalidNonce() =>
        new(CredentialError.InvalidNonce, CredentialRule.NonceUnknown, "the c_nonce is not valid: ask for a new one");

    private static CredentialFailure Denied(CredentialRule rule, string description) => new(CredentialError.CredentialRequestDenied, rule, description);
}
