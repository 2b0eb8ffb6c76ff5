using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.Jose;

/// <summary>A compact JWS with JSON claims (RFC 7519) as received: well formed, and not verified.</summary>
public sealed class SignedJwt
{
    // In ASCII, which is what the signature covers; mostly a part of a larger text, which is not copied.
    private readonly ReadOnlyMemory<byte> _compact;
    private string? _type;

    private SignedJwt(ReadOnlyMemory<byte> compact, JwsAlgorithm algorithm, JsonElement header, JsonElement claims, byte[] signature)
    {
        _compact = compact;
        (Algorithm, Header, UnverifiedClaims, Signature) = (algorithm, header, claims, signature);
    }

    /// <summary>The <c>alg</c> header.</summary>
    public JwsAlgorithm Algorithm { get; }

    /// <summary>The protected header.</summary>
    public JsonElement Header { get; }

    /// <summary>The <c>typ</c> header, or null.</summary>
    public string? Type => _type ??= Header.StringMember("typ");

    /// <summary>The <c>kid</c> header, or null.</summary>
    public string? KeyId => Header.StringMember("kid");

    /// <summary>The claims, before any signature was checked: good for finding the key, and for nothing else.</summary>
    public JsonElement UnverifiedClaims { get; }

    internal byte[] Signature { get; }

    /// <summary>Parses a compact serialisation (RFC 7515 §7.1).</summary>
    /// <param name="compact">The text.</param>
    /// <param name="maxBytes">The bound on its length.</param>
    public static Parsed<SignedJwt> Parse(string compact, int maxBytes = StrictJson.DefaultMaxBytes) =>
        compact.Length > maxBytes ? TooLong(maxBytes) : Parse(Encoding.ASCII.GetBytes(compact), maxBytes, null);

    /// <summary>Parses a part of a text.</summary>
    /// <param name="compact">The JWT in ASCII. It is kept, not copied; what is no ASCII has become a question mark, which no part of a JWT holds.</param>
    /// <param name="maxBytes">The bound on its length.</param>
    /// <param name="pool">Where its JSON is read; null for memory of its own.</param>
    internal static Parsed<SignedJwt> Parse(ReadOnlyMemory<byte> compact, int maxBytes, PooledJson? pool)
    {
        if (compact.Length > maxBytes)
        {
            return TooLong(maxBytes);
        }

        var text = compact.Span;
        var (first, last) = (text.IndexOf((byte)'.'), text.LastIndexOf((byte)'.'));
        if (text.Count((byte)'.') != 2)
        {
            return new FormatFailure(FormatRule.Structure, "a compact JWS has three parts");
        }

        var failure = ParsePart(text[..first], "the JWS header", maxBytes, pool, out var header);
        if (failure is not null)
        {
            return failure;
        }

        failure = ParsePart(text[(first + 1)..last], "the JWS payload", maxBytes, pool, out var claims);
        return failure is not null || Base64UrlText.Parse(text[(last + 1)..], "the JWS signature").Failed(out failure, out var signature)
            ? failure
            : Check(compact, header, claims, signature);
    }

    /// <summary>Verifies the signature and the <c>typ</c> (RFC 8725 §3.11); only what passed is a <see cref="VerifiedJwt"/>.</summary>
    /// <param name="key">The key that the caller trusts for this purpose.</param>
    /// <param name="type">The expected <c>typ</c>, compared without case and without <c>application/</c>; null where a specification gives none.</param>
    /// <param name="allowed">The algorithms that the caller allows.</param>
    public Parsed<VerifiedJwt> Verify(VerificationKey key, string? type, params ReadOnlySpan<JwsAlgorithm> allowed)
    {
        if (!allowed.Contains(Algorithm))
        {
            return new FormatFailure(FormatRule.Algorithm, $"alg {Algorithm} is not allowed here");
        }

        if (type is not null && !IsType(type))
        {
            return new FormatFailure(FormatRule.Type, $"typ is not {type}");
        }

        return IsSignedBy(key) ? new VerifiedJwt(this) : new FormatFailure(FormatRule.Signature, "the signature does not verify");
    }

    /// <summary>True when <c>typ</c> is the one given (RFC 7515 §4.1.9: media types without <c>application/</c>, compared without case).</summary>
    public bool IsType(string type)
    {
        if (Header.HasString("typ", type))
        {
            return true;
        }

        const string prefix = "application/";
        var actual = Type;
        if (actual is not null && actual.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && actual.IndexOf('/', prefix.Length) < 0)
        {
            actual = actual[prefix.Length..];
        }

        return string.Equals(actual, type, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The compact serialisation again, as received.</summary>
    public string Compact() => Encoding.ASCII.GetString(_compact.Span);

    /// <summary>Redacted: a token is a secret.</summary>
    public override string ToString() => $"{Algorithm} JWT of type {Type ?? "(none)"}";

    // RFC 7515 §5.1: the signature covers the ASCII of header and payload with the period between them.
    private bool IsSignedBy(VerificationKey key) => key.Verify(Algorithm, _compact.Span[.._compact.Span.LastIndexOf((byte)'.')], Signature);

    internal static FormatFailure TooLong(int maxBytes) => new(FormatRule.Size, $"the JWT is longer than {maxBytes} characters");

    private static FormatFailure? ParsePart(ReadOnlySpan<byte> part, string what, int maxBytes, PooledJson? pool, out JsonElement json)
    {
        json = default;
        var failure = pool is null ? ParseAlone(part, what, maxBytes, out json) : ParsePooled(part, what, maxBytes, pool, out json);
        return failure ?? (json.ValueKind == JsonValueKind.Object ? null : new FormatFailure(FormatRule.Structure, "a JSON object is expected"));
    }

    private static FormatFailure? ParseAlone(ReadOnlySpan<byte> part, string what, int maxBytes, out JsonElement json)
    {
        json = default;
        if (Base64UrlText.Parse(part, what).Failed(out var failure, out var bytes) || StrictJson.Parse(bytes, maxBytes).Failed(out failure, out var value))
        {
            return failure;
        }

        json = value.Element;
        return null;
    }

    private static FormatFailure? ParsePooled(ReadOnlySpan<byte> part, string what, int maxBytes, PooledJson pool, out JsonElement json)
    {
        var bytes = pool.Take(part.Length);
        json = default;
        return Base64UrlText.TryDecode(part, bytes.Span, out var length)
            ? StrictJson.TryParse(bytes[..length], maxBytes, pool, 0, out json)
            : Base64UrlText.NotBase64Url(what);
    }

    private static Parsed<SignedJwt> Check(ReadOnlyMemory<byte> compact, JsonElement header, JsonElement claims, byte[] signature)
    {
        if ((header.HasString("alg", "ES256") ? JwsAlgorithm.ES256 : JwsAlgorithms.Find(header.StringMember("alg"))) is not { } algorithm)
        {
            return new FormatFailure(FormatRule.Algorithm, "alg is missing or unknown");
        }

        // RFC 7515 §4.1.11: an extension that is critical and not understood makes the JWS invalid; we understand none.
        if (header.Member("crit") is not null)
        {
            return new FormatFailure(FormatRule.Structure, "crit names an extension that is not understood");
        }

        return new SignedJwt(compact, algorithm, header, claims, signature);
    }
}

/// <summary>A JWT whose signature and type were verified. Only <see cref="SignedJwt.Verify"/> makes one.</summary>
public sealed class VerifiedJwt
{
    internal VerifiedJwt(SignedJwt received) => Received = received;

    /// <summary>What was received.</summary>
    public SignedJwt Received { get; }

    /// <summary>The protected header.</summary>
    public JsonElement Header => Received.Header;

    /// <summary>The signed claims.</summary>
    public JsonElement Claims => Received.UnverifiedClaims;

    /// <summary>Redacted: claims may be personal.</summary>
    public override string ToString() => Received.ToString();
}
