using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityPlatform.Formats.Trust;

/// <summary>Validates a chain up to one of the caller's anchors (RFC 5280 §6), without network and without the system's trust store.</summary>
public static class CertificatePath
{
    private static readonly (PathFault Fault, X509ChainStatusFlags Sign)[] Signs =
    [
        (PathFault.Signature, X509ChainStatusFlags.NotSignatureValid),
        (PathFault.Time, X509ChainStatusFlags.NotTimeValid),
        (PathFault.NotAnAuthority, X509ChainStatusFlags.InvalidBasicConstraints),
        (PathFault.KeyUsage, X509ChainStatusFlags.NotValidForUsage),
        (PathFault.NoAnchor, X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot),
    ];

    /// <summary>Validates a chain.</summary>
    /// <param name="chain">As received.</param>
    /// <param name="anchors">
    /// Certificates that the caller trusts for this purpose: of authorities, whether self-signed or not, or the signer's own, as lists of trusted
    /// entities have them.
    /// </param>
    /// <param name="now">The time at which every certificate must be valid.</param>
    public static PathResult Validate(X5cChain chain, IReadOnlyList<X509Certificate2> anchors, DateTimeOffset now)
    {
        IReadOnlyList<string> tried = [.. anchors.Select(anchor => anchor.Subject)];
        var top = chain.Certificates[^1].IssuerName.RawData;

        if (anchors.FirstOrDefault(anchor => IsSame(anchor, chain.Leaf)) is { } own)
        {
            return Direct(chain, own, now, tried);
        }

        // Each anchor alone: among several of one name (an old key and its successor) the framework tries only one.
        var named = anchors.Where(anchor => anchor.SubjectName.RawData.AsSpan().SequenceEqual(top)).ToList();
        PathResult? last = null;
        foreach (var anchor in named)
        {
            last = Build(chain, anchor, now, tried);
            if (last is PathResult.Valid)
            {
                return last;
            }
        }

        return last ?? Build(chain, null, now, tried);
    }

    // The signer's own certificate is trusted: there is no path to build, and nothing else belongs into the chain.
    private static PathResult Direct(X5cChain chain, X509Certificate2 anchor, DateTimeOffset now, IReadOnlyList<string> tried)
    {
        if (chain.Certificates.Count > 1)
        {
            return new PathResult.Invalid(1, PathFault.NotInPath, tried);
        }

        if (!IsInTime(anchor, now))
        {
            return new PathResult.Invalid(0, PathFault.Time, tried);
        }

        return MaySign(anchor) ? new PathResult.Valid(anchor) : new PathResult.Invalid(0, PathFault.KeyUsage, tried);
    }

    private static PathResult Build(X5cChain chain, X509Certificate2? anchor, DateTimeOffset now, IReadOnlyList<string> tried)
    {
        using var builder = new X509Chain();
        builder.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        if (anchor is not null && IsSelfIssued(anchor))
        {
            builder.ChainPolicy.CustomTrustStore.Add(anchor);
        }
        else if (anchor is not null)
        {
            // The framework ends a path in self-signed certificates alone: it is told to go on, and the end is looked at below.
            builder.ChainPolicy.ExtraStore.Add(anchor);
            builder.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        }

        builder.ChainPolicy.ExtraStore.AddRange(chain.Certificates.Skip(1).ToArray());
        builder.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        builder.ChainPolicy.DisableCertificateDownloads = true;
        builder.ChainPolicy.VerificationTime = now.UtcDateTime;
        try
        {
            var built = builder.Build(chain.Leaf);
            return Judge(chain, anchor, builder.ChainElements, built, now, tried);
        }
        catch (CryptographicException)
        {
            // The framework throws on some damaged certificates instead of judging them.
            return new PathResult.Invalid(0, PathFault.Other, tried);
        }
        finally
        {
            foreach (var element in builder.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    private static PathResult Judge(
        X5cChain chain, X509Certificate2? anchor, X509ChainElementCollection elements, bool built, DateTimeOffset now, IReadOnlyList<string> tried)
    {
        for (var link = 0; link < elements.Count; link++)
        {
            if (ReasonOf(elements[link], EndsPath(elements, link, anchor), now) is { } reason)
            {
                return new PathResult.Invalid(link, reason, tried);
            }
        }

        if (!built)
        {
            return new PathResult.Invalid(0, PathFault.Other, tried);
        }

        // RFC 7515 §4.1.6: each certificate certifies the one before it. One that the path did not use does not belong there.
        for (var link = 0; link < chain.Certificates.Count; link++)
        {
            if (link >= elements.Count - 1 || !IsSame(elements[link].Certificate, chain.Certificates[link]))
            {
                return new PathResult.Invalid(link, PathFault.NotInPath, tried);
            }
        }

        if (!MaySign(chain.Leaf))
        {
            return new PathResult.Invalid(0, PathFault.KeyUsage, tried);
        }

        return anchor is not null && elements.Count == chain.Certificates.Count + 1 && IsSame(anchor, elements[^1].Certificate)
            ? new PathResult.Valid(anchor)
            : new PathResult.Invalid(elements.Count - 1, PathFault.NoAnchor, tried);
    }

    private static bool EndsPath(X509ChainElementCollection elements, int link, X509Certificate2? anchor) =>
        anchor is not null && !IsSelfIssued(anchor) && link == elements.Count - 1 && IsSame(anchor, elements[link].Certificate);

    private static PathFault? ReasonOf(X509ChainElement element, bool endsPath, DateTimeOffset now)
    {
        var flags = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if (endsPath)
        {
            // That it has an issuer which is not there is no fault of an anchor. The framework does not look at the time of a certificate without one.
            flags &= ~X509ChainStatusFlags.PartialChain;
            flags |= IsInTime(element.Certificate, now) ? 0 : X509ChainStatusFlags.NotTimeValid;
        }

        if (flags == X509ChainStatusFlags.NoError)
        {
            return null;
        }

        foreach (var (fault, sign) in Signs)
        {
            if ((flags & sign) != 0)
            {
                return fault;
            }
        }

        return PathFault.Other;
    }

    // RFC 5280 §4.2.1.3: a certificate that lists its uses is good for those alone.
    private static bool MaySign(X509Certificate2 leaf) =>
        leaf.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature));

    private static bool IsInTime(X509Certificate2 certificate, DateTimeOffset now) => now >= certificate.NotBefore && now <= certificate.NotAfter;

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static bool IsSame(X509Certificate2 one, X509Certificate2 other) => one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);
}

/// <summary>Why a path is not valid.</summary>
public enum PathFault
{
    /// <summary>The path does not end in one of the anchors.</summary>
    NoAnchor,

    /// <summary>The certificate is not valid yet, or not any more.</summary>
    Time,

    /// <summary>The certificate's signature does not verify.</summary>
    Signature,

    /// <summary>The certificate signs others without being an authority, or deeper than it may.</summary>
    NotAnAuthority,

    /// <summary>The certificate's key is not meant for this use.</summary>
    KeyUsage,

    /// <summary>The certificate is not where the order of the chain has it.</summary>
    NotInPath,

    /// <summary>Something else: a constraint, a critical extension.</summary>
    Other,
}

/// <summary>The verdict on a path. Closed: <see cref="Valid"/> or <see cref="Invalid"/>.</summary>
public abstract class PathResult
{
    private PathResult()
    {
    }

    /// <summary>Takes one of the two ways.</summary>
    public TResult Match<TResult>(Func<Valid, TResult> valid, Func<Invalid, TResult> invalid) => this switch
    {
        Valid way => valid(way),
        Invalid way => invalid(way),
        _ => throw new InvalidOperationException("There is no third verdict."),
    };

    /// <summary>The path is valid.</summary>
    public sealed class Valid : PathResult
    {
        internal Valid(X509Certificate2 anchor) => Anchor = anchor;

        /// <summary>The anchor in which it ends: the caller's object.</summary>
        public X509Certificate2 Anchor { get; }
    }

    /// <summary>The path is not valid.</summary>
    public sealed class Invalid : PathResult
    {
        internal Invalid(int link, PathFault reason, IReadOnlyList<string> triedAnchors) =>
            (Link, Reason, TriedAnchors) = (link, reason, triedAnchors);

        /// <summary>The first link that fails: 0 is the leaf; the last is the anchor, or what stands in its place.</summary>
        public int Link { get; }

        /// <summary>Why.</summary>
        public PathFault Reason { get; }

        /// <summary>The subjects of the anchors that were tried.</summary>
        public IReadOnlyList<string> TriedAnchors { get; }
    }
}
