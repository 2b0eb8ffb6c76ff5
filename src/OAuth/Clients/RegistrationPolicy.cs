using System.Globalization;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>Whether a client that registers itself may be as it says. Order is this table; the first that refuses is answered.</summary>
internal static class RegistrationPolicy
{
    private const int MaxTextLength = 200;

    private delegate Refusal? Check(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options);

    private static readonly Check[] Table = [Method, Certificates, Binding, Requests, Algorithms, Grants, Scopes, Resource, Redirects, Addresses, Texts, Keys, Sector];

    /// <param name="client">As it registers.</param>
    /// <param name="allowed">What it may loosen.</param>
    /// <param name="scopes">The scopes that it may have.</param>
    /// <param name="options">The server.</param>
    public static Refusal? Run(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options)
    {
        foreach (var check in Table)
        {
            if (check(client, allowed, scopes, options) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static Refusal? Method(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options)
    {
        // An attestation names its client itself: that is a wallet's, which an operator registers.
        var method = client.AuthenticationMethod;
        var refused = method == ClientAuthenticationMethod.Attestation
            || (method == ClientAuthenticationMethod.None && !allowed.HasFlag(RegistrationPermissions.Public))
            || (method is ClientAuthenticationMethod.ClientSecretBasic or ClientAuthenticationMethod.ClientSecretPost && !allowed.HasFlag(RegistrationPermissions.Secrets));
        return refused ? Refuse("token_endpoint_auth_method") : null;
    }

    private static Refusal? Certificates(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options)
    {
        if ((client.AuthenticationMethod == ClientAuthenticationMethod.TlsClientAuth && options.MutualTls is not { Anchors.Count: > 0 })
            || (client.AuthenticationMethod == ClientAuthenticationMethod.SelfSignedTlsClientAuth && options.MutualTls is null))
        {
            return ClientRegistration.Refuse("token_endpoint_auth_method", "is off at this server");
        }

        return client.SenderConstraint == SenderConstraint.Certificate && options.MutualTls is null
            ? ClientRegistration.Refuse("tls_client_certificate_bound_access_tokens", "is off at this server")
            : null;
    }

    private static Refusal? Binding(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options) =>
        client.SenderConstraint != SenderConstraint.None || allowed.HasFlag(RegistrationPermissions.Bearer) ? null : Refuse("dpop_bound_access_tokens");

    private static Refusal? Requests(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options)
    {
        if (!client.RequiresPushedRequests && !allowed.HasFlag(RegistrationPermissions.Unpushed))
        {
            return Refuse("require_pushed_authorization_requests");
        }

        return client.RequiresPkce || allowed.HasFlag(RegistrationPermissions.WithoutPkce) ? null : Refuse("require_pkce");
    }

    private static Refusal? Algorithms(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options)
    {
        (string Member, JwsAlgorithm? Algorithm)[] named =
        [
            ("id_token_signed_response_alg", client.IdTokenAlgorithm),
            ("token_endpoint_auth_signing_alg", client.AssertionAlgorithm),
            ("request_object_signing_alg", client.RequestObjectAlgorithm),
            ("authorization_signed_response_alg", client.ResponseAlgorithm),
            ("userinfo_signed_response_alg", client.UserInfoAlgorithm),
            ("introspection_signed_response_alg", client.IntrospectionAlgorithm),
        ];
        return allowed.HasFlag(RegistrationPermissions.Rs256) || Array.Find(named, entry => entry.Algorithm == JwsAlgorithm.RS256).Member is not { } member
            ? null
            : Refuse(member);
    }

    private static Refusal? Grants(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options)
    {
        if (client.GrantTypes.Except(options.GrantTypes).Any())
        {
            return ClientRegistration.Refuse("grant_types", "holds one that this server does not have");
        }

        return allowed.HasFlag(RegistrationPermissions.Grants) || client.GrantTypes.All(type => type is GrantTypes.AuthorizationCode or GrantTypes.RefreshToken)
            ? null
            : Refuse("grant_types");
    }

    private static Refusal? Scopes(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options) =>
        client.Scopes.Except(scopes).Any() ? Refuse("scope") : null;

    // Whoever is a resource may ask what tokens for it hold: an operator says who is which.
    private static Refusal? Resource(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options) =>
        client.Resource is null && client.ResourceScopes.Count == 0 ? null : Refuse("resource");

    private static Refusal? Redirects(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options)
    {
        var fits = allowed.HasFlag(RegistrationPermissions.Native) ? (Func<string, bool>)IsHttpsOrNative : IsHttps;
        return client.RedirectUris.All(fits)
            ? client.PostLogoutRedirectUris.All(fits) ? null : Refuse("post_logout_redirect_uris")
            : Refuse("redirect_uris");
    }

    // Links on our pages, and where we post to. Files may name the machine itself; strangers may not.
    private static Refusal? Addresses(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options)
    {
        foreach (var member in client.Registration.EnumerateObject())
        {
            if (member.Name.Split('#')[0] is "client_uri" or "logo_uri" or "policy_uri" or "tos_uri" or "initiate_login_uri" or "backchannel_logout_uri"
                && !IsHttps(member.Value.GetString()!))
            {
                return ClientRegistration.Refuse(member.Name, "is no https URL");
            }
        }

        return null;
    }

    private static Refusal? Keys(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options) =>
        options.AllowExampleKeys || !client.Keys.Any(key => ExampleKeys.Contains(key.Jwk))
            ? null
            : ClientRegistration.Refuse("jwks", "holds a key of keys.example, which everybody has");

    // OpenID Connect Core §8.1: with redirects to several hosts, the sector is a list that all of them are on.
    private static Refusal? Sector(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options) =>
        !options.OpenIdConnect || client.SectorIdentifierUri is not null || client.RedirectUris.Select(uri => new Uri(uri).Host).Distinct(StringComparer.OrdinalIgnoreCase).Count() < 2
            ? null
            : ClientRegistration.Refuse("sector_identifier_uri", "is missing, and redirect_uris name several hosts");

    // A person reads it on our pages, and trusts us for it: short, and nothing that turns other text around or hides.
    private static Refusal? Texts(Client client, RegistrationPermissions allowed, IReadOnlyList<string> scopes, AuthorizationServerOptions options)
    {
        foreach (var member in client.Registration.EnumerateObject())
        {
            if (member.Name.Split('#')[0] is "client_name" or "purpose" && (member.Value.GetString() is not { Length: <= MaxTextLength } text || !text.All(IsPlain)))
            {
                return ClientRegistration.Refuse(member.Name, $"is longer than {MaxTextLength} characters, or holds some that cannot be seen");
            }
        }

        return null;
    }

    private static bool IsPlain(char c) => char.GetUnicodeCategory(c) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    // RFC 8252 §7.1: an app's own scheme is a domain name in reverse, and has a dot.
    private static bool IsHttpsOrNative(string uri) => new Uri(uri).Scheme is var scheme && (scheme is "https" or "http" || scheme.Contains('.', StringComparison.Ordinal));

    private static bool IsHttps(string uri) => new Uri(uri).Scheme == Uri.UriSchemeHttps;

    // Before the metadata is known to be wrong in itself, it is not for this client to say.
    private static Refusal Refuse(string member) => new(
        Rule.RegistrationPermission,
        member == "redirect_uris" ? OAuthErrors.InvalidRedirectUri : OAuthErrors.InvalidClientMetadata,
        $"{member} is weaker or wider than this registration allows");
}
