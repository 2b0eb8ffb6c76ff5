using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.OAuth.Tests.RelyingParty;

/// <summary>A provider that answers a relying party rightly, laid open: a test changes one thing and says what has to come of it.</summary>
public sealed class ProviderScenario : HttpMessageHandler
{
    public const string Issuer = "https://op.example.org";
    public const string ClientId = "service-one";

    private readonly SigningKey _key = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256), "op-1");
    private readonly Clock _clock = new();
    private string? _nonce;

    public ProviderScenario() => Response = new(StringComparer.Ordinal) { ["code"] = "the-code", ["iss"] = Issuer };

    public JsonObject Metadata { get; } = new()
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = $"{Issuer}/authorize",
        ["token_endpoint"] = $"{Issuer}/token",
        ["pushed_authorization_request_endpoint"] = $"{Issuer}/par",
        ["jwks_uri"] = $"{Issuer}/jwks",
        ["userinfo_endpoint"] = $"{Issuer}/userinfo",
        ["authorization_response_iss_parameter_supported"] = true,
    };

    /// <summary>The claims of the ID token; the nonce is the request's unless a test sets another.</summary>
    public JsonObject IdToken { get; } = new() { ["iss"] = Issuer, ["aud"] = ClientId, ["sub"] = "pairwise" };

    public JsonObject TokenResponse { get; } = new() { ["access_token"] = "at", ["token_type"] = "DPoP" };

    public JsonObject UserInfo { get; } = new() { ["sub"] = "pairwise", ["name"] = "Юлия Щеглова" };

    /// <summary>The parameters of the redirect; <c>state</c> is the request's unless a test sets another.</summary>
    public Dictionary<string, string?> Response { get; }

    public SigningKey? OtherKey { get; set; }

    /// <summary>When set, every endpoint refuses a proof without this nonce first.</summary>
    public string? DpopNonce { get; set; }

    public Dictionary<string, string>? Pushed { get; private set; }

    public Dictionary<string, string>? Redeemed { get; private set; }

    public List<DpopProof> Proofs { get; } = [];

    public OpenIdClient Client() => new(
        new HttpClient(this, disposeHandler: false),
        new OpenIdClientOptions
        {
            Authority = Issuer,
            ClientId = ClientId,
            RedirectUri = "https://service.example.org/signin/callback",
            ClientKey = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        },
        _clock,
        RandomNumberGenerator.Fill);

    /// <summary>A whole sign-in.</summary>
    public async Task<SignInOutcome> SignInAsync(CancellationToken ct)
    {
        using var client = Client();
        var start = await client.StartAsync(new SignInRequest(), ct);
        Response.TryAdd("state", start.State.State);
        return await client.CompleteAsync(SignInState.FromBytes(start.State.ToBytes()), name => Response.GetValueOrDefault(name), ct);
    }

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        base.Dispose(disposing);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.TryGetValues("DPoP", out var proofs))
        {
            var proof = DpopProof.Parse(proofs.Single()).OrThrow();
            Assert.True(proof.IsFor(request.Method.Method, request.RequestUri!.AbsoluteUri));
            Proofs.Add(proof);
            if (DpopNonce is not null && proof.Nonce != DpopNonce)
            {
                return AskForNonce(request.RequestUri.AbsolutePath);
            }
        }

        return request.RequestUri!.AbsolutePath switch
        {
            "/.well-known/openid-configuration" => Json(HttpStatusCode.OK, Metadata.ToJsonString()),
            "/jwks" => Json(HttpStatusCode.OK, $$"""{"keys":[{"kty":"oct","kid":"odd"},{{_key.PublicKey.ToJson()}}]}"""),
            "/par" => Push(await FormAsync(request)),
            "/token" => Redeem(await FormAsync(request)),
            "/userinfo" => Json(HttpStatusCode.OK, UserInfo.ToJsonString()),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        };
    }

    private HttpResponseMessage Push(Dictionary<string, string> form)
    {
        (Pushed, _nonce) = (form, form["nonce"]);
        return Json(HttpStatusCode.Created, """{"request_uri":"urn:ietf:params:oauth:request_uri:1","expires_in":60}""");
    }

    private HttpResponseMessage Redeem(Dictionary<string, string> form)
    {
        Redeemed = form;
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        IdToken.TryAdd("nonce", _nonce);
        IdToken.TryAdd("iat", now);
        IdToken.TryAdd("exp", now + 300);
        TokenResponse.TryAdd("id_token", JwtWriter.SignPayload(OtherKey ?? _key, "JWT", Encoding.UTF8.GetBytes(IdToken.ToJsonString())));
        return Json(HttpStatusCode.OK, TokenResponse.ToJsonString());
    }

    // RFC 9449 §8 at the authorization server, §9 at the resource.
    private HttpResponseMessage AskForNonce(string path)
    {
        var answer = path == "/userinfo" ? new HttpResponseMessage(HttpStatusCode.Unauthorized) : Json(HttpStatusCode.BadRequest, """{"error":"use_dpop_nonce"}""");
        answer.Headers.Add("DPoP-Nonce", DpopNonce);
        if (path == "/userinfo")
        {
            answer.Headers.WwwAuthenticate.ParseAdd("DPoP error=\"use_dpop_nonce\"");
        }

        return answer;
    }

    private static async Task<Dictionary<string, string>> FormAsync(HttpRequestMessage request) =>
        (await request.Content!.ReadAsStringAsync()).Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => WebUtility.UrlDecode(p[1])!);

    private static HttpResponseMessage Json(HttpStatusCode status, string json) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    }
}
