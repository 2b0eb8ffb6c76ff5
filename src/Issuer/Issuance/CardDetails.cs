using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>What the issuer itself says about a card: given once, at its first minting, and new with every card; what is paid for has its days from its payments.</summary>
/// <param name="number">The document number.</param>
/// <param name="issued">The day of issue.</param>
/// <param name="expires">The last day of the card.</param>
/// <param name="term">What its payments come to; null for what is not paid for.</param>
public sealed class CardDetails(string number, DateOnly issued, DateOnly expires, PatentTerm? term = null)
{
    // From the approval to the collection of the first card, at the most.
    private const int CollectionMonths = 3;

    public string Number { get; } = number;

    public DateOnly Issued { get; } = issued;

    public DateOnly Expires { get; } = expires;

    public PatentTerm? Term { get; } = term;

    /// <summary>The details of what is paid for: its dates are those of its payments. Of anything else, as they are.</summary>
    public CardDetails During(PatentTerm? paid) => paid is null ? this : new(Number, paid.Issued, paid.Expires, paid);

    /// <summary>The details of what ends on a day that was decided about. Of anything else, as they are.</summary>
    public CardDetails Until(DateOnly? decided) => decided is { } last && last < Expires ? new(Number, Issued, last, Term) : this;

    /// <summary>Details for a card that is issued on this day, by a region where the type is issued by one.</summary>
    public static CardDetails New(CredentialType type, Region? region, DateOnly today, FillRandom random) =>
        new(
            type.Claims.Any(claim => claim.Value == IssuerValue.SeriesNumber) ? SeriesNumber.Create(region!.Series!, random) : DocumentNumber.Create(random),
            today,
            LastDay(type, today));

    /// <summary>The last day of a card that is issued on this day.</summary>
    public static DateOnly LastDay(CredentialType type, DateOnly issued) => issued.AddMonths(type.CardValidityMonths);

    /// <summary>The last day on which a card may be issued that rests on an approval of this moment: its first card, what replaces it, and one renewal; then officers decide anew.</summary>
    public static DateOnly LastIssue(CredentialType type, DateTimeOffset approvedAt) => Days.Date(Days.Of(approvedAt)).AddMonths(type.CardValidityMonths + CollectionMonths);

    /// <summary>Redacted: a number names a person's card.</summary>
    public override string ToString() => $"details of a card until {Expires:O}";

    internal byte[] Write() => JsonText.Write(WriteTo);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("number", Number);
        writer.WriteString("issued", Text(Issued));
        writer.WriteString("expires", Text(Expires));
        writer.WriteEndObject();
    }

    internal static CardDetails Read(ReadOnlySpan<byte> bytes) =>
        Find(StrictJson.ParseObject(bytes).OrThrow().Element) ?? throw new FormatException("Stored details of a card are not what was written.");

    /// <summary>Reads what <see cref="WriteTo"/> wrote; null for anything else.</summary>
    internal static CardDetails? Find(JsonElement json) =>
        json.StringMember("number") is { } number && ClaimValues.Date(json.StringMember("issued")) is { } issued && ClaimValues.Date(json.StringMember("expires")) is { } expires
            ? new(number, issued, expires)
            : null;

    internal static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Keeps the details of cards, as ciphertext under the person's key.</summary>
public sealed class CardNumbers(Database database, PersonKeys personKeys, TimeProvider time)
{
    private const string Purpose = "card-number";

    internal static readonly Statement Find = new("SELECT details FROM card_numbers WHERE card_id = @cardId");

    /// <summary>The details of a card: those of its first minting, or new ones now. Where the caller holds the person's key already, it is not looked up.</summary>
    public async Task<CardDetails> GiveAsync(
        string cardId, string personId, CredentialType type, PatentTerm? term, DateOnly? decidedEnd, CancellationToken ct, PersonKey? key = null)
    {
        var details = await FindAsync(cardId, ct) ?? await InsertAsync(cardId, personId, type, term, decidedEnd, ct);
        return (key is null ? await OpenAsync(personId, details, ct) : CardDetails.Read(key.Unprotect(Purpose, details))) ?? throw new PersonKeyMissingException("The person of this card was erased.");
    }

    /// <summary>The details of a card; null before its first minting, and once its person was erased.</summary>
    public async Task<CardDetails?> FindAsync(string cardId, string personId, CancellationToken ct) =>
        await FindAsync(cardId, ct) is { } details ? await OpenAsync(personId, details, ct) : null;

    private async Task<CardDetails?> OpenAsync(string personId, byte[] details, CancellationToken ct) =>
        await personKeys.UnprotectAsync(personId, Purpose, details, ct) is { } plain ? CardDetails.Read(plain) : null;

    private ValueTask<byte[]?> FindAsync(string cardId, CancellationToken ct) => database.FindAsync(Find, row => row.Bytes(0), ct, cardId);

    // Of two first mintings at once one gives the number, and both read it.
    private async Task<byte[]> InsertAsync(string cardId, string personId, CredentialType type, PatentTerm? term, DateOnly? decidedEnd, CancellationToken ct)
    {
        var fresh = CardDetails.New(type, term?.Jurisdiction, Days.Date(Days.Of(time.GetUtcNow())), RandomNumberGenerator.Fill).During(term).Until(decidedEnd);
        var details = await personKeys.ProtectAsync(personId, Purpose, fresh.Write(), ct);
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO card_numbers (card_id, person_id, details) VALUES (@cardId, @personId, @details) ON CONFLICT (card_id) DO NOTHING",
                new { cardId, personId, details }, transaction, cancellationToken: ct)),
            ct);
        return (await FindAsync(cardId, ct))!;
    }
}
