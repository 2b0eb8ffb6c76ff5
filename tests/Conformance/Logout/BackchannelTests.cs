using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Logout;

/// <summary>Back-Channel Logout (§2.6 of the reference).</summary>
public sealed class BackchannelTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    [Module("oidcc-backchannel-logout-discovery-endpoint-verification")]
    public Task Discovery(string variant)
    {
        var server = Flow(variant).Client.Server;
        Assert.True(server.Says("backchannel_logout_supported"));
        Assert.True(server.Says("backchannel_logout_session_supported"));
        Assert.StartsWith("https://", server.Endpoint("end_session_endpoint"), StringComparison.Ordinal);
        return Task.CompletedTask;
    }

    [Module("oidcc-backchannel-rp-initiated-logout")]
    public async Task Logout(string variant)
    {
        var flow = Flow(variant);
        var identity = (await flow.SucceedAsync()).Identity;
        var target = $"{flow.Client.Server.Endpoint("end_session_endpoint")}?id_token_hint={identity.Compact}&state=out"
            + $"&post_logout_redirect_uri={Uri.EscapeDataString(flow.Client.PostLogoutRedirectUri)}";
        var page = await flow.Browser.VisitAsync(target, flow.Client.PostLogoutRedirectUri);
        Assert.Equal($"{flow.Client.PostLogoutRedirectUri}?state=out", page.Url.AbsoluteUri);

        var (contentType, body) = await Suite.Received.WaitForAsync(flow.Client.Id, TimeSpan.FromSeconds(10));
        Assert.StartsWith("application/x-www-form-urlencoded", contentType, StringComparison.Ordinal);
        await IsLogoutTokenAsync(Jws.Parse(Page.Parse(body)["logout_token"]), identity, flow.Client);
        var after = new Flow(flow.Client, flow.Browser);
        after.Request["prompt"] = "none";
        (await after.OpenAsync()).IsError("login_required", "interaction_required", "account_selection_required", "consent_required");
    }

    // Back-Channel Logout §2.4.
    private static async Task IsLogoutTokenAsync(Jws token, Jws identity, SuiteClient client)
    {
        token.IsSignedBy(await client.Server.KeysAsync(), client.IdTokenAlgorithm);
        Assert.Equal(client.Server.Issuer, token.Text("iss"));
        Assert.Contains(client.Id, Checks.Audience(token));
        Assert.InRange(token.Number("iat") ?? 0, SuiteClient.Now() - 86400, SuiteClient.Now() + 5);
        Assert.False(string.IsNullOrEmpty(token.Text("jti")));
        Assert.True(token.Claims["nonce"] is null, "a logout token has no nonce");
        var events = Assert.IsType<JsonObject>(token.Claims["events"]);
        Assert.Equal([Event], events.Select(member => member.Key));
        Assert.Empty(Assert.IsType<JsonObject>(events[Event]));
        Assert.True(token.Claims["sub"] is not null || token.Claims["sid"] is not null, "sub or sid is there");
        Assert.True(token.Claims["sub"] is null || token.Text("sub") == identity.Text("sub"), "sub is the person's");
        Assert.True(token.Claims["sid"] is null || token.Text("sid") == identity.Text("sid"), "sid is the session's");
    }
}
