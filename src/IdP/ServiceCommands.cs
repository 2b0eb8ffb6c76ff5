using System.CommandLine;
using IdentityPlatform.Hosting;
using IdentityPlatform.IdP.Services;

namespace IdentityPlatform.IdP;

/// <summary>The verb <c>services remove ID</c>: ends a relying service for good.</summary>
internal static class ServiceCommands
{
    public static IEnumerable<Command> Create(ServerVerbs verbs)
    {
        var id = new Argument<string>("id") { Description = "The client id." };
        var remove = new Command("remove", "Destroys the key behind the pseudonyms of a service. Remove its client file first; there is no way back.") { id };
        verbs.WithProgram(remove, async (app, parsed, ct) =>
        {
            var serviceId = parsed.GetRequiredValue(id);
            var removed = await app.Services.GetRequiredService<Sectors>().DestroyAsync(serviceId, ct);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(removed ? $"{serviceId}: the key is destroyed." : $"{serviceId}: there is no key.");
            return removed ? 0 : 1;
        });
        yield return new Command("services", "The relying services.") { remove };
    }
}
