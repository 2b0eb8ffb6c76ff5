using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>A program under measurement: a child process, pinned to the servers' core.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);

    private ServerProcess(Process process, IPEndPoint address) => (_process, Address) = (process, address);

    public IPEndPoint Address { get; }

    public int Id => _process.Id;

    /// <summary>A port of the loopback interface that nobody listens at.</summary>
    public static IPEndPoint FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    /// <summary>Starts the program; it may not listen yet.</summary>
    public static ServerProcess Start(Launch launch, IPEndPoint address, Cores cores)
    {
        var server = new ServerProcess(Process.Start(cores.ForServer(launch))!, address);
        server.Keep(process => process.BeginOutputReadLine(), process => process.BeginErrorReadLine());
        return server;
    }

    /// <summary>Runs a command of the program to its end and gives what it printed.</summary>
    public static async Task<string> RunAsync(Launch launch, CancellationToken ct)
    {
        using var process = Process.Start(new Cores(null).ForServer(launch))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new BenchmarkException($"{launch.Program} {string.Join(' ', launch.Arguments)} ended with code {process.ExitCode}:\n{await output}{await error}");
        }

        return await output;
    }

    /// <summary>Waits until the program takes connections.</summary>
    /// <exception cref="BenchmarkException">It ended, or took none in a minute.</exception>
    public async Task ListeningAsync(CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await TakesConnectionsAsync(ct))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new BenchmarkException($"{_process.StartInfo.ArgumentList[^1]} does not listen at {Address}:\n{Output}");
            }

            await Task.Delay(1, ct);
        }
    }

    /// <summary>What the program printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
            {
                return _output.ToString();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        await _output.DisposeAsync();
    }

    private async Task<bool> TakesConnectionsAsync(CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Address, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(params Action<Process>[] readers)
    {
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        Array.ForEach(readers, begin => begin(_process));
    }

    private void Write(string? line)
    {
        lock (_lock)
        {
            _output.WriteLine(line);
        }
    }
}

/// <summary>A program could not be prepared or did not do what is to be measured.</summary>
public sealed class BenchmarkException : Exception
{
    public BenchmarkException()
    {
    }

    public BenchmarkException(string message)
        : base(message)
    {
    }

    public BenchmarkException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
