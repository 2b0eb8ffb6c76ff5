using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.RelyingParty;

/// <summary>What a relying service needs of a provider's metadata (OpenID Connect Discovery §3, RFC 9126 §5).</summary>
public sealed class ProviderMetadata
{
    private ProviderMetadata(JsonElement json)
    {
        AuthorizationEndpoint = json.StringMember("authorization_endpoint")!;
        TokenEndpoint = json.StringMember("token_endpoint")!;
        PushedAuthorizationRequestEndpoint = json.StringMember("pushed_authorization_request_endpoint")!;
        JwksUri = json.StringMember("jwks_uri")!;
        UserInfoEndpoint = json.StringMember("userinfo_endpoint");
    }

    /// <summary>The authorization endpoint.</summary>
    public string AuthorizationEndpoint { get; }

    /// <summary>The token endpoint.</summary>
    public string TokenEndpoint { get; }

    /// <summary>The pushed authorization request endpoint.</summary>
    public string PushedAuthorizationRequestEndpoint { get; }

    /// <summary>Where the provider's keys are.</summary>
    public string JwksUri { get; }

    /// <summary>The userinfo endpoint, where there is one.</summary>
    public string? UserInfoEndpoint { get; }

    /// <summary>Parses and checks metadata: the issuer is the authority, every URL is https, or http on a loopback host.</summary>
    public static Parsed<ProviderMetadata> Parse(JsonElement json, string authority)
    {
        // OpenID Connect Discovery §4.3: the issuer equals the URL that the metadata was found under.
        if (json.StringMember("issuer") != authority)
        {
            return new FormatFailure(FormatRule.Member, "issuer is not the authority");
        }

        string[] required = ["authorization_endpoint", "token_endpoint", "pushed_authorization_request_endpoint", "jwks_uri"];
        if (Array.Find(required, name => !IsSafeUrl(json.StringMember(name))) is { } missing)
        {
            return new FormatFailure(FormatRule.Member, $"{missing} is missing or no https URL");
        }

        // RFC 9207 §3: without iss in the response, a mix-up of providers cannot be seen.
        return json.BooleanMember("authorization_response_iss_parameter_supported") == true
            ? new ProviderMetadata(json)
            : new FormatFailure(FormatRule.Member, "authorization_response_iss_parameter_supported is not true");
    }

    private static bool IsSafeUrl(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
