using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.Harness;

/// <summary>A relying service: a real FAPI 2.0 client of the provider.</summary>
public sealed class Service : IDisposable
{
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public Service(IdpHost host, string id, SigningKey key)
    {
        Id = id;
        _time = host.Time;
        _http = new HttpClient(host.Handler());
        Client = new OpenIdClient(
            _http, new OpenIdClientOptions { Authority = IdpHost.Url, ClientId = id, RedirectUri = RedirectUri, ClientKey = key }, host.Time, RandomNumberGenerator.Fill);
    }

    public string Id { get; }

    public OpenIdClient Client { get; }

    public string RedirectUri => $"https://{Id}.test/callback";

    public string ByeUri => $"https://{Id}.test/bye";

    /// <summary>Sends a person to the provider and gives the page where they land.</summary>
    public async Task<(SignInStart Start, Shown Page)> SendAsync(Person person, SignInRequest request)
    {
        var start = await Client.StartAsync(request, CancellationToken.None);
        return (start, await person.Browser.OpenAsync(start.RedirectUrl));
    }

    /// <summary>What the service makes of the browser's return.</summary>
    public Task<SignInOutcome> ReceiveAsync(SignInStart start, Shown landed)
    {
        Assert.StartsWith(RedirectUri, landed.Url.AbsoluteUri, StringComparison.Ordinal);
        return Client.CompleteAsync(start.State, landed.Query, CancellationToken.None);
    }

    /// <summary>The whole way of a person who is signed in at the provider and agrees to everything.</summary>
    public async Task<SignInOutcome.SignedIn> SignInAsync(Person person, SignInRequest? request = null)
    {
        var (start, page) = await SendAsync(person, request ?? new SignInRequest());
        if (page.Url.AbsolutePath == "/consent")
        {
            page = await AgreeAsync(person, page);
        }

        return Assert.IsType<SignInOutcome.SignedIn>(await ReceiveAsync(start, page));
    }

    /// <summary>The error that the service gets.</summary>
    public async Task<string?> ErrorAsync(SignInStart start, Shown landed) => Assert.IsType<SignInOutcome.Failed>(await ReceiveAsync(start, landed)).Error;

    /// <summary>Calls userinfo as the holder of these tokens, and gives the answer as it is.</summary>
    public async Task<(int Status, string? MediaType, string Body)> UserInfoAsync(TokenSet tokens, HttpMethod method, HttpContent? content = null, bool inHeader = true)
    {
        using var request = new HttpRequestMessage(method, $"{IdpHost.Url}/userinfo") { Content = content };
        if (inHeader)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"DPoP {tokens.AccessToken}");
        }

        request.Headers.TryAddWithoutValidation("DPoP", Proof(tokens, method));
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }

    public static Task<Shown> AgreeAsync(Person person, Shown page) => AnswerAsync(person, page, "agree");

    public static Task<Shown> RefuseAsync(Person person, Shown page) => AnswerAsync(person, page, "refuse");

    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
    }

    // RFC 9449 §4.2
    private string Proof(TokenSet tokens, HttpMethod method) => JwtWriter.Sign(
        tokens.DpopKey,
        "dpop+jwt",
        json =>
        {
            json.WriteString("htm", method.Method);
            json.WriteString("htu", $"{IdpHost.Url}/userinfo");
            json.WriteNumber("iat", _time.GetUtcNow().ToUnixTimeSeconds());
            json.WriteString("jti", Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16)));
            json.WriteString("ath", Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(tokens.AccessToken))));
        },
        KeyReference.Jwk);

    private static Task<Shown> AnswerAsync(Person person, Shown page, string decision)
    {
        Assert.Equal("/consent", page.Url.AbsolutePath);
        return person.Browser.SubmitAsync("/consent", ("request", page.Field("request")), ("claims", page.Field("claims")), ("decision", decision));
    }
}
