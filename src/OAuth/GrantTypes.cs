namespace IdentityPlatform.OAuth;

/// <summary>The grant types of the engine.</summary>
public static class GrantTypes
{
    public const string AuthorizationCode = "authorization_code";

    public const string RefreshToken = "refresh_token";

    /// <summary>RFC 6749 §4.4.</summary>
    public const string ClientCredentials = "client_credentials";

    /// <summary>RFC 8628 §3.4.</summary>
    public const string DeviceCode = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>RFC 8693 §2.1.</summary>
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>OpenID4VCI 1.0 §4.1.1.</summary>
    public const string PreAuthorizedCode = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
}
