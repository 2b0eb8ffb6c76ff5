using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Mints copies of a card, by leave of two officers' decisions and as the register has the card now.</summary>
public sealed partial class MintCopies(
    Deployment deployment,
    ICardRegister register,
    MintingAuthority authority,
    CardNumbers numbers,
    StatusIndexes indexes,
    CardStatus status,
    StatusPublisher publisher,
    CardMinter minter,
    TimeProvider time,
    ILogger<MintCopies> logger)
{
    /// <summary>What would be minted; denied where the decisions do not hold, or the register does not fit the type.</summary>
    public async Task<Checked<MintableCard>> PrepareAsync(RegisteredCard card, CredentialConfiguration configuration, CancellationToken ct)
    {
        if (authority.Check(card).Match<MintPermit?>(permit => permit, refusal => Refuse(card, refusal)) is not { } permit)
        {
            return Denied(CredentialRule.NotDecided, "the card was not decided upon as it has to be");
        }

        var type = configuration.Type;
        var today = Days.Of(time.GetUtcNow());
        var term = authority.TermOf(type, permit, card.Evidence);
        if (type.IsPaid && term is null)
        {
            return Denied(CredentialRule.NotPaid, "there is nothing paid for to collect");
        }

        var details = (await numbers.GiveAsync(card.CardId, card.PersonId, type, term, ct)).During(term);
        if (CardClaims.Of(type, deployment, permit, details, Days.Date(today)).Failed(out var failure, out var claims))
        {
            LogUnfit(logger, card.CardId, failure.Description);
            return failure;
        }

        var validity = CopyValidity.From(type, details, today);
        return validity.End > time.GetUtcNow()
            ? new MintableCard(card.CardId, card.PersonId, configuration, claims, validity)
            : Denied(CredentialRule.NoCard, "there is no card to collect");
    }

    /// <summary>The copies; or what is reserved for them, where nothing can be signed now.</summary>
    public async Task<Checked<MintOutcome>> RunAsync(MintableCard card, IReadOnlyList<Jwk> keys, Reservation? earlier, CancellationToken ct)
    {
        if (minter.KeyId is not { } keyId)
        {
            LogNotNow(logger, card.CardId, null);
            return new MintOutcome.NotNow(earlier);
        }

        var reserved = await ReserveAsync(card, keyId, keys.Count, earlier, ct);

        // Written first, asked then: a card that was withdrawn meanwhile either sees these copies, or is seen here.
        if (!await register.MarkCollectedAsync(card.CardId, ct))
        {
            await status.RevokeOutstandingAsync(card.CardId, RevocationGround.Suspension, ct);
            return Denied(CredentialRule.CardWithdrawn, "there is no card to collect");
        }

        try
        {
            await publisher.PublishNewAsync(reserved.Indices, ct);
            return new MintOutcome.Minted(minter.Mint(keyId, card.Configuration, card.Claims, keys, reserved.Indices, reserved.Validity));
        }
        catch (Exception e) when (e is KeyDirectoryException or CryptographicException)
        {
            // A token that does not answer, a key that was denied this moment: the entries wait for the next try.
            LogNotNow(logger, card.CardId, e);
            return new MintOutcome.NotNow(reserved);
        }
    }

    private async Task<Reservation> ReserveAsync(MintableCard card, string keyId, int count, Reservation? earlier, CancellationToken ct)
    {
        if (earlier is not null && earlier.Indices.Count == count && earlier.Validity.EndDay >= card.Validity.FirstDay + 1
            && await status.ReuseAsync(earlier.BatchId, keyId, ct))
        {
            return earlier;
        }

        var indices = await indexes.ReserveAsync(count, card.Validity.EndDay, ct);
        var origin = new CopyOrigin(keyId, card.Configuration.Type.Vct);
        return new(await status.RecordAsync(card.CardId, card.PersonId, indices, card.Validity.EndDay, origin, ct), indices, card.Validity);
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

    [LoggerMessage(LogLevel.Error, "Card {Card} cannot be signed now; its wallet is asked to come again.")]
    private static partial void LogNotNow(ILogger logger, string card, Exception? fault);
}

/// <summary>A card whose decisions hold, with its claims of today. Personal: redacted.</summary>
public sealed class MintableCard
{
    internal MintableCard(string cardId, string personId, CredentialConfiguration configuration, CardClaims claims, CopyValidity validity) =>
        (CardId, PersonId, Configuration, Claims, Validity) = (cardId, personId, configuration, claims, validity);

    public string CardId { get; }

    public string PersonId { get; }

    public CredentialConfiguration Configuration { get; }

    public CardClaims Claims { get; }

    public CopyValidity Validity { get; }

    public override string ToString() => $"card {CardId} to mint";
}

/// <summary>What came of minting. Closed.</summary>
public abstract class MintOutcome
{
    private MintOutcome()
    {
    }

    public sealed class Minted(IReadOnlyList<string> credentials) : MintOutcome
    {
        public IReadOnlyList<string> Credentials { get; } = credentials;
    }

    /// <summary>Nothing was signed; what is reserved, if anything, waits for the next try.</summary>
    public sealed class NotNow(Reservation? reserved) : MintOutcome
    {
        public Reservation? Reserved { get; } = reserved;
    }
}
