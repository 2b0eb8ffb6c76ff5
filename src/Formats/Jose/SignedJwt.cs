using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.Jose;

/// <summary>A compact JWS with JSON claims (RFC 7519) as received: well formed, and not verified.</summary>
public sealed class SignedJwt
{
    private const string HeaderPart = "the JWS header";
    private const string PayloadPart = "the JWS payload";

    // In ASCII, which is what the signature covers; mostly a part of a larger text, which is not copied.
    private readonly ReadOnlyMemory<byte> _compact;
    private string? _type;

    private SignedJwt(ReadOnlyMemory<byte> compact, JwsAlgorithm algorithm, JsonElement header, JsonElement claims) =>
        (_compact, Algorithm, Header, UnverifiedClaims) = (compact, algorithm, header, claims);

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

        var json = new JsonParts(compact.Length, pool);
        var failure = AddTo(ref json, compact.Span) ?? json.Read();
        return failure is null ? TakeFrom(ref json, compact) : failure;
    }

    /// <summary>Adds the JSON of a JWT to that of a message.</summary>
    internal static FormatFailure? AddTo(ref JsonParts json, ReadOnlySpan<byte> compact)
    {
        if (compact.Count((byte)'.') != 2)
        {
            return new FormatFailure(FormatRule.Structure, "a compact JWS has three parts");
        }

        var (header, payload, signature) = Split(compact);
        return json.Add(compact[header], HeaderPart) ?? json.Add(compact[payload], PayloadPart)
            ?? (Base64UrlText.IsEncoding(compact[signature]) ? null : Base64UrlText.NotBase64Url("the JWS signature"));
    }

    /// <summary>The JWT whose JSON was added, after it has been read.</summary>
    internal static Parsed<SignedJwt> TakeFrom(ref JsonParts json, ReadOnlyMemory<byte> compact)
    {
        var (header, payload, _) = Split(compact.Span);
        var failure = json.Take(compact.Span[header], HeaderPart, out var headerJson);
        if (failure is not null)
        {
            return failure;
        }

        failure = json.Take(compact.Span[payload], PayloadPart, out var claims);
        return failure is null ? Check(compact, headerJson, claims) : failure;
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
        if (actual is not null && actual.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && !actual.AsSpan(prefix.Length).Contains('/'))
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
    private bool IsSignedBy(VerificationKey key)
    {
        var text = _compact.Span;
        var (_, payload, signature) = Split(text);
        Span<byte> decoded = stackalloc byte[VerificationKey.MaxSignatureBytes];
        return text[signature].Length <= Base64Url.GetEncodedLength(decoded.Length)
            && Base64UrlText.TryDecode(text[signature], decoded, out var length)
            && key.Verify(Algorithm, text[..payload.End], decoded[..length]);
    }

    internal static FormatFailure TooLong(int maxBytes) => new(FormatRule.Size, $"the JWT is longer than {maxBytes} characters");

    // There are exactly two periods.
    private static (Range Header, Range Payload, Range Signature) Split(ReadOnlySpan<byte> compact)
    {
        var (first, last) = (compact.IndexOf((byte)'.'), compact.LastIndexOf((byte)'.'));
        return (..first, (first + 1)..last, (last + 1)..);
    }

    private static Parsed<SignedJwt> Check(ReadOnlyMemory<byte> compact, JsonElement header, JsonElement claims)
    {
        if (header.ValueKind != JsonValueKind.Object || claims.ValueKind != JsonValueKind.Object)
        {
            return new FormatFailure(FormatRule.Structure, "header and payload are JSON objects");
        }

        if ((header.HasString("alg", "ES256") ? JwsAlgorithm.ES256 : JwsAlgorithms.Find(header.StringMember("alg"))) is not { } algorithm)
        {
            return new FormatFailure(FormatRule.Algorithm, "alg is missing or unknown");
        }

        // RFC 7515 §4.1.11: an extension that is critical and not understood makes the JWS invalid; we understand none.
        if (header.Member("crit") is not null)
        {
            return new FormatFailure(FormatRule.Structure, "crit names an extension that is not understood");
        }

        return new SignedJwt(compact, algorithm, header, claims);
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
