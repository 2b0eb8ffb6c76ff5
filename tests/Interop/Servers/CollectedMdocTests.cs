using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Interop.Cards;
using IdentityPlatform.Interop.Node;

namespace IdentityPlatform.Interop.Servers;

/// <summary>Mdocs that the running issuer minted and an independent wallet collected, in the hands of @owf/mdoc.</summary>
[Collection(nameof(Town))]
public sealed class CollectedMdocTests(Town town)
{
    private const string DocType = "org.example.compatriotcard.1";
    private const string Iso = "org.iso.23220.1";

    [Fact]
    public async Task Their_holder_verifies_a_collected_card_and_presents_it_with_the_key_of_its_own()
    {
        var copies = await town.CollectAtHomeAsync("compatriot-card-mdoc");
        Assert.Equal(10, copies.Count);

        var held = await HoldAsync(copies[0].Card, copies[0].Key);
        var other = await HoldAsync(copies[0].Card, copies[1].Key);
        var altered = MdocWorld.Altered(Base64UrlText.Parse(copies[0].Card, "the card").OrThrow(), "Щеглова", "Щеглина");

        Assert.Equal((null, DocType), (held.StringMember("refused"), held.StringMember("docType")));
        Assert.Equal("Щеглова", Verify(held.StringMember("presentation")!).OrThrow().Find(Iso, "family_name")?.Text);
        Assert.True(Verify(other.StringMember("presentation")!).Failed(out var failure, out _));
        Assert.Equal(FormatRule.Signature, failure.Rule);
        Assert.NotNull((await HoldAsync(Base64UrlText.Encode(altered), copies[0].Key)).StringMember("refused"));
    }

    private Task<System.Text.Json.JsonElement> HoldAsync(string card, JsonObject key) => NodeClient.AskOnceAsync("mdoc-holder", new()
    {
        ["card"] = card,
        ["authority"] = File.ReadAllText(Path.Combine(town.Programs.Places.Keys, "pki", "issuer-root.pem")),
        ["holder"] = key,
        ["docType"] = DocType,
        ["disclose"] = new JsonObject { [Iso] = new JsonObject { ["family_name"] = false, ["age_over_18"] = false } },
        ["clientId"] = MdocWorld.ClientId,
        ["nonce"] = MdocWorld.Nonce,
        ["responseUri"] = MdocWorld.ResponseUri,
    });

    private static Parsed<MdocElements> Verify(string presentation)
    {
        var document = DeviceResponse.Parse(Base64UrlText.Parse(presentation, "the presentation").OrThrow()).OrThrow().Documents[0];
        using var chain = document.IssuerSigned.IssuerAuth.Certificates().OrThrow();
        using var signer = VerificationKey.Of(chain.Leaf).OrThrow();
        var verified = document.IssuerSigned.Verify(signer, JwsAlgorithm.ES256).OrThrow();
        using var device = VerificationKey.Import(verified.Mso.Device.Key).OrThrow();
        return document.DeviceSigned.Verify(device, DocType, MdocWorld.Transcript, JwsAlgorithm.ES256).Failed(out var failure, out _) ? failure : verified.Elements();
    }
}
