using System.Globalization;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Basic;

/// <summary>OpenID Connect Core, Basic profile: <c>prompt</c>, <c>max_age</c>, <c>id_token_hint</c>.</summary>
public sealed class PromptTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private static readonly string[] NotLoggedIn = ["login_required", "interaction_required", "account_selection_required", "consent_required"];

    [Module("oidcc-prompt-login")]
    public async Task Prompt_login(string variant)
    {
        var first = Flow(variant);
        var before = (await first.SucceedAsync()).Identity;
        await Task.Delay(TimeSpan.FromSeconds(1));
        var after = await AgainAsync(first, "prompt", "login");
        Assert.Contains("/signin", first.Browser.Asked);
        Assert.True(after.Number("auth_time") > before.Number("auth_time"), "auth_time of the second sign-in is later");
    }

    [Module("oidcc-prompt-none-not-logged-in")]
    public async Task Prompt_none_without_a_session(string variant)
    {
        var flow = Flow(variant);
        flow.Request["prompt"] = "none";
        (await flow.OpenAsync()).IsError(NotLoggedIn);
        Assert.Empty(flow.Browser.Asked);
    }

    [Module("oidcc-prompt-none-logged-in")]
    public async Task Prompt_none_with_a_session(string variant)
    {
        var first = Flow(variant);
        await IsTheSameAsync(first, (await first.SucceedAsync()).Identity, "prompt", "none");
    }

    [Module("oidcc-id-token-hint")]
    public async Task Id_token_hint(string variant)
    {
        var first = Flow(variant);
        var before = (await first.SucceedAsync()).Identity;
        var second = new Flow(first.Client, first.Browser);
        second.Request["id_token_hint"] = before.Compact;
        await IsTheSameAsync(second, before, "prompt", "none", reuse: true);
    }

    [Module("oidcc-max-age-1")]
    public async Task Max_age_1(string variant)
    {
        var first = Flow(variant);
        var before = (await first.SucceedAsync()).Identity;
        await Task.Delay(TimeSpan.FromSeconds(2));
        var after = await AgainAsync(first, "max_age", "1");
        Assert.Contains("/signin", first.Browser.Asked);
        Assert.True(after.Number("auth_time") > (before.Number("auth_time") ?? 0), "auth_time is there, and later");
        Assert.InRange(after.Number("auth_time")!.Value, SuiteClient.Now() - 60, SuiteClient.Now() + 5);
    }

    [Module("oidcc-max-age-10000")]
    public async Task Max_age_10000(string variant)
    {
        var first = Flow(variant);
        first.Request["max_age"] = 15000.ToString(CultureInfo.InvariantCulture);
        var before = (await first.SucceedAsync()).Identity;
        Assert.NotNull(before.Number("auth_time"));
        await IsTheSameAsync(first, before, "max_age", "10000");
    }

    private static async Task IsTheSameAsync(Flow first, Jws before, string name, string value, bool reuse = false)
    {
        first.Browser.Asked.Clear();
        var after = await AgainAsync(first, name, value, reuse);
        Assert.Empty(first.Browser.Asked);
        Assert.Equal((before.Text("sub"), before.Number("auth_time")), (after.Text("sub"), after.Number("auth_time")));
    }

    // A new request in the same browser.
    private static async Task<Jws> AgainAsync(Flow first, string name, string value, bool reuse = false)
    {
        first.Browser.Asked.Clear();
        var second = reuse ? first : new Flow(first.Client, first.Browser);
        second.Request[name] = value;
        return (await second.SucceedAsync()).Identity;
    }
}
