using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>A client's metadata (RFC 7591 §2), from a file, from the registration endpoint, from the database: one reading for all. What a client does not say is the strict rule.</summary>
internal static class ClientRegistration
{
    /// <summary>How many secrets a client may have at a time: the one in use and the next.</summary>
    public const int MaxSecrets = 2;

    /// <summary>The client, or a refusal whose text begins with the name of the member.</summary>
    public static Checked<Client> Parse(JsonElement json)
    {
        var members = new ClientMembers(json);
        members.CheckTexts("client_name", "purpose");
        members.CheckPages("client_uri", "logo_uri", "policy_uri", "tos_uri");
        var client = Read(json, members);
        CheckTogether(client, members);
        return members.Fault is null ? client : Refuse(members.FaultyMember!, members.Fault);
    }

    /// <summary>RFC 7591 §3.2.2 has one error for redirect URIs and one for all else.</summary>
    public static Refusal Refuse(string member, string fault) => member == "redirect_uris"
        ? new(Rule.RegisteredRedirectUri, OAuthErrors.InvalidRedirectUri, $"{member} {fault}")
        : new(Rule.ClientMetadata, OAuthErrors.InvalidClientMetadata, $"{member} {fault}");

    private static Client Read(JsonElement json, ClientMembers members)
    {
        var method = Method(members);
        var id = members.Required("client_id");
        var keys = Keys(members);
        return new Client(json)
        {
            Id = id,
            Name = members.Text("client_name") ?? id,
            AuthenticationMethod = method,
            Keys = keys.Keys,
            Certificates = keys.Certificates,
            JwksUri = members.HttpsUri("jwks_uri"),
            Secrets = Secrets(members),
            CertificateSubject = Subject(members),
            RedirectUris = members.RedirectUris("redirect_uris"),
            PostLogoutRedirectUris = members.RedirectUris("post_logout_redirect_uris"),
            GrantTypes = members.Strings("grant_types") ?? [OAuth.GrantTypes.AuthorizationCode],
            Scopes = members.Words("scope"),
            RequiresPushedRequests = members.Boolean("require_pushed_authorization_requests") ?? true,
            RegisteredIdTokenAlgorithm = members.Algorithm("id_token_signed_response_alg"),
            DefaultMaxAge = members.Seconds("default_max_age"),
            RequiresPkce = members.Boolean("require_pkce") ?? true,
            RequiresSignedRequests = members.Boolean("require_signed_request_object") ?? false,
            RequestObjectAlgorithm = members.Algorithm("request_object_signing_alg"),
            AssertionAlgorithm = members.Algorithm("token_endpoint_auth_signing_alg"),
            ResponseAlgorithm = members.Algorithm("authorization_signed_response_alg") ?? JwsAlgorithm.ES256,
            UserInfoAlgorithm = members.Algorithm("userinfo_signed_response_alg"),
            IntrospectionAlgorithm = members.Algorithm("introspection_signed_response_alg"),
            SenderConstraint = Constraint(members),
            AuthorizationDetailsTypes = members.Strings("authorization_details_types") ?? [],
            Resource = members.Text("resource"),
            ResourceScopes = members.Words("resource_scopes"),
            SectorIdentifierUri = members.HttpsUri("sector_identifier_uri"),
            BackchannelLogoutUri = members.Text("backchannel_logout_uri"),
        };
    }

    private static ClientAuthenticationMethod Method(ClientMembers members)
    {
        const string name = "token_endpoint_auth_method";
        if (ClientAuthenticationMethods.Find(members.Required(name)) is { } method)
        {
            return method;
        }

        members.Fail(name, $"is none of {string.Join(", ", ClientAuthenticationMethods.Names)}");
        return default;
    }

    private static ClientKeySet Keys(ClientMembers members)
    {
        if (members.Find("jwks") is not { } jwks)
        {
            return ClientKeySet.Empty;
        }

        if (ClientKeySet.Parse(jwks).Succeeded(out var keys, out var failure))
        {
            return keys;
        }

        members.Fail("jwks", failure.Fact);
        return ClientKeySet.Empty;
    }

    private static List<byte[]> Secrets(ClientMembers members)
    {
        const string name = "client_secret_sha256";
        var hashes = new List<byte[]>();
        foreach (var text in members.Strings(name) ?? [])
        {
            if (!Base64UrlText.TryDecode(text, out var hash) || hash.Length != 32)
            {
                members.Fail(name, "holds something other than base64url of 32 bytes");
                return [];
            }

            hashes.Add(hash);
        }

        if (hashes.Count > MaxSecrets)
        {
            members.Fail(name, $"has more than {MaxSecrets} entries");
        }

        return hashes;
    }

    // RFC 8705 §2.1.2: exactly one of the five says which certificate it is.
    private static CertificateSubject? Subject(ClientMembers members)
    {
        CertificateSubject? subject = null;
        foreach (var kind in Enum.GetValues<CertificateSubjectKind>())
        {
            var name = CertificateSubject.MemberOf(kind);
            if (members.Text(name) is not { } value)
            {
                continue;
            }

            if (subject is not null)
            {
                members.Fail(name, $"and {CertificateSubject.MemberOf(subject.Kind)} exclude each other");
            }

            if (CertificateSubject.Parse(kind, value).Failed(out var failure, out subject))
            {
                members.Fail(name, failure.Fact);
                return null;
            }
        }

        return subject;
    }

    // RFC 9449 §5.2 and RFC 8705 §3.4 default to false; here a client that says nothing is bound to its DPoP key.
    private static SenderConstraint Constraint(ClientMembers members)
    {
        var (certificate, dpop) = (members.Boolean("tls_client_certificate_bound_access_tokens") == true, members.Boolean("dpop_bound_access_tokens"));
        if (certificate && dpop == true)
        {
            members.Fail("dpop_bound_access_tokens", "and tls_client_certificate_bound_access_tokens exclude each other");
        }

        return certificate ? SenderConstraint.Certificate : dpop == false ? SenderConstraint.None : SenderConstraint.Dpop;
    }

    private static void CheckTogether(Client client, ClientMembers members)
    {
        CheckKeys(client, members);
        CheckCredentials(client, members);
        if (client.GrantTypes.Contains(OAuth.GrantTypes.AuthorizationCode) && client.RedirectUris.Count == 0)
        {
            members.Fail("redirect_uris", "is missing, and the authorization code needs it");
        }

        if (members.Strings("response_types") is { } types && types is not ["code"] && (types.Count > 0 || client.GrantTypes.Contains(OAuth.GrantTypes.AuthorizationCode)))
        {
            members.Fail("response_types", "may hold code alone");
        }

        if (members.Text("subject_type") is not (null or "pairwise"))
        {
            members.Fail("subject_type", "is not pairwise");
        }

        CheckAddresses(members);
    }

    private static void CheckKeys(Client client, ClientMembers members)
    {
        var byValue = members.Find("jwks") is not null;
        if (byValue && client.JwksUri is not null)
        {
            // RFC 7591 §2
            members.Fail("jwks", "and jwks_uri exclude each other");
        }

        switch (client.AuthenticationMethod)
        {
            case ClientAuthenticationMethod.PrivateKeyJwt when client.Keys.Count == 0 && client.JwksUri is null:
                members.Fail("jwks", "or jwks_uri is missing, and private_key_jwt needs it");
                break;
            case ClientAuthenticationMethod.SelfSignedTlsClientAuth when client.Certificates.Count == 0 && client.JwksUri is null:
                members.Fail("jwks", "holds no x5c, and jwks_uri is missing: self_signed_tls_client_auth needs one of them");
                break;
            case ClientAuthenticationMethod.Attestation when byValue || client.JwksUri is not null:
                members.Fail(byValue ? "jwks" : "jwks_uri", "does not belong to attest_jwt_client_auth, whose keys are attested");
                break;
            default:
                break;
        }
    }

    private static void CheckCredentials(Client client, ClientMembers members)
    {
        // FAPI 2.0 §5.4.1 leaves RS256 out.
        if (client.AssertionAlgorithm == JwsAlgorithm.RS256 && client.IsFapi)
        {
            members.Fail("token_endpoint_auth_signing_alg", "is RS256, and nothing else of the client is weaker than FAPI 2.0");
        }

        var usesSecret = client.AuthenticationMethod is ClientAuthenticationMethod.ClientSecretBasic or ClientAuthenticationMethod.ClientSecretPost;
        if (!usesSecret && client.Secrets.Count > 0)
        {
            members.Fail("client_secret_sha256", "belongs to client_secret_basic and client_secret_post, and to them alone");
        }

        if (client.AuthenticationMethod == ClientAuthenticationMethod.TlsClientAuth != client.CertificateSubject is not null)
        {
            members.Fail(
                client.CertificateSubject is null ? "token_endpoint_auth_method" : CertificateSubject.MemberOf(client.CertificateSubject.Kind),
                client.CertificateSubject is null ? "is tls_client_auth, which needs a tls_client_auth_… member" : "belongs to tls_client_auth, and to it alone");
        }
    }

    private static void CheckAddresses(ClientMembers members)
    {
        if (members.Text("initiate_login_uri") is { } start && !ClientMembers.IsPage(start))
        {
            members.Fail("initiate_login_uri", "is no https URL");
        }

        if (members.Text("backchannel_logout_uri") is { } logout && !ClientMembers.IsPage(logout))
        {
            members.Fail("backchannel_logout_uri", "is no https URL");
        }
    }
}
