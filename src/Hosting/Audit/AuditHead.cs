using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Audit;

/// <summary>
/// The signed head of one node's chain of one day: a JWT that an outside auditor keeps. Whoever rewrites the log
/// afterwards cannot make it agree with the heads that are out of the house.
/// </summary>
internal static class AuditHead
{
    private const string Type = "audit-head+jwt";

    public static string Write(SigningKey key, string node, string day, long entries, string hash, DateTimeOffset now) =>
        JwtWriter.Sign(key, Type, writer =>
        {
            writer.WriteString("node", node);
            writer.WriteString("day", day);
            writer.WriteNumber("entries", entries);
            writer.WriteString("hash", hash);
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
        });

    /// <summary>The rule that a head breaks, or null.</summary>
    public static AuditRule? FindFault(string head, IReadOnlyList<Jwk> keys, string node, string day, long entries, string hash)
    {
        if (Verify(head, keys) is not { } claims)
        {
            return AuditRule.HeadSignature;
        }

        return claims.StringMember("node") == node
            && claims.StringMember("day") == day
            && claims.LongMember("entries") == entries
            && claims.StringMember("hash") == hash
            ? null
            : AuditRule.HeadContent;
    }

    private static JsonElement? Verify(string head, IReadOnlyList<Jwk> keys)
    {
        if (SignedJwt.Parse(head).Failed(out _, out var jwt)
            || keys.FirstOrDefault(key => key.KeyId == jwt.KeyId) is not { } jwk
            || VerificationKey.Import(jwk).Failed(out _, out var key))
        {
            return null;
        }

        using (key)
        {
            return jwt.Verify(key, Type, JwsAlgorithm.ES256).Succeeded(out var verified, out _) ? verified.Claims : null;
        }
    }
}
