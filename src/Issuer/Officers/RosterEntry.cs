using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>
/// An officer as the roster key vouches for: who, in which role, at which centre, with which passkey. The signature is
/// what a row in the database cannot forge.
/// </summary>
public sealed class RosterEntry
{
    /// <summary>The <c>typ</c> of a signed entry.</summary>
    public const string TokenType = "officer-roster+jwt";

    private RosterEntry(string officerId, string deployment, OfficerRole role, string centre, string credentialId, byte[] publicKey, DateTimeOffset validFrom)
    {
        (OfficerId, Deployment, Role, Centre) = (officerId, deployment, role, centre);
        (CredentialId, PublicKey, ValidFrom) = (credentialId, publicKey, validFrom);
    }

    public string OfficerId { get; }

    public string Deployment { get; }

    public OfficerRole Role { get; }

    public string Centre { get; }

    /// <summary>The WebAuthn credential id, base64url.</summary>
    public string CredentialId { get; }

    /// <summary>The passkey's COSE public key.</summary>
    public byte[] PublicKey { get; }

    public DateTimeOffset ValidFrom { get; }

    /// <summary>Describes an officer who has just enrolled; it counts for nothing before <see cref="Sign"/>.</summary>
    public static RosterEntry Of(
        string officerId, string deployment, OfficerRole role, string centre, string credentialId, byte[] publicKey, DateTimeOffset validFrom) =>
        new(officerId, deployment, role, centre, credentialId, publicKey, validFrom);

    /// <summary>Verifies a signed entry against any of the roster keys.</summary>
    public static Parsed<RosterEntry> Verify(string token, IReadOnlyList<VerificationKey> rosterKeys)
    {
        if (SignedJwt.Parse(token).Failed(out var failure, out var received))
        {
            return failure;
        }

        foreach (var key in rosterKeys)
        {
            if (received.Verify(key, TokenType, JwsAlgorithm.ES256).Succeeded(out var verified, out failure))
            {
                return Read(verified.Claims);
            }
        }

        return failure ?? new FormatFailure(FormatRule.Key, "there is no roster key");
    }

    /// <summary>The signed entry.</summary>
    public string Sign(SigningKey rosterKey) => JwtWriter.Sign(rosterKey, TokenType, writer =>
    {
        writer.WriteString("officer", OfficerId);
        writer.WriteString("deployment", Deployment);
        writer.WriteString("role", Role.Word());
        writer.WriteString("centre", Centre);
        writer.WriteString("credential_id", CredentialId);
        writer.WriteString("public_key", Base64UrlText.Encode(PublicKey));
        writer.WriteNumber("valid_from", ValidFrom.ToUnixTimeSeconds());
    });

    private static Parsed<RosterEntry> Read(JsonElement claims)
    {
        if (claims.StringMember("officer") is not { } officer || claims.StringMember("deployment") is not { } deployment
            || claims.StringMember("centre") is not { } centre || claims.StringMember("credential_id") is not { } credential
            || claims.LongMember("valid_from") is not { } from)
        {
            return new FormatFailure(FormatRule.Member, "a roster entry names officer, deployment, centre, credential_id and valid_from");
        }

        return OfficerRoles.Find(claims.StringMember("role")) is var role && role != OfficerRole.None
            && Base64UrlText.TryDecode(claims.StringMember("public_key"), out var publicKey)
            ? new RosterEntry(officer, deployment, role, centre, credential, publicKey, DateTimeOffset.FromUnixTimeSeconds(from))
            : new FormatFailure(FormatRule.Member, "a roster entry has a known role and a public_key");
    }
}
