using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>Writes access tokens: JWTs (RFC 9068), bound as the client registered. Nothing is stored for one.</summary>
internal sealed class AccessTokens(AuthorizationServerOptions options, Signer signer)
{
    public const string MediaType = "at+jwt";

    /// <summary>The claim with the id of the grant, by which a token dies when its grant is revoked.</summary>
    public const string GrantClaim = "grant_id";

    public string Create(TokenGrant grant, TokenContent content, DateTimeOffset now) =>
        JwtWriter.Sign(signer.Active(KeyRole.AccessTokens), MediaType, writer =>
        {
            writer.WriteString("iss", options.Issuer);
            writer.WriteString("sub", content.Subject);
            writer.WriteStartArray("aud");
            foreach (var audience in content.Audience.DefaultIfEmpty(options.Issuer))
            {
                writer.WriteStringValue(audience);
            }

            writer.WriteEndArray();
            writer.WriteString("client_id", grant.Client.Id);
            writer.WriteString("scope", string.Join(' ', grant.Scopes));
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (now + options.AccessTokenLifetime).ToUnixTimeSeconds());
            writer.WriteString("jti", StoredHash.NewSecret());
            writer.WriteString(GrantClaim, grant.AuthorizationId);
            grant.Binding.WriteTo(writer);
            content.AccessTokenClaims?.Invoke(writer);
        });
}
