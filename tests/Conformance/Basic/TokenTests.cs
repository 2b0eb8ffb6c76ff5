using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Basic;

/// <summary>OpenID Connect Core, Basic profile: the token endpoint.</summary>
public sealed class TokenTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private const string Later = "oidcc-codereuse-30seconds";
    private static readonly Together Waiting = new(Later);

    [Module("oidcc-codereuse")]
    public async Task A_code_again_at_once(string variant)
    {
        var flow = Flow(variant);
        var code = await flow.CodeAsync();
        await flow.RedeemedAsync(code);
        (await flow.RedeemAsync(code)).IsError("invalid_grant");
    }

    [Module(Later)]
    public Task A_code_again_after_30_seconds(string variant) => TogetherAsync(Waiting, variant, async each =>
    {
        var flow = Flow(each);
        var code = await flow.CodeAsync();
        var tokens = await flow.RedeemedAsync(code);
        await Task.Delay(TimeSpan.FromSeconds(30));
        (await flow.RedeemAsync(code)).IsError("invalid_grant");
        (await tokens.CallAsync()).IsRefused();
    });

    [Module("oidcc-refresh-token")]
    public async Task Refresh_token(string variant)
    {
        var found = OfficialModules.Find(variant);
        Assert.Contains("refresh_token", Suite.Provider.Strings("grant_types_supported"));
        var (mine, theirs) = found.Dynamic
            ? (new Flow(await Suite.RegisterAsync(found), Browser()), new Flow(await Suite.RegisterAsync(found), Browser()))
            : (Flow(variant), OtherFlow(variant));
        foreach (var flow in new[] { mine, theirs })
        {
            (flow.Request["scope"], flow.Request["prompt"]) = ("openid offline_access", "consent");
        }

        var (first, others) = (await mine.SucceedAsync(), await theirs.SucceedAsync());
        await Task.Delay(TimeSpan.FromSeconds(1));
        var answer = await mine.RefreshAsync(first.RefreshToken ?? throw new Xunit.Sdk.XunitException("no refresh token was given"));
        Checks.TokenResponse(answer, "Bearer");
        if (answer.Text("id_token") is { } compact)
        {
            var (before, after) = (first.Identity, Jws.Parse(compact).IsSignedBy(await Suite.Provider.KeysAsync(), mine.Client.IdTokenAlgorithm));
            Assert.All(["iss", "sub", "aud", "azp", "auth_time"], claim => Assert.Equal(before.Claims[claim]?.ToJsonString(), after.Claims[claim]?.ToJsonString()));
            Assert.NotEqual(before.Number("iat"), after.Number("iat"));
        }

        (await mine.RefreshAsync(others.RefreshToken!)).IsError("invalid_grant", "invalid_client");
    }
}
