using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>Writes requests (OpenID4VP §5, RFC 9101): signed and by reference, as HAIP §5.1 has them, or unsigned in the link.</summary>
public static class PresentationRequests
{
    /// <summary>The media type of a request object.</summary>
    public const string MediaType = "application/oauth-authz-req+jwt";

    private const string RequestType = "oauth-authz-req+jwt";
    private static readonly string[] Algorithms = ["ES256", "ES384", "ES512"];

    /// <summary>The client identifier of an access certificate: <c>x509_hash:</c> and the SHA-256 of the leaf (OpenID4VP §5.9.3).</summary>
    public static string ClientIdOf(SigningKey accessKey) => accessKey.CertificateChain is [var leaf, ..]
        ? "x509_hash:" + Base64UrlText.Encode(SHA256.HashData(leaf))
        : throw new ArgumentException("The key has no certificate.", nameof(accessKey));

    /// <summary>The client identifier of an access certificate by a name in it: <c>x509_san_dns:</c> and the name (OpenID4VP §5.9.3). HAIP has <see cref="ClientIdOf(SigningKey)"/> alone.</summary>
    /// <param name="accessKey">The key of the access certificate, chain included.</param>
    /// <param name="dnsName">The name: the host to which the wallet sends its answer.</param>
    /// <exception cref="ArgumentException">The certificate does not have the name.</exception>
    public static string ClientIdOf(SigningKey accessKey, string dnsName)
    {
        using var leaf = accessKey.CertificateChain is [var der, ..] ? X509CertificateLoader.LoadCertificate(der) : throw new ArgumentException("The key has no certificate.", nameof(accessKey));
        return CertificateNames.Of(leaf).Contains("dns:" + dnsName, StringComparer.Ordinal)
            ? "x509_san_dns:" + dnsName
            : throw new ArgumentException("The certificate does not have this name.", nameof(dnsName));
    }

    /// <summary>
    /// The client identifier of a verifier without a certificate: <c>redirect_uri:</c> and the address to which the wallet answers (OpenID4VP §5.9.3). Its
    /// requests cannot be signed: the wallet knows where its answer goes, and nothing else about who asks. HAIP does not allow it.
    /// </summary>
    /// <param name="responseUri">The response address: https, or http on this machine, without fragment.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string ClientIdOf(Uri responseUri) =>
        responseUri is { IsAbsoluteUri: true, Fragment: "", UserInfo: "" } && (responseUri.Scheme == Uri.UriSchemeHttps || (responseUri.Scheme == Uri.UriSchemeHttp && responseUri.IsLoopback))
            ? PresentationRequest.RedirectUriPrefix + responseUri.OriginalString
            : throw new ArgumentException("A response address is https, without fragment.", nameof(responseUri));

    /// <summary>The link that opens a wallet: client identifier and request URI, and nothing else about the request (RFC 9101 §5.2).</summary>
    /// <param name="scheme">For example <c>openid4vp://</c>.</param>
    /// <param name="clientId">The client identifier.</param>
    /// <param name="requestUri">Where the request object is.</param>
    public static string WalletLink(string scheme, string clientId, string requestUri) =>
        $"{scheme}?client_id={Uri.EscapeDataString(clientId)}&request_uri={Uri.EscapeDataString(requestUri)}&request_uri_method=post";

    /// <summary>The link that opens a wallet with a request that is not signed: it holds the whole request (OpenID4VP §5, client identifier prefix <c>redirect_uri</c>).</summary>
    /// <param name="scheme">For example <c>openid4vp://</c>.</param>
    /// <param name="request">A request under <see cref="ClientIdOf(Uri)"/>.</param>
    /// <exception cref="ArgumentException">The request is known by a certificate, so it has to be signed.</exception>
    public static string UnsignedLink(string scheme, PresentationRequest request)
    {
        if (request.IsSigned || request.Origin is not null)
        {
            throw new ArgumentException("A verifier that is known by its certificate signs its requests.", nameof(request));
        }

        var json = JsonElement.Parse(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("client_id", request.ClientId);
            writer.WriteString("response_uri", request.ResponseUri);
            writer.WriteString("state", request.State);
            WriteInfo(writer, request);
            WriteCommon(writer, request);
            writer.WriteEndObject();
        }));

        // Parameters that are objects or arrays stand there as JSON.
        return scheme + "?" + string.Join('&', json.EnumerateObject().Select(member =>
            $"{member.Name}={Uri.EscapeDataString(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText())}"));
    }

    /// <summary>Signs the request object. It may be fetched more than once, and each time differs by its times and <c>wallet_nonce</c> alone.</summary>
    /// <param name="accessKey">The key of the access certificate, chain included.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">Now.</param>
    /// <param name="walletNonce">What the wallet sent with POST, repeated as it stands (OpenID4VP §5.10.1).</param>
    /// <exception cref="ArgumentException">The request is known by its response address, so it cannot be signed (OpenID4VP §5.9.3).</exception>
    public static string Create(SigningKey accessKey, PresentationRequest request, DateTimeOffset now, string? walletNonce = null) => !request.IsSigned
        ? throw new ArgumentException("A request under redirect_uri is not signed.", nameof(request))
        : JwtWriter.Sign(accessKey, RequestType, writer => WriteClaims(writer, request, now, walletNonce), KeyReference.X5c);

    /// <summary>
    /// What a page hands to <c>navigator.credentials.get</c> for a request over the Digital Credentials API (OpenID4VP §A.1): the signed request, and the
    /// same unsigned for wallets that take no other. Both are answered once.
    /// </summary>
    /// <param name="accessKey">The key of the access certificate, chain included; null for the unsigned request alone.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">Now.</param>
    /// <param name="others">Who else signs the same request, for wallets of other trust frameworks: it is offered multi-signed first then.</param>
    /// <returns>A JSON object.</returns>
    /// <exception cref="ArgumentException">The request is for another way, or nobody signs it first.</exception>
    public static string CreateForDcApi(SigningKey? accessKey, PresentationRequest request, DateTimeOffset now, params IReadOnlyList<RequestSigner> others)
    {
        if (request.Origin is null || (accessKey is null && others.Count > 0))
        {
            throw new ArgumentException("The request is not for the Digital Credentials API, or is signed by others alone.", nameof(request));
        }

        return Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("mediation", "required");
            writer.WriteStartObject("digital");
            writer.WriteStartArray("requests");
            if (others.Count > 0)
            {
                WriteMultiSigned(writer, [new RequestSigner(accessKey!, request.ClientId, request.VerifierInfo), .. others], request, now);
            }

            if (accessKey is not null)
            {
                WriteSigned(writer, accessKey, request, now);
            }

            writer.WriteStartObject();
            writer.WriteString("protocol", "openid4vp-v1-unsigned");
            writer.WriteStartObject("data");
            WriteInfo(writer, request);
            WriteCommon(writer, request);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));
    }

    // OpenID4VP §A.3.2, RFC 7515 §7.2.1: each signer's name and statements stand in its own protected header alone, all else in the payload.
    private static void WriteMultiSigned(Utf8JsonWriter writer, IReadOnlyList<RequestSigner> signers, PresentationRequest request, DateTimeOffset now)
    {
        var payload = JsonText.Write(claims =>
        {
            claims.WriteStartObject();
            WriteShared(claims, request, now);
            claims.WriteEndObject();
        });
        writer.WriteStartObject();
        writer.WriteString("protocol", "openid4vp-v1-multisigned");
        writer.WriteStartObject("data");
        writer.WriteStartObject("request");
        writer.WriteString("payload", Base64UrlText.Encode(payload));
        writer.WriteStartArray("signatures");
        foreach (var signer in signers)
        {
            var parts = JwtWriter.SignPayload(signer.AccessKey, RequestType, payload, KeyReference.X5c, header =>
            {
                header.WriteString("client_id", signer.ClientId);
                DcqlJson.WriteList(header, "verifier_info", [.. signer.VerifierInfo], info => info.WriteTo(header));
            }).Split('.');
            writer.WriteStartObject();
            writer.WriteString("protected", parts[0]);
            writer.WriteString("signature", parts[2]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteSigned(Utf8JsonWriter writer, SigningKey accessKey, PresentationRequest request, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteString("protocol", "openid4vp-v1-signed");
        writer.WriteStartObject("data");
        writer.WriteString("request", Create(accessKey, request, now));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteClaims(Utf8JsonWriter writer, PresentationRequest request, DateTimeOffset now, string? walletNonce)
    {
        writer.WriteString("client_id", request.ClientId);
        if (walletNonce is not null)
        {
            writer.WriteString("wallet_nonce", walletNonce);
        }

        WriteInfo(writer, request);
        WriteShared(writer, request, now);
    }

    // What a signed request says whoever signs it.
    private static void WriteShared(Utf8JsonWriter writer, PresentationRequest request, DateTimeOffset now)
    {
        writer.WriteString("aud", "https://self-issued.me/v2");
        if (request.Origin is null)
        {
            writer.WriteString("response_uri", request.ResponseUri);
            writer.WriteString("state", request.State);
        }
        else
        {
            // OpenID4VP §A.2: against a page that passes on the request of another.
            DcqlJson.WriteStrings(writer, "expected_origins", [request.Origin]);
        }

        writer.WriteNumber("iat", now.ToUnixTimeSeconds());
        writer.WriteNumber("exp", request.ExpiresAt.ToUnixTimeSeconds());
        WriteCommon(writer, request);
    }

    // What signed and unsigned requests have alike (OpenID4VP §A.2: no client_id and no state in an unsigned one).
    private static void WriteCommon(Utf8JsonWriter writer, PresentationRequest request)
    {
        writer.WriteString("response_type", "vp_token");
        writer.WriteString("response_mode", (request.Origin is null ? "direct_post" : "dc_api") + (request.IsEncrypted ? ".jwt" : ""));
        writer.WriteString("nonce", request.Nonce);
        writer.WritePropertyName("dcql_query");
        request.Query.WriteTo(writer);
        WriteMetadata(writer, request);
        DcqlJson.WriteList(writer, "transaction_data", request.TransactionData, data => writer.WriteStringValue(data.Encoded));
    }

    private static void WriteInfo(Utf8JsonWriter writer, PresentationRequest request) =>
        DcqlJson.WriteList(writer, "verifier_info", [.. request.VerifierInfo], info => info.WriteTo(writer));

    private static void WriteMetadata(Utf8JsonWriter writer, PresentationRequest request)
    {
        writer.WriteStartObject("client_metadata");
        if (request.IsEncrypted)
        {
            WriteEncryption(writer, request);
        }

        // OpenID4VP §5.1: required, since the wallet has no other way to learn it.
        writer.WriteStartObject("vp_formats_supported");
        WriteFormats(writer, request.Query);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteEncryption(Utf8JsonWriter writer, PresentationRequest request)
    {
        writer.WriteStartObject("jwks");
        writer.WriteStartArray("keys");
        request.EncryptionKey.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();

        // HAIP §5: both, whatever the wallet then takes.
        DcqlJson.WriteStrings(writer, "encrypted_response_enc_values_supported", ["A128GCM", "A256GCM"]);
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
