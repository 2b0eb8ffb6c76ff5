using System.Diagnostics;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>Another process with the same database, keys and clients: a second node.</summary>
public sealed class SecondProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SecondProcess(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    public static async Task<SecondProcess> StartAsync(TestSetup setup, CancellationToken ct)
    {
        string[] arguments = ["serve", setup.Engine.ToString(), setup.ConnectionString!, setup.Directory!, .. setup.Redis is { } redis ? [redis] : Array.Empty<string>()];
        var start = new ProcessStartInfo("dotnet", [typeof(SecondProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = setup.Directory,
        };
        var process = Process.Start(start)!;
        var address = await process.StandardOutput.ReadLineAsync(ct)
            ?? throw new InvalidOperationException("The second process ended before it listened.");
        return new(process, address);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
