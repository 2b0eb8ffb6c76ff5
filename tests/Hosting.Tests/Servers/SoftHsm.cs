using System.Runtime.InteropServices;

namespace IdentityPlatform.Hosting.Tests.Servers;

/// <summary>A software token in a folder of its own, for the whole test assembly: its library reads its configuration once a process.</summary>
public sealed class SoftHsm : IAsyncLifetime
{
    /// <summary>The label of the token.</summary>
    public const string Token = "server keys; 1";

    /// <summary>The label of a second token, with another PIN.</summary>
    public const string OtherToken = "other";

    /// <summary>A PIN that no URI and no shell would take as it is.</summary>
    public const string Pin = "p;1%n 4321";

    private readonly string _folder = Directory.CreateTempSubdirectory("softhsm-").FullName;

    /// <summary>The PKCS#11 library.</summary>
    public string Module { get; } = InstalledServer.Find("libsofthsm2.so", "softhsm2", "/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib/aarch64-linux-gnu/softhsm");

    public async ValueTask InitializeAsync()
    {
        var tool = InstalledServer.Find("softhsm2-util", "softhsm2", "/usr/bin");
        _ = InstalledServer.Find("pkcs11-tool", "opensc", "/usr/bin");
        var configuration = Path.Combine(_folder, "softhsm2.conf");
        Directory.CreateDirectory(Path.Combine(_folder, "tokens"));
        await File.WriteAllTextAsync(configuration, $"directories.tokendir = {Path.Combine(_folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n");

        // The library asks the process, the tools are asked through .NET, which keeps an environment of its own.
        Assert.Equal(0, SetEnvironment("SOFTHSM2_CONF", configuration, 1));
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", configuration);
        await InstalledServer.RunAsync(tool, "--init-token", "--free", "--label", Token, "--so-pin", "12345678", "--pin", Pin);
        await InstalledServer.RunAsync(tool, "--init-token", "--free", "--label", OtherToken, "--so-pin", "12345678", "--pin", "another");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [DllImport("libc", EntryPoint = "setenv", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
