using System.Net;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Verifier.Refresh;

/// <summary>
/// Fetches bundles over HTTPS, at times that have nothing to do with any presentation. It sends nothing about the verifier
/// or its visitors: no credentials, no cookies.
/// </summary>
public sealed class BundleRefresher : IDisposable
{
    private const int MaxRedirects = 3;

    private readonly BundleStore _store;
    private readonly Uri _address;
    private readonly HttpClient _http;

    /// <summary>Fetches from an address into a store.</summary>
    /// <param name="store">Where bundles are kept.</param>
    /// <param name="address">An https address; http on this machine alone.</param>
    /// <exception cref="ArgumentException">The address is another.</exception>
    public BundleRefresher(BundleStore store, Uri address)
        : this(store, address, new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
    }

    internal BundleRefresher(BundleStore store, Uri address, HttpMessageHandler handler)
    {
        if (!IsAllowed(address))
        {
            throw new ArgumentException("A bundle is fetched over https.", nameof(address));
        }

        (_store, _address) = (store, address);
        _http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60), MaxResponseContentBufferSize = OfflineBundle.MaxBytes };
    }

    /// <summary>Fetches once and offers what came to the store.</summary>
    public async Task<RefreshResult> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await FetchAsync(cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return new RefreshResult.TooLarge(OfflineBundle.MaxBytes);
        }
        catch (HttpRequestException e)
        {
            return new RefreshResult.Unreachable(e.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RefreshResult.Unreachable("timeout");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<RefreshResult> FetchAsync(CancellationToken cancellationToken)
    {
        var address = _address;
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            using var response = await _http.GetAsync(address, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return new RefreshResult.Offered(_store.Offer(await response.Content.ReadAsByteArrayAsync(cancellationToken)));
            }

            // Each target is looked at again: a redirect must not lead from https to elsewhere.
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return new RefreshResult.Unreachable($"status {(int)response.StatusCode}");
            }

            var target = new Uri(address, location);
            if (!IsAllowed(target) || (address.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps))
            {
                return new RefreshResult.Unreachable("redirected to an address that is not https");
            }

            address = target;
        }

        return new RefreshResult.Unreachable("too many redirects");
    }

    private static bool IsAllowed(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}

/// <summary>What became of fetching: closed.</summary>
public abstract record RefreshResult
{
    private RefreshResult()
    {
    }

    /// <summary>Something came, and the store was offered it.</summary>
    public sealed record Offered(BundleOffer Offer) : RefreshResult;

    /// <summary>Nothing came; what is kept stays in use.</summary>
    public sealed record Unreachable(string Reason) : RefreshResult;

    /// <summary>What came is larger than a bundle may be.</summary>
    public sealed record TooLarge(long MaxBytes) : RefreshResult;
}
