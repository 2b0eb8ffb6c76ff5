using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>What an anchor's signers may sign.</summary>
public enum AnchorRole
{
    /// <summary>Credentials of the anchor's types.</summary>
    Credentials,

    /// <summary>Status lists.</summary>
    Status,
}

/// <summary>A trust anchor: a certificate, what its signers may sign, and credentials of which types.</summary>
public sealed class Anchor
{
    /// <summary>The certificate: of an authority, or the signer's own.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>What its signers may sign.</summary>
    public required IReadOnlyList<AnchorRole> Roles { get; init; }

    /// <summary>The credential types (<c>vct</c>) that its signers may issue.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>
    /// The extended key usage (an OID) that a signer's certificate has to carry, or null. It keeps apart the signers of one
    /// authority: without it, whoever holds its key for status lists could sign credentials.
    /// </summary>
    public string? SignerUsage { get; init; }

    /// <summary>The certificate's subject.</summary>
    public override string ToString() => Certificate.Subject;
}

/// <summary>The signed content of an offline bundle. Nothing in it is personal.</summary>
public sealed class BundleContent
{
    /// <summary>A number that only rises.</summary>
    public required long Version { get; init; }

    /// <summary>When the bundle was made: also the floor of a verifier's clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The trust anchors.</summary>
    public required IReadOnlyList<Anchor> Anchors { get; init; }

    /// <summary>RFC 7638 thumbprints of signers' keys that are trusted no longer.</summary>
    public required IReadOnlyList<string> Denied { get; init; }

    /// <summary>
    /// Type metadata by <c>vct</c> (SD-JWT VC), so that none has to be fetched: the document itself, spelled as it is published, or a string
    /// with its octets in base64url, which keeps the white space around it too.
    /// </summary>
    public required IReadOnlyDictionary<string, JsonElement> Types { get; init; }

    /// <summary>Regions' offsets from UTC in minutes, for dates that are local.</summary>
    public required IReadOnlyDictionary<string, int> Regions { get; init; }

    /// <summary>The date on a region's wall at an instant; null where the bundle does not know the region. Local dates, such as a last paid day, are compared with it.</summary>
    /// <param name="region">The region's ISO 3166-2 code.</param>
    /// <param name="now">The instant.</param>
    public DateOnly? DayIn(string region, DateTimeOffset now) =>
        Regions.TryGetValue(region, out var minutes) ? DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromMinutes(minutes)).DateTime) : null;

    /// <summary>How old the bundle may grow.</summary>
    public required TimeSpan BundleMaxAge { get; init; }

    /// <summary>How old a status list may grow.</summary>
    public required TimeSpan StatusMaxAge { get; init; }
}
