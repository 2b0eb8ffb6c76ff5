using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Interop.Node;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.Interop.Cards;

/// <summary>Cards that <c>Formats</c> minted, in the hands of @sd-jwt/sd-jwt-vc.</summary>
public sealed class OurCardTests : IDisposable
{
    private readonly CardWorld _world = new();
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task Their_holder_verifies_our_card_and_our_verifier_accepts_what_it_presents()
    {
        var held = await HoldThereAsync(_world.StatusHere(0, _now));

        Assert.Equal("Щеглова", held.GetProperty("payload").StringMember("family_name"));
        Assert.Equal(
            ["age_equal_or_over", "age_equal_or_over.18", "age_equal_or_over.65", "family_name", "nationalities", "nationalities.0"],
            held.StringsMember("disclosable")!.Order(StringComparer.Ordinal));
        var card = _world.Verify(held.StringMember("presentation")!, _now, _world.StatusHere(0, _now)).IsAccepted();
        Assert.Equal([ClaimPath.Of("age_equal_or_over"), ClaimPath.Of("age_equal_or_over", "18")], card.DisclosedPaths);
    }

    [Fact]
    public async Task What_their_holder_presents_is_rejected_when_one_disclosure_was_altered()
    {
        var held = await HoldThereAsync(_world.StatusHere(0, _now));

        var altered = Altered.Disclosure(held.StringMember("presentation")!, "18", false);

        _world.Verify(altered, _now, _world.StatusHere(0, _now)).IsRejected<Failure.DigestMismatch>();
    }

    [Fact]
    public async Task Their_verifier_accepts_what_our_holder_presents()
    {
        var answer = await VerifyThereAsync(PresentHere(CardWorld.Nonce));

        Assert.Equal(CardWorld.Audience, answer.StringMember("audience"));
        Assert.True(answer.GetProperty("payload").GetProperty("age_equal_or_over").GetProperty("18").GetBoolean());
        Assert.False(answer.GetProperty("payload").TryGetProperty("family_name", out _));
    }

    [Fact]
    public async Task Their_verifier_refuses_what_our_holder_presents_when_one_disclosure_was_altered()
    {
        var altered = Altered.Disclosure(PresentHere(CardWorld.Nonce), "18", false);

        Assert.Equal("Invalid sd_hash in Key Binding JWT", (await VerifyThereAsync(altered)).StringMember("refused"));
    }

    [Fact]
    public async Task Their_verifier_refuses_what_our_holder_presents_to_another_request()
    {
        Assert.Equal("Verify Error: Invalid Nonce", (await VerifyThereAsync(PresentHere("another"))).StringMember("refused"));
    }

    [Fact]
    public async Task Their_verifier_reads_a_revocation_in_our_list()
    {
        Assert.Equal("Status is not valid", (await VerifyThereAsync(PresentHere(CardWorld.Nonce), status: 1)).StringMember("refused"));
    }

    public void Dispose() => _world.Dispose();

    private Task<JsonElement> HoldThereAsync(string statusList) => NodeClient.AskOnceAsync("sd-jwt-holder", new()
    {
        ["card"] = _world.IssueHere(_now),
        ["authority"] = _world.Authority.Pem,
        ["statusList"] = statusList,
        ["holder"] = NodeJson.PrivateKey(_world.Holder),
        ["disclose"] = new JsonObject { ["age_equal_or_over"] = new JsonObject { ["18"] = true } },
        ["audience"] = CardWorld.Audience,
        ["nonce"] = CardWorld.Nonce,
    });

    private string PresentHere(string nonce)
    {
        var held = HeldSdJwt.Parse(_world.IssueHere(_now)).OrThrow();
        return HeldSdJwt.Bind(held.Present([ClaimPath.Of("age_equal_or_over", "18")]), SigningKey.From(_world.Holder), CardWorld.Audience, nonce, _now);
    }

    private Task<JsonElement> VerifyThereAsync(string presentation, int status = 0) => NodeClient.AskOnceAsync("sd-jwt-verifier", new()
    {
        ["presentation"] = presentation,
        ["authority"] = _world.Authority.Pem,
        ["statusList"] = _world.StatusHere(status, _now),
        ["nonce"] = CardWorld.Nonce,
    });
}
