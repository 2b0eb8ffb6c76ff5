using IdentityPlatform.Hosting.Audit;

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
    public const string ServiceUsed = "service.used";
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
        AccountOpened, SignedIn, SignedOut, SessionEnded, ServiceUsed, ConsentGiven, ConsentRefused, ConsentWithdrawn, PasskeyAdded,
        PasskeyRemoved, CardPresented, IdentityForgotten, Exported, AccountClosed,
    ];

    private const string Holder = "holder";

    /// <summary>Notes what the holder did.</summary>
    public Task AddAsync(string accountId, string name, CancellationToken ct) => audit.AppendAsync(new AuditEvent(name, Holder, accountId), ct);

    /// <summary>Notes what the holder did at a service, with the names of the claims concerned, never their values.</summary>
    public Task AddAsync(string accountId, string name, string serviceId, IEnumerable<string> claims, CancellationToken ct) =>
        audit.AppendAsync(new AuditEvent(name, Holder, accountId, new Dictionary<string, string> { ["service"] = serviceId, ["claims"] = string.Join(' ', claims) }), ct);

    /// <summary>Notes what the holder showed, by the names of the claims.</summary>
    public Task AddAsync(string accountId, string name, IEnumerable<string> claims, CancellationToken ct) =>
        audit.AppendAsync(new AuditEvent(name, Holder, accountId, new Dictionary<string, string> { ["claims"] = string.Join(' ', claims) }), ct);

    /// <summary>The holder's log, newest first.</summary>
    public async Task<IReadOnlyList<HolderLogEntry>> ReadAsync(string accountId, CancellationToken ct) =>
        [.. (await audit.ReadForHolderAsync(accountId, ct)).Reverse().OrderByDescending(entry => entry.At)];
}
