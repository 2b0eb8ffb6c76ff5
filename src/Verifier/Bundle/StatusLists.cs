using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>The held status lists: the newest by URI that a trusted status signer signed (Token Status List §8.3).</summary>
internal sealed class StatusLists
{
    private static readonly JwsAlgorithm[] Algorithms = [JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512];

    private readonly Dictionary<string, HeldList[]> _byUri;
    private readonly SignerPaths _signers;
    private readonly TimeSpan _maxAge;

    public StatusLists(IReadOnlyList<StatusListToken> jwts, IReadOnlyList<CwtStatusListToken> cwts, SignerPaths signers, TimeSpan maxAge)
    {
        (_signers, _maxAge) = (signers, maxAge);
        _byUri = jwts.Select(HeldList.Of).Concat(cwts.Select(HeldList.Of))
            .GroupBy(list => list.Uri, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.OrderByDescending(list => list.IssuedAt).ToArray(), StringComparer.Ordinal);
    }

    public StatusListVerdict Find(string uri, DateTimeOffset now, TimeSpan skew)
    {
        if (!_byUri.TryGetValue(uri, out var held))
        {
            return new StatusListVerdict.Gap(StatusGap.NoList);
        }

        // A list that nobody trusted signed does not hide the one beneath it.
        foreach (var list in held)
        {
            if (list.IsSigned(_signers, now))
            {
                return Judge(list, now, skew);
            }
        }

        return new StatusListVerdict.Gap(StatusGap.ListUntrusted);
    }

    private StatusListVerdict Judge(HeldList list, DateTimeOffset now, TimeSpan skew)
    {
        if (UnixTime.Find(list.IssuedAt) is not { } issuedAt || issuedAt > now + skew)
        {
            return new StatusListVerdict.Gap(StatusGap.ListFromTheFuture);
        }

        if (list.ExpiresAt is { } expires && now.ToUnixTimeSeconds() - (long)skew.TotalSeconds >= expires)
        {
            return new StatusListVerdict.Gap(StatusGap.ListExpired);
        }

        // Token Status List §13.7: ttl says when to fetch again, not when to stop believing; the bundle's own maximum says that.
        return now - issuedAt > _maxAge + skew ? new StatusListVerdict.Gap(StatusGap.ListTooOld) : list.Usable;
    }

    /// <summary>A list in either form, and whether its signature verified: that does not depend on the time, so it is worked out once per signer.</summary>
    private sealed class HeldList
    {
        private readonly Func<SignerPaths, DateTimeOffset, SignerVerdict.Trusted?> _signedBy;
        private volatile SignerVerdict.Trusted? _signer;

        private HeldList(string uri, long issuedAt, long? expiresAt, StatusList list, Func<SignerPaths, DateTimeOffset, SignerVerdict.Trusted?> signedBy)
        {
            (Uri, IssuedAt, ExpiresAt, _signedBy) = (uri, issuedAt, expiresAt, signedBy);
            // Made once: a look-up allocates nothing.
            Usable = new StatusListVerdict.Usable(list, UnixTime.Find(issuedAt) ?? DateTimeOffset.MaxValue);
        }

        public string Uri { get; }

        public long IssuedAt { get; }

        public long? ExpiresAt { get; }

        public StatusListVerdict.Usable Usable { get; }

        public static HeldList Of(StatusListToken token) => new(
            token.Subject,
            token.IssuedAt,
            token.ExpiresAt,
            token.List,
            (signers, now) =>
            {
                var jwt = token.Jwt;
                return signers.Find(jwt.Header, AnchorRole.Status, null, now) is SignerVerdict.Trusted signer
                    && jwt.Verify(signer.Key, StatusListToken.MediaType, Algorithms).Succeeded(out _, out _)
                    ? signer
                    : null;
            });

        public static HeldList Of(CwtStatusListToken token) => new(
            token.Subject,
            token.IssuedAt,
            token.ExpiresAt,
            token.List,
            (signers, now) => signers.Find(token.Message, AnchorRole.Status, null, now) is SignerVerdict.Trusted signer
                && token.Message.Verify(signer.Key, Algorithms).Succeeded(out _, out _)
                ? signer
                : null);

        public bool IsSigned(SignerPaths signers, DateTimeOffset now)
        {
            // Who signed was found before, and is still certified: nothing else can have changed within one bundle.
            if (_signer is { } known && now >= known.From && now <= known.Until)
            {
                return true;
            }

            return (_signer = _signedBy(signers, now)) is not null;
        }
    }
}

/// <summary>What is known of a status list: closed.</summary>
internal abstract class StatusListVerdict
{
    private StatusListVerdict()
    {
    }

    public abstract T Match<T>(Func<Usable, T> usable, Func<StatusGap, T> gap);

    public sealed class Usable(StatusList list, DateTimeOffset asOf) : StatusListVerdict
    {
        public StatusList List { get; } = list;

        public DateTimeOffset AsOf { get; } = asOf;

        public override T Match<T>(Func<Usable, T> usable, Func<StatusGap, T> gap) => usable(this);
    }

    public sealed class Gap(StatusGap reason) : StatusListVerdict
    {
        public StatusGap Reason { get; } = reason;

        public override T Match<T>(Func<Usable, T> usable, Func<StatusGap, T> gap) => gap(Reason);
    }
}
