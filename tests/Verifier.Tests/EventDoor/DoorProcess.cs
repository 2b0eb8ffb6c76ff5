using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.EventDoor;

/// <summary>The event door as its own process, with its own keys and directory, and nothing else running.</summary>
internal sealed class DoorProcess : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("event-door-").FullName;
    private readonly HttpClient _http = new();
    private readonly string _publicUrl = $"http://localhost:{FreePort()}";
    private readonly List<string> _output = [];
    private Process? _process;
    private Dictionary<string, string> _settings = [];

    public string PublicUrl => _publicUrl;

    /// <summary>All that the door printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>All files that the door keeps.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(Path.Combine(_directory, "data")).Select(file => Path.GetFileName(file));

    /// <summary>Starts a door for which these settings are changed.</summary>
    public static async Task<DoorProcess> StartAsync(CancellationToken ct, params (string Key, string Value)[] settings)
    {
        var door = new DoorProcess();
        door.WriteKeys();
        door.Launch(settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        await door.WaitAsync(ct);
        return door;
    }

    /// <summary>Takes the door out of the network, as a cable does that is pulled.</summary>
    public async Task StopAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again with the same files and settings.</summary>
    public async Task StartAgainAsync(CancellationToken ct)
    {
        Launch(_settings);
        await WaitAsync(ct);
    }

    /// <summary>Starts a door with one setting changed and gives what it said when it ended.</summary>
    public static async Task<(int Code, string Output)> FailToStartAsync(string key, string value, CancellationToken ct)
    {
        await using var door = new DoorProcess();
        door.WriteKeys();
        door.Launch(new() { [key] = value });
        await door._process!.WaitForExitAsync(ct);
        return (door._process.ExitCode, door.Output);
    }

    public async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken ct, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path.StartsWith("http", StringComparison.Ordinal) ? path : _publicUrl + path)) { Content = body };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var response = await _http.SendAsync(request, ct);
        Assert.True(response.Headers.CacheControl?.NoStore);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(ct)));
    }

    /// <summary>The status of a request with a secret of doors.</summary>
    public async Task<int> StatusAsync(HttpMethod method, string path, string? secret, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(_publicUrl + path));
        request.Headers.Authorization = secret is null ? null : new("Bearer", secret);
        using var response = await _http.SendAsync(request, ct);
        return (int)response.StatusCode;
    }

    public async Task<string> TextAsync(string url, CancellationToken ct) => await _http.GetStringAsync(new Uri(url, UriKind.Absolute), ct);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void WriteKeys()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var (certificate, parameters) = TestPki.AccessAuthority.Certify("Door", "localhost", key);
        var jwk = JsonNode.Parse(Jwk.Of(key).ToJson())!;
        jwk["d"] = Base64UrlText.Encode(parameters.D);
        var file = new JsonObject { ["role"] = "request-objects", ["state"] = "active", ["jwk"] = jwk, ["x5c"] = new JsonArray(Convert.ToBase64String(certificate)) };
        File.WriteAllText(Path.Combine(_directory, "access.json"), file.ToJsonString());
        File.WriteAllText(Path.Combine(_directory, "root.jwk"), TestPki.BundleRoot.PublicKey.ToJson());
        File.WriteAllText(Path.Combine(_directory, "ticket-root.jwk"), TicketScenario.Root.PublicKey.ToJson());
        File.WriteAllText(Path.Combine(_directory, "secret.txt"), "the doors of one evening share this secret");
    }

    private void Launch(Dictionary<string, string> changes)
    {
        _settings = changes;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "IdentityPlatform.EventDoor.dll"));
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = _publicUrl;
        start.Environment["PublicUrl"] = _publicUrl;
        start.Environment["EventDoor__AccessKey"] = Path.Combine(_directory, "access.json");
        start.Environment["EventDoor__BundleRoot"] = Path.Combine(_directory, "root.jwk");
        start.Environment["EventDoor__TicketBundleRoot"] = Path.Combine(_directory, "ticket-root.jwk");
        start.Environment["EventDoor__DoorSecret"] = Path.Combine(_directory, "secret.txt");
        start.Environment["EventDoor__Directory"] = Path.Combine(_directory, "data");
        start.Environment["Logging__LogLevel__Default"] = "Trace";
        foreach (var (name, value) in changes)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.Add(line ?? "");
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        while (true)
        {
            Assert.False(_process!.HasExited, Output);
            try
            {
                await _http.GetStringAsync(new Uri(_publicUrl + "/health/ready"), ct);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, ct);
            }
        }
    }
}
