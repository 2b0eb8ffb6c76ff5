using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness.Issuance;

/// <summary>An SD-JWT VC as the suite checks it (RFC 9901, SD-JWT VC, HAIP §6.1).</summary>
internal static class SdJwtCheck
{
    private static readonly string[] Plain = ["_sd", "_sd_alg", "cnf", "exp", "iss", "nbf", "status", "vct", "vct#integrity"];

    public static async Task<CheckedCard> RunAsync(string copy, JsonObject configuration, ServerUnderTest server, X509Certificate2 root)
    {
        var parts = copy.Split('~');
        Assert.True(parts.Length > 2 && parts[^1].Length == 0, "an SD-JWT ends with a tilde");
        var jws = Jws.Parse(parts[0]);
        jws.IsSignedBy(Certificates.KeysOf(jws.Header, root), "ES256");
        Assert.Equal("dc+sd-jwt", (string?)jws.Header["typ"]);
        Assert.Equal((string?)configuration["vct"], jws.Text("vct"));
        Assert.Empty(jws.Claims.Select(claim => claim.Key).Except(Plain));
        Assert.True(jws.Number("exp") > SuiteClient.Now() && jws.Number("nbf") <= SuiteClient.Now());
        var disclosures = parts[1..^1];
        var salts = Disclosed(jws.Claims, disclosures, configuration);
        await TypeAsync(jws, server);
        var status = jws.Claims["status"]!["status_list"]!.AsObject();
        return new(
            SuiteKey.ThumbprintOf(jws.Claims["cnf"]!["jwk"]!.AsObject()),
            [jws.Number("nbf")!.Value, jws.Number("exp")!.Value],
            (string)status["uri"]!,
            (long)status["idx"]!,
            salts);
    }

    // Every disclosure is referred to once, from the payload or from another one; every mandatory claim is there.
    private static List<string> Disclosed(JsonObject claims, string[] disclosures, JsonObject configuration)
    {
        Assert.Equal("sha-256", (string?)claims["_sd_alg"] ?? "sha-256");
        var contents = disclosures.Select(disclosure => JsonNode.Parse(Base64Url.DecodeFromChars(disclosure))!.AsArray()).ToList();
        var places = contents.Select(content => content.ToJsonString()).Append(claims.ToJsonString()).ToList();
        foreach (var disclosure in disclosures)
        {
            var digest = SuiteKey.Text(SHA256.HashData(Encoding.ASCII.GetBytes(disclosure)));
            Assert.Equal(1, places.Sum(place => place.Split($"\"{digest}\"").Length - 1));
        }

        var names = contents.Where(content => content.Count == 3).Select(content => (string)content[1]!).ToHashSet();
        Assert.Empty(names.Intersect(Plain));
        foreach (var claim in configuration["credential_metadata"]!["claims"]!.AsArray().Where(claim => (bool?)claim!["mandatory"] == true && claim["path"]!.AsArray().Count == 1))
        {
            Assert.Contains((string)claim!["path"]![0]!, names);
        }

        return [.. contents.Select(content => (string)content[0]!)];
    }

    // The type's name is under another host; the issuer serves it at the same path.
    private static async Task TypeAsync(Jws jws, ServerUnderTest server)
    {
        var answer = (await server.GetAsync(server.Issuer + new Uri(jws.Text("vct")!).AbsolutePath)).Is(200);
        Assert.Equal(jws.Text("vct"), answer.Required("vct"));
        Assert.Equal(jws.Text("vct#integrity"), $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(answer.Body)))}");
    }
}
