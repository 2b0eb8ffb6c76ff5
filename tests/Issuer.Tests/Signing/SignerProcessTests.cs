using System.CommandLine;
using System.Net.Sockets;
using System.Security.Cryptography;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Issuance;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Issuer.Tests.Signing;

/// <summary>The signer as a process: who may reach it, what it starts with, and what the web process may not have.</summary>
public sealed class SignerProcessTests
{
    private static readonly string Examples = Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", "..", "keys.example"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_socket_and_its_memory_are_its_owners_alone()
    {
        await using var signer = await TestSigner.StartAsync(new SettableTime());
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(signer.Socket));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(signer.StateDirectory));
    }

    [Fact]
    public async Task Two_signers_do_not_share_a_socket_and_one_that_a_crash_left_is_taken_over()
    {
        await using var signer = await TestSigner.StartAsync(new SettableTime());
        var twin = await Assert.ThrowsAsync<SignerException>(() => StartAsync(signer.Settings, signer.Socket));
        Assert.Contains("another signer listens there", twin.Message, StringComparison.Ordinal);

        var left = signer.Socket + ".left";
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(left));
        }

        await using var next = await StartAsync(signer.Settings, left);
        Assert.Equal(left, next.Server.Path);
    }

    [Fact]
    public async Task A_file_where_the_socket_should_be_is_left_as_it_is()
    {
        await using var signer = await TestSigner.StartAsync(new SettableTime());
        var file = signer.Socket + ".txt";
        await File.WriteAllTextAsync(file, "somebody's", Ct);
        var refused = await Assert.ThrowsAsync<SignerException>(() => StartAsync(signer.Settings, file));
        Assert.Contains("no socket", refused.Message, StringComparison.Ordinal);
        Assert.Equal("somebody's", await File.ReadAllTextAsync(file, Ct));
    }

    [Theory]
    [InlineData("credentials")]
    [InlineData("roster")]
    [InlineData("invitations")]
    [InlineData("document-hash")]
    public void A_web_process_with_a_key_of_the_signer_does_not_start_and_says_what_to_move(string name)
    {
        var folder = Directory.CreateTempSubdirectory("web-keys-");
        foreach (var file in Directory.GetFiles(Path.Combine(Examples, "card-issuer"), "*.json"))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        using (var clean = Signer.Load(folder.FullName))
        {
            SignerCommands.RefuseSignersKeys(clean);
        }

        File.Copy(Path.Combine(Examples, "card-issuer-signer", $"{name}.json"), Path.Combine(folder.FullName, $"{name}.json"));
        using var web = Signer.Load(folder.FullName);
        var refused = Assert.Throws<KeyDirectoryException>(() => SignerCommands.RefuseSignersKeys(web));
        Assert.Contains($"{name}.json is the signer's: move it from Keys:Directory to Signer:Keys:Directory", refused.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_web_process_whose_status_key_is_certified_to_sign_cards_does_not_start()
    {
        var folder = Directory.CreateTempSubdirectory("web-keys-");
        var text = File.ReadAllText(Path.Combine(Examples, "card-issuer-signer", "credentials.json"));
        File.WriteAllText(Path.Combine(folder.FullName, "status.json"), text.Replace("\"role\": \"credentials\"", "\"role\": \"status\"", StringComparison.Ordinal));
        using var web = Signer.Load(folder.FullName);
        Assert.Contains("is certified to sign cards", Assert.Throws<KeyDirectoryException>(() => SignerCommands.RefuseSignersKeys(web)).Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Outside_Development_the_web_process_wants_an_address()
    {
        var none = new ConfigurationManager();
        Assert.Equal("Signer:Socket", Assert.Throws<SettingsException>(() => SignerPlace.Read(none, development: false)).Key);
        using var given = SignerPlace.Read(new ConfigurationManager { ["Signer:Socket"] = "/run/issuer/signer.sock" }, development: false);
        Assert.NotNull(given);
        Assert.Equal("Signer:Sokket", Assert.Throws<SettingsException>(() => SignerPlace.Read(new ConfigurationManager { ["Signer:Sokket"] = "x" }, development: false)).Key);
    }

    [Fact]
    public async Task In_Development_it_starts_by_itself_when_first_asked_and_ends_with_its_parents_input()
    {
        var state = Directory.CreateTempSubdirectory("signer-child-");
        var configuration = new ConfigurationManager
        {
            ["PublicUrl"] = "http://localhost:5102",
            ["Deployment:Directory"] = CatalogueFiles.Directory,
            ["Signer:Keys:Directory"] = Path.Combine(Examples, "card-issuer-signer"),
            ["Signer:State"] = state.FullName,
        };
        using (var place = SignerPlace.Read(configuration, development: true))
        using (var link = new SignerLink(place, TimeProvider.System, NullLogger<SignerLink>.Instance))
        {
            Assert.NotNull((await link.FindKeysAsync(Ct))?.ActiveId);
            Assert.Equal(HealthStatus.Healthy, (await new SignerHealth(link).CheckHealthAsync(new HealthCheckContext(), Ct)).Status);
        }

        state.Delete(recursive: true);
    }

    [Fact]
    public async Task A_signer_that_cannot_be_reached_signs_nothing_now()
    {
        using var place = SignerPlace.Read(new ConfigurationManager { ["Signer:Socket"] = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock") }, development: false);
        using var link = new SignerLink(place, TimeProvider.System, NullLogger<SignerLink>.Instance);
        Assert.Null(await link.FindKeysAsync(Ct));
        await Assert.ThrowsAsync<SignerException>(() => link.AskAsync(new TellKeys(), Ct));
        Assert.Equal(HealthStatus.Degraded, (await new SignerHealth(link).CheckHealthAsync(new HealthCheckContext(), Ct)).Status);
    }

    [Fact]
    public async Task The_verb_wants_its_settings_and_names_the_one_that_is_wrong()
    {
        var (code, error) = await RunAsync("sign", "--PublicUrl", "https://issuer.example", "--Deployment:Directory", CatalogueFiles.Directory);
        Assert.Equal((ServerVerbs.BadSettings, "Signer:Keys:Directory: is missing."), (code, error));
        (code, error) = await RunAsync(
            "sign", "--PublicUrl", "https://issuer.example", "--Deployment:Directory", CatalogueFiles.Directory, "--Signer:Keys:Directory", Path.Combine(Examples, "card-issuer-signer"),
            "--Signer:State", Path.GetTempPath(), "--Signer:CopiesADay", "0");
        Assert.Equal((ServerVerbs.BadSettings, "Signer:CopiesADay: is '0'; it is a whole number above 0."), (code, error));
        (code, error) = await RunAsync(
            "sign", "--PublicUrl", "https://issuer.example", "--Deployment:Directory", CatalogueFiles.Directory, "--Signer:Keys:Directory", Path.Combine(Examples, "card-issuer-signer"),
            "--Signer:State", Path.GetTempPath(), "--Signer:Socket", Path.Combine(Path.GetTempPath(), "x.sock"));
        Assert.Equal(ServerVerbs.BadSettings, code);
        Assert.Contains("is one of keys.example", error, StringComparison.Ordinal);
    }

    private static Task<SignerProcess> StartAsync(SignerSettings settings, string socket) => SignerProcess.StartAsync(
        settings, socket, new StatusPolicy(), TimeProvider.System, RandomNumberGenerator.Fill, NullLoggerFactory.Instance, CancellationToken.None);

    private static async Task<(int Code, string Error)> RunAsync(params string[] arguments)
    {
        using var error = new StringWriter();
        var code = await ServerCommands.RunAsync(arguments, CardIssuer.Program, new InvocationConfiguration { Output = TextWriter.Null, Error = error });
        return (code, error.ToString().Trim());
    }
}
