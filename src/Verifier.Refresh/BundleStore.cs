using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Verifier.Refresh;

/// <summary>
/// Keeps the newest bundle on disk, and what it makes a verifier trust in memory. An older bundle is refused, so that a
/// withdrawn signer or card does not come back with an old file. Safe to share between threads.
/// </summary>
public sealed class BundleStore
{
    private readonly Lock _swap = new();
    private readonly string _path;
    private readonly IReadOnlyList<Jwk> _roots;
    private readonly TimeProvider _time;
    private volatile Trust _trust = Trust.Empty;
    private SeenLists _seen;

    private BundleStore(string path, IReadOnlyList<Jwk> roots, TimeProvider time) =>
        (_path, _roots, _time, _seen) = (path, roots, time, SeenLists.Read(path + ".seen"));

    /// <summary>What the kept bundle makes a verifier trust; <see cref="Trust.Empty"/> until there is one.</summary>
    public Trust Trust => _trust;

    /// <summary>Opens a store in a directory, which is made where it is missing.</summary>
    /// <param name="directory">The directory; it holds <c>bundle.json</c>, and beside it when each status list was made that ever came.</param>
    /// <param name="pinnedRootKeys">The root keys that the integrator pins.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidDataException">A kept file is damaged, or the bundle is not signed by a pinned root. To go on without it would forget its version.</exception>
    public static BundleStore Open(string directory, IReadOnlyList<Jwk> pinnedRootKeys, TimeProvider time)
    {
        Directory.CreateDirectory(directory);
        var store = new BundleStore(Path.Combine(directory, "bundle.json"), pinnedRootKeys, time);
        if (File.Exists(store._path))
        {
            store._trust = OfflineBundle.Parse(File.ReadAllBytes(store._path), pinnedRootKeys).Failed(out var failure, out var bundle)
                ? throw new InvalidDataException($"{store._path} cannot be used: {failure.Fact}.")
                : Trust.From(bundle);
            store._seen = store._seen.With(bundle, time.GetUtcNow());
        }

        return store;
    }

    /// <summary>Takes a newer bundle, or says why not. What was kept stays in use until the newer one is safely on disk.</summary>
    /// <param name="utf8">The file. It is kept, not copied: the caller changes it no more.</param>
    public BundleOffer Offer(ReadOnlyMemory<byte> utf8)
    {
        if (OfflineBundle.Parse(utf8, _roots).Failed(out var failure, out var bundle))
        {
            return new BundleOffer.Refused(failure);
        }

        var offered = Trust.From(bundle);
        lock (_swap)
        {
            var now = _time.GetUtcNow();
            if (Compare(offered, bundle, now) is { } refusal)
            {
                return refusal;
            }

            // What was seen first: were it written behind the bundle, a stop between the two would forget the lists that the bundle leaves out.
            var seen = _seen.With(bundle, now);
            Write(_path + ".seen", seen.ToFile());
            Write(_path, utf8.Span);
            (_seen, _trust) = (seen, offered);
            return new BundleOffer.Stored(bundle.Content.Version);
        }
    }

    private BundleOffer? Compare(Trust offered, OfflineBundle bundle, DateTimeOffset now)
    {
        if (_trust.Bundle is { } kept && (bundle.Content.Version < kept.Content.Version || bundle.Content.IssuedAt < kept.Content.IssuedAt))
        {
            return new BundleOffer.Older(bundle.Content.Version, kept.Content.Version);
        }

        // The lists are not under the root's signature: one that nobody trusted signed would push out a good one, and one
        // that is older would bring withdrawn cards back.
        foreach (var (uri, issuedAt) in bundle.StatusListTimes)
        {
            if (offered.GapOf(uri, now) is { } gap && gap is StatusGap.ListUntrusted or StatusGap.ListFromTheFuture)
            {
                return new BundleOffer.UnusableStatusList(uri, offered.GapOf(uri, now)!.Value);
            }

            if (_seen.Newest(uri) is { } newest && issuedAt < newest)
            {
                return new BundleOffer.OlderStatusList(uri, DateTimeOffset.FromUnixTimeSeconds(issuedAt), DateTimeOffset.FromUnixTimeSeconds(newest));
            }
        }

        return null;
    }

    // The rename is atomic: after a crash there is the old file or the new one, whole.
    private static void Write(string path, ReadOnlySpan<byte> utf8)
    {
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(utf8);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}

/// <summary>What became of a bundle that was offered: closed.</summary>
public abstract record BundleOffer
{
    private BundleOffer()
    {
    }

    /// <summary>It is on disk and in use.</summary>
    public sealed record Stored(long Version) : BundleOffer;

    /// <summary>It is older than the one kept, which stays in use.</summary>
    public sealed record Older(long Version, long Kept) : BundleOffer;

    /// <summary>It carries a status list that is older than one that came before, <c>Kept</c>.</summary>
    public sealed record OlderStatusList(string Uri, DateTimeOffset IssuedAt, DateTimeOffset Kept) : BundleOffer;

    /// <summary>It carries a status list that cannot be used.</summary>
    public sealed record UnusableStatusList(string Uri, StatusGap Reason) : BundleOffer;

    /// <summary>It is no bundle of a pinned root.</summary>
    public sealed record Refused(FormatFailure Failure) : BundleOffer;
}
