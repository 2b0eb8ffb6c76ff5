namespace IdentityPlatform.OAuth.Protocol;

/// <summary>What is known about a signed-in browser.</summary>
/// <param name="AuthTime">When the person last proved to be there, to the millisecond: whole seconds make a sign-in of the request's own second an earlier one.</param>
/// <param name="Acr">How, as an acr value.</param>
public sealed record OwnerSession(DateTimeOffset AuthTime, string? Acr);

/// <summary>A consent that stands.</summary>
/// <param name="Scopes">What was agreed to.</param>
/// <param name="GivenAt">When, to the millisecond.</param>
public sealed record StandingConsent(IReadOnlyCollection<string> Scopes, DateTimeOffset GivenAt);

/// <summary>The next step of a sign-in. Pure: hosts call it from their <see cref="IResourceOwner"/>.</summary>
public abstract class AuthorizeDecision
{
    private AuthorizeDecision()
    {
    }

    /// <summary>Decides. Whatever the person did since the request came in counts as done for it, so that no value asks twice.</summary>
    /// <param name="request">The checked request.</param>
    /// <param name="session">The browser's session, or null.</param>
    /// <param name="consent">The standing consent to this client, or null; hosts that need none pass the request's scopes.</param>
    /// <param name="now">The time.</param>
    public static AuthorizeDecision For(AuthorizationRequest request, OwnerSession? session, StandingConsent? consent, DateTimeOffset now)
    {
        var step = Next(request, session, consent, now);
        if (!request.Prompts.Contains("none"))
        {
            return step;
        }

        // OpenID Connect Core §3.1.2.6: with prompt=none no page may be shown.
        return step switch
        {
            SignIn => new Reject(OAuthErrors.LoginRequired),
            StepUp => new Reject(OAuthErrors.InteractionRequired),
            Consent => new Reject(OAuthErrors.ConsentRequired),
            _ => step,
        };
    }

    private static AuthorizeDecision Next(AuthorizationRequest request, OwnerSession? session, StandingConsent? consent, DateTimeOffset now)
    {
        var since = request.ReceivedAt;
        if (session is null || (session.AuthTime < since && WantsNewSignIn(request, session, now)))
        {
            return new SignIn();
        }

        // acr_values is a wish (OpenID Connect Core §3.1.2.1): ask once, then take what there is.
        if (session.AuthTime < since && request.AcrValues.Count > 0 && !request.AcrValues.Contains(session.Acr, StringComparer.Ordinal))
        {
            return new StepUp();
        }

        return IsAgreed(request, consent, since) ? new Issue() : new Consent();
    }

    // OpenID Connect Core §3.1.2.1: prompt=login, an account to choose, or a sign-in older than max_age.
    private static bool WantsNewSignIn(AuthorizationRequest request, OwnerSession session, DateTimeOffset now) =>
        request.Prompts.Contains("login")
        || request.Prompts.Contains("select_account")
        || (request.MaxAge is { } seconds && now.ToUnixTimeSeconds() - session.AuthTime.ToUnixTimeSeconds() > seconds);

    private static bool IsAgreed(AuthorizationRequest request, StandingConsent? consent, DateTimeOffset since) =>
        consent is not null
        && request.Scopes.All(consent.Scopes.Contains)
        && (!request.Prompts.Contains("consent") || consent.GivenAt >= since);

    /// <summary>Nobody is signed in, or the request wants a new sign-in.</summary>
    public sealed class SignIn : AuthorizeDecision;

    /// <summary>The sign-in was weaker than the request wishes.</summary>
    public sealed class StepUp : AuthorizeDecision;

    /// <summary>The person has not agreed to all of it.</summary>
    public sealed class Consent : AuthorizeDecision;

    /// <summary>A code may be issued.</summary>
    public sealed class Issue : AuthorizeDecision;

    /// <summary>The client gets an error.</summary>
    public sealed class Reject(string error) : AuthorizeDecision
    {
        public string Error { get; } = error;
    }
}
