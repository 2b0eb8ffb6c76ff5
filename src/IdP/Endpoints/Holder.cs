using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.SignIn;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>Finds who is behind a request to the account's own pages, or sends them to sign in first.</summary>
public sealed class Holder(Browser browser, Accounts.Accounts accounts, TimeProvider time)
{
    /// <summary>How long after a sign-in a person may do what cannot be undone.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>Answers with the signed-in person, or with the way to the sign-in page and back to <paramref name="page"/>.</summary>
    public async Task<IResult> WithAsync(HttpContext http, string page, Func<HolderSession, Task<IResult>> answer, CancellationToken ct) =>
        await FindAsync(http, ct) is { } holder ? await answer(holder) : SignIn(page);

    /// <summary>The same, for what needs a sign-in of the last minutes.</summary>
    public Task<IResult> WithFreshAsync(HttpContext http, string page, Func<HolderSession, Task<IResult>> answer, CancellationToken ct) =>
        WithAsync(http, page, holder => holder.IsFresh ? answer(holder) : Task.FromResult<IResult>(SignIn(page)), ct);

    /// <summary>The signed-in person, or null.</summary>
    public async Task<HolderSession?> FindAsync(HttpContext http, CancellationToken ct)
    {
        var session = await browser.SessionAsync(http, ct);
        return session is not null && await accounts.FindAsync(session.AccountId, ct) is { } account
            ? new(account, session, time.GetUtcNow() - session.AuthTime <= Fresh)
            : null;
    }

    private static SeeOther SignIn(string page) => new SeeOther($"/signin?return={Uri.EscapeDataString(page)}");
}

/// <summary>A signed-in person.</summary>
public sealed class HolderSession(Account account, Session session, bool isFresh)
{
    /// <summary>Their account.</summary>
    public Account Account { get; } = account;

    /// <summary>The session of this browser.</summary>
    public Session Session { get; } = session;

    /// <summary>True when they signed in within the last minutes.</summary>
    public bool IsFresh { get; } = isFresh;

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(HolderSession);
}
