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

    private SignedSdJwt(SignedJwt issuerJwt, IReadOnlyList<Disclosure> disclosures, SignedJwt? keyBinding) =>
        (IssuerJwt, Disclosures, KeyBinding) = (issuerJwt, disclosures, keyBinding);

    /// <summary>The issuer-signed JWT.</summary>
    public SignedJwt IssuerJwt { get; }

    /// <summary>The disclosures in the order received.</summary>
    public IReadOnlyList<Disclosure> Disclosures { get; }

    /// <summary>The key-binding JWT, or null.</summary>
    public SignedJwt? KeyBinding { get; }

    /// <summary>Parses the compact form: <c>JWT~disclosure~…~</c>, with a key-binding JWT behind the last tilde or nothing.</summary>
    public static Parsed<SignedSdJwt> Parse(string compact, int maxBytes = DefaultMaxBytes)
    {
        if (compact.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"the SD-JWT is longer than {maxBytes} characters");
        }

        var parts = compact.Split('~', MaxDisclosures + 3);
        if (parts.Length < 2)
        {
            return new FormatFailure(FormatRule.Structure, "an SD-JWT has at least one tilde");
        }

        return FromParts(parts[0], parts[1..^1], parts[^1].Length == 0 ? null : parts[^1], maxBytes);
    }

    /// <summary>Parses the JWS JSON serialisation (RFC 9901 §8), flattened or general; of a general one the first signature.</summary>
    public static Parsed<SignedSdJwt> ParseJson(ReadOnlySpan<byte> utf8, int maxBytes = DefaultMaxBytes) =>
        JwsJson.Read(utf8, maxBytes).Failed(out var failure, out var parts)
            ? failure
            : FromParts(parts.IssuerJwt, parts.Disclosures, parts.KeyBinding, maxBytes);

    /// <summary>What <c>sd_hash</c> covers (RFC 9901 §4.3.1): issuer-signed JWT and disclosures with their tildes.</summary>
    public string HashedPart() => string.Concat(IssuerJwt.Compact(), "~", string.Concat(Disclosures.Select(disclosure => disclosure.Encoded + "~")));

    /// <summary>The whole in compact form.</summary>
    public string Compact() => HashedPart() + KeyBinding?.Compact();

    /// <summary>The <c>sd_hash</c> that a key-binding JWT must carry.</summary>
    /// <param name="issuerClaims">The claims of the verified <see cref="IssuerJwt"/>: they name the hash.</param>
    public Parsed<string> ExpectedSdHash(JsonElement issuerClaims) =>
        SdHash.Of(issuerClaims).Failed(out var failure, out var hash) ? failure : hash.Digest(HashedPart());

    /// <summary>Puts the disclosures in their places (RFC 9901 §7.1, item 3), by all of its rules.</summary>
    /// <param name="issuerClaims">The claims of the verified <see cref="IssuerJwt"/>.</param>
    public Parsed<DisclosedClaims> Process(JsonElement issuerClaims) =>
        SdProcessing.Run(issuerClaims, Disclosures).Failed(out var failure, out var done) ? failure : new DisclosedClaims(done.Claims, done.Paths);

    /// <summary>Redacted: an SD-JWT is personal data.</summary>
    public override string ToString() => $"SD-JWT with {Disclosures.Count} disclosures{(KeyBinding is null ? "" : " and key binding")}";

    private static Parsed<SignedSdJwt> FromParts(string issuer, IReadOnlyList<string> encoded, string? binding, int maxBytes)
    {
        if (encoded.Count > MaxDisclosures)
        {
            return new FormatFailure(FormatRule.Size, $"more than {MaxDisclosures} disclosures");
        }

        if (SignedJwt.Parse(issuer, maxBytes).Failed(out var failure, out var issuerJwt))
        {
            return failure;
        }

        var disclosures = new List<Disclosure>(encoded.Count);
        foreach (var text in encoded)
        {
            if (Disclosure.Parse(text, maxBytes).Failed(out failure, out var disclosure))
            {
                return failure;
            }

            disclosures.Add(disclosure);
        }

        if (binding is null)
        {
            return new SignedSdJwt(issuerJwt, disclosures, null);
        }

        return SignedJwt.Parse(binding).Failed(out failure, out var keyBinding) ? failure : new SignedSdJwt(issuerJwt, disclosures, keyBinding);
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
