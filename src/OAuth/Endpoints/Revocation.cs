using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>POST /revoke</c> (RFC 7009). Either token ends the whole grant: its refresh token and all its access tokens.</summary>
internal sealed class Revocation(
    ClientAuthentication authentication, RefreshTokens refreshTokens, AccessTokenReader accessTokens, StoredGrants grants, RefusalLog log, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        if (HttpMessage.CheckMethod(http, HttpMethods.Post) is { } wrongMethod)
        {
            return Refuse(null, wrongMethod);
        }

        if ((await HttpMessage.ReadFormAsync(http)).Refused(out var refusal, out var form)
            || (await authentication.CheckAsync(http, form, http.RequestAborted)).Refused(out refusal, out var client))
        {
            return Refuse(null, refusal);
        }

        if (form["token"] is not { } token)
        {
            return Refuse(client.Client, new(Rule.MissingParameter, OAuthErrors.InvalidRequest, "token is missing"));
        }

        // token_type_hint is only a hint (RFC 7009 §2.1), and the two kinds cannot be mistaken for each other.
        var (owner, grantId) = await FindAsync(token, http.RequestAborted);
        if (grantId is not null && owner != client.Client.Id)
        {
            return Refuse(client.Client, new(Rule.TokenOfAnotherClient, OAuthErrors.InvalidGrant, "the token is another client's"));
        }

        if (grantId is not null)
        {
            await grants.RevokeAsync(grantId, http.RequestAborted);
        }

        // RFC 7009 §2.2: an unknown token is revoked already.
        return JsonAnswer.Of(StatusCodes.Status200OK, "{}"u8.ToArray());
    }

    // A client's own token names no grant: nothing is stored that could be ended, and it has minutes to live.
    private async Task<(string? Client, string? Grant)> FindAsync(string token, CancellationToken ct)
    {
        if (await refreshTokens.FindAsync(token, time.GetUtcNow(), ct) is { } stored)
        {
            return (stored.ClientId, stored.Grant.Id);
        }

        return accessTokens.Read(token).Refused(out _, out var claims) ? (null, null) : (claims.ClientId, claims.GrantId);
    }

    private JsonAnswer Refuse(Client? client, Refusal refusal)
    {
        log.Write(ServerUrls.Revocation, client?.Id, refusal);
        return JsonAnswer.Error(refusal);
    }
}
