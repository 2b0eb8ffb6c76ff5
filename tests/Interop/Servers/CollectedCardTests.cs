using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Interop.Cards;
using IdentityPlatform.Interop.Node;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Interop.Servers;

/// <summary>A card that the running issuer minted and an independent wallet collected, in independent hands from then on.</summary>
[Collection(nameof(Town))]
public sealed class CollectedCardTests(Town town)
{
    private const string Audience = "x509_hash:door";
    private const string Nonce = "bm9uY2Utb2YtdGhpcy1yZXF1ZXN0";
    private const string CardType = "https://example.org/vct/compatriot-card/1";

    [Fact]
    public async Task Their_holder_verifies_the_collected_card_and_our_verifier_accepts_what_it_presents()
    {
        var held = await HoldAsync();

        Assert.Equal(CardType, held.GetProperty("payload").StringMember("vct"));
        Assert.Equal("Щеглова", held.GetProperty("payload").StringMember("family_name"));
        var card = (await VerifyAsync(held.StringMember("presentation")!)).IsAccepted();
        Assert.Equal([ClaimPath.Of("age_equal_or_over"), ClaimPath.Of("age_equal_or_over", "18")], card.DisclosedPaths);
    }

    [Fact]
    public async Task What_their_holder_presents_of_the_collected_card_is_rejected_when_one_disclosure_was_altered()
    {
        var held = await HoldAsync();

        var altered = Altered.Disclosure(held.StringMember("presentation")!, "18", false);

        (await VerifyAsync(altered)).IsRejected<Failure.DigestMismatch>();
    }

    [Fact]
    public async Task What_their_holder_binds_with_the_key_of_another_copy_is_rejected()
    {
        var other = await town.TakeCopyAsync();

        var held = await HoldAsync(other.Key);

        (await VerifyAsync(held.StringMember("presentation")!)).IsRejected<Failure.HolderSignatureInvalid>();
    }

    [Fact]
    public async Task Their_reader_fetches_the_status_list_that_the_collected_card_names()
    {
        var copy = await town.TakeCopyAsync();

        var read = await NodeClient.AskOnceAsync("status-list-reader", new() { ["card"] = copy.Card, ["authority"] = Authority() });

        Assert.Equal([0], read.GetProperty("statuses").EnumerateArray().Select(status => status.GetInt32()));
        Assert.StartsWith($"{town.Programs.CardIssuer.Url}/", read.StringMember("subject"), StringComparison.Ordinal);
    }

    private async Task<JsonElement> HoldAsync(JsonObject? otherKey = null)
    {
        var copy = await town.TakeCopyAsync();
        return await NodeClient.AskOnceAsync("sd-jwt-holder", new()
        {
            ["card"] = copy.Card,
            ["authority"] = Authority(),
            ["holder"] = otherKey ?? copy.Key,
            ["disclose"] = new JsonObject { ["age_equal_or_over"] = new JsonObject { ["18"] = true } },
            ["audience"] = Audience,
            ["nonce"] = Nonce,
        });
    }

    // The bundle comes from the issuer itself, under the root key that the door pins.
    private async Task<VerificationResult> VerifyAsync(string presentation)
    {
        var root = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(town.Programs.Places.Keys, "event-door", "bundle-root.jwk")));
        var bundle = await town.Programs.Http.GetByteArrayAsync(new Uri($"{town.Programs.CardIssuer.Url}/bundle"));
        var trust = Trust.From(OfflineBundle.Parse(bundle, Jwk.Parse(root).OrThrow()).OrThrow());
        var expectation = new Expectation
        {
            Query = CredentialQuery.OfType("card", CardType).Asking("age_equal_or_over", "18"),
            Nonce = Nonce,
            Audience = Audience,
        };
        return CredentialVerifier.Verify(presentation, expectation, Policy.Haip, trust, DateTimeOffset.UtcNow);
    }

    private string Authority() => File.ReadAllText(Path.Combine(town.Programs.Places.Keys, "pki", "issuer-root.pem"));
}
