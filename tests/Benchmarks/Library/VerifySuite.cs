using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>
/// A presentation checked whole: issuer's path, signature and digests, type, time, holder's signature with a key never seen before,
/// status from a loaded bundle, and what was asked for. Beside the two bare verifications that are in it, and beside the libraries
/// that others check with.
/// </summary>
internal sealed class VerifySuite : Suite
{
    private const string SdJwt = "sdjwt.verify";
    private const string Mdoc = "mdoc.verify";

    public override IReadOnlyList<string> Names { get; } = [SdJwt, Mdoc];

    public override Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct)
    {
        using var shown = new Shown();
        using var limit = BareVerification.TwoKeys();
        var rows = new List<Row>();
        if (wanted.Contains(SdJwt))
        {
            var check = shown.Check(shown.SdJwts(), shown.SdJwtExpectation);
            var input = Input(shown, shown.SdJwts(withStatus: false));
            using OwnRunner ours = new("ours", check);
            using NodeRunner node = new("sd-jwt-verify.mjs", input, bench.Places);
            using NodeRunner synchronous = new("sd-jwt-verify-sync.mjs", input, bench.Places, "node-sync");
            rows.AddRange(Race.Run(SdJwt, bench, ours, limit, node, synchronous));
            rows.Add(new(SdJwt, "bytes", Allocation.Measure(bench, check)));
        }

        if (wanted.Contains(Mdoc))
        {
            var presented = shown.Mdocs();
            var check = shown.Check(presented, shown.MdocExpectation);
            using OwnRunner ours = new("ours", check);
            using NodeRunner owf = new("mdoc-verify-owf.mjs", Input(shown, presented), bench.Places, "node (owf)");
            using NodeRunner auth0 = new("mdoc-verify-auth0.mjs", Input(shown, presented), bench.Places, "node (auth0)");
            var times = Race.Measure(Mdoc, bench, ours, limit, owf, auth0);
            rows.Add(Race.Row(Mdoc, "limit", times[0], times[1]));
            rows.Add(Race.Row(Mdoc, "node", times[0], [.. times[2].Zip(times[3], Math.Min)]));
            rows.Add(new(Mdoc, "bytes", Allocation.Measure(bench, check)));
        }

        return Task.FromResult<IReadOnlyList<Row>>(rows);
    }

    private static string Input(Shown shown, string[] presented) => System.Text.Encoding.UTF8.GetString(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("clientId", Shown.Audience);
        writer.WriteString("nonce", Shown.Nonce);
        writer.WriteString("responseUri", Shown.ResponseUri);
        writer.WriteBase64String("transcript", shown.MdocExpectation.Transcript!.Encoded.Span);
        writer.WriteBase64String("certificate", shown.Issuer.CertificateChain[0]);
        writer.WritePropertyName("issuer");
        shown.Issuer.PublicKey.WithoutKeyId().WriteTo(writer);
        writer.WriteStartArray("presented");
        foreach (var one in presented)
        {
            writer.WriteStringValue(one);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }));
}
