using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>Finds whether a signer may sign something: its certificate path, role, types and denial.</summary>
internal sealed class SignerPaths(BundleContent? content)
{
    // Loading a key from a certificate and validating a path cost more than all else in a check together. What was valid is
    // remembered by the hash of the chain; the bundle's version is in the key because this object belongs to one bundle.
    // Only chains that an anchor vouches for get in, so a stranger cannot fill it.
    private const int MaxRemembered = 1024;

    private readonly ConcurrentDictionary<ChainName, SignerVerdict.Trusted> _remembered = new();
    private readonly HashSet<string> _denied = [.. content?.Denied ?? []];

    /// <summary>Finds the signer that the <c>x5c</c> of a JOSE header names.</summary>
    public SignerVerdict Find(JsonElement header, AnchorRole role, string? type, DateTimeOffset now)
    {
        var name = ChainName.Of(header, role, type);
        return Remembered(name, now) ?? Find(name, X5c.Parse(header), role, type, now);
    }

    /// <summary>Finds the signer that the <c>x5chain</c> of a COSE message names.</summary>
    public SignerVerdict Find(CoseSign1 message, AnchorRole role, string? type, DateTimeOffset now)
    {
        var name = ChainName.Of(message, role, type);
        return Remembered(name, now) ?? Find(name, message.Certificates(), role, type, now);
    }

    private SignerVerdict.Trusted? Remembered(ChainName name, DateTimeOffset now) =>
        _remembered.TryGetValue(name, out var known) && now >= known.From && now <= known.Until ? known : null;

    private SignerVerdict Find(ChainName name, Parsed<X5cChain> parsed, AnchorRole role, string? type, DateTimeOffset now)
    {
        if (parsed.Failed(out var failure, out var chain))
        {
            return new SignerVerdict.Refused(new Failure.NoIssuerCertificate(failure.Rule, failure.Fact));
        }

        using var disposed = chain;
        var verdict = TryValidate(chain, role, type, now);
        if (verdict is SignerVerdict.Trusted trusted && _remembered.Count < MaxRemembered)
        {
            _remembered[name] = trusted;
        }

        return verdict;
    }

    // The framework reads names and extensions only when they are looked at, and throws on damaged ones.
    private SignerVerdict TryValidate(X5cChain chain, AnchorRole role, string? type, DateTimeOffset now)
    {
        try
        {
            return Validate(chain, role, type, now);
        }
        catch (CryptographicException)
        {
            return new SignerVerdict.Refused(new Failure.NoIssuerCertificate(FormatRule.Certificate, "a certificate in x5c cannot be read"));
        }
    }

    private SignerVerdict Validate(X5cChain chain, AnchorRole role, string? type, DateTimeOffset now)
    {
        var inRole = (content?.Anchors ?? []).Where(anchor => anchor.Roles.Contains(role)).ToList();
        var allowed = inRole.Where(anchor => HasUsage(chain.Leaf, anchor.SignerUsage) && IsForType(anchor, role, type)).ToList();
        return CertificatePath.Validate(chain, CertificatesOf(allowed), now).Match<SignerVerdict>(
            valid => Trust(chain, valid.Anchor),
            _ => new SignerVerdict.Refused(WhyNot(chain, inRole, role, type, now)));
    }

    // A path that exists to an anchor which is not for this signer or this type says more than that there is none.
    private static Failure WhyNot(X5cChain chain, List<Anchor> inRole, AnchorRole role, string? type, DateTimeOffset now)
    {
        var (subject, tried) = (chain.Leaf.Subject, inRole.Select(anchor => anchor.Certificate.Subject).ToList());
        return CertificatePath.Validate(chain, CertificatesOf(inRole), now).Match(
            found => NotForThis(chain, inRole, found.Anchor, role, type),
            broken => new Failure.UntrustedIssuer(subject, broken.Link, broken.Reason, tried));
    }

    private static Failure NotForThis(X5cChain chain, List<Anchor> inRole, X509Certificate2 found, AnchorRole role, string? type)
    {
        var trusted = inRole.Where(anchor => anchor.Certificate.Equals(found) && HasUsage(chain.Leaf, anchor.SignerUsage)).ToList();
        return trusted.Count > 0 && role == AnchorRole.Credentials
            ? new Failure.IssuerNotForType(chain.Leaf.Subject, type, found.Subject, [.. trusted.SelectMany(anchor => anchor.Types)])
            : new Failure.UntrustedIssuer(chain.Leaf.Subject, 0, PathFault.KeyUsage, [.. inRole.Select(anchor => anchor.Certificate.Subject)]);
    }

    private static bool IsForType(Anchor anchor, AnchorRole role, string? type) =>
        role != AnchorRole.Credentials || (type is not null && anchor.Types.Contains(type, StringComparer.Ordinal));

    private SignerVerdict Trust(X5cChain chain, X509Certificate2 anchor)
    {
        // A denied intermediate denies all that it signed.
        foreach (var certificate in chain.Certificates.Append(anchor))
        {
            if (VerificationKey.Of(certificate).Failed(out var failure, out var key))
            {
                return new SignerVerdict.Refused(new Failure.NoIssuerCertificate(failure.Rule, failure.Fact));
            }

            using (key)
            {
                if (_denied.Contains(key.Jwk.ThumbprintText()))
                {
                    return new SignerVerdict.Refused(new Failure.DeniedSigner(key.Jwk.ThumbprintText()));
                }
            }
        }

        var leaf = chain.Certificates[0];
        return new SignerVerdict.Trusted(
            VerificationKey.Of(leaf).OrThrow(),
            leaf.Subject,
            CertificateNames.Of(leaf),
            chain.Certificates.Append(anchor).Max(c => new DateTimeOffset(c.NotBefore)),
            chain.Certificates.Append(anchor).Min(c => new DateTimeOffset(c.NotAfter)));
    }

    // RFC 5280 §4.2.1.12. A certificate without the extension is good for any use, and therefore not for one that is asked for by name.
    private static bool HasUsage(X509Certificate2 leaf, string? usage) =>
        usage is null || leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(extension => extension.EnhancedKeyUsages[usage] is not null);

    private static List<X509Certificate2> CertificatesOf(List<Anchor> anchors) => [.. anchors.Select(anchor => anchor.Certificate)];
}

/// <summary>What became of looking for a signer: closed.</summary>
internal abstract class SignerVerdict
{
    private SignerVerdict()
    {
    }

    public sealed class Trusted(VerificationKey key, string subject, IReadOnlyList<string> names, DateTimeOffset from, DateTimeOffset until) : SignerVerdict
    {
        public VerificationKey Key { get; } = key;

        public string Subject { get; } = subject;

        public IReadOnlyList<string> Names { get; } = names;

        public DateTimeOffset From { get; } = from;

        public DateTimeOffset Until { get; } = until;
    }

    public sealed class Refused(Failure failure) : SignerVerdict
    {
        public Failure Failure { get; } = failure;
    }
}
