using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>How clients authenticate and register: the part of the metadata that follows from it (RFC 8414 §2, RFC 8705 §5).</summary>
internal static class ClientMetadata
{
    private static readonly string[] Algorithms = ["ES256", "ES384", "ES512", "PS256"];

    // What clients call themselves; browsers stay at the ordinary origin.
    private static readonly string[] Aliased =
    [
        "token_endpoint", "pushed_authorization_request_endpoint", "revocation_endpoint", "introspection_endpoint",
        "device_authorization_endpoint", "userinfo_endpoint",
    ];

    /// <summary>The methods and algorithms, for each endpoint at which clients authenticate.</summary>
    public static void WriteAuthentication(Utf8JsonWriter writer, AuthorizationServerOptions options, IReadOnlyCollection<Client> clients, params ReadOnlySpan<string> endpoints)
    {
        var methods = Methods(options, clients).ToList();
        List<string> algorithms = [.. Algorithms, .. clients.Any(client => client.AssertionAlgorithm == JwsAlgorithm.RS256) ? ["RS256"] : Array.Empty<string>()];
        foreach (var endpoint in endpoints)
        {
            writer.WriteStrings($"{endpoint}_endpoint_auth_methods_supported", methods);
            writer.WriteStrings($"{endpoint}_endpoint_auth_signing_alg_values_supported", algorithms);
        }

        if (options.AttesterAnchors.Count > 0)
        {
            writer.WriteStrings("client_attestation_signing_alg_values_supported", ["ES256", "ES384", "ES512"]);
            writer.WriteStrings("client_attestation_pop_signing_alg_values_supported", ["ES256", "ES384", "ES512"]);
        }

        if (options.Registration is not null)
        {
            writer.WriteString("registration_endpoint", options.Issuer + ServerUrls.Registration);
        }

        if (options.MutualTls is not null)
        {
            writer.WriteBoolean("tls_client_certificate_bound_access_tokens", true);
        }
    }

    /// <summary>The finished document with the URLs for callers with a client certificate, of whatever endpoints there are.</summary>
    public static byte[] AddAliases(byte[] document, JsonElement json, AuthorizationServerOptions options)
    {
        var aliases = Aliased.Where(name => AliasOf(name) is not null).ToList();
        if (aliases.Count == 0)
        {
            return document;
        }

        return JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var member in json.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            writer.WriteStartObject("mtls_endpoint_aliases");
            aliases.ForEach(name => writer.WriteString(name, AliasOf(name)));
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

        string? AliasOf(string name) => json.StringMember(name) is { } url ? options.MutualTlsUrlOf(url) : null;
    }

    // What is on: by the server's settings, and secrets where a client has one.
    private static IEnumerable<string> Methods(AuthorizationServerOptions options, IReadOnlyCollection<Client> clients)
    {
        yield return ClientAuthenticationMethod.PrivateKeyJwt.Name();
        yield return ClientAuthenticationMethod.None.Name();
        foreach (var method in (ClientAuthenticationMethod[])[ClientAuthenticationMethod.ClientSecretBasic, ClientAuthenticationMethod.ClientSecretPost])
        {
            if (options.Registration is not null || clients.Any(client => client.AuthenticationMethod == method))
            {
                yield return method.Name();
            }
        }

        if (options.AttesterAnchors.Count > 0)
        {
            yield return ClientAuthenticationMethod.Attestation.Name();
        }

        if (options.MutualTls is { } tls)
        {
            yield return ClientAuthenticationMethod.SelfSignedTlsClientAuth.Name();
            if (tls.Anchors.Count > 0)
            {
                yield return ClientAuthenticationMethod.TlsClientAuth.Name();
            }
        }
    }
}
