using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Harness.Issuance;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Haip;

/// <summary>
/// What certified issuers stumbled over (the sixteen blocks of §5.4 of the reference), each against the running program. Two lie
/// elsewhere: what a request for presentations has to say (4) in the tests of the verifier, the spoken code (14) in those of the
/// issuer, for it needs an officer. The cipher suites (8) are a module of FAPI 2.0, and that a refusal has an acceptance beside it
/// (2) is how all of these are written.
/// </summary>
public sealed class StumblingBlockTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private static readonly string Plain = NameOf(new(VciVariant.SdJwtVc));
    private static readonly string Encrypted = NameOf(new(VciVariant.SdJwtVc, Encrypted: true));

    [Fact]
    public async Task Block_1_a_leaf_that_certifies_itself_authenticates_no_wallet()
    {
        var flow = Flow(Plain);
        using var provider = SuiteKey.Of("ES256");
        using var own = new CertificateRequest("CN=Suite wallet provider", (ECDsa)provider.Pair, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var wallet = new SuiteWallet(provider, Convert.ToBase64String(own.RawData));
        (await flow.PushAsync(new()
        {
            Message = request =>
            {
                request.Headers.Remove("OAuth-Client-Attestation");
                request.Headers.Remove("OAuth-Client-Attestation-PoP");
                wallet.Authenticate(request, flow.Client.Id, flow.Client.Server.Issuer, null);
            },
        })).IsError("invalid_client_attestation");
        await flow.PushedAsync();
    }

    [Fact]
    public async Task Block_3_what_both_parties_say_of_themselves_is_in_the_key()
    {
        using var flow = await AuthorizedAsync(Encrypted);
        var body = flow.Request((await flow.ProveAsync(1)).Proofs).ToJsonString();
        var parts = flow.Encrypt(body).Split('.');
        var header = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[0]))!.AsObject();
        Assert.NotNull(header["apu"]);
        header.Remove("apu");
        parts[0] = SuiteKey.Text(System.Text.Encoding.UTF8.GetBytes(header.ToJsonString()));
        (await flow.SendTextAsync(string.Join('.', parts), "application/jwt")).IsRefused("invalid_encryption_parameters");
        (await flow.SendTextAsync(flow.Encrypt(body), "application/jwt")).Answer.Is(200);
    }

    [Fact]
    public async Task Block_5_the_metadata_of_the_authorization_server_are_where_RFC_8414_has_them()
    {
        var server = Flow(Plain).Client.Server;
        var answer = (await server.GetAsync($"{server.Issuer}/.well-known/oauth-authorization-server")).Is(200);
        Assert.Equal(server.Issuer, answer.Required("issuer"));
    }

    [Fact]
    public async Task Block_6_what_is_unknown_is_ignored_and_issuer_state_is_known()
    {
        var flow = Flow(Plain);
        flow.Request["unknown"] = "x";
        flow.Request["issuer_state"] = SuiteKey.Random();
        (await flow.AuthorizeAsync()).IsError("access_denied");
        using var offered = await new CardFlow(Flow(NameOf(new(VciVariant.SdJwtVc, ByIssuer: true, Attested: true)))).AuthorizeAsync(Suite.CardOffer);
        await offered.CollectAsync();
    }

    [Fact]
    public async Task Block_7_times_are_whole_days()
    {
        using var flow = await AuthorizedAsync(Plain);
        var cards = await CardCheck.AllAsync(await flow.CollectAsync(3), flow, Flow(Plain).Client.Server, Suite.IssuerRoot);
        Assert.All(cards, card => Assert.All(card.Times, time => Assert.Equal(0, time % 86400)));
    }

    [Fact]
    public async Task Block_9_keys_are_a_set_and_name_their_algorithm_and_answers_are_compressed_where_asked()
    {
        using var flow = await AuthorizedAsync(Encrypted);
        Assert.NotEmpty(flow.Metadata["credential_request_encryption"]!["jwks"]!.AsObject()["keys"]!.AsArray());
        var body = flow.Request((await flow.ProveAsync(1)).Proofs);
        (await flow.SendAsync(body, encryption: json => json["jwk"]!.AsObject().Remove("alg"))).IsRefused("invalid_encryption_parameters");
        (await flow.SendAsync(body, encryption: json => json["jwk"]!["alg"] = "ECDH-ES+A256KW")).IsRefused("invalid_encryption_parameters");
        (await flow.SendAsync(body, encryption: json => json["zip"] = "GZIP")).IsRefused("invalid_encryption_parameters");
        (await flow.SendTextAsync(body.ToJsonString().Replace("{\"credential_c", "{\"credential_response_encryption\":{},\"credential_c", StringComparison.Ordinal), "application/json"))
            .IsRefused("invalid_encryption_parameters");
        (await flow.SendTextAsync(flow.Encrypt(body.ToJsonString(), compress: true), "application/jwt")).Answer.Is(200);
    }

    [Fact]
    public async Task Block_10_a_code_that_is_used_again_ends_the_token_at_the_credential_endpoint()
    {
        var flow = Flow(Plain);
        var code = await flow.CodeAsync();
        var tokens = await flow.RedeemedAsync(code);
        (await tokens.CallAsync()).Is(200);
        (await flow.RedeemAsync(code)).IsError("invalid_grant");
        (await tokens.CallAsync()).Is(401);
    }

    [Fact]
    public async Task Block_11_proofs_name_the_public_address_whatever_the_request_line_says()
    {
        using var flow = await AuthorizedAsync(Plain);
        await flow.CollectAsync(1, new() { Message = request => request.Headers.Host = "localhost:8080" });
        var body = flow.Request((await flow.ProveAsync(1)).Proofs);
        var refused = await flow.SendAsync(body, new()
        {
            Message = request => request.Headers.Host = "localhost:8080",
            Proof = (_, claims) => claims["htu"] = "https://localhost:8080/credential",
        });
        refused.Answer.Is(400, 401);
    }

    [Fact]
    public async Task Block_12_the_wallet_authenticates_at_the_token_endpoint_too()
    {
        var flow = Flow(Plain);
        var code = await flow.CodeAsync();
        (await flow.RedeemAsync(code, new() { WithoutAuthentication = true })).IsError("invalid_client");
        await flow.RedeemedAsync(code);
    }

    [Fact]
    public async Task Block_13_a_second_client_has_its_own_address()
    {
        var (flow, other) = (Flow(Plain), OtherFlow(Plain));
        flow.Request["redirect_uri"] = other.Client.RedirectUri;
        (await flow.PushAsync()).IsError("invalid_request");
        flow.Request["redirect_uri"] = $"{flow.Client.RedirectUri}?dummy1=lorem&dummy2=ipsum";
        (await flow.PushAsync()).IsError("invalid_request");
        await other.PushedAsync();
    }

    [Fact]
    public async Task Block_15_sizes_are_bounded()
    {
        using var flow = await AuthorizedAsync(Plain);
        var size = (int)flow.Metadata["batch_credential_issuance"]!["batch_size"]!;
        (await flow.SendAsync(flow.Request((await flow.ProveAsync(size + 1)).Proofs))).IsRefused("invalid_proof");
        var nonce = await flow.NonceAsync();
        var keys = Enumerable.Range(0, size + 1).Select(_ => SuiteKey.Of("ES256")).ToList();
        (await flow.SendAsync(Attestation(flow, flow.AttestKeys(keys, nonce)))).IsRefused("invalid_proof");
        (await flow.SendTextAsync(flow.Encrypt($"{{\"x\":\"{new string('x', 50_000_000)}\"}}", compress: true), "application/jwt")).IsRefused("invalid_encryption_parameters");
        (await flow.SendTextAsync(new string('{', 100_000), "application/json")).IsRefused("invalid_credential_request");
        (await flow.SendTextAsync($"{{\"x\":\"{new string('x', 200_000)}\"}}", "application/json")).IsRefused("invalid_credential_request");
        (await flow.SendTextAsync(string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000), "application/json")).IsRefused("invalid_credential_request");
        await flow.CollectAsync(size);
        (await flow.SendAsync(Attestation(flow, flow.AttestKeys(keys.Skip(1), nonce)))).Answer.Is(200);
    }

    [Fact]
    public async Task Block_16_key_and_algorithm_are_the_ones_that_were_checked_and_time_counts()
    {
        using var flow = await AuthorizedAsync(Plain);
        using var key = SuiteKey.Of("ES256");
        using var other = SuiteKey.Of("ES256");
        var nonce = await flow.NonceAsync();
        await IsRefusedAsync(flow, Changed(flow, other, key, nonce, (_, _) => { }));
        await IsRefusedAsync(flow, Changed(flow, key, key, nonce, (header, _) => header["alg"] = "none"));
        await IsRefusedAsync(flow, Changed(flow, key, key, nonce, (header, _) => header["alg"] = "ES384"));
        await IsRefusedAsync(flow, Changed(flow, key, key, nonce, (header, _) => header["alg"] = "HS256"));
        await IsRefusedAsync(flow, Changed(flow, key, key, nonce, (header, _) => header["kid"] = key.KeyId));
        await IsRefusedAsync(flow, Changed(flow, key, key, nonce, (header, _) => header["jwk"] = key.PrivateJwk()));
        await IsRefusedAsync(flow, Changed(flow, key, key, nonce, (header, _) => header["typ"] = "JWT"));
        await IsRefusedAsync(flow, Changed(flow, key, key, nonce, (_, claims) => claims["iat"] = SuiteClient.Now() - 3600));
        await IsRefusedAsync(flow, Changed(flow, key, key, nonce, (_, claims) => claims["iat"] = SuiteClient.Now() + 3600));
        await IsRefusedAsync(flow, Changed(flow, key, key, nonce, (_, claims) => claims["aud"] = "https://other.test"));
        (await flow.SendAsync(flow.Request(new() { ["jwt"] = new JsonArray(Changed(flow, key, key, nonce, (_, _) => { })) }))).Answer.Is(200);
    }

    private static string NameOf(VciVariant vci) => new Variant(PlanNames.Haip, ClientAuth.Attestation, Sender.Dpop, Vci: vci).ToString();

    private async Task<CardFlow> AuthorizedAsync(string variant) => await new CardFlow(Flow(variant)).AuthorizeAsync(Suite.CardOffer);

    private static JsonObject Attestation(CardFlow flow, string attestation) => flow.Request(new() { ["attestation"] = new JsonArray(attestation) });

    private static async Task IsRefusedAsync(CardFlow flow, string proof) => (await flow.SendAsync(flow.Request(new() { ["jwt"] = new JsonArray(proof) }))).IsRefused("invalid_proof");

    private static string Changed(CardFlow flow, SuiteKey signer, SuiteKey named, string nonce, Action<JsonObject, JsonObject> change)
    {
        var header = new JsonObject { ["typ"] = "openid4vci-proof+jwt", ["alg"] = "ES256", ["jwk"] = named.Bare() };
        var claims = new JsonObject { ["aud"] = (string?)flow.Metadata["credential_issuer"], ["iat"] = SuiteClient.Now(), ["nonce"] = nonce };
        change(header, claims);
        return signer.Sign(header, claims);
    }
}
