using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Events;

/// <summary>Answers a credential request for a ticket: one, once, to the one key that was proved. The request and its proof were checked.</summary>
public sealed partial class IssueTicket(
    TicketHolds holds,
    EventRegister register,
    Nonces nonces,
    StatusIndexes indexes,
    StatusPublisher publisher,
    SignerLink signer,
    Notifications notifications,
    PersonKeys keys,
    TimeProvider time,
    ILogger<IssueTicket> logger)
{
    /// <summary>The ticket, or the failure for the wallet.</summary>
    public async Task<Checked<IssuanceOutcome>> RunAsync(CredentialConfiguration configuration, HolderProofs proofs, Entitlement entitlement, CancellationToken ct)
    {
        if (entitlement.CardId is not { } ticket || await holds.FindAsync(ticket, ct) is not { } hold
            || await register.FindAsync(hold.EventId, ct) is not { } found || !found.IsOpen(time.GetUtcNow()))
        {
            return Denied(CredentialRule.NoCard, "there is no ticket to collect");
        }

        if (!await nonces.TakeAsync(proofs.Nonces, ct))
        {
            return new CredentialFailure(CredentialError.InvalidNonce, CredentialRule.NonceUnknown, "the c_nonce is not valid: ask for a new one");
        }

        return (await MintAsync(configuration, found, hold, proofs.Keys[0], ct)).Match<Checked<IssuanceOutcome>>(
            credential => new IssuanceOutcome.Issued([credential], notifications.NewId(entitlement.GrantId)), failure => failure);
    }

    private async Task<Checked<string>> MintAsync(CredentialConfiguration configuration, StoredEvent found, TicketHold hold, Jwk key, CancellationToken ct)
    {
        if ((await signer.FindKeysAsync(ct))?.ActiveId is not { } keyId)
        {
            return Denied(CredentialRule.NotNow, "no key signs now: the place is held for a while");
        }

        var entry = (await indexes.ReserveAsync(1, found.Facts.LastDay(configuration.Type), ct))[0];
        await holds.RecordAsync(found.Id, entry, ct);
        await publisher.PublishNewAsync([entry], ct);
        var answer = await signer.MintAsync(await OrderAsync(configuration, keyId, found, hold, new CopyOrder(key, entry), ct), ct);
        if (answer is not SignerAnswer.Minted { Credentials: [var credential] })
        {
            await holds.ForgetAsync(found.Id, entry, ct);
            return NotMinted(found, answer);
        }

        // Written first, asked then: a cancellation either saw this entry, or is seen here.
        var counts = await holds.CollectedAsync(hold, entry, ct);
        await keys.DestroyAsync(hold.Ticket, ct);
        if (counts)
        {
            return credential;
        }

        await publisher.PublishAsync(ct);
        return Denied(CredentialRule.CardWithdrawn, "the event was cancelled");
    }

    private async Task<TicketOrder> OrderAsync(CredentialConfiguration configuration, string keyId, StoredEvent found, TicketHold hold, CopyOrder copy, CancellationToken ct) => new()
    {
        ConfigurationId = configuration.Id,
        KeyId = keyId,
        EventId = found.Id,
        Facts = found.Facts.ToBytes(),
        Decisions = await register.DecisionsAsync(found.Id, ct),
        Ticket = hold.Ticket,
        AdmissionClass = hold.AdmissionClass,
        Seat = hold.Seat,
        Copy = copy,
    };

    private CredentialFailure NotMinted(StoredEvent found, SignerAnswer answer)
    {
        if (answer is not SignerAnswer.Refused { Rule: var rule })
        {
            return Denied(CredentialRule.NotNow, "no key signs now: the place is held for a while");
        }

        LogRefused(logger, found.Id, rule);
        return rule switch
        {
            nameof(MintRefusal.TicketSpent) => Denied(CredentialRule.NoCard, "the ticket was collected"),
            nameof(MintRefusal.EventFull) or nameof(MintRefusal.SeatTaken) => Denied(CredentialRule.CopiesSpent, "all places are given"),
            nameof(MintRefusal.EventOver) or nameof(MintRefusal.EventNotBegun) => Denied(CredentialRule.NoCard, "the event is over, or has not begun"),
            _ => Denied(CredentialRule.NotDecided, "the event was not decided upon as it has to be"),
        };
    }

    private static CredentialFailure Denied(CredentialRule rule, string description) => new(CredentialError.CredentialRequestDenied, rule, description);

    [LoggerMessage(LogLevel.Critical, "A ticket to event {Event} was asked for without what its minting takes: the signer refused by the rule {Rule}.")]
    private static partial void LogRefused(ILogger logger, string @event, string rule);
}
