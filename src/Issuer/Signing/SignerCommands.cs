using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>The verb <c>sign</c>, which is the signer's process, and the verbs below it for its keys and its audit log.</summary>
public static class SignerCommands
{
    /// <summary>What the signer's key directory has to hold.</summary>
    public static KeyNeeds Needs { get; } = new(
        SignerSettings.Section,
        [.. new[] { KeyRole.Credentials, KeyRole.Roster, KeyRole.AuditHead }.Select(role => (role, JwsAlgorithm.ES256))],
        [SecretRole.DocumentHash, SecretRole.Invitations]);

    /// <summary>Keys and secrets that the web process may not have: with one of them it could make a card, or an officer, by itself.</summary>
    public static void RefuseSignersKeys(Signer web)
    {
        var file = web.FindFile(KeyRole.Credentials) ?? web.FindFile(KeyRole.Roster) ?? web.FindFile(SecretRole.Invitations) ?? web.FindFile(SecretRole.DocumentHash);
        if (file is not null)
        {
            throw new KeyDirectoryException($"Key file {file} is the signer's: move it from Keys:Directory to Signer:Keys:Directory, which the web process does not read.");
        }

        // Under one root a certificate for documents is what makes a signer of cards, whatever role its key file states.
        foreach (var role in new[] { KeyRole.Status, KeyRole.Metadata })
        {
            if (web.Certificates(role) is [var leaf, ..] && DocumentSigner.UsageOf(leaf) == DocumentSignerProfile.Usage)
            {
                throw new KeyDirectoryException($"Key file {web.FindFile(role)} is certified to sign cards, and the web process has it: have it certified for its own role alone.");
            }
        }
    }

    public static Command Create()
    {
        var sign = Verb(new Command("sign", "The signer: a process of its own that mints cards for the web process (Signer:Socket)."), RunAsync);
        sign.Add(ServerVerbs.Keys("the signer", Needs));
        sign.Add(new Command("audit", "The signer's own audit log.")
        {
            Verb(new Command("verify", "Checks every chain and signed head."), (settings, _, parsed, ct) => WithStateAsync(
                settings, async state => (await state.Audit.VerifyAsync(ct)).Report(parsed.InvocationConfiguration.Output), ct)),
            Verb(new Command("show", "Prints every entry: what was minted, and what was refused by which rule."), (settings, _, parsed, ct) => WithStateAsync(
                settings, state => ShowAsync(state, parsed.InvocationConfiguration.Output, ct), ct)),
        });
        return sign;
    }

    private static Command Verb(Command command, Func<SignerSettings, IConfiguration, ParseResult, CancellationToken, Task<int>> action) =>
        ServerVerbs.WithBuilder(command, async (builder, parsed, ct) =>
        {
            try
            {
                return await action(SignerSettings.Read(builder.Configuration, builder.Environment.IsDevelopment()), builder.Configuration, parsed, ct);
            }
            catch (SignerException e)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(e.Message);
                return ServerVerbs.BadSettings;
            }
        });

    private static async Task<int> RunAsync(SignerSettings settings, IConfiguration configuration, ParseResult parsed, CancellationToken ct)
    {
        var socket = SignerSettings.FindSocket(configuration) ?? throw new SettingsException("Signer:Socket", "is missing: it is the address of a Unix domain socket.");
        var isChild = configuration["Signer:EndsWithInput"] == "true";
        await ServeAsync(settings, socket, isChild, configuration.GetSection("Logging"), ct);
        if (isChild && Path.GetDirectoryName(socket) is { } folder && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            // Its parent made the folder for it, and may have been killed.
            Directory.Delete(folder);
        }

        return 0;
    }

    // A host without a web server: it ends on a signal, lets the keys follow their directory, and seals its audit log.
    private static async Task ServeAsync(SignerSettings settings, string socket, bool endsWithInput, IConfiguration logs, CancellationToken ct)
    {
        using var logging = LoggerFactory.Create(log => log.AddConfiguration(logs).AddConsole());
        await using var signer = await SignerProcess.StartAsync(settings, socket, new StatusPolicy(), TimeProvider.System, RandomNumberGenerator.Fill, logging, ct);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.Services.AddSingleton(_ => settings.Keys.Upkeep(signer.Keys, TimeProvider.System, logging)).AddSingleton(_ => signer.State.Audit.Sealing(logging));
        using var host = builder.Build();
        if (endsWithInput)
        {
            _ = EndWithInputAsync(host.Services.GetRequiredService<IHostApplicationLifetime>());
        }

        await host.RunAsync(ct);
    }

    private static async Task EndWithInputAsync(IHostApplicationLifetime lifetime)
    {
        await using var input = Console.OpenStandardInput();
        var sink = new byte[64];
        while (await input.ReadAsync(sink) > 0)
        {
        }

        lifetime.StopApplication();
    }

    private static async Task<int> WithStateAsync(SignerSettings settings, Func<SignerState, Task<int>> action, CancellationToken ct)
    {
        using var keys = settings.Keys.Open(settings.Development);
        await using var state = await SignerState.OpenAsync(settings.State, keys, TimeProvider.System, ct);
        return await action(state);
    }

    private static async Task<int> ShowAsync(SignerState state, TextWriter output, CancellationToken ct)
    {
        foreach (var entry in await state.ReadAuditAsync(ct))
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(entry.At).ToString("u", CultureInfo.InvariantCulture);
            await output.WriteLineAsync($"{at} {entry.Name} {entry.Details}".AsMemory(), ct);
        }

        return 0;
    }
}
