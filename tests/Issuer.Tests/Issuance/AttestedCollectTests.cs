using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Protocol;
using Microsoft.Extensions.Configuration;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>Wallets whose provider attests their keys, against the running endpoints.</summary>
public sealed class AttestedCollectTests : IAsyncLifetime
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", ".."));

    private readonly Signer _provider = Signer.Load(Path.Combine(Root, "keys.example", "wallet-provider"));
    private IssuerHost _host = null!;
    private TestWallet _wallet = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
        _wallet = await new TestWallet(_host).RedeemAsync("ann");
    }

    public ValueTask DisposeAsync()
    {
        _provider.Dispose();
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task An_attestation_alone_collects_a_batch_for_its_keys()
    {
        var attestation = Attestation(10, await _wallet.NonceAsync());
        Assert.Equal(10, TestWallet.Credentials(await SendAsync("attestation", attestation)).Count);
        Assert.Equal("invalid_nonce", (await SendAsync("attestation", attestation)).Error);
    }

    [Fact]
    public async Task One_proof_with_an_attestation_collects_a_batch()
    {
        var nonce = await _wallet.NonceAsync();
        var key = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var attestation = Attestation(9, nonce, key.PublicKey);
        Assert.Equal(10, TestWallet.Credentials(await SendAsync("jwt", Proof(nonce, key, attestation))).Count);
    }

    [Fact]
    public async Task An_attestation_by_a_stranger_or_with_an_unknown_nonce_collects_nothing()
    {
        var nonce = await _wallet.NonceAsync();
        var stranger = KeyAttester.Make(new KeyAttester().Key, [Jwk.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256))], nonce, Now());
        var refused = await SendAsync("attestation", stranger);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_proof"), (refused.Status, refused.Error));
        Assert.Equal("invalid_nonce", (await SendAsync("attestation", Attestation(1, "unknown"))).Error);
        Assert.Single(TestWallet.Credentials(await SendAsync("attestation", Attestation(1, nonce))));
    }

    [Fact]
    public async Task The_metadata_offers_both_types_of_proof_and_requires_no_attestation()
    {
        var metadata = await _host.Http.GetFromJsonAsync<JsonElement>(new Uri("/.well-known/openid-credential-issuer", UriKind.Relative), TestContext.Current.CancellationToken);
        var types = metadata.GetProperty("credential_configurations_supported").GetProperty("compatriot-card").GetProperty("proof_types_supported");
        Assert.Equal(["jwt", "attestation"], types.EnumerateObject().Select(type => type.Name));
        Assert.All(types.EnumerateObject(), type => Assert.Equal(["proof_signing_alg_values_supported"], type.Value.EnumerateObject().Select(member => member.Name)));
    }

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("""{"key_storage":["iso_18045_high","iso_18045_moderate"]}""", """{"key_storage":["iso_18045_high","iso_18045_moderate"]}""")]
    [InlineData("""{"user_authentication":["iso_18045_high"],"key_storage":["own"]}""", """{"key_storage":["own"],"user_authentication":["iso_18045_high"]}""")]
    public void What_a_types_file_asks_of_keys_is_in_the_metadata(string file, string metadata)
    {
        using var deployment = new DeploymentCopy(json => json["key_attestations"] = JsonNode.Parse(file));
        var written = StrictJson.ParseObject(IssuerMetadata.Write("https://issuer.example", deployment.Load(), null, keyAttestations: true)).OrThrow().Element;
        var types = written.GetProperty("credential_configurations_supported").GetProperty("compatriot-card").GetProperty("proof_types_supported");
        Assert.All(types.EnumerateObject(), type => Assert.Equal(metadata, type.Value.GetProperty("key_attestations_required").GetRawText()));
    }

    [Fact]
    public void A_type_for_attested_keys_needs_somebody_who_is_trusted_to_attest_them()
    {
        using var deployment = new DeploymentCopy(json => json["key_attestations"] = new JsonObject());
        var settings = new Dictionary<string, string?> { ["Wallets:KeyAttesters:0"] = Path.Combine(Root, "keys.example", "pki", "wallet-provider-root.pem") };
        WalletSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), development: true).CheckAgainst(deployment.Load());
        var none = WalletSettings.Read(new ConfigurationBuilder().Build(), development: true);
        Assert.Contains("Wallets:KeyAttesters", Assert.Throws<SettingsException>(() => none.CheckAgainst(deployment.Load())).Message, StringComparison.Ordinal);
        none.CheckAgainst(CatalogueFiles.Shipped());
        Assert.Throws<SettingsException>(() => WalletSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), development: false));
    }

    private string Attestation(int keys, string nonce, params Jwk[] more) =>
        KeyAttester.Make(_provider.Active(KeyRole.WalletProvider), [.. more, .. Enumerable.Range(0, keys).Select(_ => Jwk.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256)))], nonce, Now());

    private KeyAttester.Change Now() => new() { IssuedAt = _host.Time.Now.ToUnixTimeSeconds(), Ends = _host.Time.Now.ToUnixTimeSeconds() + 60 };

    private string Proof(string nonce, SigningKey key, string attestation) => new ProofMaker
    {
        Key = key,
        Audience = IssuerHost.Url,
        NonceClaim = nonce,
        IssuedAt = _host.Time.Now.ToUnixTimeSeconds(),
        Header = writer => writer.WriteString("key_attestation", attestation),
    }.Make();

    private Task<WalletAnswer> SendAsync(string type, string proof) => _wallet.SendAsync(JsonSerializer.Serialize(new
    {
        credential_configuration_id = "compatriot-card",
        proofs = new Dictionary<string, string[]> { [type] = [proof] },
    }));
}
