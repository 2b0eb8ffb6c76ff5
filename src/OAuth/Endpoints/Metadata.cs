using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>The server's metadata (RFC 8414, OpenID Connect Discovery), written when the keys change, under both well-known paths.</summary>
internal sealed class Metadata(AuthorizationServerOptions options, Clients.Clients clients, ServerTerms terms, Signer signer, RefusalLog log)
{
    private readonly MadeOfKeys<byte[]> _document = new(signer, keys => Write(options, clients, terms, keys));

    public IResult Handle(HttpContext http) => StaticDocument.Answer(http, _document.Value, log);

    private static byte[] Write(AuthorizationServerOptions options, Clients.Clients clients, ServerTerms terms, Signer signer)
    {
        var document = Compose(options, clients, terms, signer);

        // The host writes a part: readers differ on a member that is there twice, and Discovery §3 requires the subject types.
        if (StrictJson.ParseObject(document).Failed(out var failure, out var json))
        {
            throw new InvalidOperationException($"The host's metadata repeats a member of the engine: {failure.Fact}.");
        }

        return options.OpenIdConnect && json.Element.StringsMember("subject_types_supported") is null
            ? throw new InvalidOperationException("The host's metadata lacks subject_types_supported.")
            : ClientMetadata.AddAliases(document, json.Element, options);
    }

    private static byte[] Compose(AuthorizationServerOptions options, Clients.Clients clients, ServerTerms terms, Signer signer) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("issuer", options.Issuer);
        WriteEndpoints(writer, options);
        WriteRequests(writer, options, terms);
        RequestMetadata.Write(writer, terms.Current);
        ClientMetadata.WriteAuthentication(writer, options, clients.Files, "token", "revocation", "introspection");
        WriteStrings(writer, "introspection_signing_alg_values_supported", terms.Current.ResponseAlgorithms.Select(algorithm => algorithm.Name()));
        if (options.OpenIdConnect)
        {
            WriteOpenIdConnect(writer, signer);
        }

        options.Metadata?.Invoke(writer);
        writer.WriteEndObject();
    });

    private static void WriteEndpoints(Utf8JsonWriter writer, AuthorizationServerOptions options)
    {
        writer.WriteString("authorization_endpoint", options.Issuer + ServerUrls.Authorize);
        writer.WriteString("token_endpoint", options.Issuer + ServerUrls.Token);
        writer.WriteString("jwks_uri", options.Issuer + ServerUrls.Jwks);
        writer.WriteString("pushed_authorization_request_endpoint", options.Issuer + ServerUrls.PushedAuthorization);
        if (options.DevicePage is not null)
        {
            writer.WriteString("device_authorization_endpoint", options.Issuer + ServerUrls.DeviceAuthorization);
        }

        writer.WriteString("revocation_endpoint", options.Issuer + ServerUrls.Revocation);
        writer.WriteString("introspection_endpoint", options.Issuer + ServerUrls.Introspection);
    }

    private static void WriteRequests(Utf8JsonWriter writer, AuthorizationServerOptions options, ServerTerms terms)
    {
        writer.WriteBoolean("require_pushed_authorization_requests", terms.TakesPushedRequestsAlone);
        writer.WriteBoolean("authorization_response_iss_parameter_supported", true);
        WriteStrings(writer, "response_types_supported", ["code"]);
        WriteStrings(writer, "grant_types_supported", options.GrantTypes);
        WriteStrings(writer, "code_challenge_methods_supported", ["S256"]);
        WriteStrings(writer, "prompt_values_supported", AuthorizationChecks.KnownPrompts);
        WriteStrings(writer, "dpop_signing_alg_values_supported", ResourceRefusal.ProofAlgorithms);
        if (options.AcrValues.Count > 0)
        {
            WriteStrings(writer, "acr_values_supported", options.AcrValues);
        }

        if (options.GrantTypes.Contains(GrantTypes.PreAuthorizedCode))
        {
            writer.WriteBoolean("pre-authorized_grant_anonymous_access_supported", false);
        }
    }

    // OpenID Connect Discovery §3. Subject types, claims and the host's endpoints are the host's to write.
    private static void WriteOpenIdConnect(Utf8JsonWriter writer, Signer signer)
    {
        // Userinfo is signed by the keys of ID tokens (OpenID Connect Core §5.3.2).
        foreach (var document in (ReadOnlySpan<string>)["id_token", "userinfo"])
        {
            WriteStrings(writer, $"{document}_signing_alg_values_supported", signer.Algorithms(KeyRole.IdentityTokens).Select(algorithm => algorithm.Name()));
        }

        writer.WriteBoolean("claims_parameter_supported", true);
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
