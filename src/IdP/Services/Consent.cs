using IdentityPlatform.Formats;

namespace IdentityPlatform.IdP.Services;

/// <summary>What a person agreed to share with one service.</summary>
public sealed class Consent(string serviceId, IReadOnlyList<string> scopes, IReadOnlyList<string> claims, DateTimeOffset givenAt)
{
    /// <summary>The service: its client id.</summary>
    public string ServiceId { get; } = serviceId;

    /// <summary>The scopes.</summary>
    public IReadOnlyList<string> Scopes { get; } = scopes;

    /// <summary>The personal claims, by name.</summary>
    public IReadOnlyList<string> Claims { get; } = claims;

    /// <summary>When, in Unix seconds.</summary>
    public long GivenAt => GivenAtMilliseconds / 1000;

    /// <summary>The same to the millisecond: an earlier consent of a request's own second is not one to that request.</summary>
    public long GivenAtMilliseconds { get; } = givenAt.ToUnixTimeMilliseconds();

    /// <summary>True when nothing is asked beyond it.</summary>
    public bool Covers(IEnumerable<string> scopes, IEnumerable<string> claims) => !scopes.Except(Scopes).Any() && !claims.Except(Claims).Any();

    /// <summary>As JSON, to be encrypted.</summary>
    public byte[] ToJson() => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("service", ServiceId);
        json.WriteString("scope", string.Join(' ', Scopes));
        json.WriteString("claims", string.Join(' ', Claims));
        json.WriteNumber("given_at", GivenAt);
        json.WriteNumber("given_ms", GivenAtMilliseconds % 1000);
        json.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Consent FromJson(ReadOnlySpan<byte> bytes)
    {
        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        var givenAt = (json.LongMember("given_at")!.Value * 1000) + (json.LongMember("given_ms") ?? 0);
        return new(
            json.StringMember("service")!, Words(json.StringMember("scope")!), Words(json.StringMember("claims")!), DateTimeOffset.FromUnixTimeMilliseconds(givenAt));
    }

    /// <summary>Redacted: which services a person uses is theirs.</summary>
    public override string ToString() => nameof(Consent);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
