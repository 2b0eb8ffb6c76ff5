using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Harness.Issuance;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Haip;

/// <summary>OpenID4VCI 1.0: the issuer's metadata, plain and signed (§5.1 of the reference).</summary>
public sealed class MetadataTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private const string Path = "/.well-known/openid-credential-issuer";

    [Module("oid4vci-1_0-issuer-metadata-test")]
    public async Task Plain_metadata(string variant)
    {
        var server = ServerOf(variant);
        var answer = (await server.GetAsync(server.Issuer + Path, "application/json")).Is(200);
        Assert.Equal("application/json", answer.ContentType);
        var metadata = answer.Json;
        Assert.Equal(server.Issuer, answer.Required("credential_issuer"));
        Assert.Null(metadata["authorization_servers"]);
        Assert.Equal(server.Issuer, (string?)server.Metadata["issuer"]);
        foreach (var name in new[] { "credential_endpoint", "nonce_endpoint", "deferred_credential_endpoint", "notification_endpoint" })
        {
            Assert.StartsWith("https://", answer.Required(name), StringComparison.Ordinal);
        }

        Assert.InRange((int)metadata["batch_credential_issuance"]!["batch_size"]!, 2, 100);
        OneForEachLanguage(metadata["display"]!.AsArray());
        Encryption(metadata);
        var configurations = metadata["credential_configurations_supported"]!.AsObject();
        Assert.NotEmpty(configurations);
        Assert.All(configurations, entry => Configuration(entry.Value!.AsObject(), server));
    }

    [Module("oid4vci-1_0-issuer-metadata-test-signed")]
    public async Task Signed_metadata(string variant)
    {
        var server = ServerOf(variant);
        var answer = (await server.GetAsync(server.Issuer + Path, "application/jwt")).Is(200);
        Assert.Equal("application/jwt", answer.ContentType);
        var jwt = Jws.Parse(answer.Body);
        jwt.IsSignedBy(Certificates.KeysOf(jwt.Header, Suite.IssuerRoot), "ES256");
        Assert.Equal("openidvci-issuer-metadata+jwt", (string?)jwt.Header["typ"]);
        Assert.Equal(server.Issuer, jwt.Text("sub"));
        Assert.InRange(jwt.Number("iat") ?? 0, SuiteClient.Now() - 86400, SuiteClient.Now() + 5);
        var plain = (await server.GetAsync(server.Issuer + Path, "application/json")).Json;
        Assert.All(plain, member => Assert.True(JsonNode.DeepEquals(member.Value, jwt.Claims[member.Key]), $"{member.Key} is signed as it is"));
    }

    private ServerUnderTest ServerOf(string variant) => Suite.ClientOf(OfficialModules.Find(variant), 1).Server;

    private static void Configuration(JsonObject configuration, ServerUnderTest server)
    {
        var format = (string?)configuration["format"];
        Assert.True(format is "dc+sd-jwt" or "mso_mdoc", $"format {format}");
        Assert.Contains((string?)configuration["scope"], server.Strings("scopes_supported"));
        Assert.Equal(format == "dc+sd-jwt" ? "jwk" : "cose_key", (string?)configuration["cryptographic_binding_methods_supported"]!.AsArray().Single());
        Assert.NotNull(configuration[format == "dc+sd-jwt" ? "vct" : "doctype"]);
        var algorithm = configuration["credential_signing_alg_values_supported"]!.AsArray().Single()!;
        Assert.Equal(format == "dc+sd-jwt" ? JsonValueKind.String : JsonValueKind.Number, algorithm.GetValueKind());
        var proofs = configuration["proof_types_supported"]!.AsObject();
        Assert.Equal(["jwt", "attestation"], proofs.Select(proof => proof.Key));
        Assert.All(proofs, proof => Assert.Contains("ES256", proof.Value!["proof_signing_alg_values_supported"]!.AsArray().Select(value => (string)value!)));
        OneForEachLanguage(configuration["credential_metadata"]!["display"]!.AsArray());
        var paths = configuration["credential_metadata"]!["claims"]!.AsArray().Select(claim => claim!["path"]!.ToJsonString()).ToList();
        Assert.Equal(paths.Count, paths.Distinct().Count());
    }

    // Response encryption without request encryption cannot be used; keys have an id and their algorithm.
    private static void Encryption(JsonObject metadata)
    {
        var (request, response) = (metadata["credential_request_encryption"]!, metadata["credential_response_encryption"]!);
        var keys = request["jwks"]!["keys"]!.AsArray();
        Checks.PublicKeys(keys);
        Assert.All(keys, key => Assert.Equal("ECDH-ES", (string?)key!["alg"]));
        Assert.Equal(["ECDH-ES"], response["alg_values_supported"]!.AsArray().Select(value => (string)value!));
        foreach (var direction in new[] { request, response })
        {
            Assert.Equal(["A128GCM", "A256GCM"], direction["enc_values_supported"]!.AsArray().Select(value => (string)value!));
            Assert.NotNull((bool?)direction["encryption_required"]);
        }
    }

    private static void OneForEachLanguage(JsonArray display)
    {
        Assert.NotEmpty(display);
        Assert.Equal(display.Count, display.Select(entry => (string?)entry!["locale"]).Distinct().Count());
    }
}
