using IdentityPlatform.Issuer.Sessions;

namespace IdentityPlatform.Issuer.People;

/// <summary>A person who is signed in at this issuer, through the identity provider.</summary>
/// <param name="PersonId">The issuer's own id of the person.</param>
/// <param name="SessionId">Names the session without opening it.</param>
/// <param name="StartedAt">When the person signed in.</param>
public sealed record PersonSession(string PersonId, string SessionId, DateTimeOffset StartedAt);

/// <summary>The sessions of people in their browsers.</summary>
public sealed class PersonSessions(BrowserSessions sessions)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>The session of this request's cookie; null when nobody is signed in. The way to sign in is <c>/signin?return=LOCAL_PATH</c>.</summary>
    public async Task<PersonSession?> FindAsync(HttpContext http, CancellationToken ct) =>
        await sessions.FindAsync(http, SessionKind.Person, ct) is { } session ? new(session.Owner, session.Id, session.StartedAt) : null;

    public Task StartAsync(HttpContext http, string personId) => sessions.StartAsync(http, SessionKind.Person, personId, Lifetime);

    public Task EndAsync(HttpContext http) => sessions.EndAsync(http, SessionKind.Person);
}
