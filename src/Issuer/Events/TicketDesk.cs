using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Issuer.Events;

/// <summary>A question to a wallet that a page waits with.</summary>
/// <param name="EventId">For which event.</param>
/// <param name="AdmissionClass">For which kind of place.</param>
/// <param name="ScanLink">What the QR code holds, for a wallet on another device.</param>
/// <param name="OpenLink">What opens a wallet on this device.</param>
public sealed record TicketQuestion(string EventId, string AdmissionClass, string ScanLink, string OpenLink)
{
    /// <summary>Redacted: links are bearer secrets.</summary>
    public override string ToString() => nameof(TicketQuestion);
}

/// <summary>What became of a question. Closed.</summary>
public abstract class TicketAnswer
{
    private TicketAnswer()
    {
    }

    /// <summary>The wallet has not answered yet.</summary>
    public sealed class Waiting : TicketAnswer;

    /// <summary>A good card was shown, and a place is held.</summary>
    public sealed class Offered : TicketAnswer;

    /// <summary>Nothing is given, and why.</summary>
    /// <param name="why">A key of the pages' texts.</param>
    /// <param name="words">What was wrong with the card, in the visitor's language; null where the key says all.</param>
    public sealed class Refused(string why, string? words = null) : TicketAnswer
    {
        public string Why { get; } = why;

        public string? Words { get; } = words;
    }
}

/// <summary>
/// Gives tickets for presentations: one for each, to the browser that asked. Of the card that was shown nothing is kept but that it was good:
/// its verdict is looked at here and forgotten, and no claim, key or status entry of it goes further.
/// </summary>
public sealed class TicketDesk(Presentations presentations, ShownCardSettings cards, EventRegister register, TicketHolds holds, OneTimeStore store, Cookies cookies, TimeProvider time)
{
    private const string QueryId = "card";
    private const string AgeClaim = "age_equal_or_over";
    private const string Cookie = "ticket";
    private const string Questions = "ticket-question";
    private const string Offers = "ticket-offer";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(20);

    /// <summary>What a wallet is asked for: that a card is good, and where the event wants it the age, and nothing else.</summary>
    public static DcqlQuery QueryFor(string type, int minimumAge)
    {
        var query = CredentialQuery.OfType(QueryId, type);
        return DcqlQuery.For(minimumAge == 0 ? query : query.Asking(AgeClaim, Age(minimumAge)));
    }

    /// <summary>Asks, in both ways; gives the handle of the question, or null when too many are open.</summary>
    public async Task<string?> AskAsync(HttpContext http, StoredEvent found, AdmissionClass kind, CancellationToken ct)
    {
        var secret = cookies.Find(http, Cookie) is { Length: > 20 } kept ? kept : Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));
        cookies.Set(http, Cookie, secret, Lifetime);
        var query = QueryFor(cards.Type, found.Facts.MinimumAge);
        if (await presentations.StartAsync(query, PresentationWay.CrossDevice, secret, ct: ct) is not { } scan
            || await presentations.StartAsync(query, PresentationWay.SameDevice, secret, ct: ct) is not { } open)
        {
            return null;
        }

        var question = Write(new TicketQuestion(found.Id, kind.Word, scan.WalletLink, open.WalletLink));
        await store.PutAsync(Questions, scan.Id, question, Lifetime, ct);
        await store.PutAsync(Questions, open.Id, question, Lifetime, ct);
        return scan.Id;
    }

    /// <summary>The question of a handle, or null.</summary>
    public async Task<TicketQuestion?> FindAsync(string? id, CancellationToken ct) =>
        id is { Length: > 0 and <= 128 } && await store.FindAsync(Questions, id, ct) is { } bytes ? Read(bytes) : null;

    /// <summary>Looks whether the wallet has answered, and holds a place when it has. A presentation is taken once, by the browser that asked.</summary>
    public async Task<TicketAnswer> CompleteAsync(HttpContext http, string id, CancellationToken ct)
    {
        if (await FindAsync(id, ct) is not { } question)
        {
            return new TicketAnswer.Refused("gone");
        }

        var secret = cookies.Find(http, Cookie) ?? "";
        return await presentations.TakeAsync(id, secret, http.Request.Query["response_code"] is [var code] ? code : null, ct) switch
        {
            PresentationOutcome.Pending => new TicketAnswer.Waiting(),
            PresentationOutcome.Completed { Result: PresentationResult.Accepted accepted } => await HoldAsync(question, accepted, id, secret, ct),
            PresentationOutcome.Completed { Result: PresentationResult.Rejected rejected } => new TicketAnswer.Refused("rejected", rejected.Verdict.Explain(CultureInfo.CurrentUICulture)),
            PresentationOutcome.Declined => new TicketAnswer.Refused("declined"),
            PresentationOutcome.NotYours when await store.FindAsync(Offers, Key(id, secret), ct) is not null => new TicketAnswer.Offered(),
            PresentationOutcome.NotYours => new TicketAnswer.Refused("gone"),
            _ => new TicketAnswer.Refused("rejected"),
        };
    }

    /// <summary>The offer that this browser got for a presentation, as often as its page is opened; null once it is over.</summary>
    public async Task<CardOffer?> OfferAsync(HttpContext http, string id, CancellationToken ct)
    {
        var secret = cookies.Find(http, Cookie) ?? "";
        return await store.FindAsync(Offers, Key(id, secret), ct) is { } kept ? Open(kept, id, secret) : null;
    }

    private async Task<TicketAnswer> HoldAsync(TicketQuestion question, PresentationResult.Accepted accepted, string id, string secret, CancellationToken ct)
    {
        if (await register.FindAsync(question.EventId, ct) is not { } found || !found.IsOpen(time.GetUtcNow()))
        {
            return new TicketAnswer.Refused("over");
        }

        var age = found.Facts.MinimumAge;
        if (age > 0 && accepted.Answers[0].Verdict.Credential.Find(AgeClaim, Age(age)) is not [{ ValueKind: JsonValueKind.True }])
        {
            return new TicketAnswer.Refused("young");
        }

        if (await holds.OfferAsync(found, found.Facts.Find(question.AdmissionClass)!, ct) is not { } offer)
        {
            return new TicketAnswer.Refused("full");
        }

        await store.PutAsync(Offers, Key(id, secret), Seal(offer, id, secret), offer.ExpiresAt - time.GetUtcNow(), ct);
        return new TicketAnswer.Offered();
    }

    private static string Age(int age) => age.ToString(CultureInfo.InvariantCulture);

    private static string Key(string id, string secret) => Base64UrlText.Encode(Hash("find", id, secret));

    private static byte[] Hash(string use, string id, string secret) => SHA256.HashData(Encoding.UTF8.GetBytes($"{use} {id} {secret}"));

    // The code of an offer is kept as a hash everywhere else: the store gets it under what only the browser holds. The key is used once, so
    // the nonce may be fixed.
    private static byte[] Seal(CardOffer offer, string id, string secret)
    {
        var plain = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("json", offer.Json);
            writer.WriteString("uri", offer.Uri);
            writer.WriteString("tx_code", offer.TransactionCode);
            writer.WriteNumber("expires_at", offer.ExpiresAt.ToUnixTimeSeconds());
            writer.WriteEndObject();
        });
        var block = new byte[plain.Length + AesGcm.TagByteSizes.MaxSize];
        using var aes = new AesGcm(Hash("open", id, secret), AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt("ticket-offer"u8, plain, block.AsSpan(0, plain.Length), block.AsSpan(plain.Length));
        return block;
    }

    private static CardOffer Open(byte[] block, string id, string secret)
    {
        var plain = new byte[block.Length - AesGcm.TagByteSizes.MaxSize];
        using var aes = new AesGcm(Hash("open", id, secret), AesGcm.TagByteSizes.MaxSize);
        aes.Decrypt("ticket-offer"u8, block.AsSpan(0, plain.Length), block.AsSpan(plain.Length), plain);
        var json = StrictJson.ParseObject(plain).OrThrow().Element;
        return new(json.StringMember("json")!, json.StringMember("uri")!, json.StringMember("tx_code"), DateTimeOffset.FromUnixTimeSeconds(json.LongMember("expires_at")!.Value));
    }

    private static byte[] Write(TicketQuestion question) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("event", question.EventId);
        writer.WriteString("class", question.AdmissionClass);
        writer.WriteString("scan", question.ScanLink);
        writer.WriteString("open", question.OpenLink);
        writer.WriteEndObject();
    });

    private static TicketQuestion Read(byte[] bytes)
    {
        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new(json.StringMember("event")!, json.StringMember("class")!, json.StringMember("scan")!, json.StringMember("open")!);
    }
}
