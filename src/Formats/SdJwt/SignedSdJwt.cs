using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>
/// An SD-JWT or SD-JWT+KB (RFC 9901 §4) as received: well formed, and not verified. Verify <see cref="IssuerJwt"/> first, then
/// <see cref="Process"/> the claims that came out of it.
/// </summary>
public sealed class SignedSdJwt
{
    /// <summary>The bound on length where a caller has no reason for another.</summary>
    public const int DefaultMaxBytes = 128 * 1024;

    /// <summary>The bound on the number of disclosures.</summary>
    public const int MaxDisclosures = 512;

    private readonly Disclosure[] _disclosures;
    private readonly ReadOnlyMemory<byte> _hashed;

    private SignedSdJwt(SignedJwt issuerJwt, Disclosure[] disclosures, SignedJwt? keyBinding, ReadOnlyMemory<byte> hashed) =>
        (IssuerJwt, _disclosures, KeyBinding, _hashed) = (issuerJwt, disclosures, keyBinding, hashed);

    /// <summary>The issuer-signed JWT.</summary>
    public SignedJwt IssuerJwt { get; }

    /// <summary>The disclosures in the order received.</summary>
    public IReadOnlyList<Disclosure> Disclosures => _disclosures;

    /// <summary>The key-binding JWT, or null.</summary>
    public SignedJwt? KeyBinding { get; }

    /// <summary>Parses the compact form: <c>JWT~disclosure~…~</c>, with a key-binding JWT behind the last tilde or nothing.</summary>
    public static Parsed<SignedSdJwt> Parse(string compact, int maxBytes = DefaultMaxBytes) => ParseCompact(compact, maxBytes, null);

    /// <summary>Parses the compact form in memory of a pool, for a caller who forgets it soon: what was read is void when the pool is disposed.</summary>
    public static Parsed<SignedSdJwt> Parse(string compact, PooledJson pool, int maxBytes = DefaultMaxBytes) => ParseCompact(compact, maxBytes, pool);

    /// <summary>Parses the JWS JSON serialisation (RFC 9901 §8), flattened or general; of a general one the first signature.</summary>
    public static Parsed<SignedSdJwt> ParseJson(ReadOnlySpan<byte> utf8, int maxBytes = DefaultMaxBytes) =>
        JwsJson.Read(utf8, maxBytes).Failed(out var failure, out var parts)
            ? failure
            : FromParts(Ascii(parts.IssuerJwt), [.. parts.Disclosures.Select(Ascii)], parts.KeyBinding is { } binding ? Ascii(binding) : default(ReadOnlyMemory<byte>?), maxBytes, null);

    /// <summary>What <c>sd_hash</c> covers (RFC 9901 §4.3.1): issuer-signed JWT and disclosures with their tildes.</summary>
    public string HashedPart() => Encoding.ASCII.GetString(_hashed.Span);

    /// <summary>The whole in compact form.</summary>
    public string Compact() => HashedPart() + KeyBinding?.Compact();

    /// <summary>The <c>sd_hash</c> that a key-binding JWT must carry.</summary>
    /// <param name="issuerClaims">The claims of the verified <see cref="IssuerJwt"/>: they name the hash.</param>
    public Parsed<string> ExpectedSdHash(JsonElement issuerClaims) =>
        SdHash.Of(issuerClaims).Failed(out var failure, out var hash) ? failure : hash.Digest(_hashed.Span);

    /// <summary>Puts the disclosures in their places (RFC 9901 §7.1, item 3), by all of its rules.</summary>
    /// <param name="issuerClaims">The claims of the verified <see cref="IssuerJwt"/>.</param>
    public Parsed<DisclosedClaims> Process(JsonElement issuerClaims) =>
        Place(issuerClaims).Failed(out var failure, out var done) ? failure : new DisclosedClaims(done.Claims, done.Paths);

    /// <summary>Redacted: an SD-JWT is personal data.</summary>
    public override string ToString() => $"SD-JWT with {Disclosures.Count} disclosures{(KeyBinding is null ? "" : " and key binding")}";

    internal Parsed<Processed> Place(JsonElement issuerClaims) => SdProcessing.Run(issuerClaims, _disclosures);

    private static Parsed<SignedSdJwt> ParseCompact(string compact, int maxBytes, PooledJson? pool)
    {
        if (compact.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"the SD-JWT is longer than {maxBytes} characters");
        }

        // As text and decoded: no part is longer than its text.
        pool?.Prepare(2 * compact.Length);
        var text = pool?.Take(compact.Length) ?? new byte[compact.Length];
        text = text[..Encoding.ASCII.GetBytes(compact, text.Span)];
        var tildes = text.Span.Count((byte)'~');
        if (tildes == 0)
        {
            return new FormatFailure(FormatRule.Structure, "an SD-JWT has at least one tilde");
        }

        if (tildes - 1 > MaxDisclosures)
        {
            return TooMany();
        }

        var (first, last) = (text.Span.IndexOf((byte)'~'), text.Span.LastIndexOf((byte)'~'));
        var disclosures = tildes > 1 ? new ReadOnlyMemory<byte>[tildes - 1] : [];
        var start = first + 1;
        for (var i = 0; i < disclosures.Length; i++)
        {
            var length = text.Span[start..].IndexOf((byte)'~');
            disclosures[i] = text.Slice(start, length);
            start += length + 1;
        }

        return FromParts(text[..first], disclosures, last + 1 < text.Length ? text[(last + 1)..] : default(ReadOnlyMemory<byte>?), maxBytes, pool, text[..(last + 1)]);
    }

    private static Parsed<SignedSdJwt> FromParts(
        ReadOnlyMemory<byte> issuer, ReadOnlyMemory<byte>[] encoded, ReadOnlyMemory<byte>? binding, int maxBytes, PooledJson? pool, ReadOnlyMemory<byte>? hashed = null)
    {
        if (encoded.Length > MaxDisclosures)
        {
            return TooMany();
        }

        if (SignedJwt.Parse(issuer, maxBytes, pool).Failed(out var failure, out var issuerJwt)
            || DisclosureReader.Read(encoded, maxBytes, pool).Failed(out failure, out var disclosures))
        {
            return failure;
        }

        SignedJwt? keyBinding = null;
        if (binding is { } text && SignedJwt.Parse(text, StrictJson.DefaultMaxBytes, pool).Failed(out failure, out keyBinding))
        {
            return failure;
        }

        // RFC 9901 §4.3.1: with their tildes. In the compact form they stand like that already.
        return new SignedSdJwt(issuerJwt, disclosures, keyBinding, hashed ?? Join(issuer, encoded));
    }

    private static ReadOnlyMemory<byte> Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Join(ReadOnlyMemory<byte> issuer, ReadOnlyMemory<byte>[] disclosures) =>
        [.. issuer.Span, (byte)'~', .. disclosures.SelectMany(one => (byte[])[.. one.Span, (byte)'~'])];

    private static FormatFailure TooMany() => new(FormatRule.Size, $"more than {MaxDisclosures} disclosures");
}

/// <summary>The claims of an SD-JWT with its disclosures in their places.</summary>
public sealed class DisclosedClaims
{
    internal DisclosedClaims(JsonElement claims, IReadOnlyList<ClaimPath> paths) => (Claims, DisclosedPaths) = (claims, paths);

    /// <summary>The claims, without <c>_sd</c>, <c>_sd_alg</c> and placeholders. As trustworthy as the claims that were processed.</summary>
    public JsonElement Claims { get; }

    /// <summary>The claims that came from disclosures; items by their index in <see cref="Claims"/>.</summary>
    public IReadOnlyList<ClaimPath> DisclosedPaths { get; }

    /// <summary>Redacted: claims are personal.</summary>
    public override string ToString() => $"claims with {DisclosedPaths.Count} disclosed";
}
