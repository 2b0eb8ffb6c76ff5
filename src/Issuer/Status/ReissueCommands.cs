using System.CommandLine;
using System.Globalization;
using IdentityPlatform.Hosting;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Status;

/// <summary>The verbs <c>reissue start</c> and <c>reissue status</c>, for the key custodian. The servers that run do the work.</summary>
public static class ReissueCommands
{
    public static Command Create(ServerVerbs verbs)
    {
        var key = new Option<string?>("--key") { Description = "The id of a key that signs no longer ('keys deny' first)." };
        var type = new Option<string?>("--type") { Description = "The vct of a type's version that is issued no longer." };
        var reason = new Option<string>("--reason") { Description = "key-compromise or wrong-data.", Required = true };
        var start = new Command("start", "Revokes every copy that a key signed, or of a type's version, and lets wallets fetch new ones. Starting again goes on.") { key, type, reason };
        var status = new Command("status", "Shows how far mass re-issues are.");
        return new Command("reissue", "Mass re-issue of cards.")
        {
            verbs.WithProgram(start, async (app, parsed, ct) =>
            {
                var (keyId, vct, ground) = (parsed.GetValue(key), parsed.GetValue(type), RevocationGrounds.Find(parsed.GetRequiredValue(reason)));
                if (await FaultAsync(keyId, vct, ground, app.Services, ct) is { } fault)
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync(fault);
                    return ServerVerbs.BadSettings;
                }

                await parsed.InvocationConfiguration.Output.WriteLineAsync(LineOf(await app.Services.GetRequiredService<Reissues>().StartAsync(keyId, vct, ground!.Value, ct)));
                return 0;
            }),
            verbs.WithProgram(status, async (app, parsed, ct) =>
            {
                foreach (var one in await app.Services.GetRequiredService<Reissues>().LastAsync(ct))
                {
                    await parsed.InvocationConfiguration.Output.WriteLineAsync(LineOf(one));
                }

                return 0;
            }),
        };
    }

    internal static async Task<string?> FaultAsync(string? keyId, string? type, RevocationGround? ground, IServiceProvider services, CancellationToken ct)
    {
        if ((keyId is null) == (type is null))
        {
            return "--key, --type: exactly one of them says whose copies are meant.";
        }

        if (ground is not (RevocationGround.KeyCompromise or RevocationGround.WrongData))
        {
            return "--reason: key-compromise or wrong-data is expected.";
        }

        // While it still signs, wallets would come back for copies that are worth as little.
        if (keyId is not null)
        {
            var keys = await services.GetRequiredService<SignerLink>().FindKeysAsync(ct);
            if (keys is null || keys.ActiveId == keyId)
            {
                return keys is null ? "--key: the signer does not answer, so whether that key still signs is not known." : $"--key: {keyId} still signs cards; deny it first.";
            }
        }

        return type is not null && services.GetRequiredService<Deployment>().Types.Any(one => one.Vct == type)
            ? $"--type: {type} is still issued; take it out of the catalogue first."
            : null;
    }

    private static string LineOf(Reissue one) => string.Create(
        CultureInfo.InvariantCulture,
        $"{one.Id} {one.KeyId ?? one.Type} {one.Reason}: {one.Percent} %, {one.Holders} holders, {one.Batches} batches, {one.Copies} copies{(one.FinishedAt is null ? "" : ", finished")}");
}
