using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Interop.Node;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.Interop.Cards;

/// <summary>Mdocs between <c>Formats</c> and @owf/mdoc, in both directions.</summary>
public sealed class MdocTests : IDisposable
{
    private readonly MdocWorld _world = new();
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task Their_holder_verifies_our_card_and_our_verifier_accepts_what_it_presents()
    {
        var held = await HoldThereAsync(_world.IssueHere(_now));

        Assert.Null(held.StringMember("refused"));
        Assert.Equal(MdocWorld.DocType, held.StringMember("docType"));
        Assert.Equal(
            [$"{MdocWorld.DocType} account", $"{MdocWorld.Iso} age_over_18", $"{MdocWorld.Iso} birth_date", $"{MdocWorld.Iso} family_name"],
            held.StringsMember("names")!.Order(StringComparer.Ordinal));
        var card = _world.Verify(Presentation(held), _now, "family_name", "age_over_18").IsAccepted();
        Assert.Equal(2, card.DisclosedPaths.Count);
        Assert.False(card.Find(MdocWorld.Iso, "age_over_18").Single().GetBoolean());
    }

    [Fact]
    public async Task What_their_holder_presents_is_refused_when_one_element_was_altered_or_the_request_is_another()
    {
        var held = await HoldThereAsync(_world.IssueHere(_now));
        var other = await HoldThereAsync(_world.IssueHere(_now), nonce: "another");

        _world.Verify(MdocWorld.Altered(Presentation(held), "Щеглова", "Щеглина"), _now, "family_name", "age_over_18").IsRejected<Failure.DigestMismatch>();
        _world.Verify(Presentation(other), _now, "family_name", "age_over_18").IsRejected<Failure.HolderSignatureInvalid>();
        _world.Verify(Presentation(held), _now, "age_over_18").IsRejected<Failure.OverDisclosure>();
    }

    [Fact]
    public async Task Their_holder_refuses_our_card_when_one_element_was_altered()
    {
        var held = await HoldThereAsync(MdocWorld.Altered(_world.IssueHere(_now), "pairwise", "paarwise"));

        Assert.NotNull(held.StringMember("refused"));
    }

    [Fact]
    public async Task Their_verifier_accepts_what_our_holder_presents()
    {
        var answer = await VerifyThereAsync(PresentHere(MdocWorld.Transcript));

        Assert.Null(answer.StringMember("refused"));
        Assert.Equal("Щеглова", answer.GetProperty("elements").GetProperty(MdocWorld.Iso).StringMember("family_name"));
    }

    [Fact]
    public async Task Their_verifier_refuses_what_our_holder_presents_when_it_was_altered_or_made_for_another_request()
    {
        var presentation = PresentHere(MdocWorld.Transcript);
        var other = SessionTranscript.ForOpenId4Vp(MdocWorld.ClientId, "another", null, MdocWorld.ResponseUri);

        Assert.Null((await VerifyThereAsync(presentation)).StringMember("refused"));
        Assert.NotNull((await VerifyThereAsync(MdocWorld.Altered(presentation, "Щеглова", "Щеглина"))).StringMember("refused"));
        Assert.Contains("Device signature", (await VerifyThereAsync(PresentHere(other))).StringMember("refused"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_holder_and_verifier_take_a_card_that_their_issuer_made()
    {
        var held = HeldMdoc.Parse(await IssueThereAsync()).OrThrow();

        using var holder = SigningKey.From(_world.Holder);
        var presentation = held.Present([(MdocWorld.Iso, "family_name")], holder, MdocWorld.Transcript);
        Assert.Equal("Щеглова", _world.Verify(presentation, _now, "family_name").IsAccepted().Find(MdocWorld.Iso, "family_name").Single().GetString());
        _world.Verify(MdocWorld.Altered(presentation, "Щеглова", "Щеглина"), _now, "family_name").IsRejected<Failure.DigestMismatch>();
        Assert.Null((await VerifyThereAsync(presentation)).StringMember("refused"));
    }

    public void Dispose() => _world.Dispose();

    private byte[] PresentHere(SessionTranscript transcript)
    {
        // The world owns the key; it outlives the signature.
        var holder = SigningKey.From(_world.Holder);
        return HeldMdoc.Parse(_world.IssueHere(_now)).OrThrow().Present([(MdocWorld.Iso, "family_name"), (MdocWorld.Iso, "birth_date")], holder, transcript);
    }

    private Task<JsonElement> HoldThereAsync(byte[] card, string nonce = MdocWorld.Nonce) => NodeClient.AskOnceAsync("mdoc-holder", new()
    {
        ["card"] = Base64UrlText.Encode(card),
        ["authority"] = _world.Authority.Pem,
        ["holder"] = NodeJson.PrivateKey(_world.Holder),
        ["docType"] = MdocWorld.DocType,
        ["disclose"] = new JsonObject { [MdocWorld.Iso] = new JsonObject { ["family_name"] = false, ["age_over_18"] = false } },
        ["clientId"] = MdocWorld.ClientId,
        ["nonce"] = nonce,
        ["responseUri"] = MdocWorld.ResponseUri,
    });

    private Task<JsonElement> VerifyThereAsync(byte[] presentation) => NodeClient.AskOnceAsync("mdoc-verifier", new()
    {
        ["presentation"] = Base64UrlText.Encode(presentation),
        ["authority"] = _world.Authority.Pem,
        ["clientId"] = MdocWorld.ClientId,
        ["nonce"] = MdocWorld.Nonce,
        ["responseUri"] = MdocWorld.ResponseUri,
    });

    private async Task<byte[]> IssueThereAsync()
    {
        var answer = await NodeClient.AskOnceAsync("mdoc-issuer", new()
        {
            ["docType"] = MdocWorld.DocType,
            ["elements"] = new JsonObject { [MdocWorld.Iso] = new JsonObject { ["family_name"] = "Щеглова", ["age_over_18"] = false } },
            ["issuer"] = NodeJson.PrivateKey(_world.SignerKey),
            ["x5c"] = NodeJson.Chain(_world.Signer),
            ["holder"] = JsonNode.Parse(Jwk.Of(_world.Holder).ToJson()),
            ["validFrom"] = _now.AddHours(-1).ToString("O"),
            ["validUntil"] = _now.AddDays(30).ToString("O"),
        });
        return Base64UrlText.Parse(answer.StringMember("card")!, "the card").OrThrow();
    }

    private static byte[] Presentation(JsonElement held) => Base64UrlText.Parse(held.StringMember("presentation")!, "the presentation").OrThrow();
}
