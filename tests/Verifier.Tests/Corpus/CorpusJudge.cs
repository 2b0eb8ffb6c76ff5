using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Reads a case as any verifier could, and says what came of it.</summary>
internal static class CorpusJudge
{
    public static Outcome Judge(string family, JsonObject json) => family switch
    {
        "sd-jwt-vc" or "mdoc" => Present(family, json),
        "status-jwt" => Parsed(StatusListToken.Parse(Text(json))),
        "status-cwt" => Parsed(CwtStatusListToken.Parse(Bytes(json))),
        "bundle" => Parsed(OfflineBundle.Parse(Encoding.UTF8.GetBytes(Text(json)), Key(json["root"]!))),
        "dcql" => Dcql(Encoding.UTF8.GetBytes(Text(json))),
        "certificate-chain" => Chain(json),
        "type-metadata" => Parsed(TypeMetadataDocument.Parse(Encoding.UTF8.GetBytes(Text(json)))),
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "There is no such family."),
    };

    private static Outcome Present(string family, JsonObject json)
    {
        var (presented, expectation, trust, now) = Presented(family, json);
        return Of(CredentialVerifier.Verify(presented, expectation, Policy.Haip, trust, now));
    }

    public static Outcome Of(VerificationResult verdict) => verdict.Match(_ => Outcome.Accepted, rejected => Outcome.Of(rejected.Failure));

    /// <summary>What a case of a presentation gives a verifier.</summary>
    public static (string Presented, Expectation Expectation, Trust Trust, DateTimeOffset Now) Presented(string family, JsonObject json)
    {
        var bundleJson = json["bundle"] as JsonObject ?? CorpusFolder.Read($"{family}/bundle");
        var trust = Trust.From(OfflineBundle.Parse(Encoding.UTF8.GetBytes(bundleJson["bundle"]!.ToJsonString()), Key(bundleJson["root"]!)).OrThrow());
        var expectation = new Expectation
        {
            Query = DcqlQuery.Parse(JsonElement.Parse(Encoding.UTF8.GetBytes(new JsonObject { ["credentials"] = new JsonArray(json["query"]!.DeepClone()) }.ToJsonString()))).OrThrow().Credentials[0],
            Nonce = (string)json["nonce"]!,
            Audience = (string)json["audience"]!,
            Transcript = (string?)json["transcript"] is { } transcript ? SessionTranscript.Parse(Base64UrlText.Parse(transcript, "the transcript").OrThrow()).OrThrow() : null,
        };
        return ((string)json["presented"]!, expectation, trust, DateTimeOffset.FromUnixTimeSeconds((long)json["now"]!));
    }

    private static Outcome Dcql(byte[] utf8) => StrictJson.Parse(utf8).Failed(out var failure, out var value) ? Outcome.Broken(failure.Rule) : Parsed(DcqlQuery.Parse(value.Element));

    private static Outcome Chain(JsonObject json)
    {
        var header = JsonElement.Parse(Encoding.UTF8.GetBytes(json["header"]!.ToJsonString()));
        if (X5c.Parse(header).Failed(out var failure, out var chain))
        {
            return Outcome.Broken(failure.Rule);
        }

        using (chain)
        {
            var anchors = json["anchors"]!.AsArray().Select(anchor => System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(Convert.FromBase64String((string)anchor!))).ToList();
            return CertificatePath.Validate(chain, anchors, DateTimeOffset.FromUnixTimeSeconds((long)json["now"]!))
                .Match(_ => Outcome.Accepted, invalid => new Outcome(null, null, invalid.Reason.ToString()));
        }
    }

    private static Outcome Parsed<T>(Parsed<T> parsed)
        where T : class => parsed.Failed(out var failure, out _) ? Outcome.Broken(failure.Rule) : Outcome.Accepted;

    private static string Text(JsonObject json) => (string)json["input"]!;

    private static byte[] Bytes(JsonObject json) => Base64UrlText.Parse(Text(json), "the input").OrThrow();

    private static Jwk Key(JsonNode json) => Jwk.Parse(JsonElement.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()))).OrThrow();
}
