using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier.Testing;
using IdentityPlatform.Wallet.Cards;

namespace IdentityPlatform.Issuer.Tests.Events;

/// <summary>A card with everything that could give its holder away, in a wallet.</summary>
internal sealed class ShownCard
{
    private const string Number = "482109375516037";

    public ShownCard(TestIssuer issuer, bool over14 = true)
    {
        Wallet = WalletFile.InMemory();
        Copies = [.. Enumerable.Range(0, 3).Select(index => Make(issuer, over14, 40 + index))];
        Wallet.Add(Copies);
    }

    public WalletFile Wallet { get; }

    public IReadOnlyList<CardCopy> Copies { get; }

    /// <summary>All texts by which a copy, or its holder, could be known again: parts of the credential, its claims, its key in every writing.</summary>
    public IEnumerable<string> Traces()
    {
        foreach (var copy in Copies)
        {
            using var key = copy.Key();
            var jwk = key.PublicKey;
            var parts = copy.Issued.Split('~', StringSplitOptions.RemoveEmptyEntries);
            var payload = parts[0].Split('.');
            string[] texts = [payload[1], payload[2], jwk.ThumbprintText(), jwk.ToJson(), Member(jwk.ToJson(), "x"), Member(jwk.ToJson(), "y"), TestIssuer.StatusUri, .. parts[1..]];
            foreach (var text in texts.Concat(parts[1..].Select(disclosure => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(disclosure))))))
            {
                yield return text;
            }
        }

        string[] claims = ["Щеглова", "Юлия", "SHCHEGLOVA", "2009-05-26", Number, "pairwise-subject-of-the-card", TestIssuer.Name];
        foreach (var text in claims)
        {
            yield return text;
        }
    }

    private static CardCopy Make(TestIssuer issuer, bool over14, int entry)
    {
        var holder = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ages = new SdObject().Disclosable("12", SdValue.Of(true)).Disclosable("14", SdValue.Of(over14)).Disclosable("18", SdValue.Of(false));
        var claims = new SdObject()
            .Plain("iss", SdValue.Of(TestIssuer.Name))
            .Plain("vct", SdValue.Of(TestIssuer.CardType))
            .Plain("nbf", SdValue.Of(issuer.Now.AddDays(-1).ToUnixTimeSeconds()))
            .Plain("exp", SdValue.Of(issuer.Now.AddDays(80).ToUnixTimeSeconds()))
            .Plain("status", SdValue.Status(TestIssuer.StatusUri, entry))
            .Plain("cnf", SdValue.Confirmation(Jwk.Of(holder)))
            .Disclosable("family_name", SdValue.Of("Щеглова"))
            .Disclosable("given_name", SdValue.Of("Юлия"))
            .Disclosable("family_name_latin1", SdValue.Of("SHCHEGLOVA"))
            .Disclosable("birthdate", SdValue.Of("2009-05-26"))
            .Disclosable("document_number", SdValue.Of(Number))
            .Disclosable("account", new SdObject().Plain("sub", SdValue.Of("pairwise-subject-of-the-card")))
            .Disclosable("age_equal_or_over", ages);
        return CardCopy.Take(SdJwtWriter.Issue(issuer.Signer, "dc+sd-jwt", claims, RandomNumberGenerator.Fill), holder).OrThrow();
    }

    private static string Member(string json, string name) => System.Text.Json.JsonElement.Parse(json).StringMember(name)!;
}
