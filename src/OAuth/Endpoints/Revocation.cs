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
        if ((await authentication.ReceiveAsync(http)).Refused(out var refusal, out var call))
        {
            return Refuse(null, refusal);
        }

        var (form, client) = (call.Form, call.Sender.Client);

        if (form["token"] is not { } token)
        {
            return Refuse(client, new(Rule.MissingParameter, OAuthErrors.InvalidRequest, "token is missing"));
        }

        // token_type_hint is only a hint (RFC 7009 §2.1), and the two kinds cannot be mistaken for each other.
        if (await FindAsync(token, http.RequestAborted) is not { } found)
        {
            // RFC 7009 §2.2: an unknown token is revoked already.
            return Done();
        }

        if (Check(found, client) is { } fault)
        {
            return Refuse(client, fault);
        }

        await grants.RevokeAsync(found.GrantId!, http.RequestAborted);
        return Done();
    }

    private static JsonAnswer Done() => JsonAnswer.Of(StatusCodes.Status200OK, "{}"u8.ToArray());

    private async Task<Found?> FindAsync(string token, CancellationToken ct)
    {
        if (await refreshTokens.FindAsync(token, time.GetUtcNow(), ct) is { } stored)
        {
            return new(stored.ClientId, stored.Grant.Id);
        }

        return accessTokens.Read(token).Refused(out _, out var claims) ? null : new(claims.ClientId, claims.GrantId);
    }

    private static Refusal? Check(Found found, Client client)
    {
        if (found.ClientId != client.Id)
        {
            return new(Rule.TokenOfAnotherClient, OAuthErrors.InvalidGrant, "the token is another client's");
        }

        // RFC 7009 §2.2.1: nothing is stored for a client's own token, and saying that it is dead would be wrong.
        return found.GrantId is null
            ? new(Rule.TokenKind, OAuthErrors.UnsupportedTokenType, "a client's own token cannot be revoked: it ends within minutes")
            : null;
    }

    private JsonAnswer Refuse(Client? client, Refusal refusal)
    {
        log.Write(ServerUrls.Revocation, client?.Id, refusal);
        return JsonAnswer.Error(refusal);
    }

    private sealed record Found(string ClientId, string? GrantId);
}
