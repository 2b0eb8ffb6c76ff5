using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Tests.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>The treasury of keys.example: it signs what was paid.</summary>
internal static class TestTreasury
{
    public const string Name = "https://treasury.example.org";
    public const string Issuer = "http://localhost:5102";

    /// <summary>What a month costs in Saint Petersburg in 2026, in kopecks.</summary>
    public const long Month = 800_000;

    private static readonly SigningKey Key = Read();

    public static Treasury Known() => Treasury.Of(Name, Key.PublicKey);

    public static string Fact(
        string patent, string paidOn, long amount = Month, string? reference = null, SigningKey? key = null, Action<System.Text.Json.Utf8JsonWriter>? more = null,
        string treasury = Name, string issuer = Issuer, string currency = "RUB", string type = PaymentFact.TokenType) =>
        JwtWriter.Sign(key ?? Key, type, writer =>
        {
            writer.WriteString("iss", treasury);
            writer.WriteString("aud", issuer);
            writer.WriteString("reference", reference ?? Guid.NewGuid().ToString("N"));
            writer.WriteString("patent", patent);
            writer.WriteNumber("amount", amount);
            writer.WriteString("currency", currency);
            writer.WriteString("paid_on", paidOn);
            more?.Invoke(writer);
        });

    private static SigningKey Read()
    {
        var file = Path.Combine(CatalogueFiles.PatentDirectory, "..", "..", "..", "..", "keys.example", "treasury", "payment-facts.json");
        return PrivateJwk.Parse(StrictJson.ParseObject(File.ReadAllBytes(file)).OrThrow().Element.GetProperty("jwk")).OrThrow();
    }
}
