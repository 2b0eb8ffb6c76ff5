using System.Net.Sockets;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// The signer's one door: a Unix domain socket that its owner alone may open. Each connection carries one request after the other;
/// what is no request ends it.
/// </summary>
public sealed partial class SignerServer : IAsyncDisposable
{
    private const int MaxConnections = 64;
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _places = new(MaxConnections, MaxConnections);
    private readonly Socket _listener;
    private readonly MintingSigner _signer;
    private readonly ILogger<SignerServer> _logger;
    private readonly Task _accepting;

    private SignerServer(Socket listener, string path, MintingSigner signer, ILogger<SignerServer> logger)
    {
        (_listener, Path, _signer, _logger) = (listener, path, signer, logger);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Path { get; }

    /// <summary>Listens. The socket has its mode before anybody can connect.</summary>
    /// <exception cref="SignerException">Another signer listens there, or the path cannot be used.</exception>
    public static SignerServer Listen(string path, bool forGroup, MintingSigner signer, ILogger<SignerServer> logger)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            RemoveLeftOver(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                File.SetUnixFileMode(path, forGroup ? owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite : owner);
            }

            listener.Listen(MaxConnections);
            return new SignerServer(listener, path, signer, logger);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            listener.Dispose();
            throw new SignerException($"Signer:Socket: {path} cannot be listened at: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        File.Delete(Path);
        await _accepting;
        _stopping.Dispose();
        _places.Dispose();
    }

    // A socket file outlives its process. One that answers belongs to another signer, and is left alone.
    private static void RemoveLeftOver(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (new FileInfo(path).Length > 0)
        {
            throw new IOException("a file is there that is no socket.");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new IOException("another signer listens there.");
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stopping.Token);
                var connection = await NextAsync();
                open.RemoveAll(task => task.IsCompleted);

                // Beside the loop: what has come already is read at once, and its answer may take long.
                open.Add(Task.Run(() => ServeAsync(connection)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end.
        }

        await Task.WhenAll(open);
    }

    // A machine may for a while have no descriptor left for another connection: a signer that waits is back with it.
    private async Task<Socket> NextAsync()
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync(_stopping.Token);
            }
            catch (SocketException e) when (!_stopping.IsCancellationRequested)
            {
                LogNotAccepted(_logger, e);
                await Task.Delay(AgainAfter, _stopping.Token);
            }
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            using var frames = new Frames(new NetworkStream(connection, ownsSocket: true));
            await AnswerAllAsync(frames);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The other side is gone, or the signer ends: whoever asked hears nothing and asks again.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Nothing is signed that could not be written down first.
            LogFailed(_logger, e);
        }
        finally
        {
            _places.Release();
        }
    }

    // What is no request is written down before its connection ends.
    private async Task AnswerAllAsync(Frames frames)
    {
        try
        {
            while (await frames.ReadAsync(SignerRequest.MaxBytes, _stopping.Token) is { } message)
            {
                var parsed = SignerRequest.Parse(message.Span);
                frames.Forget();
                if (parsed.Failed(out var failure, out var request))
                {
                    await _signer.RefuseMalformedAsync(failure.Fact, _stopping.Token);
                    return;
                }

                var answer = await _signer.AnswerAsync(request, _stopping.Token);
                await frames.WriteAsync(answer.WriteTo, _stopping.Token);
            }
        }
        catch (InvalidDataException e)
        {
            await _signer.RefuseMalformedAsync(e.Message, _stopping.Token);
        }
    }

    [LoggerMessage(LogLevel.Error, "No connection could be accepted; the signer tries again.")]
    private static partial void LogNotAccepted(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Error, "A request could not be answered; its connection is closed.")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}

/// <summary>The signer cannot be started, or cannot be reached.</summary>
public sealed class SignerException : IOException
{
    public SignerException()
    {
    }

    public SignerException(string message)
        : base(message)
    {
    }

    public SignerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
