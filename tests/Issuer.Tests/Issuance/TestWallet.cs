using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Tests.Protocol;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>A wallet as the specification has it: token with DPoP, nonce, a proof for each copy.</summary>
internal sealed class TestWallet(IssuerHost host)
{
    private readonly SigningKey _dpop = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public string AccessToken { get; private set; } = "";

    /// <summary>Redeems an offer across the desk.</summary>
    public async Task<TestWallet> RedeemAsync(string person)
    {
        var offer = await host.Get<OfferService>().OfferAcrossTheDeskAsync(person, $"card-of-{person}", host.Signer.Type, CancellationToken.None);
        var grant = JsonElement.Parse(offer.Json).GetProperty("grants").GetProperty("urn:ietf:params:oauth:grant-type:pre-authorized_code");
        var answer = await TokenAsync(new()
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:pre-authorized_code",
            ["pre-authorized_code"] = grant.StringMember("pre-authorized_code")!,
            ["tx_code"] = offer.TransactionCode!,
            ["client_id"] = "wallet",
        });
        AccessToken = answer.StringMember("access_token") ?? throw new InvalidOperationException(answer.GetRawText());
        return this;
    }

    public async Task<JsonElement> TokenAsync(Dictionary<string, string> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token") { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("DPoP", DpopProof.Create(_dpop, "POST", $"{IssuerHost.Url}/token", host.Time.Now, Guid.NewGuid().ToString()));
        using var answer = await host.Http.SendAsync(request);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        AccessToken = json.StringMember("access_token") ?? AccessToken;
        return json;
    }

    public async Task<string> NonceAsync()
    {
        using var answer = await host.Http.PostAsync(new Uri("/nonce", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).StringMember("c_nonce")!;
    }

    public string Proof(string nonce, SigningKey? key = null) => new ProofMaker
    {
        Key = key ?? SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        Audience = IssuerHost.Url,
        NonceClaim = nonce,
        IssuedAt = host.Time.Now.ToUnixTimeSeconds(),
    }.Make();

    /// <summary>A batch with a fresh nonce and fresh keys.</summary>
    public async Task<IReadOnlyList<string>> CollectAsync(int copies, string configuration = "compatriot-card")
    {
        var nonce = await NonceAsync();
        return Credentials(await RequestForAsync(configuration, [.. Enumerable.Range(0, copies).Select(_ => Proof(nonce))]));
    }

    public Task<WalletAnswer> RequestAsync(params string[] proofs) => RequestForAsync("compatriot-card", proofs);

    public Task<WalletAnswer> RequestForAsync(string configuration, params string[] proofs) => SendAsync(JsonSerializer.Serialize(new
    {
        credential_configuration_id = configuration,
        proofs = new { jwt = proofs },
    }));

    /// <summary>The token and a fresh proof for it, for who sends the request itself.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers(string path) =>
    [
        ("Authorization", $"DPoP {AccessToken}"),
        ("DPoP", DpopProof.Create(_dpop, "POST", $"{IssuerHost.Url}{path}", host.Time.Now, Guid.NewGuid().ToString(), AccessToken)),
    ];

    public Task<WalletAnswer> SendAsync(string body, string mediaType = "application/json") => PostAsync("/credential", body, mediaType);

    public async Task<WalletAnswer> PostAsync(string path, string body, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, mediaType) };
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", AccessToken);
        request.Headers.Add("DPoP", DpopProof.Create(_dpop, "POST", $"{IssuerHost.Url}{path}", host.Time.Now, Guid.NewGuid().ToString(), AccessToken));
        using var answer = await host.Http.SendAsync(request);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var text = await answer.Content.ReadAsStringAsync();
        return new WalletAnswer(answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, text);
    }

    /// <summary>The metadata's key, to which requests are encrypted.</summary>
    public async Task<Jwk> RecipientAsync()
    {
        var metadata = await host.Http.GetFromJsonAsync<JsonElement>(new Uri("/.well-known/openid-credential-issuer", UriKind.Relative));
        return Jwk.Parse(metadata.GetProperty("credential_request_encryption").GetProperty("jwks").GetProperty("keys")[0]).OrThrow();
    }

    public async Task<string> EncryptAsync(string body, string enc = "A256GCM", bool compress = false) =>
        Jwe.Encrypt(await RecipientAsync(), enc, Encoding.UTF8.GetBytes(body), RandomNumberGenerator.Fill, partyU: "wallet"u8, partyV: "issuer"u8, compress: compress);

    public static IReadOnlyList<string> Credentials(WalletAnswer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body.GetRawText());
        return [.. answer.Body.GetProperty("credentials").EnumerateArray().Select(item => item.StringMember("credential")!)];
    }
}

internal sealed record WalletAnswer(HttpStatusCode Status, string? MediaType, string Text)
{
    public JsonElement Body => JsonElement.Parse(Text);

    public string? Error => Body.StringMember("error");
}
