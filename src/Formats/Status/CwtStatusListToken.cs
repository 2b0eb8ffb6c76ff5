using System.Formats.Cbor;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Status;

/// <summary>A status list token as CWT (Token Status List §5.2) as received: well formed, and not verified; verify <see cref="Message"/>.</summary>
public sealed class CwtStatusListToken
{
    /// <summary>The <c>typ</c> header (16), and the media type.</summary>
    public const string MediaType = "application/statuslist+cwt";

    // RFC 8392 §4 and Token Status List §14.3.
    private const long SubjectClaim = 2;
    private const long ExpiresClaim = 4;
    private const long IssuedClaim = 6;
    private const long ListClaim = 65533;
    private const long TimeToLiveClaim = 65534;

    private CwtStatusListToken(ReadOnlyMemory<byte> encoded, CoseSign1 message, CborValue claims, StatusList list)
    {
        (Encoded, Message, List) = (encoded, message, list);
        Subject = claims.Member(SubjectClaim)!.Text!;
        IssuedAt = claims.Member(IssuedClaim)!.Number!.Value;
        ExpiresAt = claims.Member(ExpiresClaim)?.Number;
        TimeToLive = claims.Member(TimeToLiveClaim)?.Number;
    }

    /// <summary>The bytes, as received.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The token.</summary>
    public CoseSign1 Message { get; }

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
    /// <param name="cwt">The bytes.</param>
    /// <param name="maxBytes">The bound on the inflated list; the token itself may be as large, and its frame.</param>
    public static Parsed<CwtStatusListToken> Parse(ReadOnlyMemory<byte> cwt, int maxBytes = StatusList.DefaultMaxBytes)
    {
        if (CoseSign1.Parse(cwt, maxBytes + StrictJson.DefaultMaxBytes).Failed(out var failure, out var message))
        {
            return failure;
        }

        // §5.2: tagged as COSE_Sign1, without the tag of a CWT.
        if (!message.IsTagged || message.UnverifiedPayload is not { } payload)
        {
            return new FormatFailure(FormatRule.Structure, "a status list token is a COSE_Sign1 with tag 18 and its payload");
        }

        if (message.Protected(CoseWriter.TypeLabel)?.Text != MediaType)
        {
            return new FormatFailure(FormatRule.Type, $"typ is not {MediaType}");
        }

        return StrictCbor.ParseMap(payload, payload.Length).Failed(out failure, out var claims) ? failure : Read(cwt, message, claims, maxBytes);
    }

    /// <summary>Signs a token with an <c>x5chain</c> header (HAIP §6.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time to live is not a second or more.</exception>
    public static byte[] Write(SigningKey key, string uri, StatusList list, DateTimeOffset issuedAt, DateTimeOffset expiresAt, TimeSpan ttl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ttl, TimeSpan.FromSeconds(1));
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartMap(5);
        writer.WriteInt64(SubjectClaim);
        writer.WriteTextString(uri);
        writer.WriteInt64(ExpiresClaim);
        writer.WriteInt64(expiresAt.ToUnixTimeSeconds());
        writer.WriteInt64(IssuedClaim);
        writer.WriteInt64(issuedAt.ToUnixTimeSeconds());
        writer.WriteInt64(ListClaim);
        list.WriteTo(writer);
        writer.WriteInt64(TimeToLiveClaim);
        writer.WriteInt64((long)ttl.TotalSeconds);
        writer.WriteEndMap();
        return CoseWriter.Sign(key, writer.Encode(), MediaType);
    }

    /// <inheritdoc/>
    public override string ToString() => $"status list token for {Subject}";

    private static Parsed<CwtStatusListToken> Read(ReadOnlyMemory<byte> cwt, CoseSign1 message, CborValue claims, int maxBytes)
    {
        if (BrokenClaim(claims) is { } broken)
        {
            return new FormatFailure(FormatRule.Member, broken);
        }

        return StatusList.Parse(claims.Member(ListClaim)!, maxBytes).Failed(out var failure, out var list)
            ? failure
            : new CwtStatusListToken(cwt, message, claims, list);
    }

    private static string? BrokenClaim(CborValue claims)
    {
        if (string.IsNullOrEmpty(claims.Member(SubjectClaim)?.Text))
        {
            return "sub (2) is missing or no text";
        }

        if (claims.Member(IssuedClaim)?.Number is null)
        {
            return "iat (6) is missing or no whole number";
        }

        if (claims.Member(ExpiresClaim) is { Kind: not CborKind.Number })
        {
            return "exp (4) is no whole number";
        }

        // §5.2: a positive number.
        if (claims.Member(TimeToLiveClaim) is { } ttl && ttl.Number is not > 0)
        {
            return "ttl (65534) is no positive whole number";
        }

        return claims.Member(ListClaim)?.Kind == CborKind.Map ? null : "status_list (65533) is missing or no map";
    }
}
