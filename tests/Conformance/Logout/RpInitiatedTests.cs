using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Logout;

/// <summary>RP-Initiated Logout (§2.5 of the reference).</summary>
public sealed class RpInitiatedTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private const string State = "state-of-the-logout";
    private static readonly string[] Gone = ["login_required", "interaction_required", "account_selection_required", "consent_required"];

    [Module("oidcc-rp-initiated-logout-discovery-endpoint-verification")]
    public Task Discovery(string variant)
    {
        Assert.StartsWith("https://", Flow(variant).Client.Server.Endpoint("end_session_endpoint"), StringComparison.Ordinal);
        return Task.CompletedTask;
    }

    [Module("oidcc-rp-initiated-logout")]
    public async Task Logout(string variant)
    {
        var (flow, tokens) = await SignInAsync(variant);
        var page = await EndAsync(flow, new() { ["id_token_hint"] = tokens.Identity.Compact, ["post_logout_redirect_uri"] = flow.Client.PostLogoutRedirectUri, ["state"] = State });
        Assert.Equal($"{flow.Client.PostLogoutRedirectUri}?state={State}", page.Url.AbsoluteUri);
        await IsSignedOutAsync(flow);
    }

    [Module("oidcc-rp-initiated-logout-no-state")]
    public async Task Without_state(string variant)
    {
        var (flow, tokens) = await SignInAsync(variant);
        var page = await EndAsync(flow, new() { ["id_token_hint"] = tokens.Identity.Compact, ["post_logout_redirect_uri"] = flow.Client.PostLogoutRedirectUri });
        Assert.Equal(flow.Client.PostLogoutRedirectUri, page.Url.AbsoluteUri);
        await IsSignedOutAsync(flow);
    }

    [Module("oidcc-rp-initiated-logout-no-params")]
    public Task Without_parameters(string variant) => IsAnsweredHereAsync(variant, (_, _) => [], signsOut: true);

    [Module("oidcc-rp-initiated-logout-only-state")]
    public Task With_state_alone(string variant) => IsAnsweredHereAsync(variant, (_, _) => new() { ["state"] = State }, signsOut: true);

    [Module("oidcc-rp-initiated-logout-no-post-logout-redirect-uri")]
    public Task With_a_hint_alone(string variant) =>
        IsAnsweredHereAsync(variant, (_, token) => new() { ["id_token_hint"] = token.Compact }, signsOut: true);

    [Module("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri")]
    public Task To_an_unregistered_address(string variant) =>
        IsAnsweredHereAsync(variant, (flow, token) => Parameters(token.Compact, $"https://{flow.Client.Id}.test/elsewhere"));

    [Module("oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri")]
    public Task To_a_registered_address_and_a_query(string variant) =>
        IsAnsweredHereAsync(variant, (flow, token) => Parameters(token.Compact, flow.Client.PostLogoutRedirectUri + "?foo=bar"));

    [Module("oidcc-rp-initiated-logout-modified-id-token-hint")]
    public Task With_a_hint_signed_with_nothing(string variant) => IsAnsweredHereAsync(variant, (flow, token) =>
    {
        using var nobody = SuiteKey.Of("ES256");
        return Parameters(nobody.Sign(new() { ["alg"] = "none" }, token.Claims.DeepClone().AsObject()), flow.Client.PostLogoutRedirectUri);
    });

    [Module("oidcc-rp-initiated-logout-bad-id-token-hint")]
    public Task With_a_hint_of_another_key(string variant) => IsAnsweredHereAsync(variant, (flow, token) =>
    {
        using var stranger = SuiteKey.Of("RS256");
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = (string?)token.Header["kid"] };
        return Parameters(stranger.Sign(header, token.Claims.DeepClone().AsObject()), flow.Client.PostLogoutRedirectUri);
    });

    [Module("oidcc-rp-initiated-logout-no-id-token-hint")]
    public Task Without_a_hint(string variant) =>
        IsAnsweredHereAsync(variant, (flow, _) => new() { ["post_logout_redirect_uri"] = flow.Client.PostLogoutRedirectUri, ["state"] = State });

    private static Dictionary<string, string> Parameters(string hint, string target) =>
        new() { ["id_token_hint"] = hint, ["post_logout_redirect_uri"] = target, ["state"] = State };

    private async Task<(Flow Flow, TokenSet Tokens)> SignInAsync(string variant)
    {
        var flow = Flow(variant);
        return (flow, await flow.SucceedAsync());
    }

    private async Task IsAnsweredHereAsync(string variant, Func<Flow, Jws, Dictionary<string, string>> parameters, bool signsOut = false)
    {
        var (flow, tokens) = await SignInAsync(variant);
        var page = await EndAsync(flow, parameters(flow, tokens.Identity));
        Assert.True(page.Status != 0, $"the browser was sent to {page.Url}");
        Assert.Contains("<h1", page.Body, StringComparison.Ordinal);
        if (signsOut)
        {
            await ConfirmAsync(flow, page);
            await IsSignedOutAsync(flow);
        }
    }

    // RP-Initiated Logout §2: the provider may ask the person first.
    private static async Task ConfirmAsync(Flow flow, Page page)
    {
        if (page.FormWith("action=\"/signout") is { } question)
        {
            page = await flow.Browser.PressAsync(question.Action, question.Fields, flow.Client.PostLogoutRedirectUri);
        }

        Assert.Equal(200, page.Status);
    }

    private static Task<Page> EndAsync(Flow flow, Dictionary<string, string> parameters) => flow.Browser.VisitAsync(
        $"{flow.Client.Server.Endpoint("end_session_endpoint")}?{string.Join('&', parameters.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}",
        flow.Client.PostLogoutRedirectUri);

    private static async Task IsSignedOutAsync(Flow before)
    {
        var flow = new Flow(before.Client, before.Browser);
        flow.Request["prompt"] = "none";
        (await flow.OpenAsync()).IsError(Gone);
    }
}
