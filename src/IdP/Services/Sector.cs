using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.IdP.Services;

/// <summary>
/// The sector of a registered service (OpenID Connect Core §8.1): what makes one person look different in each. A service is a
/// sector of its own, unless it is registered with others under one <c>sector_identifier_uri</c>. The key is the sector's own, so
/// that removing its last service ends every link to the subjects that it knew.
/// </summary>
public sealed class Sector(string id, string serviceId, byte[] key, byte[] wrapped)
{
    /// <summary>The service's client id, or the host that services share.</summary>
    public string Id { get; } = id;

    /// <summary>The registered service: its client id.</summary>
    public string ServiceId { get; } = serviceId;

    /// <summary>Which sector a service belongs to.</summary>
    /// <param name="serviceId">Its client id.</param>
    /// <param name="sectorIdentifierUri">What it is registered with; whoever registered it saw that the services belong together.</param>
    public static string IdOf(string serviceId, string? sectorIdentifierUri) =>
        Uri.TryCreate(sectorIdentifierUri, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? $"host:{uri.IdnHost}" : serviceId;

    /// <summary>The pairwise <c>sub</c> of an account at this service.</summary>
    public string SubjectOf(string accountId) => Keyed(accountId);

    // Account ids are base64url and hold no colon: the prefixed values below can never be another account's subject.

    /// <summary>The <c>sid</c> of a session at this service. One for all services would let them join what <c>sub</c> keeps apart.</summary>
    public string SessionIdOf(string sessionHash) => Keyed($"session:{sessionHash}");

    /// <summary>The key under which an account's consent to this service is found: services that share a sector do not share it.</summary>
    public string ConsentKeyOf(string accountId) => Keyed(Id == ServiceId ? $"consent:{accountId}" : $"consent:{accountId}:{ServiceId}");

    /// <summary>True when this is what a row of the database holds: a key that was destroyed or made anew is another.</summary>
    public bool IsSealedAs(byte[]? stored) => wrapped.AsSpan().SequenceEqual(stored) && stored is not null;

    /// <summary>Redacted.</summary>
    public override string ToString() => $"sector {Id}";

    private string Keyed(string value) => Base64UrlText.Encode(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(value)));
}
