using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.EventDoor.Tickets;

/// <summary>Whether a ticket that passed every check is for now.</summary>
internal enum TicketTime
{
    /// <summary>It does not say when it is for.</summary>
    Unreadable,

    /// <summary>It is.</summary>
    Now,

    /// <summary>The door is not open yet.</summary>
    Early,

    /// <summary>The event is over.</summary>
    Over,
}

/// <summary>The rules that a door adds to the verifier's checks. Pure: the clock is handed in.</summary>
internal static class TicketRules
{
    /// <summary>The document type of a ticket as mdoc, and the namespace of its elements.</summary>
    public const string DocType = "org.example.admission.1";

    private const string MomentFormat = "yyyy-MM-dd'T'HH:mm:ssK";

    /// <summary>Whether a verified ticket is for this moment.</summary>
    public static TicketTime TimeOf(VerifiedCredential ticket, TimeSpan opensBefore, DateTimeOffset now)
    {
        if (MomentOf(ticket, "starts_at") is not { } starts || MomentOf(ticket, "ends_at") is not { } ends)
        {
            return TicketTime.Unreadable;
        }

        return now < starts - opensBefore ? TicketTime.Early : now < ends ? TicketTime.Now : TicketTime.Over;
    }

    /// <summary>
    /// What tells this ticket from every other and says nothing about anybody: the hash of its status entry. The issuer chose it, in either format; the key
    /// that a ticket is bound to was chosen by the wallet. Null where there is no entry.
    /// </summary>
    public static string? HandleOf(VerifiedCredential ticket) => ticket.Status is { } entry
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entry.Index} {entry.Uri}"))))
        : null;

    private static DateTimeOffset? MomentOf(VerifiedCredential ticket, string claim) =>
        (ticket.Type == DocType ? ticket.Find(DocType, claim) : ticket.Find(claim)) is [{ ValueKind: JsonValueKind.String } text]
        && DateTimeOffset.TryParseExact(text.GetString(), MomentFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
}
