using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Playground.Programs;

namespace IdentityPlatform.Interop.Node;

/// <summary>An independent client: a small Node program in <c>clients/</c> that a test talks with, one JSON object a line.</summary>
internal sealed class NodeClient : IAsyncDisposable
{
    private readonly string _name;
    private readonly Process _process;
    private readonly Task<string> _errors;

    private NodeClient(string name, Process process) => (_name, _process, _errors) = (name, process, process.StandardError.ReadToEndAsync());

    /// <summary>Starts <c>clients/NAME.mjs</c>.</summary>
    public static NodeClient Start(string name)
    {
        var start = new ProcessStartInfo("node")
        {
            // The script runs where its packages are installed.
            WorkingDirectory = Path.Combine(Places.Find().Repository, "tests", "Interop", "clients"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add($"{name}.mjs");
        return new(name, Process.Start(start)!);
    }

    /// <summary>Starts a client, says one thing, and gives its answer.</summary>
    public static async Task<JsonElement> AskOnceAsync(string name, JsonObject question)
    {
        await using var client = Start(name);
        return await client.AskAsync(question);
    }

    /// <summary>Says one thing and waits for the answer. A client that fails fails the test, with what it said about it.</summary>
    public async Task<JsonElement> AskAsync(JsonObject question)
    {
        await TellAsync(question);
        return await HearAsync();
    }

    /// <summary>Says one thing to which there is no answer.</summary>
    public async Task TellAsync(JsonObject message)
    {
        var ct = TestContext.Current.CancellationToken;
        await _process.StandardInput.WriteLineAsync(message.ToJsonString().AsMemory(), ct);
        await _process.StandardInput.FlushAsync(ct);
    }

    /// <summary>Waits for what the client says by itself.</summary>
    public async Task<JsonElement> HearAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        if (await _process.StandardOutput.ReadLineAsync(ct) is { } answer)
        {
            return JsonElement.Parse(answer);
        }

        Assert.Fail($"{_name}: {await _errors}");
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
