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
    Standings standings, Sectors sectors, Sessions sessions, IdTokens idTokens, AssuranceNames assuranceNames, HolderLog log, TimeProvider time) : ITokenContent
{
    /// <inheritdoc/>
    public async Task<TokenContent?> ForAsync(TokenGrant grant, CancellationToken ct)
    {
        var asked = GrantedClaims.Of(grant.Extra);
        var joins = grant.GrantType == GrantTypes.RefreshToken ? null : asked.Session;
        if (await standings.FindAsync(grant.Subject, grant.Client, joins, grant.Key, ct) is not { Consent: { } consent } standing)
        {
            return null;
        }

        var (now, subject, identity) = (time.GetUtcNow(), standing.Sector.SubjectOf(grant.Subject), standing.Identity);
        if (!await JoinAsync(grant, joins, standing.Session, subject, ct))
        {
            return null;
        }

        var acr = Acr(grant, identity, now);
        var inIdToken = ReleasedClaims.Of(asked.IdToken.Intersect(consent.Claims), identity);
        return new()
        {
            Subject = grant.Resource is { } resource ? (await sectors.OfAsync(resource, ct)).SubjectOf(grant.Subject) : subject,
            Acr = acr,
            IdToken = grant.Scopes.Contains("openid") ? idTokens.Write(grant, subject, acr, inIdToken, now) : null,
            KeepAsync = (connection, transaction) => log.AddAsync(connection, transaction, Used(grant, asked, consent, identity), grant.Key),
        };
    }

    // The service takes part in the session from here on. One that ended since the code was made gives no tokens: the service
    // would not learn of its end.
    private async Task<bool> JoinAsync(TokenGrant grant, string? session, StandingSession? standing, string subject, CancellationToken ct)
    {
        if (session is null || grant.SessionId is not { } sessionId)
        {
            return true;
        }

        var part = new Participation { Notice = new(grant.Client.Id, subject, sessionId), IsTold = grant.Client.BackchannelLogoutUri is not null };
        return await sessions.JoinAsync(grant.Subject, session, standing, part, grant.Key, ct);
    }

    // The holder's log: which service had tokens, and for which claims.
    private static AuditEvent Used(TokenGrant grant, GrantedClaims asked, Consent consent, VerifiedIdentity? identity)
    {
        var shared = ReleasedClaims.Of(asked.UserInfo.Union(asked.IdToken).Intersect(consent.Claims), identity);
        return HolderLog.Entry(grant.Subject, HolderLog.ServiceUsed, grant.Client.Id, shared.Keys);
    }

    // What the person proved then, or what still holds of it now: the lower of the two.
    private string Acr(TokenGrant grant, VerifiedIdentity? identity, DateTimeOffset now)
    {
        var current = VerifiedIdentity.AssuranceAt(identity, now);
        var then = grant.Acr is null ? current : assuranceNames.Find(grant.Acr) ?? Assurance.SelfDeclared;
        return assuranceNames.Of(then < current ? then : current);
    }
}
