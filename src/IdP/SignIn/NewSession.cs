using IdentityPlatform.Hosting.Audit;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>A sign-in that becomes a session.</summary>
public sealed class NewSession
{
    /// <summary>Who signed in.</summary>
    public required string AccountId { get; init; }

    /// <summary>How.</summary>
    public required SignInMethod Method { get; init; }

    /// <summary>What the browser calls itself: shown to the person alone.</summary>
    public required string Browser { get; init; }

    /// <summary>The browser's live session from before, or null.</summary>
    public required Session? Earlier { get; init; }

    /// <summary>What the holder's log says of it.</summary>
    public required AuditEvent Entry { get; init; }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(NewSession);
}

/// <summary>A live session as its person sees it.</summary>
/// <param name="session">The session.</param>
/// <param name="browser">What the browser calls itself.</param>
/// <param name="services">The client ids of the services that took part.</param>
public sealed class ListedSession(Session session, string browser, IReadOnlyList<string> services)
{
    /// <summary>The session.</summary>
    public Session Session { get; } = session;

    /// <summary>What the browser calls itself; empty when it said nothing that we know.</summary>
    public string Browser { get; } = browser;

    /// <summary>The client ids of the services that took part.</summary>
    public IReadOnlyList<string> Services { get; } = services;

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(ListedSession);
}
