using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>The server's metadata (RFC 8414, OpenID Connect Discovery), written when the keys change, under both well-known paths.</summary>
internal sealed class Metadata
{
    private readonly MadeOfKeys<byte[]> _document;
    private readonly RefusalLog _log;

    public Metadata(AuthorizationServerOptions options, Clients.Clients clients, ServerTerms terms, Signer signer, RefusalLog log)
    {
        (_document, _log) = (new(signer, keys => Write(options, clients, terms, keys)), log);

        // What the host writes wrongly stops the start, and is not left to the first who asks.
        _ = _document.Value;
    }

    public IResult Handle(HttpContext http) => StaticDocument.Answer(http, _document.Value, _log);

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
        writer.WriteStrings("introspection_signing_alg_values_supported", terms.Current.ResponseAlgorithms.Names());
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
        writer.WriteStrings("response_types_supported", ["code"]);
        writer.WriteStrings("grant_types_supported", options.GrantTypes);
        writer.WriteStrings("code_challenge_methods_supported", ["S256"]);
        writer.WriteStrings("prompt_values_supported", AuthorizationChecks.KnownPrompts);
        writer.WriteStrings("dpop_signing_alg_values_supported", ResourceRefusal.ProofAlgorithms);
        if (options.AcrValues.Count > 0)
        {
            writer.WriteStrings("acr_values_supported", options.AcrValues);
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
            writer.WriteStrings($"{document}_signing_alg_values_supported", signer.Algorithms(KeyRole.IdentityTokens).Names());
        }

        writer.WriteBoolean("claims_parameter_supported", true);
    }
}
