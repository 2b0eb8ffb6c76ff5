using System.Text;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>Mints SD-JWTs (RFC 9901 §4).</summary>
public static class SdJwtWriter
{
    // SD-JWT VC §2.2.2.3: what decides over validity, and must not be hidden from a verifier.
    private static readonly string[] NeverDisclosable = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

    /// <summary>Signs claims and answers the SD-JWT with all of its disclosures, as it goes to the holder; it ends in a tilde.</summary>
    /// <param name="key">The issuer's key.</param>
    /// <param name="type">The <c>typ</c> header, <c>dc+sd-jwt</c> for a credential.</param>
    /// <param name="claims">The claims.</param>
    /// <param name="random">Called once, for all salts and decoys.</param>
    /// <param name="decoys">How many decoy digests each <c>_sd</c> array gets.</param>
    /// <param name="reference">How the header names the key.</param>
    /// <exception cref="ArgumentException">A claim that decides over validity is disclosable.</exception>
    public static string Issue(
        SigningKey key, string type, SdObject claims, FillRandom random, int decoys = 0, KeyReference reference = KeyReference.X5c)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decoys);
        if (Array.Find(NeverDisclosable, claims.Discloses) is { } name)
        {
            throw new ArgumentException($"'{name}' decides over validity and may not be disclosable (RFC 9901 §9.7).", nameof(claims));
        }

        using var mint = DisclosureMint.For(claims, random, decoys);
        mint.Json.Write((byte)'{');
        claims.WriteMembers(mint);
        mint.Json.Write("\"_sd_alg\":\"sha-256\"}"u8);
        using var text = new PooledBytes(8192);
        JwtWriter.SignPayload(text, key, type, mint.Json.Written, reference);
        text.Write((byte)'~');
        text.Write(mint.Disclosures);
        return Encoding.ASCII.GetString(text.Written);
    }
}
