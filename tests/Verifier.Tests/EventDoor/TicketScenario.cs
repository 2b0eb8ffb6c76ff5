using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.EventDoor;

/// <summary>Tickets of an event that goes on now, and the bundle of their issuer, under a root of its own.</summary>
internal static class TicketScenario
{
    public const string Type = "https://example.org/vct/event-admission/1";
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

    /// <summary>The bundle of the tickets' issuer: it speaks for tickets, and for nothing else.</summary>
    public static byte[] Bundle(DateTimeOffset now)
    {
        var scenario = new Scenario(now);
        scenario.StatusLists[0] = Scenario.StatusList(StatusList.Empty(Entries, 2), issuedAt: now.AddHours(-6), expiresAt: now.AddDays(3));
        scenario.Anchors[0] = new() { Certificate = TestPki.CardAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = [Type] };
        return BundleWriter.Write(scenario.Content(), Root, scenario.StatusLists);
    }

    /// <summary>An entry that no other ticket has.</summary>
    public static int NextEntry() => Interlocked.Increment(ref _given) % Entries;

    // As the issuer writes moments.
    private static string Moment(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
