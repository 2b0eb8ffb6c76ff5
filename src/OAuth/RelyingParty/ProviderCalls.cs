using System.Net.Http.Headers;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.RelyingParty;

/// <summary>A provider's answer to a back-channel call.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The JSON object of the body; an empty object where the body was none.</param>
internal sealed record ProviderAnswer(int Status, JsonElement Json)
{
    public bool Succeeded => Status is >= 200 and < 300;

    public string? Error => Json.StringMember("error");
}

/// <summary>Back-channel calls: client assertion (RFC 7523), DPoP proof (RFC 9449), one retry when the server asks for its nonce.</summary>
internal sealed class ProviderCalls(HttpClient http, OpenIdClientOptions options, TimeProvider time, FillRandom random)
{
    public Task<ProviderAnswer> PostAsClientAsync(string url, IReadOnlyDictionary<string, string> form, SigningKey dpopKey, CancellationToken ct) =>
        WithNonceAsync(nonce =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new FormUrlEncodedContent(form.Concat(ClientAuthentication())),
            };
            request.Headers.Add("DPoP", DpopProof.Create(dpopKey, "POST", url, time.GetUtcNow(), Unique(), null, nonce));
            return request;
        }, ct);

    public Task<ProviderAnswer> GetAsync(string url, TokenSet tokens, CancellationToken ct) =>
        WithNonceAsync(nonce =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", tokens.AccessToken);
            request.Headers.Add("DPoP", DpopProof.Create(tokens.DpopKey, "GET", url, time.GetUtcNow(), Unique(), tokens.AccessToken, nonce));
            return request;
        }, ct);

    // RFC 9449 §8, §9: the server names the nonce it wants in the answer that refuses.
    private async Task<ProviderAnswer> WithNonceAsync(Func<string?, HttpRequestMessage> make, CancellationToken ct)
    {
        using var first = make(null);
        using var response = await http.SendAsync(first, ct);
        var answer = await ReadAsync(response, ct);
        if (answer.Succeeded || !response.Headers.TryGetValues("DPoP-Nonce", out var nonces) || !AsksForNonce(response, answer))
        {
            return answer;
        }

        using var second = make(nonces.First());
        using var again = await http.SendAsync(second, ct);
        return await ReadAsync(again, ct);
    }

    private static bool AsksForNonce(HttpResponseMessage response, ProviderAnswer answer) =>
        answer.Error == "use_dpop_nonce"
        || response.Headers.WwwAuthenticate.Any(h => h.Parameter?.Contains("use_dpop_nonce", StringComparison.Ordinal) == true);

    private static async Task<ProviderAnswer> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        return StrictJson.ParseObject(body).Succeeded(out var json, out _)
            ? new((int)response.StatusCode, json.Element)
            : new((int)response.StatusCode, JsonElement.Parse("{}"u8));
    }

    // FAPI 2.0 Security Profile §5.3.3.1: the issuer identifier is the only audience.
    private Dictionary<string, string> ClientAuthentication()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var assertion = JwtWriter.Sign(options.ClientKey, "JWT", claims =>
        {
            claims.WriteString("iss", options.ClientId);
            claims.WriteString("sub", options.ClientId);
            claims.WriteString("aud", options.Authority);
            claims.WriteString("jti", Unique());
            claims.WriteNumber("iat", now);
            claims.WriteNumber("exp", now + 60);
        });
        return new()
        {
            ["client_id"] = options.ClientId,
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
        };
    }

    private string Unique()
    {
        Span<byte> bytes = stackalloc byte[16];
        random(bytes);
        return Base64UrlText.Encode(bytes);
    }
}
