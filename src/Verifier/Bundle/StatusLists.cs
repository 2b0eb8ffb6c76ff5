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

    public StatusLists(IReadOnlyList<StatusListToken> tokens, SignerPaths signers, TimeSpan maxAge)
    {
        (_signers, _maxAge) = (signers, maxAge);
        _byUri = tokens.GroupBy(token => token.Subject, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.OrderByDescending(token => token.IssuedAt).Select(token => new HeldList(token)).ToArray(), StringComparer.Ordinal);
    }

    public StatusListVerdict Find(string uri, DateTimeOffset now, TimeSpan skew)
    {
        if (!_byUri.TryGetValue(uri, out var held))
        {
            return new StatusListVerdict.Gap(StatusGap.NoList);
        }

        // A list that nobody trusted signed does not hide the one beneath it.
        return Array.Find(held, list => list.IsSigned(_signers, now)) is { } list
            ? Judge(list.Token, now, skew)
            : new StatusListVerdict.Gap(StatusGap.ListUntrusted);
    }

    private StatusListVerdict Judge(StatusListToken token, DateTimeOffset now, TimeSpan skew)
    {
        if (UnixTime.Find(token.IssuedAt) is not { } issuedAt || issuedAt > now + skew)
        {
            return new StatusListVerdict.Gap(StatusGap.ListFromTheFuture);
        }

        if (token.ExpiresAt is { } expires && now.ToUnixTimeSeconds() - (long)skew.TotalSeconds >= expires)
        {
            return new StatusListVerdict.Gap(StatusGap.ListExpired);
        }

        // Token Status List §13.7: ttl says when to fetch again, not when to stop believing; the bundle's own maximum says that.
        return now - issuedAt > _maxAge + skew ? new StatusListVerdict.Gap(StatusGap.ListTooOld) : new StatusListVerdict.Usable(token.List, issuedAt);
    }

    /// <summary>A list, and whether its signature verified: that does not depend on the time, so it is worked out once per signer.</summary>
    private sealed class HeldList(StatusListToken token)
    {
        private volatile SignerVerdict.Trusted? _signer;

        public StatusListToken Token { get; } = token;

        public bool IsSigned(SignerPaths signers, DateTimeOffset now)
        {
            // Who signed was found before, and is still certified: nothing else can have changed within one bundle.
            if (_signer is { } known && now >= known.From && now <= known.Until)
            {
                return true;
            }

            if (signers.Find(Token.Jwt.Header, AnchorRole.Status, null, now) is not SignerVerdict.Trusted signer)
            {
                return false;
            }

            if (Token.Jwt.Verify(signer.Key, "statuslist+jwt", Algorithms).Failed(out _, out _))
            {
                return false;
            }

            _signer = signer;
            return true;
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
        public override T Match<T>(Func<Usable, T> usable, Func<StatusGap, T> gap) => gap(reason);
    }
}
