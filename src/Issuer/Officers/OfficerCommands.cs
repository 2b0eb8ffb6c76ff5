using System.CommandLine;
using IdentityPlatform.Hosting;
using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>The verb <c>officers invite</c>, for the key custodian: it needs the invitations secret, which the keys directory holds.</summary>
public static class OfficerCommands
{
    private const int MaxName = 64;

    public static Command Create(ServerVerbs verbs)
    {
        var name = new Option<string>("--name") { Description = "The officer's name, as greeted and as compared with applicants' family names.", Required = true };
        var role = new Option<string>("--role") { Description = "operator, supervisor or appeal.", Required = true };
        var centre = new Option<string>("--centre") { Description = "The centre, by its id in centres.json.", Required = true };
        var invite = new Command("invite", "Prints an address at which one officer enrols, once, within seven days.") { name, role, centre };
        return new Command("officers", "The officers of this deployment.")
        {
            verbs.WithProgram(invite, async (app, parsed, ct) =>
            {
                var fault = FaultOf(parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), parsed.GetRequiredValue(centre), app.Services);
                if (fault is not null)
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync(fault);
                    return ServerVerbs.BadSettings;
                }

                var code = app.Services.GetRequiredService<RosterSigner>()
                    .Invite(parsed.GetRequiredValue(name), OfficerRoles.Find(parsed.GetRequiredValue(role)), parsed.GetRequiredValue(centre));
                var address = $"{app.Services.GetRequiredService<ServerSettings>().PublicUrl}/officers/enrol/{code}";
                await parsed.InvocationConfiguration.Output.WriteLineAsync(address.AsMemory(), ct);
                return 0;
            }),
        };
    }

    private static string? FaultOf(string name, string role, string centre, IServiceProvider services)
    {
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
        {
            return $"--name: a name of at most {MaxName} characters is expected.";
        }

        if (OfficerRoles.Find(role) == OfficerRole.None)
        {
            return $"--role: '{role}' is none of operator, supervisor and appeal.";
        }

        var centres = services.GetRequiredService<Centres>();
        return centres.Find(centre) is null ? $"--centre: '{centre}' is none of {string.Join(", ", centres.All.Select(one => one.Id))}." : null;
    }
}
