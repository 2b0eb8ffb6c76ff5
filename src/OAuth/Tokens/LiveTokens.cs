using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>Whether what a token came from still stands. Whoever was removed or revoked loses what was given before.</summary>
internal sealed class LiveTokens(Clients.Clients clients, StoredGrants grants)
{
    public async Task<Checked<AccessToken>> AdmitAsync(AccessTokenClaims claims, CancellationToken ct)
    {
        if (await clients.FindAsync(claims.ClientId, ct) is null)
        {
            return new Refusal(Rule.UnknownClient, OAuthErrors.InvalidToken, "the client of the access token is not registered any more");
        }

        // A client's own token: nobody granted it, so nothing else can end it.
        if (claims.GrantId is not { } grantId)
        {
            return new AccessToken(claims, null);
        }

        if (await grants.FindRowAsync(grantId, ct) is not { } grant)
        {
            return Revoked();
        }

        var token = new AccessToken(claims, grant);
        foreach (var actorGrant in token.ActorGrantIds)
        {
            if (await grants.OwnerAsync(actorGrant, ct) is null)
            {
                return Revoked();
            }
        }

        return token;
    }

    private static Refusal Revoked() => new(Rule.TokenRevoked, OAuthErrors.InvalidToken, "the access token was revoked");
}
