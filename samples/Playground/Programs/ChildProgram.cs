using System.Diagnostics;

namespace IdentityPlatform.Playground.Programs;

/// <summary>One real program of the platform as a child process, with its log in a file.</summary>
internal sealed class ChildProgram : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _assembly;
    private readonly string _contentRoot;
    private readonly string _log;
    private readonly IReadOnlyDictionary<string, string> _configuration;
    private Process? _process;

    public ChildProgram(Places places, string name, string project, string url, IReadOnlyDictionary<string, string> configuration)
    {
        (_name, Url, _configuration) = (name, url, configuration);
        _contentRoot = Path.Combine(places.Repository, project);
        _assembly = places.AssemblyOf(project);
        _log = Path.Combine(places.Data, $"{name}.log");
    }

    public string Url { get; }

    /// <summary>Starts the program and waits until it answers its health check.</summary>
    /// <exception cref="StoryFailedException">It ended, or did not answer in a minute.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        _process = Launch([]);
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (_process.HasExited)
            {
                throw new StoryFailedException($"{_name} ended with code {_process.ExitCode}; its log is {_log}");
            }

            if (await AnswersAsync(http, ct))
            {
                return;
            }

            await Task.Delay(100, ct);
        }

        throw new StoryFailedException($"{_name} does not answer at {Url}; its log is {_log}");
    }

    /// <summary>Runs one verb of the program to its end and gives what it printed.</summary>
    public async Task<string> RunVerbAsync(IReadOnlyList<string> verb, CancellationToken ct)
    {
        using var process = Launch(verb, keepOutput: true);
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? output : throw new StoryFailedException($"{_name} {verb[0]} ended with code {process.ExitCode}: {output}");
    }

    /// <summary>Ends the program as a power cut would.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            // It alone: the issuer's signer ends with it by itself, and takes its socket along. The wait is for the end of all output, the signer's too.
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private Process Launch(IReadOnlyList<string> verb, bool keepOutput = false)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = _contentRoot, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(_assembly);
        verb.ToList().ForEach(start.ArgumentList.Add);
        foreach (var (key, value) in _configuration)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Url;
        var process = Process.Start(start) ?? throw new StoryFailedException($"{_name} could not be started");
        var log = TextWriter.Synchronized(new StreamWriter(_log, append: true) { AutoFlush = true });
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginErrorReadLine();
        if (!keepOutput)
        {
            process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
            process.BeginOutputReadLine();
        }

        return process;
    }

    private async Task<bool> AnswersAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"{Url}/health/ready"), ct);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
