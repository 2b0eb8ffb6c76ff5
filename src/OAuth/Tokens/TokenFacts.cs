using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>
/// What a token says to the client that asks about it (RFC 7662 §2.2). A resource learns about the tokens that are for it; a
/// client about its refresh tokens, and about its tokens for this server. Whatever else is asked is not active, so that nobody
/// can find out what is a token (§4), and nobody sees a subject that was made for another (OpenID Connect Core §8.1).
/// </summary>
internal sealed class TokenFacts(
    AuthorizationServerOptions options,
    AccessTokenReader accessTokens,
    LiveTokens live,
    RefreshTokens refreshTokens,
    ProtectedResources resources,
    TimeProvider time)
{
    // The id of the grant is between this server and itself.
    private static readonly string[] Told =
        ["iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti", "cnf", "auth_time", "acr", "authorization_details", "act"];

    /// <summary>Writes the members beside <c>active</c>; null for what is not active, or not the asker's business.</summary>
    public async Task<Action<Utf8JsonWriter>?> FindAsync(string token, Client asker, CancellationToken ct)
    {
        if (accessTokens.Read(token).Refused(out _, out var claims))
        {
            return await FindRefreshTokenAsync(token, asker, ct);
        }

        return Concerns(claims, asker) && !(await live.AdmitAsync(claims, ct)).Refused(out _, out _)
            ? writer => Write(writer, claims)
            : null;
    }

    private bool Concerns(AccessTokenClaims claims, Client asker) =>
        (asker.Resource is { } resource && resources.Find(resource)?.Id == asker.Id && claims.Audience.Contains(resource))
        || (claims.ClientId == asker.Id && claims.Audience.Contains(options.Issuer));

    private async Task<Action<Utf8JsonWriter>?> FindRefreshTokenAsync(string token, Client asker, CancellationToken ct)
    {
        var stored = await refreshTokens.FindAsync(token, time.GetUtcNow(), ct);
        return stored is { IsUsable: true } && stored.ClientId == asker.Id ? writer => Write(writer, stored) : null;
    }

    private void Write(Utf8JsonWriter writer, StoredRefreshToken token)
    {
        writer.WriteString("iss", options.Issuer);
        writer.WriteString("client_id", token.ClientId);
        token.Binding.WriteTo(writer);
    }

    private static void Write(Utf8JsonWriter writer, AccessTokenClaims claims)
    {
        writer.WriteString("token_type", claims.Binding.TokenType);
        foreach (var name in Told)
        {
            if (claims.Json.Member(name) is { } value)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }
    }
}
