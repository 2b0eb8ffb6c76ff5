using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>Encrypted requests and answers of the credential endpoint (OpenID4VCI 1.0 §10), as wallets see them.</summary>
public sealed class EncryptedTests : IAsyncLifetime
{
    private readonly ECDiffieHellman _key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private IssuerHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
    }

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task The_metadata_names_the_keys_and_algorithms_of_both_directions()
    {
        var metadata = await _host.Http.GetFromJsonAsync<JsonElement>(new Uri("/.well-known/openid-credential-issuer", UriKind.Relative), TestContext.Current.CancellationToken);
        var (request, response) = (metadata.GetProperty("credential_request_encryption"), metadata.GetProperty("credential_response_encryption"));
        var key = Assert.Single(request.GetProperty("jwks").GetProperty("keys").EnumerateArray());
        Assert.Equal(["kty", "crv", "x", "y", "kid", "use", "alg"], key.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("enc", "ECDH-ES"), (key.StringMember("use"), key.StringMember("alg")));
        Assert.Equal(["ECDH-ES"], response.StringsMember("alg_values_supported"));
        Assert.All([request, response], direction =>
        {
            Assert.Equal(["A128GCM", "A256GCM"], direction.StringsMember("enc_values_supported"));
            Assert.Equal(["DEF"], direction.StringsMember("zip_values_supported"));
            Assert.False(direction.BooleanMember("encryption_required"));
        });
    }

    [Theory]
    [InlineData("A128GCM", false)]
    [InlineData("A256GCM", false)]
    [InlineData("A256GCM", true)]
    public async Task An_encrypted_request_gets_an_encrypted_answer_where_it_asks_for_one(string enc, bool compress)
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var answer = await wallet.SendAsync(await wallet.EncryptAsync(await BodyAsync(wallet, enc, compress), enc, compress), "application/jwt");
        Assert.Equal((HttpStatusCode.OK, "application/jwt"), (answer.Status, answer.MediaType));
        Assert.Equal("wallet-key", Jwe.KeyIdOf(answer.Text));
        var json = StrictJson.ParseObject(Jwe.Decrypt(answer.Text, _key, maxInflated: 100_000).OrThrow()).OrThrow().Element;
        Assert.Equal(2, json.GetProperty("credentials").GetArrayLength());
    }

    [Fact]
    public async Task An_encrypted_request_gets_a_plain_answer_where_it_asks_for_none()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var body = JsonSerializer.Serialize(new { credential_configuration_id = "compatriot-card", proofs = new { jwt = new[] { wallet.Proof(await wallet.NonceAsync()) } } });
        var answer = await wallet.SendAsync(await wallet.EncryptAsync(body), "application/jwt");
        Assert.Equal("application/json", answer.MediaType);
        Assert.Single(TestWallet.Credentials(answer));
    }

    [Fact]
    public async Task Errors_are_never_encrypted()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var answer = await wallet.SendAsync(await wallet.EncryptAsync(await BodyAsync(wallet, "A128GCM", false, "unknown")), "application/jwt");
        Assert.Equal((HttpStatusCode.BadRequest, "application/json", "invalid_nonce"), (answer.Status, answer.MediaType, answer.Error));
    }

    [Fact]
    public async Task Algorithms_that_are_not_offered_are_refused()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var body = await BodyAsync(wallet, "A128GCM", false);
        var answer = await wallet.SendAsync(await wallet.EncryptAsync(body.Replace("A128GCM", "UNSUPPORTED", StringComparison.Ordinal)), "application/jwt");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_encryption_parameters"), (answer.Status, answer.Error));
        Assert.Equal("invalid_encryption_parameters", (await wallet.SendAsync(body)).Error);
        Assert.Equal(HttpStatusCode.OK, (await wallet.SendAsync(await wallet.EncryptAsync(body), "application/jwt")).Status);
    }

    private async Task<string> BodyAsync(TestWallet wallet, string enc, bool compress, string? nonce = null)
    {
        nonce ??= await wallet.NonceAsync();
        var body = Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("credential_configuration_id", "compatriot-card");
            writer.WritePropertyName("proofs");
            JsonSerializer.Serialize(writer, new { jwt = new[] { wallet.Proof(nonce), wallet.Proof(nonce) } });
            writer.WriteStartObject("credential_response_encryption");
            writer.WritePropertyName("jwk");
            Jwk.ForEncryption(_key, "wallet-key").WriteTo(writer);
            writer.WriteString("enc", enc);
            if (compress)
            {
                writer.WriteString("zip", "DEF");
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }));
        return body;
    }
}
