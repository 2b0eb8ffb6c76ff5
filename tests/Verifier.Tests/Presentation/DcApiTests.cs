using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Presentation;

/// <summary>Requests over the Digital Credentials API of a browser, and what comes back (OpenID4VP §A).</summary>
public sealed class DcApiTests
{
    private const string Origin = "https://door.example.org";

    [Fact]
    public void A_page_gets_the_request_signed_and_unsigned()
    {
        var request = NewRequest();
        var requests = Requests(request);
        Assert.Equal(["openid4vp-v1-signed", "openid4vp-v1-unsigned"], requests.EnumerateArray().Select(one => one.StringMember("protocol")));

        var signed = Fetch(request).Claims;
        Assert.Equal(("dc_api.jwt", PresentationRequests.ClientIdOf(TestPki.Door)), (signed.StringMember("response_mode"), signed.StringMember("client_id")));
        Assert.Equal([Origin], signed.StringsMember("expected_origins"));
        Assert.All(["state", "response_uri", "redirect_uri"], name => Assert.Null(signed.Member(name)));

        var unsigned = requests[1].ObjectMember("data")!.Value;
        Assert.Equal((signed.StringMember("nonce"), "dc_api.jwt"), (unsigned.StringMember("nonce"), unsigned.StringMember("response_mode")));
        Assert.All(["client_id", "state", "expected_origins", "aud"], name => Assert.Null(unsigned.Member(name)));
        Assert.True(JsonElement.DeepEquals(signed.GetProperty("client_metadata"), unsigned.GetProperty("client_metadata")));
    }

    [Fact]
    public void An_encrypted_answer_for_the_origin_is_accepted()
    {
        var request = NewRequest();
        Assert.IsType<PresentationResult.Accepted>(Verify(request, Data(request)));
    }

    [Fact]
    public void An_answer_for_another_origin_is_refused()
    {
        var request = NewRequest();
        var failure = Rejected(request, Data(request, wallet => wallet.AnsweringAt("https://evil.example", new Scenario())));
        Assert.Equal($"origin:{Origin}", Assert.IsType<Failure.WrongAudience>(failure).Expected);
    }

    [Fact]
    public void An_answer_for_the_client_identifier_is_refused_though_the_request_was_signed()
    {
        var request = NewRequest();
        Assert.IsType<Failure.WrongAudience>(Rejected(request, Data(request, wallet => wallet.Answering(new Scenario()))));
    }

    [Fact]
    public void An_answer_to_another_request_is_refused()
    {
        var (request, other) = (NewRequest(), NewRequest());
        var presentation = Fetch(other).AnsweringAt(Origin, new Scenario()).Present();
        Assert.IsType<Failure.WrongNonce>(Rejected(request, Json(new JsonObject { ["response"] = Fetch(request).Encrypt(Token(presentation)) })));
        Assert.Equal(FormatRule.Encryption, Malformed(request, Data(other)));
    }

    [Fact]
    public void An_answer_in_clear_is_taken_where_it_was_asked_for_and_nowhere_else()
    {
        var open = NewRequest(isEncrypted: false);
        var claims = Fetch(open).Claims;
        Assert.Equal("dc_api", claims.StringMember("response_mode"));
        Assert.Null(claims.ObjectMember("client_metadata")!.Value.Member("jwks"));
        Assert.IsType<PresentationResult.Accepted>(Verify(open, Json(Token(Fetch(open).AnsweringAt(Origin, new Scenario()).Present()))));

        var request = NewRequest();
        Assert.Equal(FormatRule.Encryption, Malformed(request, Json(Token(Fetch(request).AnsweringAt(Origin, new Scenario()).Present()))));
    }

    [Fact]
    public void A_wallets_error_is_heard()
    {
        var request = NewRequest();
        Assert.Equal("access_denied", Assert.IsType<PresentationResponse.Declined>(PresentationResponses.ReadDcApi(request, Json(new JsonObject { ["error"] = "access_denied" }))).Error);
        Assert.Equal(FormatRule.Encryption, Malformed(request, Json([])));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_mdoc_is_bound_to_origin_nonce_and_key(bool isEncrypted)
    {
        var scenario = new MdocScenario();
        var request = NewRequest(DcqlQuery.For(scenario.Query), isEncrypted);
        var wallet = Fetch(request);
        VerificationResult With(string origin, string nonce, bool withKey)
        {
            scenario.Transcript = SessionTranscript.ForDcApi(origin, nonce, withKey ? request.EncryptionKey : null);
            return CredentialVerifier.Verify(
                Base64UrlText.Encode(scenario.Present()), request.ExpectationOf(scenario.Query), scenario.Policy, scenario.Trust(), scenario.Now);
        }

        var nonce = wallet.Claims.StringMember("nonce")!;
        With(Origin, nonce, isEncrypted).IsAccepted();
        With(Origin, nonce, !isEncrypted).IsRejected<Failure.HolderSignatureInvalid>();
        With("https://evil.example", nonce, isEncrypted).IsRejected<Failure.HolderSignatureInvalid>();
        With(Origin, "another", isEncrypted).IsRejected<Failure.HolderSignatureInvalid>();
    }

    [Theory]
    [InlineData("door.example.org")]
    [InlineData("https://door.example.org/")]
    [InlineData("https://door.example.org/path")]
    [InlineData("HTTPS://door.example.org")]
    [InlineData("http://door.example.org")]
    [InlineData("app:something")]
    public void What_is_no_origin_is_misuse(string origin) => Assert.Throws<ArgumentException>(() => NewRequest(origin: origin));

    [Fact]
    public void This_machine_is_an_origin_for_development() => Assert.Equal("http://localhost:5107", NewRequest(origin: "http://localhost:5107").Origin);

    [Fact]
    public void A_request_for_another_way_has_no_options_for_a_page() => Assert.Throws<ArgumentException>(() => PresentationRequests.CreateForDcApi(
        TestPki.Door,
        new PresentationRequest(DcqlQuery.For(new Scenario().Query), "x509_hash:x", "https://r", Secret(), Secret(), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon),
        Scenario.Noon));

    private static string Secret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));

    private static PresentationRequest NewRequest(DcqlQuery? query = null, bool isEncrypted = true, string origin = Origin) => PresentationRequest.ForDcApi(
        query ?? DcqlQuery.For(new Scenario().Query), PresentationRequests.ClientIdOf(TestPki.Door), origin, Secret(),
        ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon.AddMinutes(5), isEncrypted);

    private static JsonElement Requests(PresentationRequest request) =>
        JsonElement.Parse(PresentationRequests.CreateForDcApi(TestPki.Door, request, Scenario.Noon)).ObjectMember("digital")!.Value.ArrayMember("requests")!.Value;

    private static TestWallet Fetch(PresentationRequest request) => TestWallet.ReadDcApi(PresentationRequests.CreateForDcApi(TestPki.Door, request, Scenario.Noon), Origin);

    private static JsonObject Token(string presentation) => new() { ["vp_token"] = new JsonObject { ["card"] = new JsonArray(presentation) } };

    private static JsonElement Json(JsonObject json) => JsonElement.Parse(json.ToJsonString());

    private static JsonElement Data(PresentationRequest request, Func<TestWallet, Scenario>? answer = null)
    {
        var wallet = Fetch(request);
        var scenario = answer?.Invoke(wallet) ?? wallet.AnsweringAt(Origin, new Scenario());
        return Json(new JsonObject { ["response"] = wallet.Encrypt(Token(scenario.Present())) });
    }

    private static PresentationResult Verify(PresentationRequest request, JsonElement data) => PresentationVerifier.Verify(
        request, Assert.IsType<PresentationResponse.Presented>(PresentationResponses.ReadDcApi(request, data)).Token, Policies.Haip(), new Scenario().Trust(), Scenario.Noon);

    private static Failure Rejected(PresentationRequest request, JsonElement data) => Assert.IsType<PresentationResult.Rejected>(Verify(request, data)).Verdict.Failure;

    private static FormatRule Malformed(PresentationRequest request, JsonElement data) =>
        Assert.IsType<PresentationResponse.Malformed>(PresentationResponses.ReadDcApi(request, data)).Failure.Rule;
}
