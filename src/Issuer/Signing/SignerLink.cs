using System.Collections.Concurrent;
using System.Net.Sockets;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>The web process's side of the socket: a few connections that are kept, one request on each at a time.</summary>
public sealed partial class SignerLink(SignerPlace place, TimeProvider time, ILogger<SignerLink> logger) : IDisposable
{
    private const int MaxIdle = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeysAge = TimeSpan.FromSeconds(10);

    private readonly ConcurrentBag<Frames> _idle = [];
    private volatile Known? _known;

    /// <summary>Asks for copies. A signer that cannot be reached signs nothing now.</summary>
    public async Task<SignerAnswer> MintAsync(SignerRequest order, CancellationToken ct)
    {
        try
        {
            var answer = await AskAsync(order, ct);
            if (answer is SignerAnswer.NotNow)
            {
                // Perhaps another key signs since: it is asked for anew.
                _known = null;
            }

            return answer;
        }
        catch (SignerException e)
        {
            LogUnreachable(logger, e);
            return new SignerAnswer.NotNow("the signer cannot be reached");
        }
    }

    /// <summary>The signer's public side, at most ten seconds old while it can be reached, and asked for anew while no key signs; null when nothing is known of it.</summary>
    public async Task<SignerKeys?> FindKeysAsync(CancellationToken ct)
    {
        var known = _known;
        var now = time.GetUtcNow();
        if (known is { Keys.ActiveId: not null } && now >= known.At && now - known.At < KeysAge)
        {
            return known.Keys;
        }

        try
        {
            if (await AskAsync(new TellKeys(), ct) is SignerAnswer.Keys answer)
            {
                _known = known = new(answer.Told, now);
            }
        }
        catch (SignerException e)
        {
            LogUnreachable(logger, e);
        }

        return known?.Keys;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="SignerException">There is none.</exception>
    public async Task<SignerAnswer> AskAsync(SignerRequest request, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            // One that was kept may have ended with the signer that it led to: then a new one is tried, once.
            if (_idle.TryTake(out var kept) && await TryAsync(kept, request, patience.Token) is { } early)
            {
                return early;
            }

            var fresh = new Frames(await place.ConnectAsync(patience.Token));
            return await TryAsync(fresh, request, patience.Token) ?? throw new SignerException("The signer ended the connection.");
        }
        catch (Exception e) when (e is SocketException or InvalidDataException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new SignerException("The signer does not answer.", e);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private static SignerAnswer Read(ReadOnlyMemory<byte> answer) => SignerAnswer.Parse(answer).Failed(out var failure, out var read)
        ? throw new SignerException($"The signer's answer cannot be read: {failure.Fact}")
        : read;

    // Null where the connection ended instead of an answer.
    private async Task<SignerAnswer?> TryAsync(Frames connection, SignerRequest request, CancellationToken ct)
    {
        try
        {
            await connection.WriteAsync(request.WriteMembers, ct);
            var answer = await connection.ReadAsync(SignerAnswer.MaxBytes, ct) is { } message ? Read(message) : null;
            connection.Forget();
            if (answer is not null && _idle.Count < MaxIdle)
            {
                _idle.Add(connection);
                return answer;
            }

            connection.Dispose();
            return answer;
        }
        catch (Exception e) when (e is (IOException and not SignerException) or SocketException)
        {
            connection.Dispose();
            return null;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "The signer cannot be reached.")]
    private static partial void LogUnreachable(ILogger logger, Exception fault);

    private sealed record Known(SignerKeys Keys, DateTimeOffset At);
}
