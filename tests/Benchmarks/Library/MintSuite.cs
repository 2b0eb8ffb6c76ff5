using System.Security.Cryptography;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>
/// Minting one copy of a card, as the issuer does for each key of a batch: what the copies share is put together once, then each gets
/// its holder's key, its status entry, its salts and its signature. Beside bare signing, and beside the library that others issue with.
/// </summary>
internal sealed class MintSuite : Suite
{
    private const string SdJwt = "sdjwt.mint";
    private const string Mdoc = "mdoc.mint";
    private const string List = "https://issuer.example.org/status/17";

    public override IReadOnlyList<string> Names { get; } = [SdJwt, Mdoc];

    public override Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct)
    {
        using var key = IssuerKey.Create();
        using var limit = IssuerKey.BareSigning();
        var holders = IssuerKey.Holders(64);
        var rows = new List<Row>();
        if (wanted.Contains(SdJwt))
        {
            using OwnRunner ours = new("ours", SdJwtUnit(key, holders));
            using NodeRunner node = new("sd-jwt-mint.mjs", NodeInput(key, holders), bench.Places);
            rows.AddRange(Race.Run(SdJwt, bench, ours, limit, node));
        }

        if (wanted.Contains(Mdoc))
        {
            using OwnRunner ours = new("ours", MdocUnit(key, holders));
            rows.AddRange(Race.Run(Mdoc, bench, ours, limit));
        }

        return Task.FromResult<IReadOnlyList<Row>>(rows);
    }

    private static Func<int> SdJwtUnit(SigningKey key, IReadOnlyList<Jwk> holders)
    {
        var shared = Card.SdJwtClaims(Card.Day);
        var made = 0;
        return () =>
        {
            made++;
            var copy = shared.Copy().Plain("cnf", SdValue.Confirmation(holders[made % holders.Count])).Plain("status", SdValue.Status(List, made % (1 << 20)));
            return SdJwtWriter.Issue(key, "dc+sd-jwt", copy, RandomNumberGenerator.Fill).Length;
        };
    }

    private static Func<int> MdocUnit(SigningKey key, IReadOnlyList<Jwk> holders)
    {
        var content = Card.MdocElements();
        var times = new MdocValidity(Card.Day, Card.Day, Card.Day.AddDays(90));
        var made = 0;
        return () =>
        {
            made++;
            return MdocWriter.Issue(key, content, holders[made % holders.Count], times, RandomNumberGenerator.Fill, (List, made % (1 << 20))).Length;
        };
    }

    // The peer gets keys and a certificate of the same kind; its claims are the same ones.
    private static string NodeInput(SigningKey key, IReadOnlyList<Jwk> holders) => System.Text.Encoding.UTF8.GetString(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("list", List);
        writer.WriteBase64String("certificate", key.CertificateChain[0]);
        writer.WriteStartArray("holders");
        foreach (var holder in holders)
        {
            holder.WithoutKeyId().WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }));
}
