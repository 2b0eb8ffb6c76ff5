using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Dynamic;

/// <summary>Dynamic plan: redirect URIs, compared letter by letter.</summary>
public sealed class RedirectTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("oidcc-ensure-redirect-uri-in-authorization-request")]
    public async Task Two_are_registered_and_none_is_sent(string variant)
    {
        var flow = await FlowAsync(variant, (client, json) => json["redirect_uris"] = new JsonArray(client.RedirectUri, client.RedirectUri + "/other"));
        flow.Request.Remove("redirect_uri");
        (await flow.OpenAsync()).IsErrorPage();
    }

    [Module("oidcc-redirect-uri-query-OK")]
    public async Task A_registered_query_is_kept(string variant)
    {
        var flow = await FlowAsync(variant, (client, json) => json["redirect_uris"] = new JsonArray(client.RedirectUri += "?foo=bar"));
        await flow.SucceedAsync();
    }

    [Module("oidcc-redirect-uri-query-mismatch")]
    public async Task Another_query(string variant)
    {
        var flow = await FlowAsync(variant, (client, json) => json["redirect_uris"] = new JsonArray(client.RedirectUri + "?foo=bar"));
        flow.Request["redirect_uri"] = flow.Client.RedirectUri + "?bar=foo";
        (await flow.OpenAsync()).IsErrorPage();
    }

    [Module("oidcc-redirect-uri-query-added")]
    public async Task A_query_that_is_not_registered(string variant)
    {
        var flow = await FlowAsync(variant);
        flow.Request["redirect_uri"] = flow.Client.RedirectUri + "?foo=bar";
        (await flow.OpenAsync()).IsErrorPage();
    }

    [Module("oidcc-redirect-uri-regfrag")]
    public Task A_fragment_is_not_registered(string variant) => Suite.Registrar.RefuseAsync(
        OfficialModules.Find(variant), (client, json) => json["redirect_uris"] = new JsonArray(client.RedirectUri + "#foo=bar"), "invalid_redirect_uri", "invalid_client_metadata");

    private async Task<Flow> FlowAsync(string variant, Action<SuiteClient, JsonObject>? change = null) =>
        new(await Suite.RegisterAsync(OfficialModules.Find(variant), change), Browser());
}
