using IdentityPlatform.Issuer.Sessions;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>The sessions of officers: by passkey, for a working day.</summary>
public sealed class OfficerSessions(BrowserSessions sessions, Roster roster)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    /// <summary>The officer of this request, read from the roster anew; null when nobody is signed in.</summary>
    public async Task<Officer?> FindAsync(HttpContext http, CancellationToken ct) =>
        await sessions.FindAsync(http, SessionKind.Officer, ct) is { } session ? await roster.FindAsync(session.Owner, ct) : null;

    public Task StartAsync(HttpContext http, Officer officer) => sessions.StartAsync(http, SessionKind.Officer, officer.Id, Lifetime);

    public Task EndAsync(HttpContext http) => sessions.EndAsync(http, SessionKind.Officer);
}
