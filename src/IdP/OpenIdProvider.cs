using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Endpoints;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.IdP;

/// <summary>What makes the authorization server an OpenID Provider, and how discovery describes it (OpenID Connect Discovery §3).</summary>
public static class OpenIdProvider
{
    private static readonly string[] OwnClaims = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid"];

    /// <summary>The options of the authorization server.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static AuthorizationServerOptions Options(ServerSettings settings, AssuranceNames acr, ClientSettings clients, IConfiguration configuration) => new()
    {
        Issuer = settings.PublicUrl,
        ClientsDirectory = settings.ClientsDirectory,
        AllowExampleKeys = settings.Development,
        MutualTls = clients.MutualTls,
        Outbound = clients.Outbound,
        Registration = clients.Registration,
        ClientRemoved = (services, id, ct) => services.GetRequiredService<Sectors>().RemoveAsync(id, ct),
        Scopes = ["openid", ClaimsAsked.ProfileScope, "offline_access"],
        OpenIdConnect = true,
        GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.ClientCredentials, GrantTypes.DeviceCode, GrantTypes.TokenExchange],
        AcrValues = acr.Supported,
        RequireDpopNonce = IsTrue(configuration, "RequireDpopNonce"),
        DevicePage = DevicePages.Path,
        FormPostPage = (http, post) => FormPosts.Page(http, post.Address, post.Fields),
        Metadata = json => WriteMetadata(json, settings.PublicUrl),
        ErrorPage = GoOn.For,
    };

    private static bool IsTrue(IConfiguration configuration, string key) => configuration[key] switch
    {
        null or "false" => false,
        "true" => true,
        var text => throw new SettingsException(key, $"is '{text}'; it is true or false."),
    };

    private static void WriteMetadata(Utf8JsonWriter json, string publicUrl)
    {
        json.WriteString("userinfo_endpoint", publicUrl + UserInfo.Path);
        json.WriteString("end_session_endpoint", publicUrl + EndSession.Path);
        json.WriteBoolean("backchannel_logout_supported", true);
        json.WriteBoolean("backchannel_logout_session_supported", true);
        json.WriteStrings("subject_types_supported", ["pairwise"]);
        json.WriteStrings("claim_types_supported", ["normal"]);
        json.WriteStrings("claims_supported", [.. OwnClaims, .. ClaimsAsked.Known]);
        json.WriteStrings("ui_locales_supported", IdentityProvider.Languages);
    }
}
