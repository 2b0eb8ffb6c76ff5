using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Testing;
using IdentityPlatform.Wallet.Cards;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>Two issuers, of cards and of tickets, each with a root of its own, and a holder with one of each.</summary>
internal sealed class EveningIssuers : IDisposable
{
    public const string Event = "evening-2026";

    private const string CardType = "https://example.org/vct/compatriot-card/1";
    private const string CardDocType = "org.example.compatriotcard.1";
    private const string TicketType = "https://example.org/vct/event-admission/1";
    private const string TicketDocType = "org.example.admission.1";

    private readonly TestIssuer _cards = new(DateTimeOffset.UtcNow);
    private readonly TestIssuer _tickets = new(DateTimeOffset.UtcNow);

    /// <summary>The roots of the verifiers that the wallet trusts.</summary>
    public static IReadOnlyList<X509Certificate2> ReaderAnchors { get; } =
        [X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Guards.Repository.Root, "keys.example", "pki", "access-root.pem"))];

    public void Dispose()
    {
        _cards.Dispose();
        _tickets.Dispose();
    }

    /// <summary>Writes the public key of a root where the door reads it, and gives its path.</summary>
    public string WriteRoot(string folder, string of)
    {
        var path = Path.Combine(folder, $"{of}-root.jwk");
        File.WriteAllText(path, (of == "card" ? _cards : _tickets).BundleRoot.PublicKey.ToJson());
        return path;
    }

    /// <summary>A bundle of each, which speaks for its own type alone.</summary>
    public IEnumerable<byte[]> Bundles() => [BundleOf(_cards, CardType, CardDocType), BundleOf(_tickets, TicketType, TicketDocType)];

    /// <summary>A card and a ticket as their issuers gave them, each with its key.</summary>
    public IReadOnlyList<(string Issued, ECDsa Key)> Copies()
    {
        var (card, cardKey) = Bound(_cards, CardType);
        var (ticket, ticketKey) = Bound(_tickets, TicketType);
        ticket.Shown.Clear();
        ticket.Claims["_sd"] = new JsonArray();
        ticket.Disclose("event_id", Event);
        ticket.Disclose("starts_at", Moment(-1));
        ticket.Disclose("ends_at", Moment(3));
        return [(card.ToText(), cardKey), (ticket.ToText(), ticketKey)];
    }

    /// <summary>The same two as mdocs.</summary>
    public IReadOnlyList<(string Issued, ECDsa Key)> Mdocs()
    {
        var (cardKey, ticketKey) = (ECDsa.Create(ECCurve.NamedCurves.nistP256), ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var card = new MdocContent(CardDocType).Add("org.iso.23220.1", "age_over_18", CborValue.Of(true)).Add("org.iso.23220.1", "family_name", CborValue.Of("Щеглова"));
        var ticket = new MdocContent(TicketDocType)
            .Add(TicketDocType, "event_id", CborValue.Of(Event))
            .Add(TicketDocType, "starts_at", CborValue.Of(_tickets.Now.AddHours(-1)))
            .Add(TicketDocType, "ends_at", CborValue.Of(_tickets.Now.AddHours(3)));
        return [(TestMdoc.Issue(_cards, card, cardKey), cardKey), (TestMdoc.Issue(_tickets, ticket, ticketKey), ticketKey)];
    }

    /// <summary>A wallet with these, none of them shown yet.</summary>
    public static WalletFile Wallet(IReadOnlyList<(string Issued, ECDsa Key)> copies)
    {
        var wallet = WalletFile.InMemory();
        wallet.Add([.. copies.Select(copy => CardCopy.Take(copy.Issued, copy.Key).OrThrow())]);
        return wallet;
    }

    /// <summary>A wallet with one card of a test issuer.</summary>
    public static WalletFile WalletOf(TestIssuer issuer, ECDsa key) => Wallet([(Bound(issuer, TestIssuer.CardType, key).Card.ToText(), key)]);

    private static (TestPresentation Card, ECDsa Key) Bound(TestIssuer issuer, string type, ECDsa? holder = null)
    {
        var key = holder ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var card = new TestPresentation(issuer) { WithKeyBinding = false };
        card.Claims["vct"] = type;
        card.Claims["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(Jwk.Of(key).WithoutKeyId().ToJson()) };
        return (card, key);
    }

    private static byte[] BundleOf(TestIssuer issuer, params string[] types)
    {
        var content = issuer.Content();
        return issuer.Bundle(
            new BundleContent
            {
                Version = content.Version,
                IssuedAt = content.IssuedAt,
                Anchors = [new() { Certificate = content.Anchors[0].Certificate, Roles = content.Anchors[0].Roles, Types = types }, content.Anchors[1]],
                Denied = [],
                Types = content.Types,
                Regions = content.Regions,
                BundleMaxAge = content.BundleMaxAge,
                StatusMaxAge = content.StatusMaxAge,
            },
            issuer.StatusList());
    }

    private static string Moment(int hours) => DateTimeOffset.UtcNow.AddHours(hours).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
