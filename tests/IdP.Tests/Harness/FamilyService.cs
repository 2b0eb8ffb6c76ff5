using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.IdP.Tests.Harness;

/// <summary>A service where a guardian acts for a child: all its tokens are bound to one DPoP key, so that two of them become one (RFC 8693).</summary>
public sealed class FamilyService(IdpHost host, string id, SigningKey key) : IDisposable
{
    private const string TokenType = "urn:ietf:params:oauth:token-type:access_token";

    private readonly HttpClient _http = new(host.Handler());
    private readonly SigningKey _dpop = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The access token of a person who is signed in at the provider.</summary>
    public async Task<string> TokenAsync(Person person)
    {
        var verifier = Random();
        var callback = $"https://{id}.test/callback";
        var (_, pushed) = await PostAsync("/par", new()
        {
            ["response_type"] = "code",
            ["redirect_uri"] = callback,
            ["scope"] = "openid",
            ["state"] = Random(),
            ["code_challenge_method"] = "S256",
            ["code_challenge"] = Base64UrlText.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(verifier))),
        });
        var page = await person.Browser.OpenAsync($"/authorize?client_id={id}&request_uri={Uri.EscapeDataString(pushed.StringMember("request_uri")!)}");
        page = page.Url.AbsolutePath == "/consent" ? await Service.AgreeAsync(person, page) : page;
        var (status, answer) = await PostAsync("/token", new()
        {
            ["grant_type"] = "authorization_code",
            ["redirect_uri"] = callback,
            ["code"] = page.Query("code")!,
            ["code_verifier"] = verifier,
        });
        Assert.Equal(200, status);
        return answer.StringMember("access_token")!;
    }

    /// <summary>Asks for a token by which the actor acts for the subject.</summary>
    public Task<(int Status, JsonElement Json)> ExchangeAsync(string subject, string actor) => PostAsync("/token", new()
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
        ["subject_token"] = subject,
        ["subject_token_type"] = TokenType,
        ["actor_token"] = actor,
        ["actor_token_type"] = TokenType,
    });

    /// <summary>What an access token says.</summary>
    public static JsonElement ClaimsOf(string token) => JsonElement.Parse(Base64UrlText.Parse(token.Split('.')[1], "the token").OrThrow());

    public void Dispose()
    {
        _http.Dispose();
        _dpop.Dispose();
    }

    private async Task<(int Status, JsonElement Json)> PostAsync(string path, Dictionary<string, string> form)
    {
        form["client_id"] = id;
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        form["client_assertion"] = JwtWriter.Sign(key, "JWT", json =>
        {
            json.WriteString("iss", id);
            json.WriteString("sub", id);
            json.WriteString("aud", IdpHost.Url);
            json.WriteString("jti", Random());
            json.WriteNumber("iat", host.Time.GetUtcNow().ToUnixTimeSeconds());
            json.WriteNumber("exp", host.Time.GetUtcNow().ToUnixTimeSeconds() + 60);
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, IdpHost.Url + path) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.TryAddWithoutValidation("DPoP", Proof(path));
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, StrictJson.ParseObject(await response.Content.ReadAsByteArrayAsync()).OrThrow().Element);
    }

    // RFC 9449 §4.2
    private string Proof(string path) => JwtWriter.Sign(
        _dpop,
        "dpop+jwt",
        json =>
        {
            json.WriteString("htm", "POST");
            json.WriteString("htu", IdpHost.Url + path);
            json.WriteNumber("iat", host.Time.GetUtcNow().ToUnixTimeSeconds());
            json.WriteString("jti", Random());
        },
        KeyReference.Jwk);

    private static string Random() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
}
