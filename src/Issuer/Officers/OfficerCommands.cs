using System.CommandLine;
using System.Globalization;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>
/// The verbs of the key custodian, run beside the signer: they need its key directory and its state, and no database. Nothing of this
/// can be asked over the signer's socket.
/// </summary>
public static class OfficerCommands
{
    private const int MaxName = 64;

    /// <summary><c>officers invite</c> and <c>officers remove</c>.</summary>
    public static Command Create() => new("officers", "The officers of this deployment.") { Invite(), Remove() };

    /// <summary><c>decisions deny</c>.</summary>
    public static Command CreateForDecisions()
    {
        var application = new Option<string>("--application") { Description = "The number of the application.", Required = true };
        return new Command("decisions", "The officers' decisions.")
        {
            ServerVerbs.WithBuilder(
                new Command("deny", "Nothing is minted for an application any more, whatever the database says.") { application },
                (builder, parsed, _) => DenyAsync(builder, parsed, denials => denials.WithApplication(parsed.GetRequiredValue(application)))),
        };
    }

    private static Command Invite()
    {
        var name = new Option<string>("--name") { Description = "The officer's name, as greeted and as compared with applicants' family names.", Required = true };
        var role = new Option<string>("--role") { Description = "operator, supervisor, appeal or administrator.", Required = true };
        var centre = new Option<string>("--centre") { Description = "The centre, by its id in centres.json.", Required = true };
        return ServerVerbs.WithBuilder(
            new Command("invite", "Prints an address at which one officer enrols, once, within seven days.") { name, role, centre },
            async (builder, parsed, ct) =>
            {
                var settings = SignerSettings.Read(builder.Configuration, builder.Environment.IsDevelopment());
                var centres = DeploymentDirectory.Read(builder.Configuration, Centres.Load);
                if (FaultOf(parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), parsed.GetRequiredValue(centre), centres) is { } fault)
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync(fault);
                    return ServerVerbs.BadSettings;
                }

                using var keys = settings.Keys.Open(settings.Development);
                var code = new RosterSigner(keys, settings.Deployment, TimeProvider.System)
                    .Invite(parsed.GetRequiredValue(name), OfficerRoles.Find(parsed.GetRequiredValue(role)), parsed.GetRequiredValue(centre));
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{settings.PublicUrl}/officers/enrol/{code}".AsMemory(), ct);
                return 0;
            });
    }

    private static Command Remove()
    {
        var officer = new Option<string>("--officer") { Description = "The officer's id.", Required = true };
        var from = new Option<string>("--from") { Description = "Decisions from this moment on do not count, such as 2026-03-01T12:00:00Z; without it, from now on." };
        return ServerVerbs.WithBuilder(
            new Command("remove", "An officer decides no more. Older decisions count where the signer has minted from them before.") { officer, from },
            async (builder, parsed, _) =>
            {
                var since = DateTimeOffset.UtcNow;
                if (parsed.GetValue(from) is { } text
                    && (!DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out since) || since > DateTimeOffset.UtcNow))
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync("--from: a moment that has passed is expected, such as 2026-03-01T12:00:00Z.");
                    return ServerVerbs.BadSettings;
                }

                return await DenyAsync(builder, parsed, denials => denials.WithOfficer(parsed.GetRequiredValue(officer), since));
            });
    }

    private static async Task<int> DenyAsync(WebApplicationBuilder builder, ParseResult parsed, Func<Denials, Denials> change)
    {
        var settings = SignerSettings.Read(builder.Configuration, builder.Environment.IsDevelopment());
        using var keys = settings.Keys.Open(settings.Development);
        var roster = new RosterSigner(keys, settings.Deployment, TimeProvider.System);
        if (SignerState.ReadDenials(settings.State, roster.Keys, settings.Deployment.Id) is not { } denials)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync("The denials in Signer:State are not what a roster key signed: nothing is minted until they are put right.");
            return 1;
        }

        SignerState.WriteDenials(settings.State, change(denials).Sign(keys.Active(KeyRole.Roster), settings.Deployment.Id));
        await parsed.InvocationConfiguration.Output.WriteLineAsync("denied; the signer follows at once");
        return 0;
    }

    private static string? FaultOf(string name, string role, string centre, Centres centres)
    {
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
        {
            return $"--name: a name of at most {MaxName} characters is expected.";
        }

        if (OfficerRoles.Find(role) == OfficerRole.None)
        {
            return $"--role: '{role}' is none of operator, supervisor, appeal and administrator.";
        }

        return centres.Find(centre) is null ? $"--centre: '{centre}' is none of {string.Join(", ", centres.All.Select(one => one.Id))}." : null;
    }
}
