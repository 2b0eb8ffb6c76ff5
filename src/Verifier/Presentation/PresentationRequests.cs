using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>Writes signed request objects (OpenID4VP §5, RFC 9101) in the one way that HAIP §5.1 has: by reference, under <c>x509_hash</c>, answered encrypted.</summary>
public static class PresentationRequests
{
    /// <summary>The media type of a request object.</summary>
    public const string MediaType = "application/oauth-authz-req+jwt";

    private static readonly string[] Algorithms = ["ES256", "ES384", "ES512"];

    /// <summary>The client identifier of an access certificate: <c>x509_hash:</c> and the SHA-256 of the leaf (OpenID4VP §5.9.3).</summary>
    public static string ClientIdOf(SigningKey accessKey) => accessKey.CertificateChain is [var leaf, ..]
        ? "x509_hash:" + Base64UrlText.Encode(SHA256.HashData(leaf))
        : throw new ArgumentException("The key has no certificate.", nameof(accessKey));

    /// <summary>The link that opens a wallet: client identifier and request URI, and nothing else about the request (RFC 9101 §5.2).</summary>
    /// <param name="scheme">For example <c>openid4vp://</c>.</param>
    /// <param name="clientId">The client identifier.</param>
    /// <param name="requestUri">Where the request object is.</param>
    public static string WalletLink(string scheme, string clientId, string requestUri) =>
        $"{scheme}?client_id={Uri.EscapeDataString(clientId)}&request_uri={Uri.EscapeDataString(requestUri)}&request_uri_method=post";

    /// <summary>Signs the request object. It may be fetched more than once, and each time differs by its times and <c>wallet_nonce</c> alone.</summary>
    /// <param name="accessKey">The key of the access certificate, chain included.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">Now.</param>
    /// <param name="walletNonce">What the wallet sent with POST, repeated as it stands (OpenID4VP §5.10.1).</param>
    public static string Create(SigningKey accessKey, PresentationRequest request, DateTimeOffset now, string? walletNonce = null) =>
        JwtWriter.Sign(accessKey, "oauth-authz-req+jwt", writer => WriteClaims(writer, request, now, walletNonce), KeyReference.X5c);

    private static void WriteClaims(Utf8JsonWriter writer, PresentationRequest request, DateTimeOffset now, string? walletNonce)
    {
        writer.WriteString("response_type", "vp_token");
        writer.WriteString("response_mode", "direct_post.jwt");
        writer.WriteString("client_id", request.ClientId);
        writer.WriteString("response_uri", request.ResponseUri);
        writer.WriteString("aud", "https://self-issued.me/v2");
        writer.WriteString("nonce", request.Nonce);
        writer.WriteString("state", request.State);
        writer.WriteNumber("iat", now.ToUnixTimeSeconds());
        writer.WriteNumber("exp", request.ExpiresAt.ToUnixTimeSeconds());
        if (walletNonce is not null)
        {
            writer.WriteString("wallet_nonce", walletNonce);
        }

        DcqlJson.WriteList(writer, "verifier_info", [.. request.VerifierInfo], info => info.WriteTo(writer));
        writer.WritePropertyName("dcql_query");
        request.Query.WriteTo(writer);
        WriteMetadata(writer, request);
    }

    private static void WriteMetadata(Utf8JsonWriter writer, PresentationRequest request)
    {
        writer.WriteStartObject("client_metadata");
        writer.WriteStartObject("jwks");
        writer.WriteStartArray("keys");
        request.EncryptionKey.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();

        // HAIP §5: both, whatever the wallet then takes.
        DcqlJson.WriteStrings(writer, "encrypted_response_enc_values_supported", ["A128GCM", "A256GCM"]);

        // OpenID4VP §5.1: required, since the wallet has no other way to learn it.
        writer.WriteStartObject("vp_formats_supported");
        WriteFormats(writer, request.Query);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // Those that the query asks for.
    private static void WriteFormats(Utf8JsonWriter writer, DcqlQuery query)
    {
        if (query.Credentials.Any(credential => credential.Format == CredentialQuery.SdJwtFormat))
        {
            writer.WriteStartObject(CredentialQuery.SdJwtFormat);
            DcqlJson.WriteStrings(writer, "sd-jwt_alg_values", [.. Algorithms]);
            DcqlJson.WriteStrings(writer, "kb-jwt_alg_values", [.. Algorithms]);
            writer.WriteEndObject();
        }

        if (query.Credentials.Any(credential => credential.Format == CredentialQuery.MdocFormat))
        {
            // §B.2.2: the numbers of COSE, plain and fully specified. No device MAC: there is no key to agree on.
            writer.WriteStartObject(CredentialQuery.MdocFormat);
            DcqlJson.WriteNumbers(writer, "issuerauth_alg_values", CoseAlgorithms.Known);
            DcqlJson.WriteNumbers(writer, "deviceauth_alg_values", CoseAlgorithms.Known);
            writer.WriteEndObject();
        }
    }
}
