using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Official;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>What the suite's clients register, with the member names of RFC 7591.</summary>
internal static class Registrations
{
    public static JsonObject Of(SuiteClient client)
    {
        var json = new JsonObject
        {
            ["client_id"] = client.Id,
            ["client_name"] = $"Suite client {client.Id}",
            ["redirect_uris"] = new JsonArray(client.RedirectUri),
            ["response_types"] = new JsonArray("code"),
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
            ["scope"] = client.Variant.IsHaip ? "compatriot_card compatriot_card_mdoc" : "openid profile offline_access",
        };
        if (!client.Variant.IsHaip)
        {
            json["post_logout_redirect_uris"] = new JsonArray(client.PostLogoutRedirectUri);
            AddIdTokenAlgorithm(json, client);
            if (client.BackchannelLogoutUri is { } logout)
            {
                json["backchannel_logout_uri"] = logout;
            }
        }

        AddAuthentication(json, client);
        AddPolicy(json, client);
        return json;
    }

    // A client of the Basic plan says nothing, and has a right to RS256 (OpenID Connect Registration §2).
    private static void AddIdTokenAlgorithm(JsonObject json, SuiteClient client)
    {
        if (client.Variant.Plan is not (PlanNames.Basic or PlanNames.FormPostBasic))
        {
            json["id_token_signed_response_alg"] = client.IdTokenAlgorithm;
        }
    }

    /// <summary>A certificate that no authority knows.</summary>
    public static X509Certificate2 SelfSigned(string name)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static void AddAuthentication(JsonObject json, SuiteClient client)
    {
        json["token_endpoint_auth_method"] = client.Variant.Auth switch
        {
            ClientAuth.Basic => "client_secret_basic",
            ClientAuth.Post => "client_secret_post",
            ClientAuth.PrivateKeyJwt => "private_key_jwt",
            ClientAuth.Mtls => client.IsVouchedFor ? "tls_client_auth" : "self_signed_tls_client_auth",
            ClientAuth.Attestation => "attest_jwt_client_auth",
            _ => throw new ArgumentOutOfRangeException(nameof(client)),
        };
        if (client.Variant.Auth is ClientAuth.Basic or ClientAuth.Post)
        {
            json["client_secret_sha256"] = new JsonArray(SuiteKey.HashOf(client.Secret));
        }
        else if (client.Variant.Auth != ClientAuth.Attestation)
        {
            var keys = new JsonArray(client.Key.PublicJwk());
            if (client.IsVouchedFor)
            {
                json["tls_client_auth_subject_dn"] = $"CN={client.Id}";
            }
            else if (client.Variant.Auth == ClientAuth.Mtls)
            {
                keys.Add(CertificateJwk(client));
            }

            json["jwks"] = new JsonObject { ["keys"] = keys };
        }
    }

    private static void AddPolicy(JsonObject json, SuiteClient client)
    {
        if (client.IsBearer)
        {
            // The Basic plan speaks neither PKCE nor PAR nor DPoP: each is given up by name.
            json["dpop_bound_access_tokens"] = false;
            json["require_pkce"] = false;
            json["require_pushed_authorization_requests"] = false;
            return;
        }

        json[client.UsesDpop ? "dpop_bound_access_tokens" : "tls_client_certificate_bound_access_tokens"] = true;
        if (client.Variant.Jar)
        {
            json["require_signed_request_object"] = true;
        }
    }

    // RFC 8705 §2.2: the certificate stands in x5c of a key.
    private static JsonObject CertificateJwk(SuiteClient client)
    {
        using var pair = client.Certificate!.GetECDsaPublicKey()!;
        var point = pair.ExportParameters(false).Q;
        return new()
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = SuiteKey.Text(point.X!),
            ["y"] = SuiteKey.Text(point.Y!),
            ["kid"] = $"tls-{client.Id}",
            ["use"] = "sig",
            ["x5c"] = new JsonArray(Convert.ToBase64String(client.Certificate!.RawData)),
        };
    }
}
