using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>An SD-JWT in its holder's hands: with all disclosures, from which the holder chooses.</summary>
public sealed class HeldSdJwt
{
    private readonly int[] _origins;

    private HeldSdJwt(SignedSdJwt received, DisclosedClaims all, int[] origins) =>
        (Received, Claims, Disclosable, _origins) = (received, all.Claims, all.DisclosedPaths, origins);

    /// <summary>What the issuer sent. Its signature is for the holder to verify: holding says nothing about the issuer.</summary>
    public SignedSdJwt Received { get; }

    /// <summary>The claims with everything disclosed.</summary>
    public JsonElement Claims { get; }

    /// <summary>What the holder may disclose or keep.</summary>
    public IReadOnlyList<ClaimPath> Disclosable { get; }

    /// <summary>Parses what an issuer sent; a key binding is not there yet (RFC 9901 §7.2).</summary>
    public static Parsed<HeldSdJwt> Parse(string issued)
    {
        if (SignedSdJwt.Parse(issued).Failed(out var failure, out var received))
        {
            return failure;
        }

        if (received.KeyBinding is not null)
        {
            return new FormatFailure(FormatRule.Structure, "an issuer sends no key binding");
        }

        return received.ProcessWithOrigins(received.IssuerJwt.UnverifiedClaims, out var origins).Failed(out failure, out var all)
            ? failure
            : new HeldSdJwt(received, all, origins);
    }

    /// <summary>
    /// The SD-JWT with exactly the disclosures that the paths need: the claims named, and the disclosable claims above them.
    /// Disclosable claims below a named one stay hidden unless they are named too.
    /// </summary>
    /// <exception cref="ArgumentException">A path selects nothing in <see cref="Claims"/>.</exception>
    public string Present(IEnumerable<ClaimPath> disclose)
    {
        var chosen = new bool[_origins.Length];
        foreach (var path in disclose)
        {
            if (path.Select(Claims).Count == 0)
            {
                throw new ArgumentException($"The credential holds nothing at {path}.", nameof(disclose));
            }

            // With a claim all that it stands in.
            for (var i = 0; i < _origins.Length; i++)
            {
                chosen[_origins[i]] |= path.NeedsParent(Disclosable[i]);
            }
        }

        return Received.IssuerJwt.Compact() + "~" + string.Concat(Received.Disclosures.Where((_, number) => chosen[number]).Select(item => item.Encoded + "~"));
    }

    /// <summary>Appends the key-binding JWT (RFC 9901 §4.3).</summary>
    /// <param name="presented">What <see cref="Present"/> gave.</param>
    /// <param name="holder">The key that the credential is bound to.</param>
    /// <param name="audience">The verifier.</param>
    /// <param name="nonce">The verifier's nonce.</param>
    /// <param name="now">The holder's time.</param>
    /// <exception cref="ArgumentException">It is no SD-JWT, or has a key binding already.</exception>
    public static string Bind(string presented, SigningKey holder, string audience, string nonce, DateTimeOffset now)
    {
        if (!SignedSdJwt.Parse(presented).Succeeded(out var sdJwt, out _) || sdJwt.KeyBinding is not null
            || !sdJwt.ExpectedSdHash(sdJwt.IssuerJwt.UnverifiedClaims).Succeeded(out var hash, out _))
        {
            throw new ArgumentException("Only an SD-JWT without key binding can be bound.", nameof(presented));
        }

        return presented + JwtWriter.Sign(holder, "kb+jwt", writer =>
        {
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteString("aud", audience);
            writer.WriteString("nonce", nonce);
            writer.WriteString("sd_hash", hash);
        }, KeyReference.None);
    }

    /// <summary>Redacted: a credential is personal.</summary>
    public override string ToString() => $"held {Received}";
}
