using System.Net;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>An OpenID Provider as the issuer's client sees it: says of every person what the test told it to say.</summary>
internal sealed class TestProvider : HttpMessageHandler
{
    public const string Authority = "http://localhost:5101";
    private readonly SigningKey _key = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private string? _nonce;

    /// <summary>Who signs in next.</summary>
    public string Subject { get; set; } = "subject";

    public string? State { get; private set; }

    public DateTimeOffset Now { get; set; } = TestCase.Now;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var form = request.Content is null ? [] : Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        var json = request.RequestUri!.AbsolutePath switch
        {
            "/jwks" => $$"""{"keys":[{{_key.PublicKey.ToJson()}}]}""",
            "/par" => Push(form),
            "/token" => $$"""{"access_token":"opaque","token_type":"DPoP","expires_in":60,"id_token":"{{IdToken()}}"}""",
            _ => $$"""
                {"issuer":"{{Authority}}","authorization_endpoint":"{{Authority}}/authorize","token_endpoint":"{{Authority}}/token",
                 "pushed_authorization_request_endpoint":"{{Authority}}/par","jwks_uri":"{{Authority}}/jwks","authorization_response_iss_parameter_supported":true}
                """,
        };
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
    }

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        base.Dispose(disposing);
    }

    private string Push(Dictionary<string, string> form)
    {
        (_nonce, State) = (form["nonce"], form["state"]);
        return """{"request_uri":"urn:ietf:params:oauth:request_uri:1","expires_in":60}""";
    }

    private string IdToken() => JwtWriter.Sign(_key, "JWT", writer =>
    {
        writer.WriteString("iss", Authority);
        writer.WriteString("sub", Subject);
        writer.WriteString("aud", "card-issuer");
        writer.WriteString("nonce", _nonce);
        writer.WriteNumber("iat", Now.ToUnixTimeSeconds());
        writer.WriteNumber("exp", Now.ToUnixTimeSeconds() + 60);
    });

    private static Dictionary<string, string> Parse(string form) => form.Split('&').Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => WebUtility.UrlDecode(pair[0]), pair => WebUtility.UrlDecode(pair[1]), StringComparer.Ordinal);
}
