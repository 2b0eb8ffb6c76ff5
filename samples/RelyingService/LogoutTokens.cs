using System.Text.Json;
using IdentityPlatform.Formats;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace IdentityPlatform.RelyingService;

/// <summary>
/// Reads logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.6) with Microsoft's classes: they fetch the provider's
/// metadata and keys, keep them, and ask again when a token names a key that is not known yet.
/// </summary>
internal sealed class LogoutTokens(ServiceSettings settings)
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    private readonly JsonWebTokenHandler _handler = new();

    private readonly TokenValidationParameters _parameters = new()
    {
        ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{settings.Authority}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = !new Uri(settings.Authority).IsLoopback }),

        // The provider's own metadata has no say in who the provider is.
        IssuerValidator = (issuer, _, _) => issuer == settings.Authority ? issuer : throw new SecurityTokenInvalidIssuerException("The issuer is another."),
        ValidAudience = settings.ClientId,
        ValidTypes = ["logout+jwt"],
        ValidAlgorithms = ["ES256", "PS256"],
        ClockSkew = TimeSpan.FromMinutes(1),
    };

    /// <summary>The session that ended, by the <c>sid</c> of its ID token; null for what is no logout token for this service.</summary>
    public async Task<string?> ReadAsync(string? token)
    {
        var result = await _handler.ValidateTokenAsync(token, _parameters);
        if (!result.IsValid)
        {
            return null;
        }

        // §2.4: an event, and never a nonce, so that no ID token is taken for this.
        var claims = JsonElement.Parse(Base64UrlEncoder.DecodeBytes(((JsonWebToken)result.SecurityToken).EncodedPayload));
        return claims.ObjectMember("events")?.ObjectMember(Event) is not null && claims.Member("nonce") is null ? claims.StringMember("sid") : null;
    }
}
