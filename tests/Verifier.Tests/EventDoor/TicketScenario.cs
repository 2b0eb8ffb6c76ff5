using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.EventDoor;

/// <summary>Tickets of an event that goes on now, and the bundle of their issuer, under a root of its own.</summary>
internal static class TicketScenario
{
    public const string Type = "https://example.org/vct/event-admission/1";
    public const string DocType = "org.example.admission.1";
    public const string Event = "evening-2026";

    private const int Entries = 4096;

    private static int _given;

    /// <summary>The root of the ticket issuer's bundle.</summary>
    public static SigningKey Root { get; } = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A ticket, with what a door asks for shown; each has a status entry of its own, and a key unless one is given.</summary>
    public static Scenario New(DateTimeOffset now, string admitted = Event, int startsInHours = -1, int lastsHours = 3, SigningKey? key = null, int? entry = null)
    {
        var holder = key ?? SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var ticket = new Scenario(now) { Holder = holder };
        string[] shown =
        [
            Scenario.Disclosure("\"event_id\"", $"\"{admitted}\""),
            Scenario.Disclosure("\"starts_at\"", $"\"{Moment(now.AddHours(startsInHours))}\""),
            Scenario.Disclosure("\"ends_at\"", $"\"{Moment(now.AddHours(startsInHours + lastsHours))}\""),
        ];
        ticket.Shown.Clear();
        ticket.Shown.AddRange(shown);
        ticket.Payload["vct"] = Type;
        ticket.Payload["status"]!["status_list"]!["idx"] = entry ?? NextEntry();
        ticket.Payload["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(holder.PublicKey.WithoutKeyId().ToJson()) };
        ticket.Payload["_sd"] = new JsonArray([.. shown.Select(disclosure => (JsonNode)Scenario.Digest(disclosure))]);
        return ticket;
    }

    /// <summary>A ticket as mdoc, in its holder's hands.</summary>
    public static (HeldMdoc Ticket, SigningKey Key) NewMdoc(DateTimeOffset now, string admitted = Event, int startsInHours = -1, int lastsHours = 3, int? entry = null)
    {
        var holder = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var content = new MdocContent(DocType)
            .Add(DocType, "event_id", CborValue.Of(admitted))
            .Add(DocType, "event_name", CborValue.Of("Evening"))
            .Add(DocType, "starts_at", CborValue.Of(now.AddHours(startsInHours)))
            .Add(DocType, "ends_at", CborValue.Of(now.AddHours(startsInHours + lastsHours)))
            .Add(DocType, "admission_class", CborValue.Of("seated"));
        var validity = new MdocValidity(now.AddDays(-1), now.AddDays(-1), now.AddDays(2));
        var issued = MdocWriter.Issue(TestPki.CardSigner, content, holder.PublicKey, validity, RandomNumberGenerator.Fill, (TestPki.StatusUri, entry ?? NextEntry()));
        return (HeldMdoc.Parse(issued).OrThrow(), holder);
    }

    /// <summary>The bundle of the tickets' issuer: it speaks for tickets, and for nothing else.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancelled">An entry that is void.</param>
    public static byte[] Bundle(DateTimeOffset now, int? cancelled = null)
    {
        var scenario = new Scenario(now);
        scenario.StatusLists[0] = Scenario.StatusList(cancelled is { } entry ? StatusList.Empty(Entries, 2).With(entry, 1) : StatusList.Empty(Entries, 2), issuedAt: now.AddHours(-6), expiresAt: now.AddDays(3));
        scenario.Anchors[0] = new() { Certificate = TestPki.CardAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = [Type, DocType] };
        return BundleWriter.Write(scenario.Content(), Root, scenario.StatusLists);
    }

    /// <summary>An entry that no other ticket has.</summary>
    public static int NextEntry() => Interlocked.Increment(ref _given) % Entries;

    // As the issuer writes moments.
    private static string Moment(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
