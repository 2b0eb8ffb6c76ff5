using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Testing;
using IdentityPlatform.Wallet.Cards;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>An issuer of work patents with a bundle of its own, and wallets with one patent each.</summary>
internal sealed class WorkPatents : IDisposable
{
    /// <summary>Two regions whose days are never the same: a whole day lies between their clocks.</summary>
    public const string West = "RU-KGD";
    public const string East = "RU-KAM";

    private const string DocType = "org.example.workpatent.1";
    private const string Iso = "org.iso.23220.1";
    private const string TravelDocument = "org.iso.23220.photoid.1";
    private const string Type = "https://example.org/vct/work-patent/1";

    private readonly TestIssuer _issuer = new(DateTimeOffset.UtcNow);
    private readonly TestIssuer _stranger = new(DateTimeOffset.UtcNow);

    /// <summary>The root of its bundle, as a JWK.</summary>
    public string Root => _issuer.BundleRoot.PublicKey.ToJson();

    /// <summary>Its bundle.</summary>
    public byte[] Bundle()
    {
        var content = _issuer.Content();
        return _issuer.Bundle(
            new BundleContent
            {
                Version = content.Version,
                IssuedAt = content.IssuedAt,
                Anchors = [new() { Certificate = content.Anchors[0].Certificate, Roles = content.Anchors[0].Roles, Types = [Type, DocType] }, content.Anchors[1]],
                Denied = [],
                Types = content.Types,
                Regions = new Dictionary<string, int> { [West] = -720, ["RU-MOW"] = 180, [East] = 720 },
                BundleMaxAge = content.BundleMaxAge,
                StatusMaxAge = content.StatusMaxAge,
            },
            _issuer.StatusList());
    }

    /// <summary>A wallet with a patent for these regions, paid until the day that it is in the West now and some days more.</summary>
    public WalletFile Wallet(string picture, int daysMore = 0, params string[] regions) => Wallet(_issuer, picture, daysMore, regions);

    /// <summary>The same patent as an mdoc, in a wallet that has no other form of it.</summary>
    public WalletFile MdocWallet(string picture, int daysMore = 0, params string[] regions) => MdocWallet(_issuer, picture, daysMore, regions);

    /// <summary>The same of an issuer whom nobody trusts.</summary>
    public WalletFile Forged(string picture) => Wallet(_stranger, picture, 30, [West]);

    /// <summary>And as an mdoc.</summary>
    public WalletFile ForgedMdoc(string picture) => MdocWallet(_stranger, picture, 30, [West]);

    public void Dispose()
    {
        _issuer.Dispose();
        _stranger.Dispose();
    }

    private static WalletFile Wallet(TestIssuer issuer, string picture, int daysMore, string[] regions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var patent = new TestPresentation(issuer) { WithKeyBinding = false };
        patent.Claims["vct"] = Type;
        patent.Claims["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(Jwk.Of(key).WithoutKeyId().ToJson()) };
        patent.Claims["_sd"] = new JsonArray();
        patent.Shown.Clear();
        patent.Disclose("occupation", new JsonObject { ["name"] = "Кладовщик", ["code"] = "4321", ["scheme"] = "urn:example:isco-08" });
        patent.Disclose("authorized_regions", new JsonArray([.. regions.Select(region => (JsonNode)region)]));
        patent.Disclose("paid_until", PaidUntil(daysMore).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        patent.Disclose("family_name", "Раҳимов");
        patent.Disclose("given_name", "Фаррух");
        patent.Disclose("picture", picture);
        patent.Disclose("document_number", "770012345678");
        patent.Disclose("identity_document", new JsonObject { ["type"] = "passport", ["number"] = "AN1234567", ["issuing_country"] = "TJ" });
        var wallet = WalletFile.InMemory();
        wallet.Add([CardCopy.Take(patent.ToText(), key).OrThrow()]);
        return wallet;
    }

    private static WalletFile MdocWallet(TestIssuer issuer, string picture, int daysMore, string[] regions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var occupation = CborValue.Map(("name", CborValue.Of("Кладовщик")), ("code", CborValue.Of("4321")), ("scheme", CborValue.Of("urn:example:isco-08")));
        var content = new MdocContent(DocType)
            .Add(DocType, "occupation", occupation)
            .Add(DocType, "authorized_regions", CborValue.Array(regions.Select(CborValue.Of)))
            .Add(DocType, "paid_until", CborValue.Of(PaidUntil(daysMore)))
            .Add(Iso, "family_name", CborValue.Of("Раҳимов"))
            .Add(Iso, "given_name", CborValue.Of("Фаррух"))
            .Add(Iso, "portrait", CborValue.Of(Convert.FromBase64String(picture.Split(',')[1])))
            .Add(Iso, "document_number", CborValue.Of("770012345678"))
            .Add(TravelDocument, "travel_document_type", CborValue.Of("passport"))
            .Add(TravelDocument, "travel_document_number", CborValue.Of("AN1234567"));
        var wallet = WalletFile.InMemory();
        wallet.Add([CardCopy.Take(TestMdoc.Issue(issuer, content, key), key).OrThrow()]);
        return wallet;
    }

    private static DateOnly PaidUntil(int daysMore) => DateOnly.FromDateTime(DateTimeOffset.UtcNow.AddHours(-12).AddDays(daysMore).DateTime);
}
