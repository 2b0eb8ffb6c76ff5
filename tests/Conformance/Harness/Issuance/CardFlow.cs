using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Official;

namespace IdentityPlatform.Conformance.Harness.Issuance;

/// <summary>
/// One issuance as the suite's wallet does it, in a variant: offer, authorization, nonce, proofs, credential, notification. Members
/// that no specification knows go into every request (OpenID4VCI 1.0 §8.2).
/// </summary>
internal sealed class CardFlow : IDisposable
{
    private const string Enc = "A256GCM";

    private readonly Flow _flow;
    private readonly VciVariant _variant;
    private readonly ECDiffieHellman _key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private string? _accessToken;

    public CardFlow(Flow flow) => (_flow, _variant) = (flow, flow.Client.Variant.Vci ?? throw new ArgumentException("no issuance", nameof(flow)));

    /// <summary>The issuer's metadata.</summary>
    public JsonObject Metadata => Server.Metadata["credential_issuer_metadata"]!.AsObject();

    public string ConfigurationId => Configuration.Key;

    public KeyValuePair<string, JsonNode?> Configuration => Metadata["credential_configurations_supported"]!.AsObject()
        .Single(entry => (string?)entry.Value!["format"] == _variant.MetadataFormat && ((string)entry.Value["scope"]!).StartsWith("compatriot_card", StringComparison.Ordinal));

    private ServerUnderTest Server => _flow.Client.Server;

    /// <summary>Gets an access token: by an offer of the issuer where the variant begins with one.</summary>
    public async Task<CardFlow> AuthorizeAsync(JsonObject offered)
    {
        if (_variant.ByIssuer)
        {
            _flow.Request["issuer_state"] = await StateOfAsync(offered);
        }

        _flow.Request[SuiteKey.Random(6)] = SuiteKey.Random(6);
        var answer = await _flow.RedeemAsync(await _flow.CodeAsync(), new() { Form = form => form[SuiteKey.Random(6)] = "unknown" });
        Checks.TokenResponse(answer, "DPoP");
        Assert.Null(answer.Json["authorization_details"]);
        _accessToken = answer.Required("access_token");
        return this;
    }

    public async Task<string> NonceAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Server.Endpoint("nonce_endpoint"));
        using var response = await Server.Http.SendAsync(request);
        var answer = (await Answer.ReadAsync(request, response)).Is(200);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Contains("no-store", answer.Header("Cache-Control") ?? "", StringComparison.Ordinal);
        Checks.IsUnguessable(answer.Required("c_nonce"), "c_nonce");
        return answer.Required("c_nonce");
    }

    /// <summary>Proofs of the variant's type for fresh keys.</summary>
    public async Task<(JsonObject Proofs, IReadOnlyList<SuiteKey> Keys)> ProveAsync(int count, string? nonce = null)
    {
        var (keys, value) = (Enumerable.Range(0, count).Select(_ => SuiteKey.Of("ES256")).ToList(), nonce ?? await NonceAsync());
        return (_variant.Attested
            ? new() { ["attestation"] = new JsonArray(_flow.Client.Wallet!.AttestKeys(keys, value)) }
            : new() { ["jwt"] = new JsonArray([.. keys.Select(key => (JsonNode)Proof(key, value))]) }, keys);
    }

    /// <summary>A proof of type jwt; with an attestation in its header where one is given.</summary>
    public string Proof(SuiteKey key, string nonce, string? attestation = null)
    {
        var header = new JsonObject { ["typ"] = "openid4vci-proof+jwt", ["alg"] = "ES256", ["jwk"] = key.Bare() };
        if (attestation is not null)
        {
            header["key_attestation"] = attestation;
        }

        return key.Sign(header, new() { ["iss"] = _flow.Client.Id, ["aud"] = Server.Issuer, ["iat"] = SuiteClient.Now(), ["nonce"] = nonce, [SuiteKey.Random(6)] = 1 });
    }

    /// <summary>An attestation of keys by the wallet's provider.</summary>
    public string AttestKeys(IEnumerable<SuiteKey> keys, string nonce) => _flow.Client.Wallet!.AttestKeys(keys, nonce);

    /// <summary>The request for the variant's configuration.</summary>
    public JsonObject Request(JsonObject? proofs)
    {
        var body = new JsonObject { ["credential_configuration_id"] = ConfigurationId, [SuiteKey.Random(6)] = new JsonArray(1, "unknown") };
        if (proofs is not null)
        {
            body["proofs"] = proofs;
        }

        return body;
    }

    /// <summary>Sends a request as the variant does; the answer is decrypted where it is encrypted.</summary>
    public async Task<CardAnswer> SendAsync(JsonObject body, Change? change = null, Action<JsonObject>? encryption = null, string endpoint = "credential_endpoint")
    {
        var sent = body.DeepClone().AsObject();
        if (_variant.Encrypted)
        {
            sent["credential_response_encryption"] = ResponseEncryption(encryption);
        }

        var answer = await PostAsync(endpoint, sent, change);
        return new(answer, answer.Status < 300 && _variant.Encrypted ? Decrypt(answer) : null);
    }

    /// <summary>Sends any text to the credential endpoint.</summary>
    public async Task<CardAnswer> SendTextAsync(string text, string mediaType, Change? change = null) =>
        new(await PostAsync((string)Metadata["credential_endpoint"]!, () => new StringContent(text, Encoding.UTF8, mediaType), change), null);

    /// <summary>The issuer's key, and a text encrypted to it.</summary>
    public string Encrypt(string text, bool compress = false) =>
        SuiteJwe.Encrypt(Metadata["credential_request_encryption"]!["jwks"]!["keys"]![0]!.AsObject(), Enc, text, compress);

    /// <summary>A whole issuance: the copies, checked by their number and members, and the id for notifications.</summary>
    public async Task<IssuedCards> CollectAsync(int count = 1, Change? change = null)
    {
        var (proofs, keys) = await ProveAsync(count);
        var answer = (await SendAsync(Request(proofs), change)).Succeeded(_variant.Encrypted);
        var copies = answer["credentials"]!.AsArray().Select(copy => (string)copy!.AsObject().Single(member => member.Key == "credential").Value!).ToList();
        Assert.Equal(count, copies.Count);
        return new(copies, keys, (string?)answer["notification_id"]);
    }

    /// <summary>Tells the issuer what became of the copies, twice: it is idempotent (§11).</summary>
    public async Task NotifyAsync(string notificationId)
    {
        for (var i = 0; i < 2; i++)
        {
            (await PostPlainAsync((string)Metadata["notification_endpoint"]!, new() { ["notification_id"] = notificationId, ["event"] = "credential_accepted", [SuiteKey.Random(6)] = 1 }, null)).Is(204);
        }
    }

    public void Dispose() => _key.Dispose();

    private async Task<string> StateOfAsync(JsonObject offered)
    {
        // §4.1.3: by reference, as plain JSON that nobody keeps.
        var answer = (await Server.GetAsync((string)offered["credential_offer_uri"]!)).Is(200);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(Server.Issuer, answer.Required("credential_issuer"));
        var ids = answer.Json["credential_configuration_ids"]!.AsArray().Select(id => (string)id!).ToList();
        Assert.Contains(ConfigurationId, ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        return (string)answer.Json["grants"]!["authorization_code"]!["issuer_state"]!;
    }

    private JsonObject ResponseEncryption(Action<JsonObject>? change)
    {
        var point = _key.ExportParameters(false).Q;
        var json = new JsonObject
        {
            ["jwk"] = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = SuiteKey.Text(point.X!), ["y"] = SuiteKey.Text(point.Y!), ["use"] = "enc", ["alg"] = "ECDH-ES", ["kid"] = "suite" },
            ["enc"] = Enc,
        };
        change?.Invoke(json);
        return json;
    }

    private Task<Answer> PostAsync(string endpoint, JsonObject body, Change? change)
    {
        var url = (string)Metadata[endpoint]!;
        if (!_variant.Encrypted)
        {
            return PostPlainAsync(url, body, change);
        }

        return PostAsync(url, () => new StringContent(Encrypt(body.ToJsonString()), Encoding.ASCII, "application/jwt"), change);
    }

    private Task<Answer> PostPlainAsync(string url, JsonObject body, Change? change) =>
        PostAsync(url, () => new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), change);

    private Task<Answer> PostAsync(string url, Func<StringContent> content, Change? change) =>
        _flow.Client.SendAsync(change ?? Change.None, withProof: true, _accessToken, _ =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content() };
            request.Headers.TryAddWithoutValidation("Authorization", $"DPoP {_accessToken}");
            return request;
        });

    private JsonObject Decrypt(Answer answer)
    {
        Assert.Equal("application/jwt", answer.ContentType);
        return SuiteJwe.Decrypt(answer.Body, _key, "suite", Enc);
    }
}

/// <summary>What the credential endpoint answered, and what was in it where it was encrypted.</summary>
internal sealed class CardAnswer(Answer answer, JsonObject? decrypted)
{
    /// <summary>The bare answer.</summary>
    public Answer Answer => answer;

    /// <summary>Success, in the form of the variant.</summary>
    public JsonObject Succeeded(bool encrypted)
    {
        answer.Is(200);
        Assert.Contains("no-store", answer.Header("Cache-Control") ?? "", StringComparison.Ordinal);
        Assert.Equal(encrypted ? "application/jwt" : "application/json", answer.ContentType);
        return decrypted ?? answer.Json;
    }

    /// <summary>The refusal: 400, plain JSON of the members that the specification has, never a JWE (§8.3.1.2).</summary>
    public void IsRefused(string error)
    {
        answer.Is(400).IsError(error);
        Assert.All(answer.Json, member => Assert.True(member.Key is "error" or "error_description", $"{member.Key} is no member of an error"));
    }
}

/// <summary>Copies with the keys that they are for.</summary>
internal sealed record IssuedCards(IReadOnlyList<string> Copies, IReadOnlyList<SuiteKey> Keys, string? NotificationId);
