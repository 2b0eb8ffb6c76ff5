using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.RelyingParty;

/// <summary>What a relying service knows of itself and of its provider.</summary>
public sealed class OpenIdClientOptions
{
    /// <summary>The provider's issuer identifier, compared as a plain string.</summary>
    public required string Authority { get; init; }

    /// <summary>The client id at that provider.</summary>
    public required string ClientId { get; init; }

    /// <summary>The registered redirect URI.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>Signs client assertions (private_key_jwt, RFC 7523).</summary>
    public required SigningKey ClientKey { get; init; }
}

/// <summary>What one sign-in asks for.</summary>
/// <param name="Scope">Space-separated scopes, <c>openid</c> among them.</param>
public sealed record SignInRequest(string Scope = "openid")
{
    /// <summary>The <c>prompt</c> parameter (OpenID Connect Core §3.1.2.1), or null.</summary>
    public string? Prompt { get; init; }

    /// <summary>The <c>acr_values</c> parameter, or null.</summary>
    public string? AcrValues { get; init; }

    /// <summary>The <c>claims</c> parameter as JSON (OpenID Connect Core §5.5), or null.</summary>
    public string? Claims { get; init; }

    /// <summary>The <c>ui_locales</c> parameter, or null.</summary>
    public string? UiLocales { get; init; }

    /// <summary>The <c>max_age</c> parameter in seconds, or null.</summary>
    public int? MaxAge { get; init; }

    /// <summary>The <c>id_token_hint</c> parameter: an ID token of the person who is expected, or null.</summary>
    public string? IdTokenHint { get; init; }
}
