using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.IdP.Accounts;

/// <summary>Verified attributes and when they were verified: by a card, until that copy of the card expires.</summary>
public sealed class VerifiedAttributes(IReadOnlyDictionary<string, string> values, long verifiedAt, long expiresAt)
{
    /// <summary>The claims that are ever taken over from a card.</summary>
    public static readonly IReadOnlyList<string> Names = ["given_name", "family_name", "birthdate"];

    /// <summary>Claim name and value.</summary>
    public IReadOnlyDictionary<string, string> Values { get; } = values;

    /// <summary>When the card was presented, in Unix seconds.</summary>
    public long VerifiedAt { get; } = verifiedAt;

    /// <summary>When the presented copy of the card expires, in Unix seconds.</summary>
    public long ExpiresAt { get; } = expiresAt;

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{Values.Count} verified attributes";
}

/// <summary>What presented cards said about an account's holder. Everything in it ends by itself.</summary>
public sealed class VerifiedIdentity(long provenUntil, VerifiedAttributes? attributes)
{
    /// <summary>Until when the account counts as proofed in person, in Unix seconds.</summary>
    public long ProvenUntil { get; } = provenUntil;

    /// <summary>The attributes, where the person showed any.</summary>
    public VerifiedAttributes? Attributes { get; } = attributes;

    /// <summary>When nothing is left of it.</summary>
    public long ExpiresAt => Math.Max(ProvenUntil, Attributes?.ExpiresAt ?? 0);

    /// <summary>What still holds at a time, or null when nothing does.</summary>
    public static VerifiedIdentity? At(VerifiedIdentity? identity, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        if (identity is null || identity.ExpiresAt <= seconds)
        {
            return null;
        }

        return identity.Attributes is { } attributes && attributes.ExpiresAt <= seconds ? new(identity.ProvenUntil, null) : identity;
    }

    /// <summary>The assurance that it gives at a time.</summary>
    public static Assurance AssuranceAt(VerifiedIdentity? identity, DateTimeOffset now) =>
        identity is not null && identity.ProvenUntil > now.ToUnixTimeSeconds() ? Assurance.InPerson : Assurance.SelfDeclared;

    /// <summary>
    /// With a newly presented card. A card that showed no name renews the assurance alone: older attributes keep their own time.
    /// </summary>
    public static VerifiedIdentity After(VerifiedIdentity? earlier, IReadOnlyDictionary<string, string> shown, DateTimeOffset now, DateTimeOffset cardExpires)
    {
        var expires = cardExpires.ToUnixTimeSeconds();
        var attributes = shown.Count > 0 ? new VerifiedAttributes(shown, now.ToUnixTimeSeconds(), expires) : At(earlier, now)?.Attributes;
        return new(expires, attributes);
    }

    /// <summary>As JSON, to be encrypted.</summary>
    public byte[] ToJson() => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("proven_until", ProvenUntil);
        if (Attributes is { } attributes)
        {
            json.WriteStartObject("attributes");
            json.WriteNumber("verified_at", attributes.VerifiedAt);
            json.WriteNumber("expires_at", attributes.ExpiresAt);
            json.WriteStartObject("values");
            foreach (var (name, value) in attributes.Values)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static VerifiedIdentity FromJson(ReadOnlySpan<byte> bytes)
    {
        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new(json.LongMember("proven_until") ?? 0, json.ObjectMember("attributes") is { } attributes ? ReadAttributes(attributes) : null);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(VerifiedIdentity);

    private static VerifiedAttributes ReadAttributes(JsonElement json)
    {
        var values = json.ObjectMember("values")!.Value.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!);
        return new(values, json.LongMember("verified_at")!.Value, json.LongMember("expires_at")!.Value);
    }
}
