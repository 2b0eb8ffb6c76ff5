using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Makes cases of presentations from a scenario with one change.</summary>
internal static class SdJwtCase
{
    public static CorpusCase Accepted(string name, Action<Scenario> change, bool ownBundle = false) => Of(name, Outcome.Accepted, change, ownBundle);

    public static CorpusCase Malformed(string name, FormatRule rule, Action<Scenario> change) => Of(name, Outcome.Malformed(rule), change, false);

    public static CorpusCase Rejected<TFailure>(string name, Check check, Action<Scenario> change, bool ownBundle = false)
        where TFailure : Failure => Of(name, new Outcome(check.ToString(), typeof(TFailure).Name, null), change, ownBundle);

    /// <summary>A JWT whose header and payload are these very texts.</summary>
    public static string Raw(string header, string payload, SigningKey? key = null) => Raw(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload), key);

    public static string Raw(byte[] header, byte[] payload, SigningKey? key = null)
    {
        var input = Base64UrlText.Encode(header) + "." + Base64UrlText.Encode(payload);
        return input + "." + Base64UrlText.Encode((key ?? TestPki.CardSigner).Sign(Encoding.ASCII.GetBytes(input)));
    }

    /// <summary>A change of the decoded signature of a JWT.</summary>
    public static Func<string, string> Signature(Func<byte[], byte[]> change) => jwt =>
    {
        var last = jwt.LastIndexOf('.') + 1;
        return string.Concat(jwt.AsSpan(0, last), Base64UrlText.Encode(change(Base64UrlText.Parse(jwt.AsSpan(last), "the signature").OrThrow())));
    };

    /// <summary>The nine ways to damage a signature.</summary>
    public static IEnumerable<(string Name, Func<byte[], byte[]> Change)> Damages() =>
    [
        ("first-bit", bytes => [(byte)(bytes[0] ^ 0x80), .. bytes[1..]]),
        ("last-bit", bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]),
        ("empty", _ => []),
        ("cut-short", bytes => bytes[..^1]),
        ("too-long", bytes => [.. bytes, 0]),
        ("zero", _ => new byte[64]),
        ("ones", _ => [.. Enumerable.Repeat((byte)0xFF, 64)]),
        ("halves-exchanged", bytes => [.. bytes[32..], .. bytes[..32]]),
        ("as-der", bytes => [0x30, 0x44, 0x02, 0x20, .. bytes[..32], 0x02, 0x20, .. bytes[32..]]),
    ];

    private static CorpusCase Of(string name, Outcome expected, Action<Scenario> change, bool ownBundle) => new("sd-jwt-vc", name, expected, () =>
    {
        var scenario = new Scenario();
        change(scenario);
        var json = new JsonObject
        {
            ["query"] = JsonNode.Parse(DcqlQuery.For(scenario.Query).ToJson())!["credentials"]![0]!.DeepClone(),
            ["nonce"] = scenario.Expectation().Nonce,
            ["audience"] = scenario.Expectation().Audience,
            ["now"] = scenario.Now.ToUnixTimeSeconds(),
            ["presented"] = scenario.Present(),
        };
        if (ownBundle)
        {
            json["bundle"] = Generator.Bundle(scenario.Bundle());
        }

        return json;
    });
}
