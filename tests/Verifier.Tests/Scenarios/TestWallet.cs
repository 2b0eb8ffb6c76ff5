using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.Tests.Scenarios;

/// <summary>A wallet that reads a request object as a careful one does, and answers with a scenario's presentation.</summary>
internal sealed class TestWallet
{
    private TestWallet(VerifiedJwt request) => Request = request;

    public VerifiedJwt Request { get; }

    public JsonElement Claims => Request.Claims;

    public string ClientId => Claims.StringMember("client_id")!;

    public string ResponseUri => Claims.StringMember("response_uri")!;

    public Jwk EncryptionKey => Jwk.Parse(Claims.ObjectMember("client_metadata")!.Value.ObjectMember("jwks")!.Value.ArrayMember("keys")!.Value[0]).OrThrow();

    /// <summary>Verifies the request object with the key of its certificate, whose hash is the client identifier.</summary>
    public static TestWallet Read(string requestObject)
    {
        var jwt = SignedJwt.Parse(requestObject).OrThrow();
        using var chain = Formats.Trust.X5c.Parse(jwt.Header).OrThrow();
        Assert.IsType<Formats.Trust.PathResult.Valid>(Formats.Trust.CertificatePath.Validate(chain, [TestPki.AccessAuthority.Certificate], Scenario.Noon));
        using var key = VerificationKey.Of(chain.Leaf).OrThrow();
        var wallet = new TestWallet(jwt.Verify(key, "oauth-authz-req+jwt", JwsAlgorithm.ES256).OrThrow());
        Assert.Equal("x509_hash:" + Base64UrlText.Encode(System.Security.Cryptography.SHA256.HashData(chain.Leaf.RawData)), wallet.ClientId);
        return wallet;
    }

    /// <summary>Makes a scenario answer this request.</summary>
    public Scenario Answering(Scenario scenario)
    {
        (scenario.KeyBindingPayload["nonce"], scenario.KeyBindingPayload["aud"]) = (Claims.StringMember("nonce"), ClientId);
        return scenario;
    }

    /// <summary>Reads the signed request among those that a page hands to the browser, as a wallet does that was called from an origin.</summary>
    public static TestWallet ReadDcApi(string options, string origin)
    {
        var requests = JsonElement.Parse(options).ObjectMember("digital")!.Value.ArrayMember("requests")!.Value;
        Assert.Equal("openid4vp-v1-signed", requests[0].StringMember("protocol"));
        var wallet = Read(requests[0].ObjectMember("data")!.Value.StringMember("request")!);
        Assert.Contains(origin, wallet.Claims.StringsMember("expected_origins")!);
        return wallet;
    }

    /// <summary>Makes a scenario answer this request of a page.</summary>
    public Scenario AnsweringAt(string origin, Scenario scenario)
    {
        (scenario.KeyBindingPayload["nonce"], scenario.KeyBindingPayload["aud"]) = (Claims.StringMember("nonce"), "origin:" + origin);
        return scenario;
    }

    /// <summary>Encrypts an answer of one presentation.</summary>
    public string Encrypt(string presentation, string queryId = "card") => EncryptToken(new JsonObject { [queryId] = new JsonArray(presentation) });

    /// <summary>Encrypts an answer with any VP token.</summary>
    public string EncryptToken(JsonNode? token) => Encrypt(new JsonObject { ["vp_token"] = token, ["state"] = Claims.StringMember("state") });

    /// <summary>Encrypts any answer.</summary>
    public string Encrypt(JsonNode answer, string enc = "A128GCM", string? keyId = null) => Jwe.Encrypt(
        EncryptionKey, enc, System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString()), System.Security.Cryptography.RandomNumberGenerator.Fill, keyId,
        "the wallet's info"u8, "the verifier's info"u8);
}
