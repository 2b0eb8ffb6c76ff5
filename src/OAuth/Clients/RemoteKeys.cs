using System.Collections.Concurrent;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>
/// The JWK sets at clients' addresses. One is kept as long as its answer says, within a minute and a day; one call at a time
/// goes to an address, and at most one in half a minute, so that nobody can make us call it more often.
/// </summary>
internal sealed partial class RemoteKeys(AuthorizationServerOptions options, OutboundHttp http, TimeProvider time, ILogger<RemoteKeys> log)
{
    /// <summary>More addresses than any server has clients with one.</summary>
    private const int MaxAddresses = 10_000;

    private static readonly TimeSpan MinAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);
    private static readonly TimeSpan DefaultAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The keys at an address: those at hand while they are fresh.</summary>
    public Task<ClientKeySet> GetAsync(string uri, CancellationToken ct)
    {
        var entry = EntryOf(uri);
        return entry.IsFresh(time.GetUtcNow()) ? Task.FromResult(entry.Keys) : RefreshAsync(entry, ct);
    }

    /// <summary>The keys at an address, for who looked for one in vain: read again unless that was done just now.</summary>
    public Task<ClientKeySet> ReadAgainAsync(string uri, CancellationToken ct) => RefreshAsync(EntryOf(uri), ct);

    private Entry EntryOf(string uri)
    {
        if (_entries.Count > MaxAddresses)
        {
            _entries.Clear();
        }

        return _entries.GetOrAdd(uri, static address => new Entry(address));
    }

    // Whoever comes meanwhile waits for the same call; who gives up waiting does not end it for the others.
    private Task<ClientKeySet> RefreshAsync(Entry entry, CancellationToken ct)
    {
        lock (entry)
        {
            var now = time.GetUtcNow();
            if (entry.Running is { IsCompleted: false } running)
            {
                return running.WaitAsync(ct);
            }

            if (now - entry.AskedAt < Pause)
            {
                return Task.FromResult(entry.KeysAt(now));
            }

            entry.AskedAt = now;
            entry.Running = FetchAsync(entry);
            return entry.Running.WaitAsync(ct);
        }
    }

    private async Task<ClientKeySet> FetchAsync(Entry entry)
    {
        await Task.Yield();
        var answer = await http.GetAsync(entry.Uri, "application/jwk-set+json, application/json", CancellationToken.None);
        var now = time.GetUtcNow();
        if (answer is OutboundAnswer.Received { Status: 200 } received
            && StrictJson.ParseObject(received.Body.Span).Succeeded(out var json, out _)
            && ClientKeySet.ParseUsable(json.Element, options.AllowExampleKeys).Succeeded(out var keys, out _))
        {
            var age = received.MaxAge ?? DefaultAge;
            entry.Keep(keys, now, age < MinAge ? MinAge : age > MaxAge ? MaxAge : age);
            return keys;
        }

        // What is at hand stays good until its greatest age: a client's server that is down for an hour locks nobody out.
        LogNotRead(entry.Uri, answer is OutboundAnswer.Failed failed ? failed.Fault.ToString() : "no JWK set");
        return entry.KeysAt(now);
    }

    [LoggerMessage(1, LogLevel.Warning, "The keys at {Uri} were not read: {Fault}")]
    private partial void LogNotRead(string uri, string fault);

    private sealed class Entry(string uri)
    {
        private volatile State _state = new(ClientKeySet.Empty, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

        public string Uri { get; } = uri;

        public DateTimeOffset AskedAt { get; set; } = DateTimeOffset.MinValue;

        public Task<ClientKeySet>? Running { get; set; }

        public ClientKeySet Keys => _state.Keys;

        public bool IsFresh(DateTimeOffset now) => now < _state.FreshUntil;

        public ClientKeySet KeysAt(DateTimeOffset now) => now < _state.ReadAt + MaxAge ? _state.Keys : ClientKeySet.Empty;

        public void Keep(ClientKeySet keys, DateTimeOffset now, TimeSpan age) => _state = new(keys, now, now + age);

        private sealed record State(ClientKeySet Keys, DateTimeOffset ReadAt, DateTimeOffset FreshUntil);
    }
}
