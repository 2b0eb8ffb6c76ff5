namespace IdentityPlatform.OAuth;

/// <summary>Where the endpoints are, below the issuer.</summary>
internal static class ServerUrls
{
    public const string Authorize = "/authorize";
    public const string Token = "/token";
    public const string PushedAuthorization = "/par";
    public const string DeviceAuthorization = "/device_authorization";
    public const string Revocation = "/revoke";
    public const string Introspection = "/introspect";
    public const string Jwks = "/jwks";
    public const string Registration = "/register";
    public const string OpenIdConfiguration = "/.well-known/openid-configuration";
    public const string AuthorizationServerMetadata = "/.well-known/oauth-authorization-server";

    /// <summary>The path of the issuer, without a trailing slash; empty where it has none.</summary>
    public static string PathOf(string issuer) => new Uri(issuer).AbsolutePath.TrimEnd('/');

    /// <summary>Scheme, host and port of the issuer.</summary>
    public static string OriginOf(string issuer) => new Uri(issuer).GetLeftPart(UriPartial.Authority);
}
