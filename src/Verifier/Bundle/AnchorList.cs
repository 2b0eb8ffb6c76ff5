using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>
/// Anchors that come from elsewhere than an offline bundle: a list of trusted entities (ETSI TS 119 602), or certificates that the integrator has as
/// PEM. Each is trusted for its roles and types alone, and the list has an end: after it nobody is trusted.
/// </summary>
public sealed class AnchorList
{
    /// <summary>Makes a list.</summary>
    /// <param name="anchors">The anchors.</param>
    /// <param name="asOf">When somebody last said so: verdicts carry it, and it is the floor of the clock.</param>
    /// <param name="validUntil">Until when the list counts.</param>
    /// <exception cref="ArgumentException">The times are out of order.</exception>
    public AnchorList(IReadOnlyList<Anchor> anchors, DateTimeOffset asOf, DateTimeOffset validUntil)
    {
        if (validUntil <= asOf)
        {
            throw new ArgumentException("A list ends after it begins.", nameof(validUntil));
        }

        (Anchors, AsOf, ValidUntil) = (anchors, asOf, validUntil);
    }

    /// <summary>The anchors.</summary>
    public IReadOnlyList<Anchor> Anchors { get; }

    /// <summary>When somebody last said so.</summary>
    public DateTimeOffset AsOf { get; }

    /// <summary>Until when the list counts.</summary>
    public DateTimeOffset ValidUntil { get; }

    /// <summary>The certificates of services for which there is a rule. A service that no rule names gives nothing, whatever the list says of it.</summary>
    /// <param name="list">The verified list.</param>
    /// <param name="rules">Which service may sign what. That is the integrator's word: a list says who somebody is, not what is believed of them.</param>
    public static AnchorList From(TrustedEntityList list, params IReadOnlyList<TrustedServiceRule> rules) => new(
        [.. rules.SelectMany(rule => list.Services.Where(service => rule.Allows(service, list.IssuedAt)).SelectMany(service => service.Certificates, (_, certificate) => rule.AnchorOf(certificate)))],
        list.IssuedAt,
        list.NextUpdate);

    /// <summary>The certificates of a PEM text, all for the same roles and types.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="roles">What their signers may sign.</param>
    /// <param name="types">Credentials of which types.</param>
    /// <param name="asOf">When the integrator last looked at them.</param>
    /// <param name="validUntil">When they are to be looked at again.</param>
    public static Parsed<AnchorList> FromPem(
        ReadOnlySpan<char> pem, IReadOnlyList<AnchorRole> roles, IReadOnlyList<string> types, DateTimeOffset asOf, DateTimeOffset validUntil) =>
        PemCertificates.Parse(pem).Failed(out var failure, out var certificates)
            ? failure
            : new AnchorList([.. certificates.Select(certificate => new Anchor { Certificate = certificate, Roles = roles, Types = types })], asOf, validUntil);

    /// <summary>Both lists in one, which is as old as the older and ends with the one that ends first.</summary>
    public AnchorList And(AnchorList other) =>
        new([.. Anchors, .. other.Anchors], AsOf < other.AsOf ? AsOf : other.AsOf, ValidUntil < other.ValidUntil ? ValidUntil : other.ValidUntil);

    /// <summary>How many, and as of when.</summary>
    public override string ToString() => $"{Anchors.Count} anchors of {AsOf:u}";
}

/// <summary>What a verifier believes of the services of a kind in a list of trusted entities.</summary>
public sealed class TrustedServiceRule
{
    /// <summary>The kind: the <c>ServiceTypeIdentifier</c>.</summary>
    public required string ServiceType { get; init; }

    /// <summary>What their signers may sign.</summary>
    public required IReadOnlyList<AnchorRole> Roles { get; init; }

    /// <summary>The credential types that their signers may issue.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>The statuses with which a service counts. None for lists where to be listed is to be approved: a service with any status does not count then.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>The extended key usage (an OID) that a signer's certificate has to carry, or null.</summary>
    public string? SignerUsage { get; init; }

    internal bool Allows(TrustedService service, DateTimeOffset issuedAt) =>
        service.Type == ServiceType
        && (service.Status is null ? Statuses.Count == 0 : Statuses.Contains(service.Status, StringComparer.Ordinal))
        && (service.StatusSince is not { } since || since <= issuedAt);

    internal Anchor AnchorOf(X509Certificate2 certificate) => new() { Certificate = certificate, Roles = Roles, Types = Types, SignerUsage = SignerUsage };
}
