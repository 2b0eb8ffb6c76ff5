using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>
/// The metadata that a client sends (RFC 7591 §2) as it will be stored: what nobody here understands is left out, what the
/// client did not say is written down as what it gets, the strict rule. A later version of this server may have other
/// defaults; this client keeps those that it was told.
/// </summary>
internal static class ReceivedRegistration
{
    private static readonly string[] OwnMembers = ["client_id", "client_secret_sha256"];

    /// <summary>The metadata to store.</summary>
    /// <param name="sent">What the client sent.</param>
    /// <param name="clientId">Its id.</param>
    /// <param name="scopes">The scopes that it may have: those of a client that names none.</param>
    /// <param name="openIdConnect">True for an OpenID Provider.</param>
    public static JsonObject Complete(JsonElement sent, string clientId, IReadOnlyList<string> scopes, bool openIdConnect)
    {
        var kept = new JsonObject { ["client_id"] = clientId };
        foreach (var member in sent.EnumerateObject())
        {
            // RFC 7591 §2: unknown members are ignored. RFC 7592 §2.2: null stands for a member that is left out.
            if (ClientMembers.IsKnown(member.Name) && !OwnMembers.Contains(member.Name) && member.Value.ValueKind != JsonValueKind.Null)
            {
                kept[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }

        AddDefaults(kept, scopes, openIdConnect);
        return kept;
    }

    /// <summary>True where the client gets a secret.</summary>
    public static bool NeedsSecret(JsonObject metadata) =>
        TextOf(metadata, "token_endpoint_auth_method") is "client_secret_basic" or "client_secret_post";

    /// <summary>Sets the hashes of the client's secrets.</summary>
    public static void SetSecrets(JsonObject metadata, IEnumerable<byte[]> hashes) =>
        metadata["client_secret_sha256"] = new JsonArray([.. hashes.Select(hash => (JsonNode)Base64UrlText.Encode(hash))]);

    /// <summary>A new secret beside the newest that is there: the third pushes out the oldest.</summary>
    public static IEnumerable<byte[]> Rotate(IReadOnlyList<byte[]> hashes, string secret) =>
        [.. hashes.TakeLast(ClientRegistration.MaxSecrets - 1), StoredHash.Of(secret)];

    private static void AddDefaults(JsonObject metadata, IReadOnlyList<string> scopes, bool openIdConnect)
    {
        // RFC 7591 §2 says client_secret_basic; who brings keys means to use them.
        var method = metadata.ContainsKey("jwks") || metadata.ContainsKey("jwks_uri") ? "private_key_jwt" : "client_secret_basic";
        metadata.TryAdd("token_endpoint_auth_method", method);
        metadata.TryAdd("grant_types", new JsonArray(GrantTypes.AuthorizationCode));
        metadata.TryAdd("scope", string.Join(' ', scopes));
        metadata.TryAdd("require_pushed_authorization_requests", true);
        metadata.TryAdd("require_pkce", true);
        if (!metadata.ContainsKey("tls_client_certificate_bound_access_tokens"))
        {
            metadata.TryAdd("dpop_bound_access_tokens", true);
        }

        if (metadata.ContainsKey("redirect_uris"))
        {
            metadata.TryAdd("response_types", new JsonArray("code"));
        }

        if (openIdConnect)
        {
            metadata.TryAdd("subject_type", "pairwise");
            metadata.TryAdd("id_token_signed_response_alg", "ES256");
        }

        // An empty text is no list of scopes.
        if (TextOf(metadata, "scope") is "")
        {
            metadata.Remove("scope");
        }
    }

    private static string? TextOf(JsonObject metadata, string member) =>
        metadata[member] is { } value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
