using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Presentation;

/// <summary>One request that several keys sign, for wallets of several trust frameworks (OpenID4VP §A.3.2).</summary>
public sealed class MultiSignedRequestTests
{
    private const string Origin = "https://door.example.org";

    private static readonly RequestSigner Other = new(TestPki.CardSigner, "x509_hash:another", [new VerifierInfo("ground", JsonElement.Parse("""{"text":"why"}"""))]);

    [Fact]
    public void Each_signature_verifies_over_the_same_payload_under_its_own_name()
    {
        var request = Requests(Other)[0];
        Assert.Equal("openid4vp-v1-multisigned", request.StringMember("protocol"));
        var jws = request.ObjectMember("data")!.Value.ObjectMember("request")!.Value;
        var signatures = jws.ArrayMember("signatures")!.Value.EnumerateArray().ToList();
        Assert.Equal(["x509_hash:door", "x509_hash:another"], signatures.Select(signature => Header(signature).StringMember("client_id")));
        Assert.Equal([false, true], signatures.Select(signature => Header(signature).Member("verifier_info") is not null));
        Assert.All(signatures, signature => Assert.True(Verify(signature, jws.StringMember("payload")!)));
        Assert.False(Verify(signatures[0], jws.StringMember("payload")![..^2]));
    }

    [Fact]
    public void The_payload_says_nothing_that_belongs_to_one_signer()
    {
        var payload = JsonElement.Parse(Decode(Requests(Other)[0].ObjectMember("data")!.Value.ObjectMember("request")!.Value.StringMember("payload")!));
        Assert.Null(payload.Member("client_id"));
        Assert.Null(payload.Member("verifier_info"));
        Assert.Null(payload.Member("state"));
        Assert.Equal([Origin], payload.StringsMember("expected_origins")!);
        Assert.Equal(("vp_token", "dc_api.jwt"), (payload.StringMember("response_type"), payload.StringMember("response_mode")));
    }

    [Fact]
    public void The_single_signature_and_the_unsigned_request_stand_behind_it()
    {
        Assert.Equal(["openid4vp-v1-multisigned", "openid4vp-v1-signed", "openid4vp-v1-unsigned"], Requests(Other).Select(request => request.StringMember("protocol")));
        Assert.Equal(["openid4vp-v1-signed", "openid4vp-v1-unsigned"], Requests().Select(request => request.StringMember("protocol")));
    }

    [Fact]
    public void Without_a_first_signer_nobody_signs() =>
        Assert.Throws<ArgumentException>(() => PresentationRequests.CreateForDcApi(null, NewRequest(), Scenario.Noon, Other));

    private static List<JsonElement> Requests(params RequestSigner[] others) =>
        [.. JsonElement.Parse(PresentationRequests.CreateForDcApi(TestPki.Door, NewRequest(), Scenario.Noon, others)).ObjectMember("digital")!.Value.ArrayMember("requests")!.Value.EnumerateArray()];

    private static PresentationRequest NewRequest() => PresentationRequest.ForDcApi(
        DcqlQuery.For(new Scenario().Query), "x509_hash:door", Origin, Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24)), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256),
        Scenario.Noon.AddMinutes(5));

    private static byte[] Decode(string text) => Base64UrlText.TryDecode(text, out var bytes) ? bytes : throw new FormatException(text);

    private static JsonElement Header(JsonElement signature) => JsonElement.Parse(Decode(signature.StringMember("protected")!));

    // As a wallet does it: the compact form of one signature, with the key of its own certificate.
    private static bool Verify(JsonElement signature, string payload)
    {
        if (SignedJwt.Parse($"{signature.StringMember("protected")}.{payload}.{signature.StringMember("signature")}").Failed(out _, out var jwt))
        {
            return false;
        }

        using var chain = X5c.Parse(jwt.Header).OrThrow();
        using var key = VerificationKey.Of(chain.Leaf).OrThrow();
        return jwt.Verify(key, "oauth-authz-req+jwt", JwsAlgorithm.ES256).Succeeded(out _, out _);
    }
}
