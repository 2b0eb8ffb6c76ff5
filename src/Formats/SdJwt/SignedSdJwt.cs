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
        JwsJson.Compact(utf8, maxBytes).Failed(out var failure, out var compact) ? failure : Parse(compact, maxBytes);

    /// <summary>What <c>sd_hash</c> covers (RFC 9901 §4.3.1): issuer-signed JWT and disclosures with their tildes.</summary>
    public string HashedPart() => Encoding.ASCII.GetString(_hashed.Span);

    /// <summary>The whole in compact form.</summary>
    public string Compact() => HashedPart() + KeyBinding?.Compact();

    /// <summary>The <c>sd_hash</c> that a key-binding JWT must carry.</summary>
    /// <param name="issuerClaims">The claims of the verified <see cref="IssuerJwt"/>: they name the hash.</param>
    public Parsed<string> ExpectedSdHash(JsonElement issuerClaims) =>
        SdHash.Of(issuerClaims).Failed(out var failure, out var hash) ? failure : hash.Digest(_hashed.Span);

    /// <summary>True when the key-binding JWT carries that <c>sd_hash</c>: it was made for this JWT with these disclosures (RFC 9901 §7.3(5.e)).</summary>
    /// <param name="issuerClaims">The claims of the verified <see cref="IssuerJwt"/>: they name the hash.</param>
    public bool HasExpectedSdHash(JsonElement issuerClaims)
    {
        Span<byte> digest = stackalloc byte[SdHash.MaxDigestChars];
        return SdHash.Of(issuerClaims).Succeeded(out var hash, out _)
            && KeyBinding?.UnverifiedClaims.Member("sd_hash") is { ValueKind: JsonValueKind.String } stated
            && stated.ValueEquals(digest[..hash.Digest(_hashed.Span, digest)]);
    }

    /// <summary>Puts the disclosures in their places (RFC 9901 §7.1, item 3), by all of its rules.</summary>
    /// <param name="issuerClaims">The claims of the verified <see cref="IssuerJwt"/>.</param>
    public Parsed<DisclosedClaims> Process(JsonElement issuerClaims) =>
        SdProcessing.Run(issuerClaims, _disclosures, []);

    /// <summary>Redacted: an SD-JWT is personal data.</summary>
    public override string ToString() => $"SD-JWT with {Disclosures.Count} disclosures{(KeyBinding is null ? "" : " and key binding")}";

    /// <summary>As <see cref="Process"/>, and says which disclosure each path came from: by its number in <see cref="Disclosures"/>.</summary>
    internal Parsed<DisclosedClaims> ProcessWithOrigins(JsonElement issuerClaims, out int[] origins) => SdProcessing.Run(issuerClaims, _disclosures, origins = new int[_disclosures.Length]);

    private static Parsed<SignedSdJwt> ParseCompact(string compact, int maxBytes, PooledJson? pool)
    {
        if (compact.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"the SD-JWT is longer than {maxBytes} characters");
        }

        // As text and decoded.
        pool?.Prepare(compact.Length + JsonParts.CapacityFor(compact.Length));
        var text = pool?.Take(compact.Length) ?? new byte[compact.Length];
        text = text[..Encoding.ASCII.GetBytes(compact, text.Span)];
        var tildes = text.Span.Count((byte)'~');
        if (tildes == 0)
        {
            return new FormatFailure(FormatRule.Structure, "an SD-JWT has at least one tilde");
        }

        return tildes - 1 > MaxDisclosures
            ? new FormatFailure(FormatRule.Size, $"more than {MaxDisclosures} disclosures")
            : ParseParts(text, text.Span.IndexOf((byte)'~'), text.Span.LastIndexOf((byte)'~'), tildes - 1, pool);
    }

    // Issuer-signed JWT, disclosures, key-binding JWT: their JSON is read together.
    private static Parsed<SignedSdJwt> ParseParts(ReadOnlyMemory<byte> text, int first, int last, int count, PooledJson? pool)
    {
        var (issuer, disclosed, binding) = (text[..first], text[first..last], text[(last + 1)..]);
        if (binding.Length > StrictJson.DefaultMaxBytes)
        {
            return SignedJwt.TooLong(StrictJson.DefaultMaxBytes);
        }

        var json = new JsonParts(text.Length, pool);
        var failure = SignedJwt.AddTo(ref json, issuer.Span) ?? Disclosure.AddTo(ref json, disclosed.Span)
            ?? (binding.IsEmpty ? null : SignedJwt.AddTo(ref json, binding.Span)) ?? json.Read();
        if (failure is not null
            || SignedJwt.TakeFrom(ref json, issuer).Failed(out failure, out var issuerJwt)
            || Disclosure.TakeFrom(ref json, disclosed, count).Failed(out failure, out var disclosures))
        {
            return failure;
        }

        SignedJwt? keyBinding = null;
        if (!binding.IsEmpty && SignedJwt.TakeFrom(ref json, binding).Failed(out failure, out keyBinding))
        {
            return failure;
        }

        return new SignedSdJwt(issuerJwt, disclosures, keyBinding, text[..(last + 1)]);
    }
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
