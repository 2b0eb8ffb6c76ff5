using IdentityPlatform.Formats;

namespace IdentityPlatform.IdP.Services;

/// <summary>What a person agreed to share with one service.</summary>
public sealed class Consent(string serviceId, IReadOnlyList<string> scopes, IReadOnlyList<string> claims, long givenAt)
{
    /// <summary>The service: its client id.</summary>
    public string ServiceId { get; } = serviceId;

    /// <summary>The scopes.</summary>
    public IReadOnlyList<string> Scopes { get; } = scopes;

    /// <summary>The personal claims, by name.</summary>
    public IReadOnlyList<string> Claims { get; } = claims;

    /// <summary>When, in Unix seconds.</summary>
    public long GivenAt { get; } = givenAt;

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
        json.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Consent FromJson(ReadOnlySpan<byte> bytes)
    {
        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new(json.StringMember("service")!, Words(json.StringMember("scope")!), Words(json.StringMember("claims")!), json.LongMember("given_at")!.Value);
    }

    /// <summary>Redacted: which services a person uses is theirs.</summary>
    public override string ToString() => nameof(Consent);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
