using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.OAuth.Tests.Server;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(RedisServer))]

namespace IdentityPlatform.OAuth.Tests;

/// <summary>Runs the tests, or a second node of a test server: <c>serve ENGINE CONNECTION DIRECTORY [REDIS]</c>.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["serve", var engine, var connection, var directory, .. var redis])
        {
            return await ServeAsync(new() { Engine = Enum.Parse<StorageEngine>(engine), ConnectionString = connection, Directory = directory, Redis = redis.FirstOrDefault() });
        }

        return args.Any(arg => arg is "-automated" or "@@")
            ? await ConsoleRunner.Run(args)
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
    }

    // Says where it is, and ends with its parent's pipe.
    private static async Task<int> ServeAsync(TestSetup setup)
    {
        await using var server = await TestServer.StartAsync(setup);
        Console.WriteLine(server.Address);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
