using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>How a person showed who they are, and the methods that an ID token names for it (RFC 8176).</summary>
public sealed class SignInMethod
{
    /// <summary>A passkey kept on one device, with its user verification.</summary>
    public static readonly SignInMethod DevicePasskey = new(["hwk", "user", "mfa"]);

    /// <summary>A passkey that is backed up between devices, with its user verification.</summary>
    public static readonly SignInMethod SyncedPasskey = new(["swk", "user", "mfa"]);

    /// <summary>A card presented from a wallet: possession of the key that the card is bound to.</summary>
    public static readonly SignInMethod Card = new(["pop", "user"]);

    private SignInMethod(IReadOnlyList<string> amr) => Amr = amr;

    /// <summary>The <c>amr</c> values.</summary>
    public IReadOnlyList<string> Amr { get; }
}

/// <summary>A browser that a person is signed in with.</summary>
public sealed class Session(
    string id, string hash, string accountId, DateTimeOffset authTime, DateTimeOffset lastSeenAt, DateTimeOffset expiresAt, IReadOnlyList<string> amr)
{
    /// <summary>The longest life of a session.</summary>
    public static readonly TimeSpan AbsoluteLifetime = TimeSpan.FromHours(12);

    /// <summary>The longest pause in a session.</summary>
    public static readonly TimeSpan IdleLifetime = TimeSpan.FromHours(1);

    /// <summary>Stays the same when the person signs in anew: what services know of the session is derived from it.</summary>
    public string Id { get; } = id;

    /// <summary>The hash of the cookie's secret: finds the session without opening it.</summary>
    public string Hash { get; } = hash;

    /// <summary>Whose session.</summary>
    public string AccountId { get; } = accountId;

    /// <summary>When the person showed who they are.</summary>
    public DateTimeOffset AuthTime { get; } = authTime;

    /// <summary>When the browser was last seen, to the minute.</summary>
    public DateTimeOffset LastSeenAt { get; } = lastSeenAt;

    /// <summary>When it ends at the latest.</summary>
    public DateTimeOffset ExpiresAt { get; } = expiresAt;

    /// <summary>How the person showed who they are (RFC 8176).</summary>
    public IReadOnlyList<string> Amr { get; } = amr;

    /// <summary>True while neither limit is reached.</summary>
    public bool IsLiveAt(DateTimeOffset now) => now < ExpiresAt && now < LastSeenAt + IdleLifetime;

    /// <summary>The hash that the database keeps of a cookie's secret.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(Session);
}
