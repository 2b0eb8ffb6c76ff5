using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Has copies of a card minted, as the register has the card now. Whether two officers decided so, the signer says, and nobody here.</summary>
public sealed partial class MintCopies(
    ICardRegister register,
    CardNumbers numbers,
    StatusIndexes indexes,
    CardStatus status,
    StatusPublisher publisher,
    SignerLink signer,
    Deployment deployment,
    AgreementsInForce agreements,
    Treasury treasury,
    IssuerUrls urls,
    TimeProvider time,
    ILogger<MintCopies> logger)
{
    /// <summary>What would be minted today; denied where the card has ended.</summary>
    public async Task<Checked<MintableCard>> PrepareAsync(RegisteredCard card, CredentialConfiguration configuration, CancellationToken ct, bool onPaper = false)
    {
        var type = configuration.Type;
        if (deployment.TypeOf(card.Type) != type)
        {
            return Denied(CredentialRule.NoCard, "the card is of another type");
        }

        var now = time.GetUtcNow();

        // Shown to the register and to the wallet; the signer works it out for itself.
        var term = type.IsPaid ? await agreements.LookAsync(known => PaymentRules.TermOf(type, card.Evidence, card.Claims.Claims, treasury, urls.Issuer, known), ct) : null;
        if (type.IsPaid && term is null)
        {
            return Denied(CredentialRule.NotPaid, "there is nothing paid for to collect");
        }

        var details = await numbers.GiveAsync(card.CardId, card.PersonId, type, term, type.DecidedEnd(card.Claims.Claims), ct, card.Key);
        var validity = CopyValidity.From(type, details.During(term), Days.Of(now), onPaper);
        return validity.End > now
            ? new MintableCard(card, configuration, details.During(term), validity, onPaper)
            : Denied(CredentialRule.NoCard, "there is no card to collect");
    }

    /// <summary>
    /// The copies; or what is reserved for them, where nothing can be signed now. Who has their entries is written in one unit of work with
    /// the card's state and its holder's log, before anybody gets them: a card that is withdrawn meanwhile either sees these copies, or is
    /// seen here. Copies of which a process that dies has written nothing were given to nobody.
    /// </summary>
    public async Task<Checked<MintOutcome>> RunAsync(MintableCard mintable, IReadOnlyList<Jwk> keys, Reservation? earlier, CancellationToken ct)
    {
        var card = mintable.Card;
        var (answer, entries) = await AskAsync(mintable, keys, earlier, ct);
        if (answer is not SignerAnswer.Minted minted)
        {
            return await NotMintedAsync(mintable, answer, entries, ct);
        }

        var record = entries!.IsRecorded ? null : await SealAsync(mintable, entries, ct);
        if (!await register.MarkCollectedAsync(card, (connection, transaction) => record is null ? Task.CompletedTask : CardStatus.AddAsync(connection, transaction, record), ct))
        {
            // What an earlier try recorded is not used any more. Of the rest nobody has a copy, and no record says that somebody might.
            await (entries.IsRecorded ? status.RevokeOutstandingAsync(card.CardId, RevocationGround.Suspension, ct) : Task.CompletedTask);
            return Denied(CredentialRule.CardWithdrawn, "there is no card to collect");
        }

        return new MintOutcome.Minted(minted.Credentials, entries.Reserved.BatchId);
    }

    /// <summary>The text of a code on paper. That the card still stands, and has no other paper, is the caller's to see to before it is handed out.</summary>
    internal async Task<Checked<MintOutcome>> PrintAsync(MintableCard mintable, CancellationToken ct)
    {
        var (answer, entries) = await AskAsync(mintable, [null], null, ct);
        if (answer is not SignerAnswer.Minted minted)
        {
            return await NotMintedAsync(mintable, answer, entries, ct);
        }

        await status.RecordAsync(await SealAsync(mintable, entries!, ct), ct);
        return new MintOutcome.Minted(minted.Credentials, entries!.Reserved.BatchId);
    }

    // A key that took over meanwhile is asked for again, with the same entries.
    private async Task<(SignerAnswer Answer, Entries? Entries)> AskAsync(MintableCard mintable, IReadOnlyList<Jwk?> keys, Reservation? earlier, CancellationToken ct)
    {
        SignerAnswer answer = new SignerAnswer.NotNow("no key signs");
        Entries? entries = earlier is null ? null : new(earlier, "", IsRecorded: true);
        for (var (keyId, tried) = (await KeyIdAsync(ct), ""); keyId is not null && keyId != tried; keyId = await KeyIdAsync(ct))
        {
            entries = await EntriesAsync(mintable, keyId, keys.Count, entries, ct);
            await publisher.PublishNewAsync(entries.Reserved.Indices, ct);
            answer = await signer.MintAsync(Order(mintable, keyId, keys, entries.Reserved), ct);
            if (answer is not SignerAnswer.NotNow)
            {
                break;
            }

            tried = keyId;
        }

        return (answer, entries);
    }

    private async Task<string?> KeyIdAsync(CancellationToken ct) => (await signer.FindKeysAsync(ct))?.ActiveId;

    private async Task<Checked<MintOutcome>> NotMintedAsync(MintableCard mintable, SignerAnswer answer, Entries? entries, CancellationToken ct)
    {
        var card = mintable.Card;
        if (answer is SignerAnswer.Refused { Rule: var rule })
        {
            LogRefused(logger, card.CardId, rule);
            await (entries!.IsRecorded ? status.ForgetAsync(entries.Reserved.BatchId, ct) : Task.CompletedTask);
            return rule switch
            {
                nameof(MintRefusal.ClaimsUnfit) => Denied(CredentialRule.ClaimsUnfit, "the card's claims do not fit their type"),
                nameof(MintRefusal.CopiesSpent) => Denied(CredentialRule.CopiesSpent, "there are no more copies of this card today"),
                nameof(MintRefusal.NotPaid) => Denied(CredentialRule.NotPaid, "there is nothing paid for to collect"),
                _ => Denied(CredentialRule.NotDecided, "the card was not decided upon as it has to be"),
            };
        }

        // A token that does not answer, a key that was denied this moment: the entries wait for the next try.
        LogNotNow(logger, card.CardId, (answer as SignerAnswer.NotNow)?.Why ?? "the answer is of another kind");
        if (entries is { IsRecorded: false })
        {
            await status.RecordAsync(await SealAsync(mintable, entries, ct), ct);
        }

        return new MintOutcome.NotNow(entries?.Reserved);
    }

    private Task<CopyRecord> SealAsync(MintableCard mintable, Entries entries, CancellationToken ct) => status.SealAsync(
        entries.Reserved.BatchId,
        mintable.Card.CardId,
        mintable.Card.PersonId,
        entries.Reserved.Indices,
        mintable.Validity.EndDay,
        new CopyOrigin(entries.KeyId, mintable.Configuration.Type.Vct, mintable.OnPaper),
        mintable.Card.Key,
        ct);

    private static MintOrder Order(MintableCard mintable, string keyId, IReadOnlyList<Jwk?> keys, Reservation reserved) => new()
    {
        ConfigurationId = mintable.Configuration.Id,
        KeyId = keyId,
        ApplicationId = mintable.Card.Evidence.ApplicationId,
        Decisions = mintable.Card.Evidence.Decisions,
        Payments = mintable.Card.Evidence.Payments,
        Claims = mintable.Card.Claims,
        Details = mintable.Details,
        Validity = reserved.Validity,
        Copies = [.. keys.Zip(reserved.Indices, (key, index) => new CopyOrder(key, index))],
    };

    // What was recorded is used again under the key that will sign, if it still may be; what was not is nobody's yet.
    private async Task<Entries> EntriesAsync(MintableCard card, string keyId, int count, Entries? before, CancellationToken ct)
    {
        if (before is { IsRecorded: false })
        {
            return before with { KeyId = keyId };
        }

        if (before?.Reserved is { } earlier && earlier.Indices.Count == count && earlier.Validity.EndDay >= card.Validity.FirstDay + 1
            && await status.ReuseAsync(earlier.BatchId, keyId, ct))
        {
            return before with { KeyId = keyId };
        }

        var indices = await indexes.ReserveAsync(count, card.Validity.EndDay, ct);
        return new(new Reservation(CardStatus.NewRecordId(), indices, card.Validity), keyId, IsRecorded: false);
    }

    private static CredentialFailure Denied(CredentialRule rule, string description) => new(CredentialError.CredentialRequestDenied, rule, description);

    /// <summary>The entries of copies, the key that is to sign them, and whether the database says already whose they are.</summary>
    private sealed record Entries(Reservation Reserved, string KeyId, bool IsRecorded);

    [LoggerMessage(LogLevel.Critical, "Card {Card} was asked for without what its minting takes: the signer refused by the rule {Rule}.")]
    private static partial void LogRefused(ILogger logger, string card, string rule);

    [LoggerMessage(LogLevel.Error, "Card {Card} cannot be signed now, for {Why}; its wallet is asked to come again.")]
    private static partial void LogNotNow(ILogger logger, string card, string why);
}

/// <summary>A card with what the issuer itself says about it, and the days of its copies.</summary>
public sealed class MintableCard
{
    internal MintableCard(RegisteredCard card, CredentialConfiguration configuration, CardDetails details, CopyValidity validity, bool onPaper) =>
        (Card, Configuration, Details, Validity, OnPaper) = (card, configuration, details, validity, onPaper);

    public RegisteredCard Card { get; }

    public CredentialConfiguration Configuration { get; }

    public CardDetails Details { get; }

    public CopyValidity Validity { get; }

    /// <summary>True where it is to be printed.</summary>
    public bool OnPaper { get; }

    public override string ToString() => $"card {Card.CardId} to mint";
}

/// <summary>What came of minting. Closed.</summary>
public abstract class MintOutcome
{
    private MintOutcome()
    {
    }

    public sealed class Minted(IReadOnlyList<string> credentials, string batchId) : MintOutcome
    {
        public IReadOnlyList<string> Credentials { get; } = credentials;

        /// <summary>The record of their entries.</summary>
        internal string BatchId { get; } = batchId;
    }

    /// <summary>Nothing was signed; what is reserved, if anything, waits for the next try.</summary>
    public sealed class NotNow(Reservation? reserved) : MintOutcome
    {
        public Reservation? Reserved { get; } = reserved;
    }
}
