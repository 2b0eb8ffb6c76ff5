using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>
/// The nonces of RFC 9449 §8: one for each five minutes, the same on all nodes, kept in the shared store. When the store
/// loses its memory, they go with it, so that no proof from before is taken twice.
/// </summary>
internal sealed class DpopNonces(OneTimeStore store, TimeProvider time)
{
    private const string Kind = "dpop_nonce";
    private const int WindowSeconds = 300;

    /// <summary>The nonce of now, and the one of the window before.</summary>
    public async Task<IReadOnlyList<string>> AcceptedAsync(CancellationToken ct)
    {
        var window = time.GetUtcNow().ToUnixTimeSeconds() / WindowSeconds;
        var current = await FindAsync(window, ct) ?? await MakeAsync(window, ct);
        var previous = await FindAsync(window - 1, ct);
        return previous is null ? [current] : [current, previous];
    }

    private async Task<string?> FindAsync(long window, CancellationToken ct) =>
        await store.FindAsync(Kind, Key(window), ct) is { } found ? Encoding.ASCII.GetString(found) : null;

    // Two nodes may make one at the same moment: the later stays, and who got the earlier is asked to try again, as RFC 9449 §8 provides.
    private async Task<string> MakeAsync(long window, CancellationToken ct)
    {
        var nonce = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        await store.PutAsync(Kind, Key(window), Encoding.ASCII.GetBytes(nonce), TimeSpan.FromSeconds(2 * WindowSeconds), ct);
        return nonce;
    }

    private static string Key(long window) => window.ToString(CultureInfo.InvariantCulture);
}
