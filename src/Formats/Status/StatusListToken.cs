using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Status;

/// <summary>
/// A status list token (Token Status List §5.1) as received: well formed, and not verified; verify <see cref="Jwt"/>. It keeps its text
/// and the inflated list, and nothing else of what it was read from: a verifier holds hundreds of them.
/// </summary>
public sealed class StatusListToken
{
    /// <summary>The <c>typ</c> header.</summary>
    public const string MediaType = "statuslist+jwt";

    private readonly ReadOnlyMemory<byte> _ascii;

    private StatusListToken(ReadOnlyMemory<byte> ascii, JsonElement claims, StatusList list)
    {
        (_ascii, List) = (ascii, list);
        Subject = claims.StringMember("sub")!;
        IssuedAt = claims.LongMember("iat")!.Value;
        ExpiresAt = claims.LongMember("exp");
        TimeToLive = claims.LongMember("ttl");
    }

    /// <summary>The token, read anew out of its text by every call: take it once, and let it go.</summary>
    public SignedJwt Jwt => SignedJwt.Parse(_ascii, _ascii.Length, null).OrThrow();

    /// <summary>The URI of the list: equal to the <c>uri</c> of the credentials that refer to it.</summary>
    public string Subject { get; }

    /// <summary>When the list was made, in Unix seconds.</summary>
    public long IssuedAt { get; }

    /// <summary>When it is void, in Unix seconds, or null.</summary>
    public long? ExpiresAt { get; }

    /// <summary>For how many seconds it may be kept before a new one is asked for, or null.</summary>
    public long? TimeToLive { get; }

    /// <summary>The list.</summary>
    public StatusList List { get; }

    /// <summary>Parses a token.</summary>
    /// <param name="jwt">The compact form.</param>
    /// <param name="maxBytes">The bound on the inflated list; the token itself may have twice as many characters, and its frame.</param>
    public static Parsed<StatusListToken> Parse(string jwt, int maxBytes = StatusList.DefaultMaxBytes) =>
        jwt.Length > MaxCharacters(maxBytes) ? SignedJwt.TooLong(MaxCharacters(maxBytes)) : Parse(Encoding.ASCII.GetBytes(jwt).AsMemory(), maxBytes);

    /// <summary>Parses a token that is in ASCII already.</summary>
    /// <param name="ascii">The compact form. It is kept, not copied: the caller changes it no more.</param>
    /// <param name="maxBytes">The bound on the inflated list; the token itself may have twice as many characters, and its frame.</param>
    public static Parsed<StatusListToken> Parse(ReadOnlyMemory<byte> ascii, int maxBytes = StatusList.DefaultMaxBytes)
    {
        using var pool = new PooledJson();
        pool.Prepare(JsonParts.CapacityFor(Math.Min(ascii.Length, MaxCharacters(maxBytes))));
        if (SignedJwt.Parse(ascii, MaxCharacters(maxBytes), pool).Failed(out var failure, out var received))
        {
            return failure;
        }

        if (!received.IsType(MediaType))
        {
            return new FormatFailure(FormatRule.Type, $"typ is not {MediaType}");
        }

        if (BrokenMember(received.UnverifiedClaims) is { } broken)
        {
            return new FormatFailure(FormatRule.Member, broken);
        }

        return StatusList.Parse(received.UnverifiedClaims.ObjectMember("status_list")!.Value, maxBytes).Failed(out failure, out var list)
            ? failure
            : new StatusListToken(ascii, received.UnverifiedClaims, list);
    }

    /// <summary>Signs a token with an <c>x5c</c> header (HAIP §6.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time to live is not a second or more.</exception>
    public static string Write(SigningKey key, string uri, StatusList list, DateTimeOffset issuedAt, DateTimeOffset expiresAt, TimeSpan ttl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ttl, TimeSpan.FromSeconds(1));
        return JwtWriter.Sign(key, MediaType, writer =>
        {
            writer.WriteString("sub", uri);
            writer.WriteNumber("iat", issuedAt.ToUnixTimeSeconds());
            writer.WriteNumber("exp", expiresAt.ToUnixTimeSeconds());
            writer.WriteNumber("ttl", (long)ttl.TotalSeconds);
            writer.WritePropertyName("status_list");
            list.WriteTo(writer);
        }, KeyReference.X5c);
    }

    /// <inheritdoc/>
    public override string ToString() => $"status list token for {Subject}";

    private static int MaxCharacters(int maxBytes) => (2 * maxBytes) + StrictJson.DefaultMaxBytes;

    private static string? BrokenMember(JsonElement claims)
    {
        if (string.IsNullOrEmpty(claims.StringMember("sub")))
        {
            return "sub is missing or no string";
        }

        if (claims.LongMember("iat") is null)
        {
            return "iat is missing or no whole number";
        }

        if (claims.Member("exp") is not null && claims.LongMember("exp") is null)
        {
            return "exp is no whole number";
        }

        // Token Status List §5.1: a positive number.
        if (claims.Member("ttl") is not null && claims.LongMember("ttl") is not > 0)
        {
            return "ttl is no positive whole number";
        }

        return claims.ObjectMember("status_list") is null ? "status_list is missing or no object" : null;
    }
}
