using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Interop.Node;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.Interop.Cards;

/// <summary>Cards that @sd-jwt/sd-jwt-vc issued, before our verifier.</summary>
public sealed class TheirCardTests : IDisposable
{
    private readonly CardWorld _world = new();
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task A_card_of_their_issuer_presented_by_their_holder_is_accepted()
    {
        var card = _world.Verify(await PresentThereAsync(), _now, await StatusThereAsync(0)).IsAccepted();

        Assert.Equal([ClaimPath.Of("age_equal_or_over"), ClaimPath.Of("age_equal_or_over", "18")], card.DisclosedPaths);
        Assert.Equal(_now.AddDays(30).ToUnixTimeSeconds(), card.ValidUntil?.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_card_of_their_issuer_with_one_disclosure_altered_is_rejected_for_its_digest()
    {
        var altered = Altered.Disclosure(await PresentThereAsync(), "18", false);

        _world.Verify(altered, _now, await StatusThereAsync(0)).IsRejected<Failure.DigestMismatch>();
    }

    [Fact]
    public async Task A_card_that_their_status_list_revokes_is_rejected_as_revoked()
    {
        _world.Verify(await PresentThereAsync(), _now, await StatusThereAsync(1)).IsRejected<Failure.Revoked>();
    }

    [Fact]
    public async Task A_card_of_their_issuer_under_another_authority_is_rejected_as_untrusted()
    {
        using var stranger = new CardWorld();

        stranger.Verify(await PresentThereAsync(), _now, await StatusThereAsync(0)).IsRejected<Failure.UntrustedIssuer>();
    }

    [Fact]
    public async Task A_card_of_their_issuer_is_accepted_by_its_pinned_key()
    {
        VerifyPinned(PresentHere(await IssueThereAsync(withChain: false)), _world.SignerKey).IsAccepted();
    }

    [Fact]
    public async Task A_card_of_their_issuer_with_one_disclosure_altered_is_rejected_under_its_pinned_key()
    {
        var altered = Altered.Disclosure(PresentHere(await IssueThereAsync(withChain: false)), "18", false);

        VerifyPinned(altered, _world.SignerKey).IsRejected<Failure.DigestMismatch>();
    }

    [Fact]
    public async Task A_card_of_their_issuer_is_rejected_under_the_pinned_key_of_another()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        VerifyPinned(PresentHere(await IssueThereAsync(withChain: false)), other).IsRejected<Failure.IssuerSignatureInvalid>();
    }

    public void Dispose() => _world.Dispose();

    private async Task<string> IssueThereAsync(bool withChain)
    {
        var answer = await NodeClient.AskOnceAsync("sd-jwt-issuer", new()
        {
            ["key"] = NodeJson.PrivateKey(_world.SignerKey),
            ["x5c"] = withChain ? NodeJson.Chain(_world.Signer) : null,
            ["claims"] = Claims(withStatus: withChain),
            ["frame"] = new JsonObject
            {
                ["_sd"] = NodeJson.Array(["family_name", "nationalities", "age_equal_or_over"]),
                ["_sd_decoy"] = 2,
                ["nationalities"] = new JsonObject { ["_sd"] = NodeJson.Array([0]) },
                ["age_equal_or_over"] = new JsonObject { ["_sd"] = NodeJson.Array(["18", "65"]) },
            },
        });
        return answer.StringMember("card")!;
    }

    private JsonObject Claims(bool withStatus)
    {
        var claims = new JsonObject
        {
            ["iss"] = CardWorld.Issuer,
            ["vct"] = CardWorld.Type,
            ["iat"] = _now.ToUnixTimeSeconds(),
            ["exp"] = _now.AddDays(30).ToUnixTimeSeconds(),
            ["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(Jwk.Of(_world.Holder).ToJson()) },
            ["family_name"] = "Щеглова",
            ["nationalities"] = NodeJson.Array(["AM", "RU"]),
            ["age_equal_or_over"] = new JsonObject { ["18"] = true, ["65"] = false },
        };
        if (withStatus)
        {
            claims["status"] = new JsonObject { ["status_list"] = new JsonObject { ["idx"] = CardWorld.Index, ["uri"] = CardWorld.StatusUri } };
        }

        return claims;
    }

    private async Task<string> PresentThereAsync()
    {
        var held = await NodeClient.AskOnceAsync("sd-jwt-holder", new()
        {
            ["card"] = await IssueThereAsync(withChain: true),
            ["authority"] = _world.Authority.Pem,
            ["statusList"] = await StatusThereAsync(0),
            ["holder"] = NodeJson.PrivateKey(_world.Holder),
            ["disclose"] = new JsonObject { ["age_equal_or_over"] = new JsonObject { ["18"] = true } },
            ["audience"] = CardWorld.Audience,
            ["nonce"] = CardWorld.Nonce,
        });
        return held.StringMember("presentation")!;
    }

    private string PresentHere(string card)
    {
        var held = HeldSdJwt.Parse(card).OrThrow();
        return HeldSdJwt.Bind(held.Present([ClaimPath.Of("age_equal_or_over", "18")]), SigningKey.From(_world.Holder), CardWorld.Audience, CardWorld.Nonce, _now);
    }

    private async Task<string> StatusThereAsync(int status)
    {
        var answer = await NodeClient.AskOnceAsync("status-list-issuer", new()
        {
            ["key"] = NodeJson.PrivateKey(_world.SignerKey),
            ["x5c"] = NodeJson.Chain(_world.Signer),
            ["uri"] = CardWorld.StatusUri,
            ["bits"] = 2,
            ["statuses"] = NodeJson.Array(Enumerable.Range(0, 64).Select(index => index == CardWorld.Index ? status : 0)),
        });
        return answer.StringMember("token")!;
    }

    private VerificationResult VerifyPinned(string presentation, ECDsa key) => CredentialVerifier.Verify(
        presentation,
        _world.Expectation,
        new Policy
        {
            IssuerTrust = IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(CardWorld.Type, Jwk.Of(key))),
            HolderBinding = HolderBinding.Required,
            Status = StatusCheck.WherePresent,
            ExpiryRequired = true,
            Algorithms = [JwsAlgorithm.ES256],
            ClockSkew = TimeSpan.FromMinutes(1),
            PresentationMaxAge = TimeSpan.FromMinutes(5),
        },
        Trust.Empty,
        _now);
}
