using System.CommandLine;
using IdentityPlatform.Hosting;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Desk;

namespace IdentityPlatform.Issuer.Tests.Minting;

/// <summary>The custodian's verbs, as typed beside a signer that runs.</summary>
public sealed class CustodianVerbTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invitation_that_the_verb_prints_enrols_at_the_running_signer()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.Clock.Now = DateTimeOffset.UtcNow;
        var (code, address) = await RunAsync(scene, "officers", "invite", "--name", "Anna", "--role", "supervisor", "--centre", "yerevan");
        Assert.Equal(0, code);
        Assert.StartsWith("http://localhost:5102/officers/enrol/", address, StringComparison.Ordinal);
        var invited = Assert.IsType<SignerAnswer.Invited>(await scene.Link.AskAsync(new LookAt(address.Trim().Split('/')[^1]), Ct)).Invitation;
        Assert.Equal(("Anna", OfficerRole.Supervisor), (invited.Name, invited.Role));
        Assert.Equal(ServerVerbs.BadSettings, (await RunAsync(scene, "officers", "invite", "--name", "Anna", "--role", "king", "--centre", "yerevan")).Code);
        Assert.Equal(ServerVerbs.BadSettings, (await RunAsync(scene, "officers", "invite", "--name", "Anna", "--role", "operator", "--centre", "nowhere")).Code);
    }

    [Fact]
    public async Task A_removed_officer_and_a_denied_application_mint_nothing_from_that_moment_on()
    {
        await using var scene = await AttackScene.StartAsync();
        await scene.MintedAsync(scene.Order(scene.Decisions("other-case"), "other-case"));
        Assert.Equal(0, (await RunAsync(scene, "decisions", "deny", "--application", AttackScene.Case)).Code);
        await scene.RefusedAsync("DecisionDenied", scene.Order());
        var known = scene.Order(scene.Decisions("other-case"), "other-case");
        await scene.MintedAsync(known);
        Assert.Equal(0, (await RunAsync(scene, "officers", "remove", "--officer", "b", "--from", "2020-01-01T00:00:00Z")).Code);
        await scene.RefusedAsync("OfficerRemoved", scene.Order(known.Decisions, "other-case"));
        await scene.RefusedAsync("DecisionDenied", scene.Order());
        Assert.Contains("b", (await scene.Link.FindKeysAsync(Ct))!.Removed);
        Assert.Equal(ServerVerbs.BadSettings, (await RunAsync(scene, "officers", "remove", "--officer", "b", "--from", "tomorrow")).Code);
    }

    [Fact]
    public async Task The_signers_log_is_shown_with_its_rules_and_names_nobody()
    {
        await using var scene = await AttackScene.StartAsync();
        await scene.MintedAsync(scene.Order());
        await scene.RefusedAsync("TooFewDecisions", scene.Order([]));
        var (code, shown) = await RunAsync(scene, "sign", "audit", "show");
        Assert.Equal(0, code);
        Assert.Contains("mint.granted", shown, StringComparison.Ordinal);
        Assert.Contains("\"rule\":\"TooFewDecisions\"", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Щеглова", shown, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(AttackScene scene, params string[] verb)
    {
        using var output = new StringWriter();
        string[] settings =
        [
            "--environment", "Development", "--PublicUrl", DeskHost.Url, "--Deployment:Directory", CatalogueFiles.Directory,
            "--Signer:Keys:Directory", scene.Signer.KeysDirectory, "--Signer:State", scene.Signer.StateDirectory,
        ];
        var code = await ServerCommands.RunAsync([.. verb, .. settings], CardIssuer.Program, new InvocationConfiguration { Output = output, Error = output });
        return (code, output.ToString());
    }
}
