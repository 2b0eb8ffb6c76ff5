using System.Net;
using System.Net.Http.Headers;

namespace IdentityPlatform.EventDoor.Tickets;

/// <summary>The keeper over the doors' own network.</summary>
internal sealed class RemoteKeeper : IKeeper, IDisposable
{
    private const int MaxBytes = 256 * 1024;

    private readonly HttpClient _http;

    public RemoteKeeper(Uri address, string secret)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = KeeperLimits.Patience })
        {
            BaseAddress = address,
            Timeout = KeeperLimits.Patience,
            MaxResponseContentBufferSize = MaxBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
    }

    public async Task<bool?> UseAsync(UsedTicket ticket, CancellationToken ct) => await SendAsync(HttpMethod.Post, $"/doors/used/{ticket.Handle}/{ticket.Visit}", ct) switch
    {
        "first" => true,
        "again" => false,
        _ => null,
    };

    public async Task<IReadOnlyList<UsedTicket>?> UsedAfterAsync(int count, CancellationToken ct)
    {
        if (await SendAsync(HttpMethod.Get, $"/doors/used?after={count}", ct) is not { } text)
        {
            return null;
        }

        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<UsedTicket> tickets = [.. lines.Select(UsedTicket.Parse).OfType<UsedTicket>()];
        return tickets.Count == lines.Length ? tickets : null;
    }

    public void Dispose() => _http.Dispose();

    // Whatever is not an answer of the keeper is none: a wrong secret too.
    private async Task<string?> SendAsync(HttpMethod method, string path, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await _http.SendAsync(request, ct);
            return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync(ct) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
