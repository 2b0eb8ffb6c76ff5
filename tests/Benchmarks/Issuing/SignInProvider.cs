using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Benchmarks.Issuing;

/// <summary>The OpenID Provider of the prepared people: says of everybody who comes what it was told to say. Not measured.</summary>
internal sealed class SignInProvider : IAsyncDisposable
{
    private readonly SigningKey _key = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly WebApplication _app;
    private string? _nonce;

    private SignInProvider(WebApplication app, string url) => (_app, Url) = (app, url);

    public string Url { get; }

    /// <summary>Who signs in next.</summary>
    public string Subject { get; set; } = "";

    /// <summary>What the issuer sent last, to be given back.</summary>
    public string? State { get; private set; }

    public static async Task<SignInProvider> StartAsync(string url, string clientId, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var provider = new SignInProvider(builder.Build(), url);
        provider.Map(clientId);
        await provider._app.StartAsync(ct);
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private void Map(string clientId)
    {
        _app.MapGet("/.well-known/openid-configuration", () => Json($$"""
            {"issuer":"{{Url}}","authorization_endpoint":"{{Url}}/authorize","token_endpoint":"{{Url}}/token","jwks_uri":"{{Url}}/jwks",
             "pushed_authorization_request_endpoint":"{{Url}}/par","authorization_response_iss_parameter_supported":true}
            """));
        _app.MapGet("/jwks", () => Json($$"""{"keys":[{{_key.PublicKey.ToJson()}}]}"""));
        _app.MapPost("/par", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            (_nonce, State) = (form["nonce"], form["state"]);
            return Json("""{"request_uri":"urn:ietf:params:oauth:request_uri:1","expires_in":60}""");
        });
        _app.MapPost("/token", () => Json($$"""{"access_token":"opaque","token_type":"DPoP","expires_in":60,"id_token":"{{IdToken(clientId)}}"}"""));
    }

    private string IdToken(string clientId) => JwtWriter.Sign(_key, "JWT", writer =>
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        writer.WriteString("iss", Url);
        writer.WriteString("sub", Subject);
        writer.WriteString("aud", clientId);
        writer.WriteString("nonce", _nonce);
        writer.WriteNumber("iat", now);
        writer.WriteNumber("exp", now + 60);
    });

    private static IResult Json(string text) => Results.Text(text, "application/json");
}
