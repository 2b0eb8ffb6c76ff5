using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>One copy: the holder's key and the status entry that it gets.</summary>
/// <param name="Key">A public key on P-256; null for a code on paper, which is bound to nobody.</param>
/// <param name="Status">The entry.</param>
public sealed record CopyOrder(Jwk? Key, StatusIndex Status);

/// <summary>
/// What the web process asks the signer for: copies of one card for one subject, with everything that shows that officers decided so.
/// Received, not verified. Holds personal data: redacted.
/// </summary>
public sealed class MintOrder : SignerRequest
{
    private const int MaxCopies = 100;
    private const int MaxDecisions = 16;
    private const int MaxPayments = 100;
    private const int MaxOffset = 14 * 60;

    /// <summary>The <c>credential_configuration_id</c>.</summary>
    public required string ConfigurationId { get; init; }

    /// <summary>The id of the key under which the status entries were recorded: another one signs none of these copies.</summary>
    public required string KeyId { get; init; }

    public required string ApplicationId { get; init; }

    /// <summary>The decisions of the application's last attempt, as the database holds them.</summary>
    public required IReadOnlyList<StoredDecision> Decisions { get; init; }

    /// <summary>The treasury's signed facts, in the order in which they were counted; none for what is not paid for.</summary>
    public required IReadOnlyList<string> Payments { get; init; }

    public required PersonClaims Claims { get; init; }

    public required CardDetails Details { get; init; }

    public required CopyValidity Validity { get; init; }

    public required IReadOnlyList<CopyOrder> Copies { get; init; }

    /// <summary>True where a code on paper is asked for: one copy, without a key.</summary>
    public bool IsOnPaper => Copies.Any(copy => copy.Key is null);

    /// <summary>Redacted.</summary>
    public override string ToString() => IsOnPaper ? "order of a code on paper" : $"order of {Copies.Count} copies";

    internal const string Operation = "mint";

    internal override string Op => Operation;

    internal static Parsed<SignerRequest> Read(JsonElement json)
    {
        if (!HasExactly(json, "op", "configuration", "key", "application", "decisions", "payments", "claims", "details", "first_day", "end_day", "offset", "copies"))
        {
            return Malformed("an order has configuration, key, application, decisions, payments, claims, details, first_day, end_day, offset and copies");
        }

        if (json.StringMember("configuration") is not { Length: <= MaxName } configuration || json.StringMember("key") is not { Length: <= MaxName } keyId
            || json.StringMember("application") is not { Length: <= MaxName } application || json.StringsMember("payments") is not { Count: <= MaxPayments } payments)
        {
            return Malformed("a name of the order is none, or it has too many payments");
        }

        return ReadCard(json) is var (claims, details) && ReadValidity(json) is { } validity && ReadDecisions(json) is { } decisions && ReadCopies(json) is { } copies
            ? new MintOrder
            {
                ConfigurationId = configuration,
                KeyId = keyId,
                ApplicationId = application,
                Decisions = decisions,
                Payments = payments,
                Claims = claims,
                Details = details,
                Validity = validity,
                Copies = copies,
            }
            : Malformed("the card, its days, the decisions or the copies are of another kind, or too many");
    }

    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteString("configuration", ConfigurationId);
        writer.WriteString("key", KeyId);
        writer.WriteString("application", ApplicationId);
        WriteDecisions(writer, Decisions);
        writer.WriteStrings("payments", Payments);
        writer.WritePropertyName("claims");
        Claims.WriteTo(writer);
        writer.WritePropertyName("details");
        Details.WriteTo(writer);
        writer.WriteNumber("first_day", Validity.FirstDay);
        writer.WriteNumber("end_day", Validity.EndDay);
        writer.WriteNumber("offset", Validity.OffsetMinutes);
        WriteCopies(writer, Copies);
    }

    internal static void WriteDecisions(Utf8JsonWriter writer, IEnumerable<StoredDecision> decisions)
    {
        writer.WriteStartArray("decisions");
        foreach (var decision in decisions)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(Base64UrlText.Encode(decision.Document));
            writer.WriteStringValue(decision.Assertion);
            writer.WriteStringValue(decision.RosterEntry);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    internal static void WriteCopies(Utf8JsonWriter writer, IEnumerable<CopyOrder> copies)
    {
        writer.WriteStartArray("copies");
        foreach (var copy in copies)
        {
            writer.WriteStartObject();
            writer.WriteNumber("list", copy.Status.List);
            writer.WriteNumber("index", copy.Status.Index);
            if (copy.Key is { } key)
            {
                writer.WritePropertyName("key");
                key.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static (PersonClaims Claims, CardDetails Details)? ReadCard(JsonElement json) =>
        json.ObjectMember("claims") is { } record && PersonClaims.Read(record).Succeeded(out var claims, out _)
        && json.ObjectMember("details") is { } details && CardDetails.Find(details) is { } card
            ? (claims, card)
            : null;

    private static CopyValidity? ReadValidity(JsonElement json) =>
        json.LongMember("first_day") is >= 0 and < MaxDay and var first && json.LongMember("end_day") is >= 0 and < MaxDay and var end
        && json.LongMember("offset") is >= -MaxOffset and <= MaxOffset and var offset
            ? new CopyValidity(first, end, (int)offset)
            : null;

    internal static List<StoredDecision>? ReadDecisions(JsonElement json)
    {
        if (json.ArrayMember("decisions") is not { } array || array.GetArrayLength() > MaxDecisions)
        {
            return null;
        }

        var decisions = new List<StoredDecision>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() != 3 || item.EnumerateArray().Any(part => part.ValueKind != JsonValueKind.String)
                || !Base64UrlText.TryDecode(item[0].GetString(), out var document))
            {
                return null;
            }

            decisions.Add(new StoredDecision(document, item[1].GetString()!, item[2].GetString()!));
        }

        return decisions;
    }

    internal static List<CopyOrder>? ReadCopies(JsonElement json)
    {
        if (json.ArrayMember("copies") is not { } array || array.GetArrayLength() > MaxCopies)
        {
            return null;
        }

        var copies = new List<CopyOrder>();
        foreach (var item in array.EnumerateArray())
        {
            if (ReadCopy(item) is not { } copy)
            {
                return null;
            }

            copies.Add(copy);
        }

        return copies;
    }

    private static CopyOrder? ReadCopy(JsonElement item)
    {
        var onPaper = HasExactly(item, "list", "index");
        if ((!onPaper && !HasExactly(item, "list", "index", "key"))
            || item.LongMember("list") is not { } list || item.LongMember("index") is not (>= 0 and <= int.MaxValue and var index))
        {
            return null;
        }

        var status = new StatusIndex(list, (int)index);
        return onPaper ? new CopyOrder(null, status)
            : item.ObjectMember("key") is { } jwk && Jwk.Parse(jwk).Succeeded(out var key, out _) ? new CopyOrder(key, status) : null;
    }
}
