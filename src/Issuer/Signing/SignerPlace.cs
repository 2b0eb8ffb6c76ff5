using System.Net.Sockets;
using IdentityPlatform.Hosting;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>Where the signer listens: at <c>Signer:Socket</c>; or, in Development alone, at a socket of a child process that is started when it is first needed.</summary>
public sealed class SignerPlace : IDisposable
{
    private readonly string _socket;
    private readonly SignerChild? _child;

    private SignerPlace(string socket, SignerChild? child) => (_socket, _child) = (socket, child);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException"><c>Signer:Socket</c> is missing outside Development.</exception>
    public static SignerPlace Read(IConfiguration configuration, bool development)
    {
        if (SignerSettings.FindSocket(configuration) is { } socket)
        {
            return new(socket, null);
        }

        if (!development)
        {
            throw new SettingsException("Signer:Socket", "is missing: cards are signed by a process of its own, 'sign', which listens there.");
        }

        var child = new SignerChild(configuration);
        return new(child.Socket, child);
    }

    /// <summary>Starts the child process of Development before it is needed.</summary>
    public void Start() => _child?.EnsureRunning();

    /// <summary>A new connection.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    internal async Task<NetworkStream> ConnectAsync(CancellationToken ct)
    {
        _child?.EnsureRunning();
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock || _child is { IsRunning: true })
            {
                // As many wait at the door as may; or nobody is there yet.
                socket.Dispose();
                await Task.Delay(50, ct);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    public void Dispose() => _child?.Dispose();
}

/// <summary>Starts the signer of Development with the web server, so that a newcomer's first card needs one command.</summary>
internal sealed class SignerStart(SignerPlace place) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        place.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
