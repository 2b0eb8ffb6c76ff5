using System.Net.Http.Headers;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Wallet.Issuance;

/// <summary>An issuer's answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The JSON object of the body; an empty object where the body was none.</param>
public sealed record IssuerAnswer(int Status, JsonElement Json)
{
    /// <summary>True for 2xx.</summary>
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>The <c>error</c> code, or the bare status.</summary>
    public string Error => Json.StringMember("error") ?? $"status {Status}";
}

/// <summary>Calls with DPoP proofs (RFC 9449), sent again once when the server names a nonce.</summary>
internal sealed class IssuerCalls(HttpClient http, WalletInstance instance, SigningKey dpopKey, TimeProvider time)
{
    /// <summary>A form to the PAR or token endpoint, with client attestation.</summary>
    public Task<IssuerAnswer> PostFormAsync(string url, string authorizationServer, Dictionary<string, string> form, CancellationToken ct) =>
        SendAsync(url, accessToken: null, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) };
            instance.Authenticate(request, authorizationServer);
            return request;
        }, ct);

    /// <summary>JSON to the credential endpoint, with the access token.</summary>
    public Task<IssuerAnswer> PostJsonAsync(string url, string accessToken, byte[] json, CancellationToken ct) =>
        SendAsync(url, accessToken, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(json) };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", accessToken);
            return request;
        }, ct);

    /// <summary>An empty POST: the nonce endpoint (OpenID4VCI 1.0 §7).</summary>
    public async Task<IssuerAnswer> PostEmptyAsync(string url, CancellationToken ct)
    {
        using var response = await http.PostAsync(new Uri(url), content: null, ct);
        return await ReadAsync(response, ct);
    }

    private async Task<IssuerAnswer> SendAsync(string url, string? accessToken, Func<HttpRequestMessage> make, CancellationToken ct)
    {
        string? nonce = null;
        for (var attempt = 1; ; attempt++)
        {
            using var request = make();
            request.Headers.Add("DPoP", DpopProof.Create(dpopKey, "POST", url, time.GetUtcNow(), WalletInstance.Unique(), accessToken, nonce));
            using var response = await http.SendAsync(request, ct);
            if (response.IsSuccessStatusCode || attempt == 2 || !response.Headers.TryGetValues("DPoP-Nonce", out var nonces))
            {
                return await ReadAsync(response, ct);
            }

            nonce = nonces.First();
        }
    }

    private static async Task<IssuerAnswer> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        return StrictJson.ParseObject(body, 2 * 1024 * 1024).Succeeded(out var json, out _)
            ? new((int)response.StatusCode, json.Element)
            : new((int)response.StatusCode, JsonElement.Parse("{}"u8));
    }
}
