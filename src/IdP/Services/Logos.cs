using System.Collections.Concurrent;
using System.Globalization;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.IdP.Services;

/// <summary>
/// The logos that services registered (<c>logo_uri</c>, RFC 7591 §2). The provider fetches a picture itself, once a day at the
/// most, and shows it from its own address: the service's server never learns who looks at a page, or when.
/// </summary>
public sealed class Logos(Clients clients, OutboundHttp http, TimeProvider time)
{
    /// <summary>The most that are kept: 16 MiB.</summary>
    private const int MaxKept = 256;

    private static readonly TimeSpan Age = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Fetched> _kept = new(StringComparer.Ordinal);

    /// <summary>Where a client's logo is shown from, or null where it registered none.</summary>
    public static string? UrlOf(Client client) => SourceOf(client) is null ? null : $"/logo?service={Uri.EscapeDataString(client.Id)}";

    /// <summary>The logo of a service; null where it has none, or its server gives no picture.</summary>
    public async Task<Logo?> FindAsync(string? serviceId, CancellationToken ct)
    {
        if (await clients.FindAsync(serviceId, ct) is not { } client || SourceOf(client) is not { } source)
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        // Whoever comes meanwhile waits for the same call; who gives up waiting does not end it for the others.
        return await _kept.AddOrUpdate(source, Fetch, (_, kept) => kept.IsGoodAt(now) ? kept : Fetch(source)).Picture.Value.WaitAsync(ct);

        Fetched Fetch(string url) => new(now, new(() => FetchAsync(url)));
    }

    private async Task<Logo?> FetchAsync(string url) =>
        await http.GetAsync(url, Logo.MediaType, CancellationToken.None) is OutboundAnswer.Received { Status: 200 } received ? Logo.Read(received.Body) : null;

    private static string? SourceOf(Client client) =>
        client.Registration.StringMember($"logo_uri#{CultureInfo.CurrentUICulture.TwoLetterISOLanguageName}") ?? client.Registration.StringMember("logo_uri");

    private sealed record Fetched(DateTimeOffset At, Lazy<Task<Logo?>> Picture)
    {
        // What was not there is asked for again sooner, but not by everybody who looks at the page.
        public bool IsGoodAt(DateTimeOffset now) => now - At < (WasInVain ? Pause : Age);

        private bool WasInVain => Picture is { IsValueCreated: true, Value: { IsCompleted: true } ended } && !(ended.IsCompletedSuccessfully && ended.Result is not null);
    }
}
