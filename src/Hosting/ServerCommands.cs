using System.CommandLine;
using IdentityPlatform.Hosting.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IdentityPlatform.Hosting;

/// <summary>The command line of a server: <c>serve</c> (default), <c>migrate</c>, <c>keys</c>, <c>audit verify</c> and what the program adds.</summary>
public static class ServerCommands
{
    /// <summary>Runs the program and gives its exit code: 0, 1 for a failure, 2 for a bad command line or configuration.</summary>
    // A server that is started without a word serves: what reads command lines is not even loaded.
    public static Task<int> RunAsync(string[] args, ServerProgram program) => args.Length == 0
        ? ServerVerbs.SayingWhyAsync(Console.Error, () => ServeAsync(WebApplication.CreateBuilder(), new ServerVerbs(program), program, CancellationToken.None))
        : RunAsync(args, program, new InvocationConfiguration());

    internal static Task<int> RunAsync(string[] args, ServerProgram program, InvocationConfiguration invocation)
    {
        var verbs = new ServerVerbs(program);
        var root = new RootCommand($"The {program.Name} server. Settings are given as --KEY VALUE, in the environment or in appsettings.json.");
        WithServe(root, verbs, program);
        root.Add(WithServe(new Command("serve", "Serves (the default)."), verbs, program));
        root.Add(verbs.WithProgram(new Command("migrate", "Brings the databases up to date."), (_, _, _) => Task.FromResult(0)));
        root.Add(KeyCommands.Create($"the {program.Name} server", program.Needs));
        root.Add(new Command("audit", "The audit log.") { verbs.WithProgram(new Command("verify", "Checks every chain and signed head."), VerifyAuditAsync) });
        foreach (var command in program.Verbs(verbs))
        {
            root.Add(command);
        }

        // The host handles signals itself, and an exception that nobody expects keeps its stack trace.
        invocation.EnableDefaultExceptionHandler = false;
        invocation.ProcessTerminationTimeout = null;
        return root.Parse(args).InvokeAsync(invocation);
    }

    private static Command WithServe(Command command, ServerVerbs verbs, ServerProgram program) =>
        ServerVerbs.WithBuilder(command, (builder, _, ct) => ServeAsync(builder, verbs, program, ct));

    private static async Task<int> ServeAsync(WebApplicationBuilder builder, ServerVerbs verbs, ServerProgram program, CancellationToken ct)
    {
        await using var app = verbs.Build(builder);
        await Platform.MigrateAsync(app.Services, program.Migrations, ct);
        app.MapPlatform();
        program.Endpoints(app);
        await HostingAbstractionsHostExtensions.RunAsync(app, ct);
        return 0;
    }

    private static async Task<int> VerifyAuditAsync(WebApplication app, ParseResult parsed, CancellationToken ct)
    {
        var verdict = await app.Services.GetRequiredService<AuditLog>().VerifyAsync(ct);
        return verdict.Report(parsed.InvocationConfiguration.Output);
    }
}
