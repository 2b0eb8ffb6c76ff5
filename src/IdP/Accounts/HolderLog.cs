using System.Data.Common;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.IdP.SignIn;

namespace IdentityPlatform.IdP.Accounts;

/// <summary>
/// What happened in an account, for its holder to read. Names of events stand in clear in the audit chain and never tell a
/// service apart; which service and which claims are details, readable with the person's key alone (SG7, SG9).
/// </summary>
public sealed class HolderLog(AuditLog audit)
{
    public const string AccountOpened = "account.opened";
    public const string SignedIn = "sign-in";
    public const string SignedOut = "sign-out";
    public const string SessionEnded = "session.ended";
    public const string SessionExpired = "session.expired";
    public const string SessionReplaced = "session.replaced";
    public const string ServiceUsed = "service.used";
    public const string GuardianActed = "guardian.acted";
    public const string GuardianAdded = "guardian.added";
    public const string GuardianAgreed = "guardian.agreed";
    public const string GuardianStopped = "guardian.stopped";
    public const string GuardianEnded = "guardian.ended";
    public const string ConsentGiven = "consent.given";
    public const string ConsentRefused = "consent.refused";
    public const string ConsentWithdrawn = "consent.withdrawn";
    public const string PasskeyAdded = "passkey.added";
    public const string PasskeyRemoved = "passkey.removed";
    public const string CardPresented = "card.presented";
    public const string IdentityForgotten = "identity.forgotten";
    public const string Exported = "account.exported";
    public const string AccountClosed = "account.closed";

    /// <summary>Every event that there is: each has its words in every language.</summary>
    public static readonly IReadOnlyList<string> Events =
    [
        AccountOpened, SignedIn, SignedOut, SessionEnded, SessionExpired, SessionReplaced, ServiceUsed, GuardianActed, GuardianAdded, GuardianAgreed,
        GuardianStopped, GuardianEnded, ConsentGiven, ConsentRefused, ConsentWithdrawn, PasskeyAdded, PasskeyRemoved, CardPresented, IdentityForgotten, Exported, AccountClosed,
    ];

    private const string Holder = "holder";

    private const string Provider = "idp";

    /// <summary>What the holder did.</summary>
    public static AuditEvent Entry(string accountId, string name) => new(name, Holder, accountId);

    /// <summary>What the holder did at a service, with the names of the claims concerned, never their values.</summary>
    public static AuditEvent Entry(string accountId, string name, string serviceId, IEnumerable<string> claims) =>
        new(name, Holder, accountId, new Dictionary<string, string> { ["service"] = serviceId, ["claims"] = string.Join(' ', claims) });

    /// <summary>What the holder showed, by the names of the claims.</summary>
    public static AuditEvent Entry(string accountId, string name, IEnumerable<string> claims) =>
        new(name, Holder, accountId, new Dictionary<string, string> { ["claims"] = string.Join(' ', claims) });

    /// <summary>That a session ended, by whom and in which browser; null where the end of the account says it already.</summary>
    public static AuditEvent? Entry(string accountId, SessionEnd why, string browser)
    {
        var (name, actor) = why switch
        {
            SessionEnd.SignedOut => (SignedOut, Holder),
            SessionEnd.EndedElsewhere => (SessionEnded, Holder),
            SessionEnd.Expired => (SessionExpired, Provider),
            SessionEnd.Replaced => (SessionReplaced, Provider),
            SessionEnd.AccountClosed => (null, Holder),
            _ => throw new ArgumentOutOfRangeException(nameof(why)),
        };
        return name is null ? null : new(name, actor, accountId, new Dictionary<string, string> { ["browser"] = browser });
    }

    /// <summary>Adds an entry.</summary>
    public Task AddAsync(AuditEvent entry, CancellationToken ct) => audit.AppendAsync(entry, ct);

    /// <summary>Adds an entry inside the unit of work of what it tells: last, since the chain is locked until the unit ends.</summary>
    public Task AddAsync(DbConnection connection, DbTransaction transaction, AuditEvent entry, CancellationToken ct) =>
        audit.AppendAsync(connection, transaction, entry, ct);

    /// <summary>The same for a caller that holds the person's key already.</summary>
    public Task AddAsync(DbConnection connection, DbTransaction transaction, AuditEvent entry, PersonKey key) =>
        audit.AppendAsync(connection, transaction, entry, key, CancellationToken.None);

    /// <summary>Notes what the holder did.</summary>
    public Task AddAsync(string accountId, string name, CancellationToken ct) => AddAsync(Entry(accountId, name), ct);

    /// <summary>Notes what the holder did at a service.</summary>
    public Task AddAsync(string accountId, string name, string serviceId, IEnumerable<string> claims, CancellationToken ct) =>
        AddAsync(Entry(accountId, name, serviceId, claims), ct);

    /// <summary>The holder's log, newest first.</summary>
    public async Task<IReadOnlyList<HolderLogEntry>> ReadAsync(string accountId, CancellationToken ct) =>
        [.. (await audit.ReadForHolderAsync(accountId, ct)).Reverse().OrderByDescending(entry => entry.At)];
}
