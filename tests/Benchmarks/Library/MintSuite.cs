using System.Security.Cryptography;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
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
        var shared = SdJwtClaims();
        var made = 0;
        return () =>
        {
            made++;
            var copy = shared.Copy().Plain("cnf", SdValue.Confirmation(holders[made % holders.Count])).Plain("status", SdValue.Status(List, made % (1 << 20)));
            return SdJwtWriter.Issue(key, "dc+sd-jwt", copy, RandomNumberGenerator.Fill).Length;
        };
    }

    // Twelve disclosures: seven members, the three parts of one of them and the two items of another.
    private static SdObject SdJwtClaims() => new SdObject()
        .Plain("iss", SdValue.Of("https://issuer.example.org"))
        .Plain("vct", SdValue.Of("https://example.org/vct/compatriot-card/1"))
        .Plain("nbf", SdValue.Of(1795219200))
        .Plain("exp", SdValue.Of(1802995200))
        .Disclosable("given_name", SdValue.Of("Erika"))
        .Disclosable("family_name", SdValue.Of("Mustermann"))
        .Disclosable("birthdate", SdValue.Of("1963-08-12"))
        .Plain("sex", SdValue.Of(2))
        .Disclosable("document_number", SdValue.Of("CC-0012345678"))
        .Disclosable("address", new SdObject()
            .Disclosable("street_address", SdValue.Of("Heidestrasse 17"))
            .Disclosable("locality", SdValue.Of("Koeln"))
            .Disclosable("country", SdValue.Of("DE")))
        .Disclosable("nationalities", new SdArray().Disclosable(SdValue.Of("DE")).Disclosable(SdValue.Of("RU")))
        .Disclosable("issuing_country", SdValue.Of("RU"));

    private static Func<int> MdocUnit(SigningKey key, IReadOnlyList<Jwk> holders)
    {
        var content = MdocElements();
        var first = DateTimeOffset.FromUnixTimeSeconds(1795219200);
        var times = new MdocValidity(first, first, first.AddDays(90));
        var made = 0;
        return () =>
        {
            made++;
            return MdocWriter.Issue(key, content, holders[made % holders.Count], times, RandomNumberGenerator.Fill, (List, made % (1 << 20))).Length;
        };
    }

    private static MdocContent MdocElements()
    {
        var content = new MdocContent("org.example.compatriot-card.1");
        (string Name, CborValue Value)[] elements =
        [
            ("given_name", CborValue.Of("Erika")),
            ("family_name", CborValue.Of("Mustermann")),
            ("birth_date", CborValue.Of(new DateOnly(1963, 8, 12))),
            ("sex", CborValue.Of(2)),
            ("document_number", CborValue.Of("CC-0012345678")),
            ("resident_address", CborValue.Of("Heidestrasse 17")),
            ("resident_city", CborValue.Of("Koeln")),
            ("resident_country", CborValue.Of("DE")),
            ("nationality", CborValue.Array(CborValue.Of("DE"), CborValue.Of("RU"))),
            ("issue_date", CborValue.Of(new DateOnly(2026, 11, 21))),
            ("age_over_18", CborValue.Of(true)),
            ("issuing_country", CborValue.Of("RU")),
        ];
        return elements.Aggregate(content, (built, element) => built.Add("org.example.compatriot-card.1", element.Name, element.Value));
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
