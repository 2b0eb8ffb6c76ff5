using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>One client's file: RFC 7591 member names, read strictly. A member that nothing would obey is refused, not ignored.</summary>
internal static class ClientFile
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "client_id", "client_name", "client_uri", "purpose", "logo_uri", "policy_uri", "tos_uri", "contacts",
        "redirect_uris", "post_logout_redirect_uris", "grant_types", "response_types", "scope",
        "token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "jwks",
        "subject_type", "sector_identifier_uri", "id_token_signed_response_alg", "default_max_age", "default_acr_values",
        "require_auth_time", "initiate_login_uri", "backchannel_logout_uri", "backchannel_logout_session_required",
        "require_pushed_authorization_requests", "require_pkce", "dpop_bound_access_tokens", "tls_client_certificate_bound_access_tokens",
        "require_signed_request_object", "request_object_signing_alg", "authorization_signed_response_alg",
        "userinfo_signed_response_alg", "introspection_signed_response_alg",
        "authorization_details_types", "resource", "resource_scopes",
    };

    /// <exception cref="ClientFileException">Names the file and the member.</exception>
    public static Client Parse(string file, ReadOnlySpan<byte> json)
    {
        if (StrictJson.ParseObject(json).Failed(out var failure, out var value))
        {
            throw new ClientFileException(file, failure.Fact);
        }

        return new Reader(file, value.Element).Read();
    }

    private sealed class Reader(string file, JsonElement json)
    {
        public Client Read()
        {
            RefuseUnknown();
            var method = Method();
            var client = new Client(json)
            {
                Id = Required("client_id"),
                Name = Text("client_name") ?? Required("client_id"),
                AuthenticationMethod = method,
                Keys = Keys(method),
                RedirectUris = Uris("redirect_uris"),
                PostLogoutRedirectUris = Uris("post_logout_redirect_uris"),
                GrantTypes = Strings("grant_types") ?? [OAuth.GrantTypes.AuthorizationCode],
                Scopes = Words("scope"),
                RequiresPushedRequests = Boolean("require_pushed_authorization_requests") ?? true,
                IdTokenAlgorithm = Algorithm("id_token_signed_response_alg") ?? JwsAlgorithm.ES256,
                DefaultMaxAge = Seconds("default_max_age"),
                RequiresPkce = Boolean("require_pkce") ?? true,
                RequiresSignedRequests = Boolean("require_signed_request_object") ?? false,
                RequestObjectAlgorithm = Algorithm("request_object_signing_alg"),
                AssertionAlgorithm = Algorithm("token_endpoint_auth_signing_alg"),
                ResponseAlgorithm = Algorithm("authorization_signed_response_alg") ?? JwsAlgorithm.ES256,
                UserInfoAlgorithm = Algorithm("userinfo_signed_response_alg"),
                IntrospectionAlgorithm = Algorithm("introspection_signed_response_alg"),
                SenderConstraint = Constraint(),
                AuthorizationDetailsTypes = Strings("authorization_details_types") ?? [],
                Resource = Text("resource"),
                ResourceScopes = Words("resource_scopes"),
                SectorIdentifierUri = Text("sector_identifier_uri"),
                BackchannelLogoutUri = Text("backchannel_logout_uri"),
            };
            CheckTogether(client);
            return client;
        }

        private void RefuseUnknown()
        {
            foreach (var member in json.EnumerateObject())
            {
                // RFC 7591 §2.2: human-readable members may carry a language tag.
                var name = member.Name.Split('#')[0];
                if (!Known.Contains(name) || (name != member.Name && member.Value.ValueKind != JsonValueKind.String))
                {
                    throw Fault(member.Name, "is not known here");
                }
            }
        }

        private ClientAuthenticationMethod Method() => Required("token_endpoint_auth_method") switch
        {
            "private_key_jwt" => ClientAuthenticationMethod.PrivateKeyJwt,
            "attest_jwt_client_auth" => ClientAuthenticationMethod.Attestation,
            "none" => ClientAuthenticationMethod.None,
            _ => throw Fault("token_endpoint_auth_method", "is none of private_key_jwt, attest_jwt_client_auth and none"),
        };

        private List<VerificationKey> Keys(ClientAuthenticationMethod method)
        {
            var keys = new List<VerificationKey>();
            if (json.Member("jwks") is { } jwks)
            {
                foreach (var key in (jwks.ArrayMember("keys") ?? throw Fault("jwks", "has no array keys")).EnumerateArray())
                {
                    if (Jwk.Parse(key).Failed(out var failure, out var jwk) || VerificationKey.Import(jwk).Failed(out failure, out var imported))
                    {
                        throw Fault("jwks", failure.Fact);
                    }

                    keys.Add(imported);
                }
            }

            return keys.Count > 0 == (method == ClientAuthenticationMethod.PrivateKeyJwt)
                ? keys
                : throw Fault("jwks", "belongs to private_key_jwt, and to it alone");
        }

        private void CheckTogether(Client client)
        {
            if (client.GrantTypes.Contains(OAuth.GrantTypes.AuthorizationCode) && client.RedirectUris.Count == 0)
            {
                throw Fault("redirect_uris", "is missing, and the authorization code needs it");
            }

            if (Strings("response_types") is { } types && (types.Count != 1 || types[0] != "code"))
            {
                throw Fault("response_types", "may hold code alone");
            }
        }

        // RFC 9449 §5.2 and RFC 8705 §3.4 default to false; here a client that says nothing is bound to its DPoP key.
        private SenderConstraint Constraint()
        {
            var (certificate, dpop) = (Boolean("tls_client_certificate_bound_access_tokens") == true, Boolean("dpop_bound_access_tokens"));
            if (certificate && dpop == true)
            {
                throw Fault("dpop_bound_access_tokens", "and tls_client_certificate_bound_access_tokens exclude each other");
            }

            return certificate ? SenderConstraint.Certificate : dpop == false ? SenderConstraint.None : SenderConstraint.Dpop;
        }

        private string Required(string name) => Text(name) ?? throw Fault(name, "is missing");

        private string? Text(string name) => json.Member(name) is null
            ? null
            : json.StringMember(name) is { Length: > 0 } text ? text : throw Fault(name, "is not a text");

        private string[] Words(string name) => Text(name)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

        private bool? Boolean(string name) => json.Member(name) is null
            ? null
            : json.BooleanMember(name) ?? throw Fault(name, "is neither true nor false");

        private long? Seconds(string name) => json.Member(name) is null
            ? null
            : json.LongMember(name) is { } number and >= 0 and <= int.MaxValue ? number : throw Fault(name, "is not a number of seconds");

        private IReadOnlyList<string>? Strings(string name) => json.Member(name) is null
            ? null
            : json.StringsMember(name) ?? throw Fault(name, "is not an array of texts");

        private JwsAlgorithm? Algorithm(string name) => Text(name) is not { } text
            ? null
            : JwsAlgorithms.Find(text) ?? throw Fault(name, "is not an algorithm of this server");

        // RFC 6749 §3.1.2: absolute, without fragment. Plain http only on the machine itself (RFC 8252 §8.3).
        private IReadOnlyList<string> Uris(string name)
        {
            var uris = Strings(name) ?? [];
            return uris.All(IsUsable) ? uris : throw Fault(name, "holds something other than absolute https URIs without fragment");
        }

        private static bool IsUsable(string text) =>
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && !text.Contains('#', StringComparison.Ordinal)
            && (uri.Scheme == Uri.UriSchemeHttp ? uri.IsLoopback : uri.Scheme is not ("javascript" or "data" or "file"));

        private ClientFileException Fault(string member, string fault) => new(file, $"{member} {fault}");
    }
}
