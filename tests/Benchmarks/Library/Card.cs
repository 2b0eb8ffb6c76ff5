using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>The card that is minted and checked, in both formats.</summary>
internal static class Card
{
    public const string Type = "https://example.org/vct/compatriot-card/1";
    public const string DocType = "org.example.compatriot-card.1";
    public const string Issuer = "https://issuer.example.org";

    /// <summary>When the minting benchmarks issue.</summary>
    public static DateTimeOffset Day { get; } = DateTimeOffset.FromUnixTimeSeconds(1795219200);

    /// <summary>Twelve disclosures: seven members, the three parts of one of them and the two items of another. Good for 90 days.</summary>
    public static SdObject SdJwtClaims(DateTimeOffset from) => new SdObject()
        .Plain("iss", SdValue.Of(Issuer))
        .Plain("vct", SdValue.Of(Type))
        .Plain("nbf", SdValue.Of(from.ToUnixTimeSeconds()))
        .Plain("exp", SdValue.Of(from.AddDays(90).ToUnixTimeSeconds()))
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

    /// <summary>Twelve elements in one namespace.</summary>
    public static MdocContent MdocElements()
    {
        var content = new MdocContent(DocType);
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
        return elements.Aggregate(content, (built, element) => built.Add(DocType, element.Name, element.Value));
    }
}
