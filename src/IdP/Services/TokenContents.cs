using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.IdP.Services;

/// <summary>
/// Says what the tokens of a grant carry now. An account that was closed, or a consent that was withdrawn, ends it; assurance
/// that expired since falls.
/// </summary>
public sealed class TokenContents(
    Accounts.Accounts accounts, Identities identities, Sectors sectors, Consents consents, Sessions sessions, IdTokens idTokens, AssuranceNames assuranceNames,
    AuthorizationServerOptions options, HolderLog log, TimeProvider time) : ITokenContent
{
    /// <inheritdoc/>
    public async Task<TokenContent?> ForAsync(TokenGrant grant, CancellationToken ct)
    {
        var sector = await sectors.OfAsync(grant.Client.Id, ct);
        if (await accounts.FindAsync(grant.Subject, ct) is null || await consents.FindAsync(grant.Subject, sector, ct) is not { } consent)
        {
            return null;
        }

        var (now, subject) = (time.GetUtcNow(), sector.SubjectOf(grant.Subject));
        var identity = await identities.FindAsync(grant.Subject, ct);
        var asked = GrantedClaims.Of(grant.Extra);
        var inIdToken = ReleasedClaims.Of(asked.IdToken.Intersect(consent.Claims), identity);
        if (grant.GrantType != GrantTypes.RefreshToken)
        {
            var shared = ReleasedClaims.Of(asked.UserInfo.Union(asked.IdToken).Intersect(consent.Claims), identity);
            if (!await JoinAsync(grant, asked.Session, subject, HolderLog.Entry(grant.Subject, HolderLog.ServiceUsed, grant.Client.Id, shared.Keys), ct))
            {
                return null;
            }
        }

        var acr = Acr(grant, identity, now);
        return new()
        {
            Subject = grant.Resource is { } resource ? (await sectors.OfAsync(resource.Id, ct)).SubjectOf(grant.Subject) : subject,
            Acr = acr,
            IdToken = grant.Scopes.Contains("openid") ? idTokens.Write(grant, subject, acr, inIdToken, now) : null,
        };
    }

    // The service takes part in the session from here on. One that ended since the code was made gives no tokens: the service
    // would not learn of its end.
    private async Task<bool> JoinAsync(TokenGrant grant, string? session, string subject, AuditEvent entry, CancellationToken ct)
    {
        if (session is null || grant.SessionId is not { } sessionId)
        {
            await log.AddAsync(entry, ct);
            return true;
        }

        var part = new Participation
        {
            Notice = new(grant.Client.Id, subject, sessionId),
            IsTold = grant.Client.BackchannelLogoutUri is not null,
            GrantId = grant.AuthorizationId,
            GrantUntil = grant.Scopes.Contains("offline_access") ? null : time.GetUtcNow() + options.AccessTokenLifetime,
        };
        return await sessions.JoinAsync(grant.Subject, session, part, entry, ct);
    }

    // What the person proved then, or what still holds of it now: the lower of the two.
    private string Acr(TokenGrant grant, VerifiedIdentity? identity, DateTimeOffset now)
    {
        var current = VerifiedIdentity.AssuranceAt(identity, now);
        var then = grant.Acr is null ? current : assuranceNames.Find(grant.Acr) ?? Assurance.SelfDeclared;
        return assuranceNames.Of(then < current ? then : current);
    }
}
