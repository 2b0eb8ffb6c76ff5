using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace IdentityPlatform.Interop.Servers;

/// <summary>
/// A relying party on Microsoft's classes: the ones that ASP.NET Core's own handler is made of. They know no DPoP, so its
/// registration asks for none; its requests are pushed, and it authenticates with <c>private_key_jwt</c>.
/// </summary>
internal sealed class MicrosoftParty(string issuer, string clientId, string callback, ECDsa key, string algorithm) : IDisposable
{
    private readonly JsonWebTokenHandler _handler = new();
    private readonly HttpClient _http = new();
    private readonly string _state = Guid.NewGuid().ToString("N");
    private readonly string _verifier = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
    private readonly OpenIdConnectProtocolValidator _validator = new() { RequireStateValidation = true };

    /// <summary>Discovery and keys as the library keeps them.</summary>
    public ConfigurationManager<OpenIdConnectConfiguration> Provider { get; } = new(
        $"{issuer}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(), new HttpDocumentRetriever { RequireHttps = false });

    /// <summary>The nonce of the sign-in.</summary>
    public string Nonce { get; set; } = "";

    public string IdToken { get; private set; } = "";

    /// <summary>The person's address at the provider, with the request pushed (RFC 9126).</summary>
    public async Task<string> StartAsync()
    {
        Nonce = _validator.GenerateNonce();
        var configuration = await Provider.GetConfigurationAsync(CancellationToken.None);
        var request = new OpenIdConnectMessage
        {
            ClientId = clientId,
            ResponseType = OpenIdConnectResponseType.Code,
            Scope = "openid profile",
            RedirectUri = callback,
            State = _state,
            Nonce = Nonce,
        };
        request.SetParameter("code_challenge", Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(_verifier))));
        request.SetParameter("code_challenge_method", "S256");
        var pushed = await PostAsync(configuration.PushedAuthorizationRequestEndpoint, request);
        return new OpenIdConnectMessage { IssuerAddress = configuration.AuthorizationEndpoint, ClientId = clientId, RequestUri = pushed.StringMember("request_uri") }.BuildRedirectUrl();
    }

    /// <summary>Answer, tokens, ID token and userinfo, each through the library's validation.</summary>
    /// <returns>The claims of the ID token and the signed userinfo.</returns>
    /// <exception cref="OpenIdConnectProtocolException">A check of the library failed.</exception>
    public async Task<(JsonWebToken IdToken, JsonWebToken UserInfo)> CompleteAsync(string location)
    {
        var configuration = await Provider.GetConfigurationAsync(CancellationToken.None);
        var answer = new OpenIdConnectMessage(QueryHelpers.ParseQuery(new Uri(location).Query).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToArray()))!);
        _validator.ValidateAuthenticationResponse(new() { ClientId = clientId, ProtocolMessage = answer, State = _state, Nonce = Nonce });

        var request = new OpenIdConnectMessage { ClientId = clientId, GrantType = OpenIdConnectGrantTypes.AuthorizationCode, Code = answer.Code, RedirectUri = callback };
        request.SetParameter("code_verifier", _verifier);
        var tokens = new OpenIdConnectMessage((await PostAsync(configuration.TokenEndpoint, request)).GetRawText());
        IdToken = tokens.IdToken;
        var idToken = (JsonWebToken)(await ValidateAsync(tokens.IdToken)).SecurityToken;
        var asOldClass = new System.IdentityModel.Tokens.Jwt.JwtSecurityToken(tokens.IdToken);
        _validator.ValidateTokenResponse(new() { ClientId = clientId, ProtocolMessage = tokens, ValidatedIdToken = asOldClass, Nonce = Nonce });

        using var call = new HttpRequestMessage(HttpMethod.Get, configuration.UserInfoEndpoint);
        call.Headers.Authorization = new("Bearer", tokens.AccessToken);
        using var response = await _http.SendAsync(call);
        Assert.Equal("application/jwt", response.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        // OpenID Connect Core §5.3.2: signed userinfo needs no times, it was asked for just now.
        var signed = await ValidateAsync(await response.Content.ReadAsStringAsync(), change: parameters => parameters.LifetimeValidator = (_, expires, _, _) => expires is null || expires > DateTime.UtcNow);
        Assert.True(signed.IsValid, signed.Exception?.Message);
        var userInfo = (JsonWebToken)signed.SecurityToken;
        _validator.ValidateUserInfoResponse(new() { UserInfoEndpointResponse = Base64UrlEncoder.Decode(userInfo.EncodedPayload), ValidatedIdToken = asOldClass });
        return (idToken, userInfo);
    }

    /// <summary>Signature, issuer, audience, time and algorithm by the library; the exception of the first check that fails.</summary>
    public async Task<TokenValidationResult> ValidateAsync(string token, string? type = null, Action<TokenValidationParameters>? change = null)
    {
        var parameters = new TokenValidationParameters
        {
            ConfigurationManager = Provider,
            ValidAudience = clientId,
            ValidAlgorithms = [algorithm],
            ValidTypes = type is null ? null : [type],
        };
        change?.Invoke(parameters);
        var result = await _handler.ValidateTokenAsync(token, parameters);
        return result.IsValid || change is not null || type is not null ? result : throw result.Exception;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> PostAsync(string url, OpenIdConnectMessage message)
    {
        message.ClientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        message.ClientAssertion = Assertion();
        using var form = new FormUrlEncodedContent(message.Parameters);
        using var response = await _http.PostAsync(new Uri(url), form);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{url}: {body}");
        return JsonElement.Parse(body);
    }

    private string Assertion() => _handler.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = clientId,
        Audience = issuer,
        IssuedAt = DateTime.UtcNow,
        Expires = DateTime.UtcNow.AddMinutes(1),
        Claims = new Dictionary<string, object> { ["sub"] = clientId, ["jti"] = Guid.NewGuid().ToString() },
        SigningCredentials = new(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
    });
}
