using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>
/// The <c>c_nonce</c> of the nonce endpoint (OpenID4VCI 1.0 §7): unpredictable, five minutes, good for one accepted credential request.
/// It carries the store's epoch, so that none is good twice after a shared store lost its memory.
/// </summary>
public sealed class Nonces(OneTimeStore store)
{
    private const string Kind = "c_nonce";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>A new nonce.</summary>
    public async Task<string> IssueAsync(CancellationToken ct)
    {
        var nonce = $"{Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24))}.{await store.EpochAsync(ct)}";
        await store.PutAsync(Kind, nonce, "1"u8.ToArray(), Lifetime, ct);
        return nonce;
    }

    /// <summary>Takes the nonces of a request: false when one of them was not issued here, is too old or was taken.</summary>
    public async Task<bool> TakeAsync(IReadOnlyList<string> nonces, CancellationToken ct)
    {
        var epoch = await store.EpochAsync(ct);
        foreach (var nonce in nonces)
        {
            if (!nonce.EndsWith($".{epoch}", StringComparison.Ordinal) || await store.TakeAsync(Kind, nonce, ct) is null)
            {
                return false;
            }
        }

        return true;
    }
}
