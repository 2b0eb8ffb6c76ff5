using System.Net;
using System.Text.Json.Nodes;
using System.Web;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Programs;

namespace IdentityPlatform.Conformance.Harness.Presentation;

/// <summary>One visit at a verifier: the browser that asked, the link that it shows, and the wallet that answers.</summary>
internal sealed class VpFlow : IDisposable
{
    private readonly HttpClient _http = SuiteHttp.Create();
    private readonly string _url;
    private readonly VpVariant _variant;
    private readonly SuiteIssuer _issuer;
    private readonly string _cookie;
    private readonly string _id;
    private string? _code;

    private VpFlow(string url, VpVariant variant, SuiteIssuer issuer, string cookie, JsonObject started)
    {
        (_url, _variant, _issuer, _cookie, _id) = (url, variant, issuer, cookie, (string)started["id"]!);
        var link = new Uri((string)started["link"]!);
        Assert.Equal("openid4vp", link.Scheme);
        var query = HttpUtility.ParseQueryString(link.Query);
        Link = query.AllKeys.ToDictionary(name => name!, name => query.GetValues(name)!.Single());
    }

    /// <summary>The parameters of the link, each of which is there once.</summary>
    public Dictionary<string, string> Link { get; }

    public static async Task<VpFlow> StartAsync(VerifierProgram program, VpVariant variant, SuiteIssuer issuer, bool sameDevice)
    {
        using var http = SuiteHttp.Create();
        using var response = await http.PostAsync(new Uri($"{program.Url}/present/start?way={(sameDevice ? "same-device" : "cross-device")}"), null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
        return new(program.Url, variant, issuer, cookie.Split(';')[0], JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    /// <summary>The request, fetched where the link does not hold it, and checked.</summary>
    public async Task<VpRequest> FetchAsync()
    {
        if (!_variant.IsSigned)
        {
            return OfLink().Check(_variant);
        }

        var answer = await SendAsync(new(HttpMethod.Get, Link["request_uri"]));
        var request = ReadRequest(answer);
        Assert.Null(request.Parameters["wallet_nonce"]);
        return request;
    }

    /// <summary>The request object as it came.</summary>
    public async Task<string> RequestObjectAsync() => (await SendAsync(new(HttpMethod.Get, Link["request_uri"]))).Is(200).Body;

    /// <summary>The request, fetched with POST (OpenID4VP §5.10).</summary>
    public async Task<VpRequest> PostAsync(params IEnumerable<(string Name, string Value)> form) => ReadRequest(await SendAsync(new(HttpMethod.Post, Link["request_uri"])
    {
        Content = Form(form),
        Headers = { { "Accept", "application/oauth-authz-req+jwt" } },
    }));

    /// <summary>Answers with one presentation, and gives what the browser's page then says.</summary>
    public async Task<string> AnswerAsync(VpRequest request, string presentation)
    {
        var answer = await PresentAsync(request, presentation);
        answer.Is(200);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Empty(answer.Json.Select(member => member.Key).Except(["redirect_uri"]));
        if (answer.Text("redirect_uri") is { } next)
        {
            var parameters = HttpUtility.ParseQueryString(new Uri(next).Query);
            Assert.StartsWith($"{_url}/present/result/{_id}?", next, StringComparison.Ordinal);
            _code = Assert.Single(parameters.GetValues("response_code")!);
        }

        return await ResultAsync();
    }

    /// <summary>Posts an answer.</summary>
    public Task<Answer> PresentAsync(VpRequest request, string presentation, string enc = "A128GCM") =>
        PostAnswerAsync(request, new JsonObject { ["vp_token"] = new JsonObject { ["card"] = new JsonArray(presentation) }, ["state"] = request.State, ["unknown"] = "ignored" }, enc);

    /// <summary>Posts any answer in the response mode of the variant.</summary>
    public Task<Answer> PostAnswerAsync(VpRequest request, JsonObject answer, string enc = "A128GCM") => PostFormAsync(request.ResponseUri, request.EncryptionKey is { } key
        ? [("response", SuiteJwe.Encrypt(key, enc, answer.ToJsonString()))]
        : answer.Select(member => (member.Key, member.Value is JsonObject json ? json.ToJsonString() : (string?)member.Value ?? "")));

    public async Task<Answer> PostFormAsync(string url, params IEnumerable<(string Name, string Value)> form) => await SendAsync(new(HttpMethod.Post, url) { Content = Form(form) });

    /// <summary>What the page says to the browser that began, with the response code where the wallet brought one.</summary>
    public async Task<string> ResultAsync(bool withCookie = true, bool withCode = true)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"{_url}/present/result/{_id}{(withCode && _code is not null ? $"?response_code={_code}" : "")}");
        if (withCookie)
        {
            message.Headers.Add("Cookie", _cookie);
        }

        using var response = await _http.SendAsync(message);
        return await response.Content.ReadAsStringAsync();
    }

    public void Dispose() => _http.Dispose();

    // OpenID4VP §5: parameters that are objects stand in the link as JSON.
    private VpRequest OfLink()
    {
        var parameters = new JsonObject();
        foreach (var (name, value) in Link)
        {
            parameters[name] = name is "dcql_query" or "client_metadata" ? JsonNode.Parse(value) : value;
        }

        Assert.Equal($"redirect_uri:{(string?)parameters["response_uri"]}", (string?)parameters["client_id"]);
        return new(parameters);
    }

    private VpRequest ReadRequest(Answer answer)
    {
        Assert.Equal(["client_id", "request_uri", "request_uri_method"], Link.Keys.Order());
        var address = new Uri(Link["request_uri"]);
        Assert.Equal(("https", "", "post"), (address.Scheme, address.Fragment, Link["request_uri_method"]));
        answer.Is(200);
        Assert.Equal("application/oauth-authz-req+jwt", answer.ContentType);
        return VpRequest.Signed(answer.Body, Link["client_id"], _issuer.AccessRoot).Check(_variant);
    }

    private static FormUrlEncodedContent Form(IEnumerable<(string Name, string Value)> form) => new(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private async Task<Answer> SendAsync(HttpRequestMessage message)
    {
        using (message)
        {
            using var response = await _http.SendAsync(message);
            return await Answer.ReadAsync(message, response);
        }
    }
}
