using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace IdentityPlatform.Conformance.Programs;

/// <summary>One real program as a child process over https on a free port, with its log in a file.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _program;
    private readonly string _folder;
    private readonly Dictionary<string, string> _settings;
    private Process? _process;
    private Process? _beside;

    public ChildServer(string name, string program, string folder, int port, IReadOnlyDictionary<string, string> settings)
    {
        (_name, _program, _folder, Url) = (name, program, folder, $"https://localhost:{port}");
        Directory.CreateDirectory(folder);
        _settings = new(settings)
        {
            ["PublicUrl"] = Url,
            ["Storage:Engine"] = "sqlite",
            ["Storage:ConnectionString"] = $"Data Source={Path.Combine(folder, "main.db")}",
            ["PersonKeys:ConnectionString"] = $"Data Source={Path.Combine(folder, "person-keys.db")}",
            ["Keys:Directory"] = Path.Combine(folder, "keys"),
            ["Clients:Directory"] = Path.Combine(folder, "clients"),
            ["Kestrel:Certificates:Default:Path"] = Path.Combine(Repository.Keys, "tls", "localhost.pem"),
            ["Kestrel:Certificates:Default:KeyPath"] = Path.Combine(Repository.Keys, "tls", "localhost.key"),
        };
        Directory.CreateDirectory(_settings["Keys:Directory"]);
        Directory.CreateDirectory(_settings["Clients:Directory"]);
    }

    public string Url { get; }

    public string ClientsDirectory => _settings["Clients:Directory"];

    public string KeysDirectory => _settings["Keys:Directory"];

    private string LogFile => Path.Combine(_folder, $"{_name}.log");

    /// <summary>A port that nobody listens at now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts the program and waits until it answers its health check.</summary>
    public async Task StartAsync(HttpClient http)
    {
        _process = Launch([]);
        Drain(_process.StandardOutput);
        for (var attempt = 0; attempt < 900; attempt++)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"{_name} ended with code {_process.ExitCode}: {LogTail()}");
            }

            if (await AnswersAsync(http))
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException($"{_name} does not answer at {Url}: {LogTail()}");
    }

    /// <summary>Starts a verb of the program as a process that serves beside it, and waits until it listens at a socket.</summary>
    public async Task StartBesideAsync(string socket, params string[] verb)
    {
        _beside = Launch(verb);
        Drain(_beside.StandardOutput);
        for (var attempt = 0; !File.Exists(socket); attempt++)
        {
            if (_beside.HasExited || attempt == 900)
            {
                throw new InvalidOperationException($"{_name} {verb[0]} does not listen at {socket}: {LogTail()}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Runs one verb of the program to its end and gives what it printed.</summary>
    public async Task<string> RunVerbAsync(params string[] verb)
    {
        using var process = Launch(verb);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{_name} {string.Join(' ', verb)} ended with code {process.ExitCode}: {output} {LogTail()}");
    }

    /// <summary>Ends the program. One that ended by itself fails the run: a module may not have noticed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_beside is { HasExited: false })
        {
            _beside.Kill(entireProcessTree: true);
            await _beside.WaitForExitAsync();
        }

        _beside?.Dispose();
        _beside = null;
        if (_process is null)
        {
            return;
        }

        var ended = _process.HasExited ? $"{_name} ended by itself with code {_process.ExitCode}: {LogTail()}" : null;
        if (ended is null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _process = null;
        if (ended is not null)
        {
            throw new InvalidOperationException(ended);
        }
    }

    private Process Launch(IReadOnlyList<string> verb)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Repository.ContentRootOf(_program), RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Repository.AssemblyOf(_program));
        foreach (var word in verb)
        {
            start.ArgumentList.Add(word);
        }

        foreach (var (key, value) in _settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        // Not Development: nothing of keys.example and no plain http would be accepted here, as in production.
        start.Environment["DOTNET_ENVIRONMENT"] = start.Environment["ASPNETCORE_ENVIRONMENT"] = _settings.GetValueOrDefault("Environment", "Production");
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment["SSL_CERT_FILE"] = Path.Combine(Repository.Keys, "pki", "tls-root.pem");
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{_name} could not be started");
        Drain(process.StandardError);
        return process;
    }

    private void Drain(StreamReader stream) => _ = Task.Run(async () =>
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lock (_settings)
            {
                File.AppendAllText(LogFile, line + Environment.NewLine);
            }
        }
    });

    private string LogTail()
    {
        lock (_settings)
        {
            return File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(15)) : "";
        }
    }

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"{Url}/health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
