using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>A client that does everything right, unless the test changes one thing.</summary>
public sealed class TestClient(TestServer server, string id, SigningKey key)
{
    public const string Verifier = "a-code-verifier-of-more-than-forty-three-characters-0123456789";

    private static readonly HttpClient Ordinary = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private int _count;

    public string Id { get; } = id;

    public SigningKey Key { get; } = key;

    /// <summary>The connection; one with a client certificate is another.</summary>
    public HttpClient Http { get; init; } = Ordinary;

    public SigningKey Dpop { get; init; } = TestKeys.NewEc();

    public TestServer Server { get; } = server;

    public string RedirectUri => $"https://{Id}.example/callback?kept=1";

    /// <summary>False for a client whose tokens are bound to nothing, or to its certificate.</summary>
    public bool SendsProofs { get; init; } = true;

    /// <summary>The certificate of its connections.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Authentication that is used instead of an assertion, such as attestation headers.</summary>
    public Action<Request>? Authenticate { get; init; }

    public static TestClient One(TestServer server) => new(server, "one", server.Files.ClientOne);

    public static TestClient Two(TestServer server) => new(server, "two", server.Files.ClientTwo);

    public JsonObject AssertionClaims() => new()
    {
        ["iss"] = Id,
        ["sub"] = Id,
        ["aud"] = TestServer.Issuer,
        ["iat"] = Now(),
        ["exp"] = Now() + 60,
        ["jti"] = NewId(),
    };

    public string Assertion(Action<JsonObject>? change = null, SigningKey? signer = null)
    {
        var claims = AssertionClaims();
        change?.Invoke(claims);
        signer ??= Key;
        return TestKeys.Jwt(signer, new JsonObject { ["alg"] = signer.Algorithm.Name(), ["kid"] = Key.KeyId }, claims);
    }

    /// <summary>A DPoP proof, header and claims open to change.</summary>
    public string Proof(string method, string url, Action<JsonObject, JsonObject>? change = null, SigningKey? signer = null, string? accessToken = null)
    {
        signer ??= Dpop;
        var header = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = signer.Algorithm.Name(), ["jwk"] = TestKeys.PublicJwk(signer) };
        var claims = new JsonObject { ["jti"] = NewId(), ["htm"] = method, ["htu"] = url, ["iat"] = Now() };
        if (accessToken is not null)
        {
            claims["ath"] = DpopProof.HashOf(accessToken);
        }

        change?.Invoke(header, claims);
        return TestKeys.Jwt(signer, header, claims);
    }

    /// <summary>A pushed authorization request that is right.</summary>
    public Request PushRequest()
    {
        var request = Authenticated("/par");
        foreach (var (name, value) in AuthorizationParameters())
        {
            request.Form[name] = value;
        }

        return request;
    }

    public Dictionary<string, string> AuthorizationParameters() => new()
    {
        ["client_id"] = Id,
        ["response_type"] = "code",
        ["redirect_uri"] = RedirectUri,
        ["scope"] = "openid profile offline_access",
        ["state"] = "the-state",
        ["nonce"] = "the-nonce",
        ["code_challenge"] = Base64UrlText.Encode(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(Verifier))),
        ["code_challenge_method"] = "S256",
    };

    public async Task<Answer> PushAsync(Action<Request>? change = null) => await SendAsync(PushRequest(), change);

    public async Task<string> RequestUriAsync(Action<Request>? change = null)
    {
        var answer = await PushAsync(change);
        Assert.Equal(201, answer.Status);
        return answer.Text("request_uri");
    }

    public Task<Answer> AuthorizeAsync(string requestUri, string? more = null) =>
        GetAsync($"/authorize?client_id={Id}&request_uri={Uri.EscapeDataString(requestUri)}{more}");

    public async Task<string> CodeAsync(Action<Request>? change = null) => (await AuthorizeAsync(await RequestUriAsync(change))).Redirect()["code"];

    /// <summary>A token request for a code that is right.</summary>
    public Request CodeRequest(string code)
    {
        var request = Authenticated("/token");
        request.Form["grant_type"] = GrantTypes.AuthorizationCode;
        request.Form["code"] = code;
        request.Form["redirect_uri"] = RedirectUri;
        request.Form["code_verifier"] = Verifier;
        ShowPossession(request);
        return request;
    }

    public Task<Answer> RedeemAsync(string code, Action<Request>? change = null) => SendAsync(CodeRequest(code), change);

    /// <summary>A token request in the client's own name.</summary>
    public Task<Answer> ServeAsync(string? scope = null, string? resource = null, Action<Request>? change = null)
    {
        var request = Authenticated("/token");
        request.Form["grant_type"] = GrantTypes.ClientCredentials;
        request.Form["scope"] = scope ?? "";
        request.Form["resource"] = resource ?? "";
        ShowPossession(request);
        return SendAsync(request, change);
    }

    public Request RefreshRequest(string refreshToken)
    {
        var request = Authenticated("/token");
        request.Form["grant_type"] = GrantTypes.RefreshToken;
        request.Form["refresh_token"] = refreshToken;
        ShowPossession(request);
        return request;
    }

    public Task<Answer> RefreshAsync(string refreshToken, Action<Request>? change = null) => SendAsync(RefreshRequest(refreshToken), change);

    public Request DeskRequest(string code, string? txCode)
    {
        var request = Authenticated("/token");
        request.Form["grant_type"] = GrantTypes.PreAuthorizedCode;
        request.Form["pre-authorized_code"] = code;
        if (txCode is not null)
        {
            request.Form["tx_code"] = txCode;
        }

        ShowPossession(request);
        return request;
    }

    public Task<Answer> RedeemAtDeskAsync(string code, string? txCode, Action<Request>? change = null) => SendAsync(DeskRequest(code, txCode), change);

    /// <summary>All tokens of a sign-in.</summary>
    public async Task<Answer> SignInAsync(Action<Request>? change = null)
    {
        var answer = await RedeemAsync(await CodeAsync(change));
        Assert.Equal(200, answer.Status);
        return answer;
    }

    /// <summary>A call of the protected resource that is right.</summary>
    public Task<Answer> ResourceAsync(string accessToken, Action<Request>? change = null, string path = "/resource", Action<JsonObject, JsonObject>? changeProof = null)
    {
        var request = new Request(HttpMethod.Get, path);
        request.Headers["Authorization"] = $"{(SendsProofs ? "DPoP" : "Bearer")} {accessToken}";
        if (SendsProofs)
        {
            request.Headers["DPoP"] = Proof("GET", $"{TestServer.Issuer}/resource", changeProof, accessToken: accessToken);
        }

        return SendAsync(request, change);
    }

    public Request Authenticated(string path)
    {
        var request = new Request(HttpMethod.Post, path);
        if (Authenticate is not null)
        {
            Authenticate(request);
            return request;
        }

        request.Form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        request.Form["client_assertion"] = Assertion();
        return request;
    }

    public Task<Answer> GetAsync(string path) => SendAsync(new Request(HttpMethod.Get, path));

    public async Task<Answer> SendAsync(Request request, Action<Request>? change = null, string? address = null)
    {
        if (Certificate is not null)
        {
            request.Headers[TestServer.CertificateHeader] = Convert.ToBase64String(Certificate.RawData);
        }

        change?.Invoke(request);
        using var message = request.ToMessage(address ?? Server.Address);
        var response = await Http.SendAsync(message);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    private void ShowPossession(Request request)
    {
        if (SendsProofs)
        {
            request.Headers["DPoP"] = Proof("POST", $"{TestServer.Issuer}/token");
        }
    }

    private long Now() => Server.Clock.GetUtcNow().ToUnixTimeSeconds();

    private string NewId() => $"{Id}-{Interlocked.Increment(ref _count)}-{Guid.NewGuid():N}";
}

/// <summary>An HTTP request, open to change.</summary>
public sealed class Request(HttpMethod method, string path)
{
    public HttpMethod Method { get; set; } = method;

    public string Path { get; set; } = path;

    public Dictionary<string, string> Form { get; } = [];

    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>Headers that come a second time.</summary>
    public List<(string Name, string Value)> MoreHeaders { get; } = [];

    /// <summary>A body that replaces the form.</summary>
    public HttpContent? Body { get; set; }

    /// <summary>Text behind the encoded form, such as a second parameter of a name.</summary>
    public string Suffix { get; set; } = "";

    public HttpRequestMessage ToMessage(string address)
    {
        var message = new HttpRequestMessage(Method, address + Path);
        if (Body is not null)
        {
            message.Content = Body;
        }
        else if (Form.Count > 0 || Suffix.Length > 0)
        {
            var form = string.Join('&', Form.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}")) + Suffix;
            message.Content = new StringContent(form, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        }

        foreach (var (name, value) in Headers.Select(pair => (pair.Key, pair.Value)).Concat(MoreHeaders))
        {
            Assert.True(message.Headers.TryAddWithoutValidation(name, value));
        }

        return message;
    }
}
