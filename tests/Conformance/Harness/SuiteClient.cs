using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Programs;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>A client of the suite: its registration, its keys, and how it authenticates.</summary>
public sealed class SuiteClient : IDisposable
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly Lazy<HttpClient> _http;
    private readonly Lazy<HttpClient> _bare = new(() => SuiteHttp.Create());

    /// <param name="variant">The variant.</param>
    /// <param name="number">1 or 2: their keys differ in algorithm.</param>
    /// <param name="authority">
    /// Vouches for the certificate of one of the two clients of each mTLS variant: of the first where requests are not signed, of the
    /// second where they are. The other one's is known by itself. So both kinds of RFC 8705 §2 go through every module.
    /// </param>
    internal SuiteClient(Variant variant, int number, SuiteAuthority? authority = null)
    {
        (Variant, Id) = (variant, $"{variant.Slug}-{number}");
        Key = SuiteKey.Of(number == 1 ? "PS256" : "ES256");
        RedirectUri = $"https://{Id}.test/callback";
        PostLogoutRedirectUri = $"https://{Id}.test/bye";
        Secret = SuiteKey.Random(32);
        IsVouchedFor = variant.Auth == ClientAuth.Mtls && authority is not null && (number == 1) != variant.Jar;
        Certificate = IsVouchedFor ? authority!.IssueToClient(Id)
            : variant.Auth == ClientAuth.Mtls || variant.Sender == Sender.Mtls ? Registrations.SelfSigned(Id) : null;
        _http = new(() => SuiteHttp.Create(Certificate));
    }

    public Variant Variant { get; }

    public string Id { get; set; }

    public string Secret { get; set; }

    public string RedirectUri { get; set; }

    public string PostLogoutRedirectUri { get; }

    /// <summary>What the registration endpoint answered.</summary>
    public JsonObject? Registered { get; internal set; }

    /// <summary>Where logout tokens go, where the plan wants them.</summary>
    public string? BackchannelLogoutUri { get; set; }

    /// <summary>Signs client assertions and request objects.</summary>
    public SuiteKey Key { get; }

    /// <summary>Signs DPoP proofs.</summary>
    public SuiteKey ProofKey { get; } = SuiteKey.Of("ES256");

    public X509Certificate2? Certificate { get; }

    /// <summary>True where an authority vouches for the certificate (<c>tls_client_auth</c>); else it is registered itself.</summary>
    public bool IsVouchedFor { get; }

    /// <summary>The wallet attestation, where that is how the client authenticates.</summary>
    public SuiteWallet? Wallet { get; init; }

    /// <summary>The server that it is registered at.</summary>
    public ServerUnderTest Server { get; set; } = null!;

    /// <summary>The algorithm that the client asks for ID tokens in.</summary>
    public string IdTokenAlgorithm => Variant.IsFapi ? "ES256" : "RS256";

    public bool IsBearer => Variant.Sender == Sender.Bearer;

    public bool UsesDpop => Variant.Sender == Sender.Dpop;

    /// <summary>The registration, with the member names of RFC 7591.</summary>
    public JsonObject Registration() => Registrations.Of(this);

    /// <summary>Sends a form to an endpoint with the client's authentication, and sends it again once when the server names a DPoP nonce.</summary>
    public Task<Answer> PostAsync(string endpoint, Dictionary<string, string> form, Change change, bool withProof) =>
        SendAsync(change, withProof, null, nonce =>
        {
            var url = Server.Endpoint(endpoint, Certificate is not null);
            var fields = new Dictionary<string, string>(form);
            var request = new HttpRequestMessage(HttpMethod.Post, url);
            Authenticate(request, fields, change);
            change.Form?.Invoke(fields);
            request.Content = new FormUrlEncodedContent(fields);
            return request;
        });

    /// <summary>Sends any request, with a proof for the access token where tokens are bound to one.</summary>
    public async Task<Answer> SendAsync(Change change, bool withProof, string? accessToken, Func<string?, HttpRequestMessage> make)
    {
        string? nonce = null;
        for (var attempt = 1; ; attempt++)
        {
            using var request = make(nonce);
            if (withProof && !change.WithoutProof)
            {
                request.Headers.Add("DPoP", Proof(request, accessToken, nonce, change));
            }

            change.Message?.Invoke(request);
            using var response = await HttpFor(change).SendAsync(request);
            if (attempt == 2 || (int)response.StatusCode is not (400 or 401) || !response.Headers.TryGetValues("DPoP-Nonce", out var nonces))
            {
                return await Answer.ReadAsync(request, response);
            }

            nonce = nonces.First();
        }
    }

    /// <summary>A DPoP proof (RFC 9449 §4.2).</summary>
    public string Proof(HttpRequestMessage request, string? accessToken, string? nonce, Change change)
    {
        var key = change.ProofKey ?? ProofKey;
        var header = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = key.Algorithm, ["jwk"] = key.Bare() };
        var claims = new JsonObject
        {
            ["jti"] = SuiteKey.Random(),
            ["htm"] = request.Method.Method,
            ["htu"] = request.RequestUri!.GetLeftPart(UriPartial.Path),
            ["iat"] = Now(),
        };
        if (accessToken is not null)
        {
            claims["ath"] = SuiteKey.HashOf(accessToken);
        }

        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        change.Proof?.Invoke(header, claims);
        return key.Sign(header, claims);
    }

    /// <summary>A client assertion (RFC 7523 §2.2); FAPI 2.0 §5.3.2.1 wants the issuer as its only audience.</summary>
    public string Assertion(Change change)
    {
        var key = change.AssertionKey ?? Key;
        var header = new JsonObject { ["alg"] = key.Algorithm, ["kid"] = key.KeyId };
        var claims = new JsonObject
        {
            ["iss"] = Id,
            ["sub"] = Id,
            ["aud"] = Server.Issuer,
            ["jti"] = SuiteKey.Random(),
            ["iat"] = Now(),
            ["nbf"] = Now(),
            ["exp"] = Now() + 60,
        };
        change.Assertion?.Invoke(header, claims);
        return key.Sign(header, claims);
    }

    /// <summary>A request object (RFC 9101, FAPI 2.0 Message Signing §5.3.1).</summary>
    public string RequestObject(IReadOnlyDictionary<string, string> parameters, Change change)
    {
        var key = change.RequestObjectKey ?? Key;
        var header = new JsonObject { ["typ"] = "oauth-authz-req+jwt", ["alg"] = key.Algorithm, ["kid"] = key.KeyId };
        var claims = new JsonObject { ["iss"] = Id, ["aud"] = Server.Issuer, ["nbf"] = Now(), ["iat"] = Now(), ["exp"] = Now() + 300 };
        foreach (var (name, value) in parameters)
        {
            claims[name] = name is "claims" ? JsonNode.Parse(value) : name is "max_age" ? long.Parse(value, CultureInfo.InvariantCulture) : value;
        }

        change.RequestObject?.Invoke(header, claims);
        return key.Sign(header, claims);
    }

    public void Dispose()
    {
        Key.Dispose();
        ProofKey.Dispose();
        Certificate?.Dispose();
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    public override string ToString() => Id;

    public static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    // Whoever leaves out what the certificate is for comes without it.
    private HttpClient HttpFor(Change change) =>
        (change.WithoutProof && Variant.Sender == Sender.Mtls) || (change.WithoutAuthentication && Variant.Auth == ClientAuth.Mtls) ? _bare.Value : _http.Value;

    private void Authenticate(HttpRequestMessage request, Dictionary<string, string> form, Change change)
    {
        if (Variant.Auth == ClientAuth.Basic && !change.WithoutAuthentication)
        {
            // RFC 6749 §2.3.1: both are encoded as form fields first.
            var pair = $"{Uri.EscapeDataString(Id)}:{Uri.EscapeDataString(Secret)}";
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
            return;
        }

        form["client_id"] = Id;
        if (change.WithoutAuthentication)
        {
            return;
        }

        if (Variant.Auth == ClientAuth.Post)
        {
            form["client_secret"] = Secret;
        }
        else if (Variant.Auth == ClientAuth.PrivateKeyJwt)
        {
            (form["client_assertion_type"], form["client_assertion"]) = (AssertionType, Assertion(change));
        }
        else if (Variant.Auth == ClientAuth.Attestation)
        {
            Wallet!.Authenticate(request, Id, Server.Issuer, change.Attestation);
        }
    }
}
