using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// What the web process asks the signer for: one ticket to one event, with the event's facts and everything that shows that two officers
/// decided it. Received, not verified. It says nothing of who will hold the ticket but the new key in it.
/// </summary>
public sealed class TicketOrder : SignerRequest
{
    /// <summary>The <c>credential_configuration_id</c>.</summary>
    public required string ConfigurationId { get; init; }

    /// <summary>The id of the key that is to sign.</summary>
    public required string KeyId { get; init; }

    public required string EventId { get; init; }

    /// <summary>The canonical bytes of the event's facts.</summary>
    public required byte[] Facts { get; init; }

    public required IReadOnlyList<StoredDecision> Decisions { get; init; }

    /// <summary>The random name of this ticket between the two processes: it is minted once.</summary>
    public required string Ticket { get; init; }

    /// <summary>The kind of its place.</summary>
    public required string AdmissionClass { get; init; }

    /// <summary>The number of its place; null where places have none.</summary>
    public string? Seat { get; init; }

    public required CopyOrder Copy { get; init; }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"order of a ticket to event {EventId}";

    internal const string Operation = "ticket";

    internal override string Op => Operation;

    internal static Parsed<SignerRequest> Read(JsonElement json)
    {
        if (!HasExactly(json, "op", "configuration", "key", "event", "facts", "decisions", "ticket", "class", "seat", "copies"))
        {
            return Malformed("an order of a ticket has configuration, key, event, facts, decisions, ticket, class, seat and copies");
        }

        if (json.StringMember("configuration") is not { Length: <= MaxName } configuration || json.StringMember("key") is not { Length: <= MaxName } keyId
            || json.StringMember("event") is not { Length: <= MaxName } id || json.StringMember("ticket") is not { Length: > 0 and <= MaxName } ticket
            || json.StringMember("class") is not { Length: <= MaxName } admissionClass || json.StringMember("seat") is not { Length: <= MaxName } seat)
        {
            return Malformed("a name of the order is none");
        }

        return Base64UrlText.TryDecode(json.StringMember("facts"), out var facts)
            && MintOrder.ReadDecisions(json) is { } decisions && MintOrder.ReadCopies(json) is [{ Key: not null } copy]
            ? new TicketOrder
            {
                ConfigurationId = configuration,
                KeyId = keyId,
                EventId = id,
                Facts = facts,
                Decisions = decisions,
                Ticket = ticket,
                AdmissionClass = admissionClass,
                Seat = seat.Length == 0 ? null : seat,
                Copy = copy,
            }
            : Malformed("the facts, the decisions or the one copy are of another kind");
    }

    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteString("configuration", ConfigurationId);
        writer.WriteString("key", KeyId);
        writer.WriteString("event", EventId);
        writer.WriteString("facts", Base64UrlText.Encode(Facts));
        MintOrder.WriteDecisions(writer, Decisions);
        writer.WriteString("ticket", Ticket);
        writer.WriteString("class", AdmissionClass);
        writer.WriteString("seat", Seat ?? "");
        MintOrder.WriteCopies(writer, [Copy]);
    }
}
