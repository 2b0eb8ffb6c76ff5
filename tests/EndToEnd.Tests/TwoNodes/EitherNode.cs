using System.Net.Sockets;

namespace IdentityPlatform.EndToEnd.Tests.TwoNodes;

/// <summary>
/// What stands before the nodes: each request goes to one of them, and to the other where nobody listens. A request that was under
/// way when its node was killed is not sent again: nobody knows what became of it.
/// </summary>
internal sealed class EitherNode() : DelegatingHandler(new SocketsHttpHandler { UseCookies = false })
{
    private static readonly Uri[] Nodes = [TwoNodes.Issuer, TwoNodes.SecondNode];
    private int _turn;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        var turn = Interlocked.Increment(ref _turn);
        request.RequestUri = new Uri(Nodes[turn % 2], path);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            request.RequestUri = new Uri(Nodes[(turn + 1) % 2], path);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
