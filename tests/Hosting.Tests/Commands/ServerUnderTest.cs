using System.CommandLine;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Tests.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Hosting.Tests.Commands;

/// <summary>A small server with the real command line, in a folder of its own.</summary>
internal sealed class ServerUnderTest : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    /// <summary>Settings with which the server runs in Development on the example keys.</summary>
    public IReadOnlyList<string> Settings =>
    [
        "--environment=Development",
        "--contentRoot", Folder,
        "--PublicUrl=http://localhost:5101",
        "--Storage:Engine", "sqlite",
        "--Storage:ConnectionString", _folder.Sqlite("main.db"),
        "--PersonKeys:ConnectionString", _folder.Sqlite("person-keys.db"),
        "--SharedState:Engine=memory",
        "--Keys:Directory", ExampleFolder.Of("idp"),
        "--Clients:Directory", ExampleFolder.Of("idp-clients"),
        "--urls=http://127.0.0.1:0",
        "--Logging:LogLevel:Default=None",
    ];

    /// <summary>Runs the command line to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params IEnumerable<string> args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await ServerCommands.RunAsync([.. args], Program, new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => _folder.Dispose();

    private static ServerProgram Program => new()
    {
        Name = "small",
        Keys = [KeyRole.AccessTokens, KeyRole.AuditHead],
        Secrets = [SecretRole.PersonKeyWrap],
        Services = (_, _) => { },
        Endpoints = app => app.Lifetime.ApplicationStarted.Register(app.Lifetime.StopApplication),
        Verbs = verbs => [verbs.WithProgram(
            new Command("note", "Writes an audit entry."),
            async (app, _, ct) =>
            {
                await app.Services.GetRequiredService<AuditLog>().AppendAsync(new AuditEvent("noted", "tester"), ct);
                return 0;
            })],
    };
}
