using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>Answers the authorization server's question who the person is and whether they agree.</summary>
public sealed class ResourceOwner(
    Browser browser, PersonKeys personKeys, Standings standings, PendingRequests pending, IdTokenHints hints, AssuranceNames assuranceNames, TimeProvider time) : IResourceOwner
{
    /// <inheritdoc/>
    public async Task<OwnerAnswer> AskAsync(HttpContext http, AuthorizationRequest request, string requestHandle, CancellationToken ct)
    {
        if (await pending.TakeRefusalAsync(requestHandle, ct))
        {
            return new OwnerAnswer.Denied(OAuthErrors.AccessDenied);
        }

        var asked = ClaimsAsked.Of(request.Scopes, request.Claims);
        if (asked.IsBeyond(request.Client.Scopes))
        {
            return new OwnerAnswer.Denied(OAuthErrors.InvalidScope);
        }

        var visitor = await VisitorAsync(http, request, asked, ct);
        var answer = Answer(request, requestHandle, asked, visitor);
        if (answer is not OwnerAnswer.Authorized)
        {
            visitor?.Key.Dispose();
        }

        if (answer is OwnerAnswer.ShowPage)
        {
            await pending.KeepAsync(new(requestHandle, request.Client.Id, request.ResumeUrl, request.RedirectUri!, request.Scopes, asked.All, request.ReceivedAt), ct);
        }

        return answer;
    }

    private async Task<Visitor?> VisitorAsync(HttpContext http, AuthorizationRequest request, ClaimsAsked asked, CancellationToken ct)
    {
        if (await browser.SessionAsync(http, ct) is not { } session)
        {
            return null;
        }

        // A person who was erased has no key, and a closed account nothing that stands.
        var key = await personKeys.FindAsync(session.AccountId, ct);
        if (key is null || await standings.FindAsync(session.AccountId, request.Client, null, key, ct) is not { } standing)
        {
            key?.Dispose();
            return null;
        }

        var (sector, identity, consent) = (standing.Sector, standing.Identity, standing.Consent);

        // A claim without a value is nothing to agree to: the page comes when there is something to share.
        var covered = consent is not null && consent.Covers(request.Scopes, ReleasedClaims.Of(asked.All, identity).Keys);
        var acr = assuranceNames.Of(VerifiedIdentity.AssuranceAt(identity, time.GetUtcNow()));
        return new(session, key, sector, acr, covered ? consent : null, IsOther(request, sector, session), session.AuthTime >= request.ReceivedAt);
    }

    // OpenID Connect Core §3.1.2.1 and §5.5.1: a hint, or a sub asked for by its value, that names somebody else asks for that person.
    private bool IsOther(AuthorizationRequest request, Sector sector, Session session)
    {
        var subject = sector.SubjectOf(session.AccountId);
        var hinted = request.Parameters["id_token_hint"] is { } text ? hints.Read(text)?.Subject : null;
        var wanted = request.Claims?.ObjectMember("id_token")?.ObjectMember("sub")?.StringMember("value");
        return (hinted ?? subject) != subject || (wanted ?? subject) != subject;
    }

    private OwnerAnswer Answer(AuthorizationRequest request, string handle, ClaimsAsked asked, Visitor? visitor)
    {
        if (visitor is { IsOther: true })
        {
            return visitor.CameForThis ? new OwnerAnswer.Denied(OAuthErrors.LoginRequired) : SignInPage(request, handle, Interaction.SignIn);
        }

        if (visitor is not null && Unmet(request, visitor) is { } unmet)
        {
            return unmet(handle);
        }

        var decision = AuthorizeDecision.For(
            request,
            visitor is null ? null : new OwnerSession(visitor.Session.AuthTime, visitor.Acr),
            visitor?.Consent is { } consent ? new StandingConsent(consent.Scopes.ToHashSet(), DateTimeOffset.FromUnixTimeMilliseconds(consent.GivenAtMilliseconds)) : null,
            time.GetUtcNow());
        return decision switch
        {
            AuthorizeDecision.SignIn => SignInPage(request, handle, Interaction.SignIn),
            AuthorizeDecision.StepUp => SignInPage(request, handle, Interaction.StepUp),
            AuthorizeDecision.Consent => Page("/consent", request, handle, Interaction.Consent),
            AuthorizeDecision.Reject rejected => new OwnerAnswer.Denied(rejected.Error),
            _ => new OwnerAnswer.Authorized(Authorization(request, asked, visitor!)),
        };
    }

    // An essential acr is a condition, not a wish (OpenID Connect Core §5.5.1.1). Signing in again may meet it; once is enough to know.
    private static Func<string, OwnerAnswer>? Unmet(AuthorizationRequest request, Visitor visitor)
    {
        var acr = request.Claims?.ObjectMember("id_token")?.ObjectMember("acr");
        if (acr?.BooleanMember("essential") != true)
        {
            return null;
        }

        var wanted = acr.Value.StringsMember("values") ?? (acr.Value.StringMember("value") is { } one ? [one] : []);
        if (wanted.Count == 0 || wanted.Contains(visitor.Acr))
        {
            return null;
        }

        return visitor.CameForThis || request.Prompts.Contains("none")
            ? _ => new OwnerAnswer.Denied(OAuthErrors.UnmetAuthenticationRequirements)
            : handle => SignInPage(request, handle, Interaction.StepUp);
    }

    private static OwnerAnswer.ShowPage SignInPage(AuthorizationRequest request, string handle, Interaction interaction) => Page("/signin", request, handle, interaction);

    // A page that outlives its request still has to know which service to send the person back to.
    private static OwnerAnswer.ShowPage Page(string path, AuthorizationRequest request, string handle, Interaction interaction) =>
        new($"{path}?request={Uri.EscapeDataString(handle)}&client_id={Uri.EscapeDataString(request.Client.Id)}", interaction);

    private static OwnerAuthorization Authorization(AuthorizationRequest request, ClaimsAsked asked, Visitor visitor) => new()
    {
        Subject = visitor.Session.AccountId,
        Key = visitor.Key,
        AuthTime = visitor.Session.AuthTime,
        Acr = visitor.Acr,
        Amr = visitor.Session.Amr,
        SessionId = visitor.Sector.SessionIdOf(visitor.Session.Id),
        EndsWith = request.Scopes.Contains("offline_access") ? null : visitor.Session.Id,
        GrantedScopes = request.Scopes,
        Extra = GrantedClaims.ToJson(asked, visitor.Session.Id),
    };

    /// <summary>A signed-in person before this request.</summary>
    /// <param name="Session">Their session.</param>
    /// <param name="Key">Their key: goes with the answer, or is disposed of.</param>
    /// <param name="Sector">The service's sector.</param>
    /// <param name="Acr">Their assurance now.</param>
    /// <param name="Consent">What they agreed to, where it covers the request.</param>
    /// <param name="IsOther">True when the service means somebody else.</param>
    /// <param name="CameForThis">True when they signed in for this request: to ask once more would change nothing.</param>
    private sealed record Visitor(Session Session, PersonKey Key, Sector Sector, string Acr, Consent? Consent, bool IsOther, bool CameForThis);
}
