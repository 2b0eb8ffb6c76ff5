using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Trust;

/// <summary>
/// A list of trusted entities (ETSI TS 119 602) in its JSON form: who runs which service, and with which certificates. It comes as a compact JWS
/// (clause 6.8) whose signer the caller pins. Only <see cref="Parse"/> makes one: its signature was verified.
/// </summary>
public sealed class TrustedEntityList
{
    /// <summary>The bound on a list, in characters.</summary>
    public const int MaxLength = 8 * 1024 * 1024;

    private static readonly JwsAlgorithm[] Algorithms = [JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.PS256];

    internal TrustedEntityList(JsonElement scheme, DateTimeOffset issuedAt, DateTimeOffset nextUpdate, IReadOnlyList<TrustedService> services)
    {
        (IssuedAt, NextUpdate, Services) = (issuedAt, nextUpdate, services);
        SequenceNumber = scheme.LongMember("LoTESequenceNumber")!.Value;
        (Type, Territory) = (scheme.StringMember("LoTEType"), scheme.StringMember("SchemeTerritory"));
    }

    /// <summary>The number of this issue of the list. It only rises: a caller that keeps it refuses an older list.</summary>
    public long SequenceNumber { get; }

    /// <summary>The type of the list (a URI), or null.</summary>
    public string? Type { get; }

    /// <summary>The territory, or null.</summary>
    public string? Territory { get; }

    /// <summary>When this issue was made.</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary>Until when it is to be replaced by the next issue: then it says nothing any more.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>The services of all entities.</summary>
    public IReadOnlyList<TrustedService> Services { get; }

    /// <summary>Parses a list and verifies its signature.</summary>
    /// <param name="jws">The compact JWS.</param>
    /// <param name="pinnedSigners">The keys of the scheme's operator that the caller pins; the certificates in the header are not looked at.</param>
    public static Parsed<TrustedEntityList> Parse(string jws, params IReadOnlyList<Jwk> pinnedSigners)
    {
        if (SignedJwt.Parse(jws, MaxLength).Failed(out var failure, out var received))
        {
            return failure;
        }

        failure = new FormatFailure(FormatRule.Key, "no signer is pinned");
        foreach (var signer in pinnedSigners)
        {
            using var key = VerificationKey.Import(signer).OrThrow();
            if (received.Verify(key, type: null, Algorithms).Succeeded(out var verified, out failure))
            {
                return TrustedEntityReader.Read(verified.Claims);
            }
        }

        return failure;
    }

    /// <summary>Number and time.</summary>
    public override string ToString() => $"list of trusted entities {SequenceNumber} of {IssuedAt:u}";
}

/// <summary>A service of a trusted entity (ETSI TS 119 602, clause 6.6).</summary>
public sealed class TrustedService
{
    internal TrustedService(string entity, string? type, string? status, DateTimeOffset? statusSince, IReadOnlyList<X509Certificate2> certificates) =>
        (Entity, Type, Status, StatusSince, Certificates) = (entity, type, status, statusSince, certificates);

    /// <summary>The first name of the entity that runs it.</summary>
    public string Entity { get; }

    /// <summary>What it does (a URI, <c>ServiceTypeIdentifier</c>), or null.</summary>
    public string? Type { get; }

    /// <summary>Its status (a URI), or null in lists where to be listed is to be approved.</summary>
    public string? Status { get; }

    /// <summary>Since when it has this status, or null.</summary>
    public DateTimeOffset? StatusSince { get; }

    /// <summary>Its certificates: of authorities, or of the signers themselves. None where it is told by other means.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>Entity and type.</summary>
    public override string ToString() => $"{Type} of {Entity}";
}
