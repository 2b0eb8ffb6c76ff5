using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.IdP.Services;

/// <summary>
/// Says what the tokens of a grant carry now. An account that was closed, or a consent that was withdrawn, ends it; assurance
/// that expired since falls.
/// </summary>
public sealed class TokenContents(
    Accounts.Accounts accounts, Identities identities, Sectors sectors, Consents consents, IdTokens idTokens, AssuranceNames assuranceNames,
    HolderLog log, TimeProvider time) : ITokenContent
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
        if (grant.GrantType == GrantTypes.AuthorizationCode)
        {
            var shared = ReleasedClaims.Of(asked.UserInfo.Union(asked.IdToken).Intersect(consent.Claims), identity);
            await log.AddAsync(grant.Subject, HolderLog.ServiceUsed, grant.Client.Id, shared.Keys, ct);
        }

        return new()
        {
            Subject = subject,
            IdToken = grant.Scopes.Contains("openid") ? idTokens.Write(grant, subject, Acr(grant, identity, now), inIdToken, now) : null,
        };
    }

    // What the person proved then, or what still holds of it now: the lower of the two.
    private string Acr(TokenGrant grant, VerifiedIdentity? identity, DateTimeOffset now)
    {
        var current = VerifiedIdentity.AssuranceAt(identity, now);
        var then = grant.Acr is null ? current : assuranceNames.Find(grant.Acr) ?? Assurance.SelfDeclared;
        return assuranceNames.Of(then < current ? then : current);
    }
}
