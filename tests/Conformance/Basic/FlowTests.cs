using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Basic;

/// <summary>OpenID Connect Core, Basic profile: requests that must go through, and what the ID token says.</summary>
public sealed class FlowTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("oidcc-server")]
    public async Task Server(string variant) => await (await StartAsync(variant)).SucceedAsync();

    [Module("oidcc-server-client-secret-post")]
    public async Task Client_secret_post(string variant)
    {
        var client = Suite.PostClientOf(OfficialModules.Find(variant));
        await new Flow(client, Browser()).SucceedAsync();
    }

    [Module("oidcc-idtoken-signature")]
    public async Task Signature_of_the_ID_token(string variant)
    {
        var tokens = await (await StartAsync(variant)).SucceedAsync();
        Assert.Equal("RS256", tokens.Identity.Algorithm);
        Assert.NotNull(tokens.Identity.Header["kid"]);
    }

    [Module("oidcc-response-type-missing")]
    public async Task Response_type_missing(string variant)
    {
        var flow = Flow(variant);
        flow.Request.Remove("response_type");
        (await flow.OpenAsync()).IsErrorPageOr("unsupported_response_type", "invalid_request");
    }

    [Module("oidcc-ensure-request-without-nonce-succeeds-for-code-flow")]
    public async Task Without_nonce(string variant)
    {
        var flow = Flow(variant);
        flow.Request.Remove("nonce");
        await flow.SucceedAsync();
    }

    [Module("oidcc-alternate-happy-flow")]
    public async Task Everything_in_another_order(string variant)
    {
        var flow = Flow(variant);
        flow.Request["scope"] = "profile openid";
        var landing = await flow.OpenAsync(query =>
        {
            var pairs = query.OrderByDescending(pair => pair.Key, StringComparer.Ordinal).ToList();
            query.Clear();
            pairs.ForEach(pair => query.Add(pair.Key, pair.Value));
        });
        await flow.RedeemedAsync(landing.Code());
    }

    [Module("oidcc-ensure-request-with-unknown-parameter-succeeds")]
    public Task Unknown_parameter(string variant) => SucceedWithAsync(variant, "extra", "foobar");

    [Module("oidcc-login-hint")]
    public Task Login_hint(string variant) => SucceedWithAsync(variant, "login_hint", "buffy@localhost");

    [Module("oidcc-claims-locales")]
    public Task Claims_locales(string variant) => SucceedWithAsync(variant, "claims_locales", "se");

    [Module("oidcc-display-page")]
    public Task Display_page(string variant) => SucceedWithAsync(variant, "display", "page");

    [Module("oidcc-display-popup")]
    public Task Display_popup(string variant) => SucceedWithAsync(variant, "display", "popup");

    // A language that the provider has is the one of its pages; another one is no error.
    [Module("oidcc-ui-locales")]
    public async Task Ui_locales(string variant)
    {
        await SucceedWithAsync(variant, "ui_locales", "se");
        var supported = Suite.Provider.Strings("ui_locales_supported");
        Assert.Contains("ru", supported);
        var flow = Flow(variant);
        flow.Request["ui_locales"] = "ru";
        var page = (await flow.OpenAsync(willing: Willing.ToLook)).Page;
        Assert.Contains("lang=\"ru\"", page.Body, StringComparison.Ordinal);
    }

    [Module("oidcc-ensure-request-with-acr-values-succeeds")]
    public async Task Acr_values(string variant)
    {
        var flow = Flow(variant);
        var supported = flow.Client.Server.Strings("acr_values_supported");
        flow.Request["acr_values"] = string.Join(' ', supported);
        Assert.Contains((await flow.SucceedAsync()).Identity.Text("acr"), supported);
    }

    [Module("oidcc-ensure-request-with-valid-pkce-succeeds")]
    public async Task Pkce(string variant)
    {
        var flow = Flow(variant);
        (flow.Request["code_challenge"], flow.Request["code_challenge_method"]) = (SuiteKey.HashOf(flow.Verifier), "S256");
        await flow.SucceedAsync();
    }

    [Module("oidcc-ensure-post-request-succeeds")]
    public async Task Posted(string variant)
    {
        var flow = Flow(variant);
        var page = await flow.Browser.SubmitAsync(flow.Client.Server.Endpoint("authorization_endpoint"), flow.Request, flow.Client.RedirectUri);
        await flow.RedeemedAsync((await Landing.ReadAsync(flow, page)).Code());
    }

    [Module("oidcc-ensure-registered-redirect-uri")]
    public async Task Unregistered_redirect_uri(string variant)
    {
        var flow = Flow(variant);
        flow.Request["redirect_uri"] = $"https://{flow.Client.Id}.test/other";
        (await flow.OpenAsync()).IsErrorPage();
    }

    private async Task SucceedWithAsync(string variant, string name, string value)
    {
        var flow = Flow(variant);
        flow.Request[name] = value;
        await flow.SucceedAsync();
        Assert.Contains("/signin", flow.Browser.Asked);
    }

    private async Task<Flow> StartAsync(string variant) =>
        OfficialModules.Find(variant).Dynamic ? new(await Suite.RegisterAsync(OfficialModules.Find(variant)), Browser()) : Flow(variant);
}
