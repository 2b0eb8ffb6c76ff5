using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.IdP.Services;

/// <summary>
/// The sector of one registered service (OpenID Connect Core §8.1): what makes one person look different at each service.
/// Its key is its own, so that removing the service ends every link to the subjects that it knew.
/// </summary>
public sealed class Sector(string serviceId, byte[] key)
{
    /// <summary>The registered service: its client id.</summary>
    public string ServiceId { get; } = serviceId;

    /// <summary>The pairwise <c>sub</c> of an account at this service.</summary>
    public string SubjectOf(string accountId) => Keyed(accountId);

    // Account ids are base64url and hold no colon: the prefixed values below can never be another account's subject.

    /// <summary>The <c>sid</c> of a session at this service. One for all services would let them join what <c>sub</c> keeps apart.</summary>
    public string SessionIdOf(string sessionHash) => Keyed($"session:{sessionHash}");

    /// <summary>The key under which an account's consent to this service is found.</summary>
    public string ConsentKeyOf(string accountId) => Keyed($"consent:{accountId}");

    /// <summary>Redacted.</summary>
    public override string ToString() => $"sector of {ServiceId}";

    private string Keyed(string value) => Base64UrlText.Encode(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(value)));
}
