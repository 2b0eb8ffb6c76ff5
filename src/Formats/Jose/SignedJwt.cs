using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.Jose;

/// <summary>A compact JWS with JSON claims (RFC 7519) as received: well formed, and not verified.</summary>
public sealed class SignedJwt
{
    private readonly string _compact;

    private SignedJwt(string compact, JwsAlgorithm algorithm, JsonElement header, JsonElement claims, byte[] signature)
    {
        _compact = compact;
        (Algorithm, Header, UnverifiedClaims, Signature) = (algorithm, header, claims, signature);
    }

    /// <summary>The <c>alg</c> header.</summary>
    public JwsAlgorithm Algorithm { get; }

    /// <summary>The protected header.</summary>
    public JsonElement Header { get; }

    /// <summary>The <c>typ</c> header, or null.</summary>
    public string? Type => Header.StringMember("typ");

    /// <summary>The <c>kid</c> header, or null.</summary>
    public string? KeyId => Header.StringMember("kid");

    /// <summary>The claims, before any signature was checked: good for finding the key, and for nothing else.</summary>
    public JsonElement UnverifiedClaims { get; }

    internal byte[] Signature { get; }

    /// <summary>Parses a compact serialisation (RFC 7515 §7.1).</summary>
    /// <param name="compact">The text.</param>
    /// <param name="maxBytes">The bound on its length.</param>
    public static Parsed<SignedJwt> Parse(string compact, int maxBytes = StrictJson.DefaultMaxBytes)
    {
        if (compact.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"the JWT is longer than {maxBytes} characters");
        }

        var parts = compact.Split('.', 4);
        if (parts.Length != 3)
        {
            return new FormatFailure(FormatRule.Structure, "a compact JWS has three parts");
        }

        if (ParsePart(parts[0], "the JWS header", maxBytes).Failed(out var failure, out var header)
            || ParsePart(parts[1], "the JWS payload", maxBytes).Failed(out failure, out var claims)
            || Base64UrlText.Parse(parts[2], "the JWS signature").Failed(out failure, out var signature))
        {
            return failure;
        }

        return Check(compact, header.Element, claims.Element, signature);
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

        return key.Verify(Algorithm, SigningInput(), Signature)
            ? new VerifiedJwt(this)
            : new FormatFailure(FormatRule.Signature, "the signature does not verify");
    }

    /// <summary>True when <c>typ</c> is the one given (RFC 7515 §4.1.9: media types without <c>application/</c>, compared without case).</summary>
    public bool IsType(string type)
    {
        const string prefix = "application/";
        var actual = Type;
        if (actual is not null && actual.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && actual.IndexOf('/', prefix.Length) < 0)
        {
            actual = actual[prefix.Length..];
        }

        return string.Equals(actual, type, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The compact serialisation again, as received.</summary>
    public string Compact() => _compact;

    /// <summary>Redacted: a token is a secret.</summary>
    public override string ToString() => $"{Algorithm} JWT of type {Type ?? "(none)"}";

    internal byte[] SigningInput() => Encoding.ASCII.GetBytes(_compact[.._compact.LastIndexOf('.')]);

    private static Parsed<JsonValue> ParsePart(string part, string what, int maxBytes) =>
        Base64UrlText.Parse(part, what).Failed(out var failure, out var bytes) ? failure : StrictJson.ParseObject(bytes, maxBytes);

    private static Parsed<SignedJwt> Check(string compact, JsonElement header, JsonElement claims, byte[] signature)
    {
        if (JwsAlgorithms.Find(header.StringMember("alg")) is not { } algorithm)
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
