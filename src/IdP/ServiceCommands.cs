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
        var remove = new Command("remove", "Destroys the key behind the pseudonyms of a service, unless others share it. Remove its client file first; there is no way back.") { id };
        verbs.WithProgram(remove, async (app, parsed, ct) =>
        {
            var serviceId = parsed.GetRequiredValue(id);
            var removal = await app.Services.GetRequiredService<Sectors>().RemoveAsync(serviceId, ct);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{serviceId}: {Explain(removal)}");
            return removal == SectorRemoval.None ? 1 : 0;
        });
        yield return new Command("services", "The relying services.") { remove };
    }

    private static string Explain(SectorRemoval removal) => removal switch
    {
        SectorRemoval.None => "there is no key.",
        SectorRemoval.Shared => "removed; other services share its sector, so the key stays until the last of them is removed.",
        SectorRemoval.Destroyed => "the key is destroyed.",
        _ => throw new ArgumentOutOfRangeException(nameof(removal)),
    };
}
