using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Web;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>The session of the browser behind a request: finds, starts and ends it by its cookie.</summary>
public sealed class Browser(Sessions sessions, SessionEnds ends, Cookies cookies)
{
    private const string Cookie = "session";

    /// <summary>The live session, or null.</summary>
    public async Task<Session?> SessionAsync(HttpContext http, CancellationToken ct) =>
        cookies.Find(http, Cookie) is { Length: > 0 and <= 128 } secret ? await sessions.FindAsync(secret, ct) : null;

    /// <summary>Signs a person in: a secret from before a sign-in is worth nothing after it.</summary>
    public async Task SignInAsync(HttpContext http, string accountId, SignInMethod method, AuditEvent entry, CancellationToken ct)
    {
        var start = new NewSession { AccountId = accountId, Method = method, Browser = About(http.Request), Earlier = await SessionAsync(http, ct), Entry = entry };
        cookies.Set(http, Cookie, await sessions.StartAsync(start, ct));
    }

    /// <summary>Ends the browser's session, if it has one, and tells the services that took part: for a second at the most.</summary>
    public async Task SignOutAsync(HttpContext http, CancellationToken ct)
    {
        if (await SessionAsync(http, ct) is { } session)
        {
            await (await ends.EndAsync(session.AccountId, session.Hash, SessionEnd.SignedOut, ct)).WaitBrieflyAsync(ct);
        }

        Forget(http);
    }

    /// <summary>Forgets a session that was ended elsewhere.</summary>
    public void Forget(HttpContext http) => cookies.Clear(http, Cookie);

    // Enough for a person to know their own devices apart; the address is not kept at all (SG18).
    private static string About(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        var browser = Array.Find(Browsers, known => agent.Contains(known.Sign, StringComparison.Ordinal)).Name;
        var system = Array.Find(Systems, known => agent.Contains(known.Sign, StringComparison.Ordinal)).Name;
        return string.Join(", ", new[] { browser, system }.Where(part => part is not null));
    }

    // In the order in which they must be looked for: most browsers also claim to be another one.
    private static readonly (string Sign, string Name)[] Browsers =
    [
        ("YaBrowser/", "Yandex Browser"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];
}
