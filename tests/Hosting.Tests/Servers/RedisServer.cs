using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IdentityPlatform.Hosting.Tests.Servers;

/// <summary>A private Redis on a free port of loopback that keeps nothing on disk.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private readonly int _port = InstalledServer.FreePort();
    private Process? _process;

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    public async ValueTask InitializeAsync()
    {
        var port = _port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(
            InstalledServer.Find("redis-server", "redis-server", "/usr/bin"),
            ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath(), "--logfile", "/dev/null"]);
        _process = Process.Start(start)!;
        while (!await AnswersAsync())
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException("redis-server ended at once.");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Ends the server and starts an empty one in its place.</summary>
    public async Task RestartAsync()
    {
        await DisposeAsync();
        await InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[7];
            var read = await client.GetStream().ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false);
            return Encoding.ASCII.GetString(answer, 0, read) == "+PONG\r\n";
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
