using System.Diagnostics;
using System.Reflection;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// The signer as a child process, in Development alone: the same program with the verb <c>sign</c> and the settings of its parent. It
/// ends with its parent, also when that is killed: then its input ends.
/// </summary>
internal sealed class SignerChild(IConfiguration configuration) : IDisposable
{
    private static readonly string[] Inherited = ["PublicUrl", "Deployment:Directory", "Signer:Keys:Directory", "Signer:State", "Signer:CopiesADay"];

    private readonly Lock _starting = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("issuer-signer-");
    private Process? _process;

    public string Socket => Path.Combine(_folder.FullName, "signer.sock");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts it, unless it runs.</summary>
    public void EnsureRunning()
    {
        lock (_starting)
        {
            if (IsRunning)
            {
                return;
            }

            _process?.Dispose();
            _process = Process.Start(Command()) ?? throw new SignerException("The signer could not be started.");
        }
    }

    public void Dispose()
    {
        if (IsRunning)
        {
            _process!.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
        if (Directory.Exists(_folder.FullName))
        {
            _folder.Delete(recursive: true);
        }
    }

    private ProcessStartInfo Command()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true };
        start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        start.ArgumentList.Add("sign");
        Add(start, "Signer:Socket", Socket);
        Add(start, "Signer:EndsWithInput", "true");
        Add(start, "environment", "Development");
        foreach (var (key, value) in Inherited.Select(key => KeyValuePair.Create(key, configuration[key])).Concat(configuration.GetSection("Payments").AsEnumerable()))
        {
            if (value is not null)
            {
                Add(start, key, value);
            }
        }

        return start;
    }

    private static void Add(ProcessStartInfo start, string key, string value)
    {
        start.ArgumentList.Add($"--{key}");
        start.ArgumentList.Add(value);
    }
}
