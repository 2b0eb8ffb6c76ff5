using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness.Issuance;
using IdentityPlatform.Conformance.Official;

namespace IdentityPlatform.Conformance.Harness.Presentation;

/// <summary>A verifier's request as the suite's wallet received it, with the checks that the suite makes of every request (§5.2 of the reference).</summary>
internal sealed class VpRequest(JsonObject parameters)
{
    private static readonly string[] Known =
    [
        "dcql_query", "client_id", "response_uri", "client_metadata", "nonce", "state", "response_type", "response_mode", "verifier_info", "wallet_nonce", "aud", "iss", "iat", "nbf", "exp", "jti",
    ];

    // What a request by direct_post does not hold, and what a request object holds of no other.
    private static readonly string[] Misplaced = ["scope", "client_id_scheme", "transaction_data", "redirect_uri", "presentation_definition"];
    private static readonly string[] OfTheLink = ["sub", "request", "request_uri", "request_uri_method"];

    public JsonObject Parameters { get; } = parameters;

    public string ClientId => (string)Parameters["client_id"]!;

    public string Nonce => (string)Parameters["nonce"]!;

    public string? State => (string?)Parameters["state"];

    public string ResponseUri => (string)Parameters["response_uri"]!;

    /// <summary>The key to which the answer is encrypted; null where it is not.</summary>
    public JsonObject? EncryptionKey => Metadata["jwks"]?["keys"]?[0]?.AsObject();

    private JsonObject Metadata => Parameters["client_metadata"]!.AsObject();

    /// <summary>A signed request object: its type, its signature by the leaf of <c>x5c</c>, the client identifier of the link, and its times.</summary>
    public static VpRequest Signed(string jwt, string clientId, X509Certificate2 accessRoot)
    {
        var jws = Jws.Parse(jwt);
        Assert.Equal("oauth-authz-req+jwt", (string?)jws.Header["typ"]);
        jws.IsSignedBy(Certificates.KeysOf(jws.Header, accessRoot), "ES256");
        var leaf = Convert.FromBase64String((string)jws.Header["x5c"]![0]!);
        if (clientId.StartsWith("x509_hash:", StringComparison.Ordinal))
        {
            Assert.Equal($"x509_hash:{SuiteKey.Text(SHA256.HashData(leaf))}", clientId);
        }
        else
        {
            Assert.Equal("x509_san_dns:localhost", clientId);
            using var certificate = X509CertificateLoader.LoadCertificate(leaf);
            Assert.Contains("localhost", certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
        }

        Assert.Equal(clientId, jws.Text("client_id"));
        Assert.Equal("https://self-issued.me/v2", jws.Text("aud"));
        Assert.InRange(jws.Number("iat")!.Value, SuiteClient.Now() - 60, SuiteClient.Now() + 5);
        Assert.True(jws.Number("exp") > SuiteClient.Now());
        Assert.All(OfTheLink, name => Assert.Null(jws.Claims[name]));
        return new(jws.Claims);
    }

    /// <summary>What holds for every request, however it came.</summary>
    public VpRequest Check(VpVariant variant)
    {
        Assert.Equal(("vp_token", variant.ResponseMode), ((string?)Parameters["response_type"], (string?)Parameters["response_mode"]));
        Assert.All(Misplaced, name => Assert.Null(Parameters[name]));
        Assert.Empty(Parameters.Select(member => member.Key).Except(Known));
        CheckFreshness(Nonce);
        CheckFreshness(State!);
        Assert.NotEqual(Nonce, State);
        var address = new Uri(ResponseUri);
        Assert.Equal(("https", ""), (address.Scheme, address.Fragment));
        CheckMetadata(variant);
        CheckQuery(variant);
        return this;
    }

    // OpenID4VP §5.2: URL-safe, and 128 bits at least.
    private static void CheckFreshness(string value)
    {
        Assert.InRange(value.Length, 22, 64);
        Assert.All(value, character => Assert.True(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '~'));
        Assert.InRange(Base64Url.DecodeFromChars(value).Distinct().Count(), 12, 64);
    }

    private void CheckMetadata(VpVariant variant)
    {
        Assert.Empty(Metadata.Select(member => member.Key).Except(["jwks", "vp_formats_supported", "encrypted_response_enc_values_supported"]));
        var formats = Metadata["vp_formats_supported"]!.AsObject();
        Assert.NotEmpty(variant.IsMdoc ? formats["mso_mdoc"]!["deviceauth_alg_values"]!.AsArray() : formats["dc+sd-jwt"]!["kb-jwt_alg_values"]!.AsArray());
        if (!variant.Encrypted)
        {
            Assert.Null(Metadata["jwks"]);
            Assert.Null(Metadata["encrypted_response_enc_values_supported"]);
            return;
        }

        // OpenID4VP §8.3, HAIP §5: an id and an algorithm in every key, and both encryptions.
        Assert.All(Metadata["jwks"]!["keys"]!.AsArray(), key =>
        {
            Assert.Equal(("EC", "P-256", "ECDH-ES", "enc"), ((string?)key!["kty"], (string?)key["crv"], (string?)key["alg"], (string?)key["use"] ?? "enc"));
            Assert.False(string.IsNullOrEmpty((string?)key["kid"]));
            Assert.Null(key["d"]);
        });
        string[] encryptions = [.. Metadata["encrypted_response_enc_values_supported"]!.AsArray().Select(value => (string)value!)];
        Assert.Equal(["A128GCM", "A256GCM"], encryptions.Order());
    }

    // OpenID4VP §6: one query, of the format under test, and no claim that an issuer never hides.
    private void CheckQuery(VpVariant variant)
    {
        var query = Parameters["dcql_query"]!.AsObject();
        Assert.Equal(["credentials"], query.Select(member => member.Key));
        var credential = Assert.Single(query["credentials"]!.AsArray())!.AsObject();
        Assert.Equal(variant.IsMdoc ? "mso_mdoc" : "dc+sd-jwt", (string?)credential["format"]);
        Assert.Matches("^[A-Za-z0-9_-]+$", (string)credential["id"]!);
        if (variant.IsMdoc)
        {
            Assert.Equal(SuiteIssuer.DocType, (string?)credential["meta"]!["doctype_value"]);
        }
        else
        {
            Assert.Equal([SuiteIssuer.CardType], credential["meta"]!["vct_values"]!.AsArray().Select(value => (string)value!));
        }

        Assert.Null(credential["claim_sets"]);
        string[] never = ["iss", "nbf", "exp", "cnf", "vct", "status"];
        Assert.All(credential["claims"]!.AsArray(), claim => Assert.DoesNotContain((string)claim!["path"]![0]!, never));
    }
}
