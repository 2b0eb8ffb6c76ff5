using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Net.Http.Headers;

namespace IdentityPlatform.Hosting.Web;

/// <summary>
/// Calls addresses that somebody else gave us: keys, lists and log-out receivers of clients. Https alone, no redirects, no
/// proxy, one short time for everything, a bounded answer, and never a machine of our own network: the address is checked
/// where the connection is made, so that no name can change its meaning in between.
/// </summary>
public sealed class OutboundHttp : IDisposable
{
    /// <summary>The bound on an answer.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly bool _allowLoopback;
    private readonly IReadOnlyList<IPNetwork> _networks;
    private readonly TimeSpan _timeout;
    private readonly HttpClient _http;

    /// <param name="options">What is let through.</param>
    public OutboundHttp(OutboundOptions options)
    {
        (_allowLoopback, _networks, _timeout) = (options.AllowLoopback, options.Networks, options.Timeout);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.Timeout,
            MaxConnectionsPerServer = 8,
            MaxResponseHeadersLength = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = ChainPolicy(options.Anchors) },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Fetches a document.</summary>
    public Task<OutboundAnswer> GetAsync(string url, string mediaType, CancellationToken ct) => SendAsync(
        url,
        target =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, target);
            request.Headers.TryAddWithoutValidation(HeaderNames.Accept, mediaType);
            return request;
        },
        ct);

    /// <summary>Posts a form.</summary>
    public Task<OutboundAnswer> PostFormAsync(string url, IReadOnlyCollection<KeyValuePair<string, string>> form, CancellationToken ct) =>
        SendAsync(url, target => new HttpRequestMessage(HttpMethod.Post, target) { Content = new FormUrlEncodedContent(form) }, ct);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<OutboundAnswer> SendAsync(string url, Func<Uri, HttpRequestMessage> compose, CancellationToken ct)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var target) || target.UserInfo.Length > 0 || !IsAllowed(target))
        {
            return new OutboundAnswer.Failed(OutboundFault.Url);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(_timeout);
        try
        {
            using var request = compose(target);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return await ReadAsync(response, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new OutboundAnswer.Failed(OutboundFault.Timeout);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new OutboundAnswer.Failed(e.InnerException is ForbiddenAddressException ? OutboundFault.Address : OutboundFault.Connection);
        }
    }

    private static async Task<OutboundAnswer> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        // Nothing but the plain bytes was asked for; what has to be unpacked may be any size.
        if (response.Content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            return new OutboundAnswer.Failed(OutboundFault.Encoding);
        }

        if (response.Content.Headers.ContentLength > MaxBytes)
        {
            return new OutboundAnswer.Failed(OutboundFault.Size);
        }

        // One byte more than allowed tells "exactly full" from "too much" without reading on.
        var buffer = new byte[MaxBytes + 1];
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return length > MaxBytes
            ? new OutboundAnswer.Failed(OutboundFault.Size)
            : new OutboundAnswer.Received((int)response.StatusCode, buffer[..length], response.Headers.CacheControl is { NoStore: false, NoCache: false } cache ? cache.MaxAge : null);
    }

    // The address that is checked is the address that is connected to.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct);
        var allowed = addresses.Where(IsAllowed).ToArray();
        if (allowed.Length == 0)
        {
            throw new ForbiddenAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(Uri target) =>
        target.Scheme == Uri.UriSchemeHttps || (_allowLoopback && target.Scheme == Uri.UriSchemeHttp && target.IsLoopback);

    private bool IsAllowed(IPAddress address) =>
        PublicAddress.Is(address)
        || (_allowLoopback && !address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address))
        || _networks.Any(network => network.Contains(address));

    // A certificate may name addresses to fetch others from: the other side would choose where we connect to.
    private static X509ChainPolicy ChainPolicy(IReadOnlyList<X509Certificate2> anchors)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            TrustMode = anchors.Count > 0 ? X509ChainTrustMode.CustomRootTrust : X509ChainTrustMode.System,
        };
        policy.CustomTrustStore.AddRange(anchors.ToArray());
        return policy;
    }

    private sealed class ForbiddenAddressException : Exception;
}

/// <summary>What <see cref="OutboundHttp"/> lets through.</summary>
public sealed class OutboundOptions
{
    /// <summary>True lets calls reach this machine itself, by plain http too: in Development, and nowhere else.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Networks behind our own walls that may be called all the same: the operator's services on them.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>The authorities that are trusted in place of the system's; none: the system's.</summary>
    public IReadOnlyList<X509Certificate2> Anchors { get; init; } = [];

    /// <summary>For everything: the name, the connection, the answer to its last byte.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Why a call gave no answer.</summary>
public enum OutboundFault
{
    /// <summary>Not an absolute https URL.</summary>
    Url,

    /// <summary>The name stands for no address on the open internet.</summary>
    Address,

    /// <summary>The other side did not answer, or is not who its certificate should say.</summary>
    Connection,

    /// <summary>It took too long.</summary>
    Timeout,

    /// <summary>The answer is too large.</summary>
    Size,

    /// <summary>The answer is compressed, which was not asked for.</summary>
    Encoding,
}

/// <summary>How a call ended. Closed: <see cref="Received"/> or <see cref="Failed"/>.</summary>
public abstract class OutboundAnswer
{
    private OutboundAnswer()
    {
    }

    /// <summary>There is an answer, of any status; a redirect is not followed.</summary>
    public sealed class Received : OutboundAnswer
    {
        internal Received(int status, byte[] body, TimeSpan? maxAge) => (Status, Body, MaxAge) = (status, body, maxAge);

        public int Status { get; }

        public ReadOnlyMemory<byte> Body { get; }

        /// <summary><c>max-age</c> of <c>Cache-Control</c>, where caching is allowed at all.</summary>
        public TimeSpan? MaxAge { get; }
    }

    /// <summary>There is none.</summary>
    public sealed class Failed : OutboundAnswer
    {
        internal Failed(OutboundFault fault) => Fault = fault;

        public OutboundFault Fault { get; }
    }
}
