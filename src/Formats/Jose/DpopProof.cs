using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.Formats.Jose;

/// <summary>
/// A DPoP proof (RFC 9449 §4): well formed, and signed with the key that it carries. Whether it belongs to this request,
/// this token and this moment is for the caller to compare (<see cref="IsFor"/>, <see cref="HashOf"/>).
/// </summary>
public sealed class DpopProof
{
    /// <summary>The bound on the length of a proof: its key and claims are small.</summary>
    public const int MaxLength = 8 * 1024;

    private const string MediaType = "dpop+jwt";

    private DpopProof(VerifiedJwt jwt, Jwk key)
    {
        Key = key;
        Jti = jwt.Claims.StringMember("jti")!;
        Htm = jwt.Claims.StringMember("htm")!;
        Htu = jwt.Claims.StringMember("htu")!;
        IssuedAt = jwt.Claims.LongMember("iat")!.Value;
        AccessTokenHash = jwt.Claims.StringMember("ath");
        Nonce = jwt.Claims.StringMember("nonce");
    }

    /// <summary>The unique identifier of the proof: accepted once.</summary>
    public string Jti { get; }

    /// <summary>The method of the request.</summary>
    public string Htm { get; }

    /// <summary>The URL of the request, as received.</summary>
    public string Htu { get; }

    /// <summary>When the proof was made, in Unix seconds, by the client's clock.</summary>
    public long IssuedAt { get; }

    /// <summary><c>ath</c>: the hash of the access token that goes with the proof, or null.</summary>
    public string? AccessTokenHash { get; }

    /// <summary>The server's nonce, or null.</summary>
    public string? Nonce { get; }

    /// <summary>The key that made the proof.</summary>
    public Jwk Key { get; }

    /// <summary>The RFC 7638 thumbprint of <see cref="Key"/>: the <c>jkt</c> of a bound token (RFC 9449 §6).</summary>
    public string KeyThumbprint => Key.ThumbprintText();

    /// <summary>Parses a proof and verifies its signature (RFC 9449 §4.3, items 2 to 7).</summary>
    public static Parsed<DpopProof> Parse(string compact)
    {
        if (SignedJwt.Parse(compact, MaxLength).Failed(out var failure, out var received))
        {
            return failure;
        }

        if (received.Header.ObjectMember("jwk") is not { } header)
        {
            return new FormatFailure(FormatRule.Key, "the header carries no jwk");
        }

        if (Jwk.Parse(header).Failed(out failure, out var key) || VerificationKey.Import(key).Failed(out failure, out var verificationKey))
        {
            return failure;
        }

        using (verificationKey)
        {
            // Asymmetric and not RS256: the algorithms of FAPI 2.0 §5.4.1, and ES384 and ES512 for clients that hold such keys.
            var verified = received.Verify(verificationKey, MediaType, JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.PS256);
            return verified.Failed(out failure, out var jwt) ? failure : CheckClaims(jwt, key);
        }
    }

    /// <summary>Makes a proof (RFC 9449 §4.2).</summary>
    /// <param name="key">The client's key.</param>
    /// <param name="htm">The method.</param>
    /// <param name="htu">The URL; its query and fragment are left out.</param>
    /// <param name="now">The client's time.</param>
    /// <param name="jti">At least 96 random bits, fresh for each proof.</param>
    /// <param name="accessToken">The token that is sent along, if any.</param>
    /// <param name="nonce">The server's last nonce, if any.</param>
    public static string Create(
        SigningKey key, string htm, string htu, DateTimeOffset now, string jti, string? accessToken = null, string? nonce = null)
    {
        return JwtWriter.Sign(key, MediaType, writer =>
        {
            writer.WriteString("jti", jti);
            writer.WriteString("htm", htm);
            writer.WriteString("htu", htu.Split('?', '#')[0]);
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            if (accessToken is not null)
            {
                writer.WriteString("ath", HashOf(accessToken));
            }

            if (nonce is not null)
            {
                writer.WriteString("nonce", nonce);
            }
        }, KeyReference.Jwk);
    }

    /// <summary>The <c>ath</c> of an access token: base64url of the SHA-256 of its ASCII (RFC 9449 §4.2).</summary>
    public static string HashOf(string accessToken) => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));

    /// <summary>True when the proof was made for this method and URL (RFC 9449 §4.3, items 8 and 9).</summary>
    public bool IsFor(string method, string url) =>
        string.Equals(Htm, method, StringComparison.Ordinal)
        && HttpUrl.Normalize(Htu) is { } claimed
        && string.Equals(claimed, HttpUrl.Normalize(url), StringComparison.Ordinal);

    /// <summary>Redacted.</summary>
    public override string ToString() => "DPoP proof";

    private static Parsed<DpopProof> CheckClaims(VerifiedJwt jwt, Jwk key)
    {
        foreach (var name in (ReadOnlySpan<string>)["jti", "htm", "htu"])
        {
            if (string.IsNullOrEmpty(jwt.Claims.StringMember(name)))
            {
                return new FormatFailure(FormatRule.Member, $"{name} is missing or no string");
            }
        }

        if (jwt.Claims.LongMember("iat") is null)
        {
            return new FormatFailure(FormatRule.Member, "iat is missing or no whole number");
        }

        foreach (var name in (ReadOnlySpan<string>)["ath", "nonce"])
        {
            if (jwt.Claims.Member(name) is not null && jwt.Claims.StringMember(name) is null)
            {
                return new FormatFailure(FormatRule.Member, $"{name} is no string");
            }
        }

        return new DpopProof(jwt, key);
    }
}
