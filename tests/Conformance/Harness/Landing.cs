namespace IdentityPlatform.Conformance.Harness;

/// <summary>Where the browser ended after an authorization request: at the client, or at a page of the server.</summary>
public sealed class Landing
{
    private static readonly string[] Known = ["code", "state", "iss", "error", "error_description", "error_uri", "session_state"];

    private readonly Flow _flow;
    private readonly Page _page;
    private readonly Dictionary<string, string> _parameters;

    private Landing(Flow flow, Page page, Dictionary<string, string> parameters) => (_flow, _page, _parameters) = (flow, page, parameters);

    /// <summary>The page, where the browser did not come to the client.</summary>
    public Page Page => _page;

    public bool IsAtClient => _page.Status == 0;

    public string? this[string name] => _parameters.GetValueOrDefault(name);

    /// <summary>Reads what came, by the response mode of the variant; a JWT response is checked on the way (JARM §2.1, §2.4).</summary>
    public static async Task<Landing> ReadAsync(Flow flow, Page page)
    {
        if (page.Status != 0)
        {
            return new(flow, page, []);
        }

        var client = flow.Client;
        Assert.StartsWith(client.RedirectUri, page.Url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal("", page.Url.Fragment);
        Assert.True((client.Variant.ResponseMode is "form_post" or "form_post.jwt") == page.Posted is not null, $"the response came by {(page.Posted is null ? "redirect" : "form")}");
        var parameters = page.Posted?.ToDictionary() ?? Page.Parse(page.Url.Query);
        foreach (var registered in Page.Parse(new Uri(client.RedirectUri).Query))
        {
            // RFC 6749 §3.1.2: a query of the registered URI is kept.
            Assert.True(parameters.Remove(registered.Key, out var kept) && kept == registered.Value, $"{registered.Key} of the redirect URI is kept");
        }

        return new(flow, page, client.Variant.IsJarm ? await OpenAsync(flow, parameters) : parameters);
    }

    /// <summary>C1 and C2: a code, and nothing that was not asked for.</summary>
    public string Code()
    {
        AtClient();
        Assert.True(this["error"] is null, $"error {this["error"]}: {this["error_description"]}");
        Assert.Equal(_flow.ExpectedState, this["state"]);
        HasIssuer();
        var code = this["code"] ?? throw new Xunit.Sdk.XunitException("there is no code");
        Checks.IsUnguessable(code, "code");
        Assert.Empty(_parameters.Keys.Except(Known));
        return code;
    }

    /// <summary>C7: an error of these codes at the client.</summary>
    public Landing IsError(params string[] errors)
    {
        AtClient();
        Assert.Contains(this["error"], errors);
        Assert.Null(this["code"]);
        Assert.Equal(_flow.ExpectedState, this["state"]);
        HasIssuer();
        Assert.DoesNotContain(this["error_description"] ?? "", character => character is < '\x20' or '"' or '\\' or > '\x7E');
        Assert.Empty(_parameters.Keys.Except(Known));
        return this;
    }

    /// <summary>An error page of the server: no redirect, 4xx, text for a person.</summary>
    public Landing IsErrorPage()
    {
        Assert.True(!IsAtClient, $"the browser was sent to {_page.Url}");
        Assert.True(_page.Status is >= 400 and < 500, $"{_page}: an error page has a status of 4xx");
        Assert.Contains("<h1", _page.Body, StringComparison.Ordinal);
        return this;
    }

    /// <summary>An error page, or an error of these codes at the client.</summary>
    public Landing IsErrorPageOr(params string[] errors) => IsAtClient ? IsError(errors) : IsErrorPage();

    public override string ToString() => _page.ToString();

    private void AtClient() => Assert.True(IsAtClient, $"the browser stays at {_page}");

    // RFC 9207 §2: FAPI 2.0 §5.3.2.2 requires it, and what is there is always right.
    private void HasIssuer()
    {
        if (_flow.Client.Variant.IsFapi || this["iss"] is not null)
        {
            Assert.Equal(_flow.Client.Server.Issuer, this["iss"]);
        }
    }

    private static async Task<Dictionary<string, string>> OpenAsync(Flow flow, Dictionary<string, string> parameters)
    {
        Assert.Equal(["response"], parameters.Keys);
        var server = flow.Client.Server;
        var response = Jws.Parse(parameters["response"]).IsSignedBy(await server.KeysAsync(), "PS256", "ES256");
        var (now, exp) = (SuiteClient.Now(), response.Number("exp") ?? 0);
        Assert.Equal(server.Issuer, response.Text("iss"));
        Assert.Equal([flow.Client.Id], Checks.Audience(response));
        Assert.InRange(exp, now + 1, now + 600);
        return response.Claims.Where(claim => claim.Key is not ("aud" or "exp" or "iat" or "nbf")).ToDictionary(claim => claim.Key, claim => (string)claim.Value!);
    }
}
