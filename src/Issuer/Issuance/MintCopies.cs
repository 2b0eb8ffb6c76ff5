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
        var term = PaymentRules.TermOf(type, card.Evidence, card.Claims.Claims, treasury, urls.Issuer, deployment);
        if (type.IsPaid && term is null)
        {
            return Denied(CredentialRule.NotPaid, "there is nothing paid for to collect");
        }

        var details = await numbers.GiveAsync(card.CardId, card.PersonId, type, term, type.DecidedEnd(card.Claims.Claims), ct);
        var validity = CopyValidity.From(type, details.During(term), Days.Of(now), onPaper);
        return validity.End > now
            ? new MintableCard(card, configuration, details.During(term), validity, onPaper)
            : Denied(CredentialRule.NoCard, "there is no card to collect");
    }

    /// <summary>The copies; or what is reserved for them, where nothing can be signed now.</summary>
    public async Task<Checked<MintOutcome>> RunAsync(MintableCard mintable, IReadOnlyList<Jwk> keys, Reservation? earlier, CancellationToken ct)
    {
        var card = mintable.Card;
        if ((await SignAsync(mintable, keys, earlier, ct)).Failed(out var failure, out var outcome) || outcome is not MintOutcome.Minted)
        {
            return failure is null ? outcome! : failure;
        }

        // Written first, asked then: a card that was withdrawn meanwhile either sees these copies, or is seen here.
        if (!await register.MarkCollectedAsync(card.CardId, ct))
        {
            await status.RevokeOutstandingAsync(card.CardId, RevocationGround.Suspension, ct);
            return Denied(CredentialRule.CardWithdrawn, "there is no card to collect");
        }

        return outcome;
    }

    /// <summary>The text of a code on paper. That the card still stands, and has no other paper, is the caller's to see to before it is handed out.</summary>
    internal Task<Checked<MintOutcome>> PrintAsync(MintableCard mintable, CancellationToken ct) => SignAsync(mintable, [null], null, ct);

    private async Task<Checked<MintOutcome>> SignAsync(MintableCard mintable, IReadOnlyList<Jwk?> keys, Reservation? earlier, CancellationToken ct)
    {
        var (answer, reserved) = await AskAsync(mintable, keys, earlier, ct);
        return answer is SignerAnswer.Minted minted
            ? new MintOutcome.Minted(minted.Credentials, reserved!.BatchId)
            : await NotMintedAsync(mintable.Card, answer, reserved, ct);
    }

    // The entries are recorded under the key that will sign. One that took over meanwhile is asked for again, with the same entries.
    private async Task<(SignerAnswer Answer, Reservation? Reserved)> AskAsync(MintableCard mintable, IReadOnlyList<Jwk?> keys, Reservation? reserved, CancellationToken ct)
    {
        SignerAnswer answer = new SignerAnswer.NotNow("no key signs");
        for (var (keyId, tried) = (await KeyIdAsync(ct), ""); keyId is not null && keyId != tried; keyId = await KeyIdAsync(ct))
        {
            reserved = await ReserveAsync(mintable, keyId, keys.Count, reserved, ct);
            await publisher.PublishNewAsync(reserved.Indices, ct);
            answer = await signer.MintAsync(Order(mintable, keyId, keys, reserved), ct);
            if (answer is not SignerAnswer.NotNow)
            {
                break;
            }

            tried = keyId;
        }

        return (answer, reserved);
    }

    private async Task<string?> KeyIdAsync(CancellationToken ct) => (await signer.FindKeysAsync(ct))?.ActiveId;

    private async Task<Checked<MintOutcome>> NotMintedAsync(RegisteredCard card, SignerAnswer answer, Reservation? reserved, CancellationToken ct)
    {
        if (answer is SignerAnswer.Refused { Rule: var rule })
        {
            LogRefused(logger, card.CardId, rule);
            await status.ForgetAsync(reserved!.BatchId, ct);
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
        return new MintOutcome.NotNow(reserved);
    }

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

    private async Task<Reservation> ReserveAsync(MintableCard card, string keyId, int count, Reservation? earlier, CancellationToken ct)
    {
        if (earlier is not null && earlier.Indices.Count == count && earlier.Validity.EndDay >= card.Validity.FirstDay + 1
            && await status.ReuseAsync(earlier.BatchId, keyId, ct))
        {
            return earlier;
        }

        var indices = await indexes.ReserveAsync(count, card.Validity.EndDay, ct);
        var origin = new CopyOrigin(keyId, card.Configuration.Type.Vct, card.OnPaper);
        return new(await status.RecordAsync(card.Card.CardId, card.Card.PersonId, indices, card.Validity.EndDay, origin, ct), indices, card.Validity);
    }

    private static CredentialFailure Denied(CredentialRule rule, string description) => new(CredentialError.CredentialRequestDenied, rule, description);

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
