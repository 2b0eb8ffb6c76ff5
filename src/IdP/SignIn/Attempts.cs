using System.Buffers.Binary;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>
/// Bounds what one browser tries, each way of signing in by its own count, and never an account: nobody is kept out by what a
/// stranger does. Codes of devices are counted where they are looked up (<see cref="OAuth.DeviceRequests"/>).
/// </summary>
public sealed class Attempts(Visitors visitors, OneTimeStore store, TimeProvider time)
{
    private const string PauseKind = "idp-pause";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly RateLimit Passkeys = new("idp-passkey-failures", 20, Window);
    private static readonly RateLimit Cards = new("idp-card-starts", 20, Window);
    private static readonly RateLimit Accounts = new("idp-account-starts", 20, Window);

    /// <summary>Counts a request for a card: null, or when to try again.</summary>
    public Task<DateTimeOffset?> StartCardAsync(HttpContext http, CancellationToken ct) => visitors.CountAsync(http, Cards, ct);

    /// <summary>Counts the beginning of a new account: null, or when to try again.</summary>
    public Task<DateTimeOffset?> StartAccountAsync(HttpContext http, CancellationToken ct) => visitors.CountAsync(http, Accounts, ct);

    /// <summary>Until when this browser may not try another passkey, or null. One that never failed costs nothing here.</summary>
    public async Task<DateTimeOffset?> PasskeyPauseAsync(HttpContext http, CancellationToken ct) =>
        visitors.Find(http) is { } visitor && await store.FindAsync(PauseKind, visitor.Id, ct) is { } until
            ? DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(until))
            : null;

    /// <summary>Counts a passkey that was refused: null, or when to try again.</summary>
    public async Task<DateTimeOffset?> PasskeyFailedAsync(HttpContext http, CancellationToken ct)
    {
        if (await visitors.CountAsync(http, Passkeys, ct) is not { } until)
        {
            return null;
        }

        if (visitors.Find(http) is { } visitor)
        {
            var bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(bytes, until.ToUnixTimeSeconds());
            await store.PutAsync(PauseKind, visitor.Id, bytes, until - time.GetUtcNow(), ct);
        }

        return until;
    }
}
