using System.CommandLine;
using System.Data.Common;
using System.Security.Cryptography;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IdentityPlatform.Hosting;

/// <summary>
/// Gives commands their actions. What a command line holds beside the verb and its options is configuration
/// (<c>--Storage:Engine sqlite</c>), for every verb alike.
/// </summary>
public sealed class ServerVerbs
{
    /// <summary>The exit code for a configuration with which nothing runs.</summary>
    public const int BadSettings = 2;

    private readonly ServerProgram _program;

    internal ServerVerbs(ServerProgram program) => _program = program;

    /// <summary>The command runs with the whole program built, its schema up to date, and nothing served.</summary>
    public Command WithProgram(Command command, Func<WebApplication, ParseResult, CancellationToken, Task<int>> action) =>
        WithBuilder(command, async (builder, parsed, ct) =>
        {
            await using var app = Build(builder);
            await Platform.MigrateAsync(app.Services, _program.Migrations, ct);
            return await action(app, parsed, ct);
        });

    /// <summary>The verbs <c>keys …</c> of another key directory than the server's.</summary>
    public static Command Keys(string whose, KeyNeeds needs) => KeyCommands.Create(whose, needs);

    /// <summary>The command runs with configuration alone.</summary>
    public static Command WithBuilder(Command command, Func<WebApplicationBuilder, ParseResult, CancellationToken, Task<int>> action)
    {
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, ct) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            if (ConfigurationArguments.FindFault(parsed.UnmatchedTokens) is { } fault)
            {
                await error.WriteLineAsync(fault);
                return BadSettings;
            }

            return await SayingWhyAsync(error, () => action(WebApplication.CreateBuilder([.. parsed.UnmatchedTokens]), parsed, ct));
        });
        return command;
    }

    /// <summary>Runs what an operator's mistake may end, and says which mistake it was.</summary>
    internal static async Task<int> SayingWhyAsync(TextWriter error, Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is SettingsException or KeyDirectoryException or MigrationException)
        {
            await error.WriteLineAsync(e.Message);
            return BadSettings;
        }
        catch (DbException e)
        {
            await error.WriteLineAsync($"The database does not answer as it should: {e.Message}");
            return 1;
        }
    }

    internal WebApplication Build(WebApplicationBuilder builder)
    {
        var settings = ServerSettings.Read(builder.Configuration, builder.Environment.IsDevelopment());
        builder.AddPlatform(settings, _program.Name);
        _program.Services(builder, settings);
        var app = builder.Build();
        RequireKeys(app.Services.GetRequiredService<Signer>());
        return app;
    }

    private void RequireKeys(Signer signer)
    {
        foreach (var role in _program.Keys)
        {
            _ = signer.Active(role);
        }

        foreach (var role in _program.Secrets)
        {
            CryptographicOperations.ZeroMemory(signer.Secret(role));
        }
    }
}
