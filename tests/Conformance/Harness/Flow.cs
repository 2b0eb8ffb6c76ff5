using IdentityPlatform.Conformance.Official;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>
/// One authorization code flow of a client in a browser. <see cref="Request"/> is what is asked for; a module changes it, takes
/// the steps that it needs, and <see cref="SucceedAsync"/> takes all that are left with the checks of §2.1.
/// </summary>
public sealed class Flow
{
    private static readonly string[] Duplicated = ["response_type", "client_id", "scope", "redirect_uri"];

    public Flow(SuiteClient client, SuiteBrowser browser)
    {
        (Client, Browser) = (client, browser);
        Request = new()
        {
            ["response_type"] = "code",
            ["client_id"] = client.Id,
            ["redirect_uri"] = client.RedirectUri,
            ["scope"] = client.Variant.IsHaip ? client.Variant.Vci?.Format == VciVariant.Mdoc ? "compatriot_card_mdoc" : "compatriot_card" : "openid",
            ["state"] = SuiteKey.Random(8),
        };
        if (!client.Variant.IsHaip)
        {
            Request["nonce"] = SuiteKey.Random(8);
        }

        if (client.Variant.IsFapi)
        {
            Request["code_challenge"] = SuiteKey.HashOf(Verifier);
            Request["code_challenge_method"] = "S256";
        }

        if (client.Variant.ResponseMode is { } mode)
        {
            Request["response_mode"] = mode;
        }
    }

    public SuiteClient Client { get; }

    public SuiteBrowser Browser { get; }

    /// <summary>The authorization parameters.</summary>
    public Dictionary<string, string> Request { get; }

    /// <summary>The PKCE verifier (RFC 7636 §4.1).</summary>
    public string Verifier { get; } = SuiteKey.Random(48);

    /// <summary>The <c>request_uri</c> of the last push.</summary>
    public string? RequestUri { get; private set; }

    /// <summary>The <c>state</c> that has to come back.</summary>
    public string? ExpectedState => Request.GetValueOrDefault("state");

    private ServerUnderTest Server => Client.Server;

    /// <summary>Pushes the request (RFC 9126), signed where the variant signs.</summary>
    public async Task<Answer> PushAsync(Change? change = null)
    {
        change ??= Change.None;
        var parameters = new Dictionary<string, string>(Request);
        change.Parameters?.Invoke(parameters);
        var form = Client.Variant.Jar && !change.AsForm ? new() { ["request"] = Client.RequestObject(parameters, change) } : parameters;
        var answer = await Client.PostAsync("pushed_authorization_request_endpoint", form, change, change.WithProof);
        RequestUri = answer.Status == 201 ? answer.Text("request_uri") : null;
        return answer;
    }

    /// <summary>Pushes and requires what module 2 requires of the answer.</summary>
    public async Task<Flow> PushedAsync(Change? change = null)
    {
        var answer = (await PushAsync(change)).Is(201);
        Assert.Equal("application/json", answer.ContentType);
        Checks.IsUnguessable(answer.Required("request_uri"), "request_uri");
        Assert.InRange((int)answer.Json["expires_in"]!, 5, 31_536_000);
        return this;
    }

    /// <summary>The address that the browser opens; FAPI clients also send what OpenID Connect Core §6.1 wants doubled.</summary>
    public string Url(Action<Dictionary<string, string>>? change = null)
    {
        var query = Client.Variant.IsFapi
            ? Request.Where(parameter => Duplicated.Contains(parameter.Key)).ToDictionary()
            : new Dictionary<string, string>(Request);
        if (Client.Variant.IsFapi && RequestUri is not null)
        {
            query["request_uri"] = RequestUri;
        }

        change?.Invoke(query);
        return $"{Server.Endpoint("authorization_endpoint")}?{string.Join('&', query.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"))}";
    }

    /// <summary>Opens the authorization endpoint in the browser.</summary>
    public async Task<Landing> OpenAsync(Action<Dictionary<string, string>>? change = null, Willing willing = Willing.ToAll) =>
        await Landing.ReadAsync(this, await Browser.VisitAsync(Url(change), Client.RedirectUri, willing));

    /// <summary>Pushes where the variant pushes, and opens.</summary>
    public async Task<Landing> AuthorizeAsync(Change? change = null, Willing willing = Willing.ToAll)
    {
        if (Client.Variant.IsFapi)
        {
            await PushedAsync(change);
        }

        return await OpenAsync(willing: willing);
    }

    /// <summary>A fresh code.</summary>
    public async Task<string> CodeAsync(Change? change = null) => (await AuthorizeAsync(change)).Code();

    /// <summary>Redeems a code.</summary>
    public Task<Answer> RedeemAsync(string code, Change? change = null)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Request["redirect_uri"] };
        if (Request.ContainsKey("code_challenge"))
        {
            form["code_verifier"] = Verifier;
        }

        return TokenAsync(form, change);
    }

    public Task<Answer> RefreshAsync(string refreshToken, Change? change = null) =>
        TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken }, change);

    /// <summary>The whole way, with C1 to C6.</summary>
    public async Task<TokenSet> SucceedAsync(Change? change = null) => await RedeemedAsync(await CodeAsync(change));

    /// <summary>The rest of the way, with C3 to C6.</summary>
    public async Task<TokenSet> RedeemedAsync(string code, Change? change = null)
    {
        var answer = await RedeemAsync(code, change);
        Checks.TokenResponse(answer, Client.UsesDpop ? "DPoP" : "Bearer");
        var tokens = await TokenSet.ReadAsync(this, answer);
        await tokens.UseAsync();
        return tokens;
    }

    private Task<Answer> TokenAsync(Dictionary<string, string> form, Change? change) =>
        Client.PostAsync("token_endpoint", form, change ?? Change.None, Client.UsesDpop || change?.WithProof == true);
}
