using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.Issuer.Status;

/// <summary>
/// Builds and signs status lists and keeps them ready to be served. Every node publishes for itself: a list is rebuilt
/// when its version in the database has risen, and all of them once in a time to live, so that their age tells nothing either.
/// </summary>
public sealed class StatusPublisher(StatusIndexes indexes, StatusPolicy policy, Signer signer, IssuerUrls urls, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private ImmutableSortedDictionary<long, PublishedList> _lists = ImmutableSortedDictionary<long, PublishedList>.Empty;

    /// <summary>Brings what is served up to date with the database.</summary>
    public async Task PublishAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var now = time.GetUtcNow();
            var next = ImmutableSortedDictionary.CreateBuilder<long, PublishedList>();
            foreach (var state in await indexes.ListsAsync(Days.Of(now), ct))
            {
                next[state.Number] = _lists.TryGetValue(state.Number, out var list) && list.Version == state.Version && now < list.IssuedAt + policy.TimeToLive
                    ? list
                    : await BuildAsync(state, now, ct);
            }

            _lists = next.ToImmutable();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Publishes lists that are new, so that no copy refers to a list that nobody can fetch yet.</summary>
    public Task PublishNewAsync(IEnumerable<StatusIndex> indices, CancellationToken ct) =>
        indices.All(index => _lists.ContainsKey(index.List)) ? Task.CompletedTask : PublishAsync(ct);

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <summary>A published list, or null.</summary>
    internal PublishedList? Find(long number) => _lists.GetValueOrDefault(number);

    /// <summary>All published lists.</summary>
    internal IReadOnlyList<PublishedList> All() => [.. _lists.Values];

    private async Task<PublishedList> BuildAsync(StatusListState state, DateTimeOffset now, CancellationToken ct)
    {
        var revoked = await indexes.RevokedAsync(state.Number, ct);
        var list = StatusList.Empty(state.Entries).With(revoked.Select(index => (index, 1)));
        var (key, uri) = (signer.Active(KeyRole.Status), urls.StatusList(state.Number));
        var token = StatusListToken.Write(key, uri, list, now, now + policy.Lifetime, policy.TimeToLive);
        var cwt = CwtStatusListToken.Write(key, uri, list, now, now + policy.Lifetime, policy.TimeToLive);
        return new PublishedList(state.Number, state.Version, now, token, cwt);
    }
}

/// <summary>The public addresses of this issuer.</summary>
/// <param name="Issuer">The credential issuer identifier, without a trailing slash.</param>
public sealed record IssuerUrls(string Issuer)
{
    /// <summary>The address that names every status list.</summary>
    public string StatusLists => $"{Issuer}/status";

    /// <summary>The address of a status list.</summary>
    public string StatusList(long number) => string.Create(CultureInfo.InvariantCulture, $"{StatusLists}/{number}");
}

/// <summary>Publishes at the start and from then on, so that every node shows a change within a minute.</summary>
internal sealed partial class StatusPublishing(StatusPublisher publisher, StatusIndexes indexes, StatusPolicy policy, TimeProvider time, ILogger<StatusPublishing> logger) : PeriodicService(policy.Interval, time)
{
    protected override Task AtStartAsync(CancellationToken ct) => RoundAsync(ct);

    protected override async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            await indexes.OpenAheadAsync(Days.Of(Time.GetUtcNow()), ct);
            await publisher.PublishAsync(ct);
        }
        catch (Exception e) when (e is DbException or KeyDirectoryException or CryptographicException)
        {
            // The database may be restarting, the status key denied or its token silent: what was published stays, and the next turn tries again.
            LogFailed(logger, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Status lists were not refreshed; the published ones stay.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
