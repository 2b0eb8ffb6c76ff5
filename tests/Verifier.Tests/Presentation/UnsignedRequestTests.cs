using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Presentation;

/// <summary>Requests that nobody signs (client identifier prefix redirect_uri, OpenID4VP §5.9.3), and answers that nobody encrypts (direct_post, §8.2).</summary>
public sealed class UnsignedRequestTests
{
    private const string Address = "https://door.example.org/present/response/1";

    [Fact]
    public void The_link_holds_the_whole_request()
    {
        var request = NewRequest(isEncrypted: true);
        var link = PresentationRequests.UnsignedLink("openid4vp://", request);
        Assert.StartsWith("openid4vp://?client_id=redirect_uri%3Ahttps%3A%2F%2Fdoor.example.org%2Fpresent%2Fresponse%2F1&", link, StringComparison.Ordinal);
        var query = HttpUtility.ParseQueryString(new Uri(link).Query);
        Assert.Equal(["client_id", "client_metadata", "dcql_query", "nonce", "response_mode", "response_type", "response_uri", "state"], query.AllKeys.Order());
        Assert.Equal((Address, "vp_token", "direct_post.jwt"), (query["response_uri"], query["response_type"], query["response_mode"]));
        Assert.Equal(request.Query.ToJson(), query["dcql_query"]);
        Assert.NotNull(JsonElement.Parse(query["client_metadata"]!).ObjectMember("jwks"));
    }

    [Fact]
    public void An_answer_that_is_not_to_be_encrypted_needs_no_key()
    {
        var query = HttpUtility.ParseQueryString(new Uri(PresentationRequests.UnsignedLink("openid4vp://", NewRequest())).Query);
        Assert.Equal("direct_post", query["response_mode"]);
        Assert.Equal(["vp_formats_supported"], JsonElement.Parse(query["client_metadata"]!).EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void Nobody_signs_a_request_under_redirect_uri_and_nobody_leaves_another_unsigned()
    {
        Assert.Throws<ArgumentException>(() => PresentationRequests.Create(TestPki.Door, NewRequest(), Scenario.Noon));
        Assert.Throws<ArgumentException>(() => PresentationRequests.UnsignedLink("openid4vp://", NewRequest("x509_hash:door")));
        Assert.NotEmpty(PresentationRequests.Create(TestPki.Door, NewRequest("x509_hash:door"), Scenario.Noon));
    }

    [Fact]
    public void The_client_is_the_address_and_no_other()
    {
        Assert.Equal("redirect_uri:" + Address, PresentationRequests.ClientIdOf(new Uri(Address)));
        Assert.Throws<ArgumentException>(() => NewRequest("redirect_uri:https://another.example.org/response"));
        foreach (var url in new[] { "http://door.example.org/r", "https://door.example.org/r#x", "https://u@door.example.org/r", "ftp://door.example.org/r" })
        {
            Assert.Throws<ArgumentException>(() => PresentationRequests.ClientIdOf(new Uri(url)));
        }

        Assert.Equal("redirect_uri:http://localhost:5107/r", PresentationRequests.ClientIdOf(new Uri("http://localhost:5107/r")));
    }

    [Fact]
    public void An_answer_in_clear_is_read_and_accepted()
    {
        var request = NewRequest();
        var token = Assert.IsType<PresentationResponse.Presented>(PresentationResponses.ReadPlain(request, Token(request, new Scenario()), request.State)).Token;
        Assert.IsType<PresentationResult.Accepted>(PresentationVerifier.Verify(request, token, Policies.Haip(), new Scenario().Trust(), Scenario.Noon));
    }

    [Fact]
    public void An_answer_in_clear_for_another_client_is_rejected()
    {
        var request = NewRequest();
        var scenario = new Scenario();
        var other = Token(request, scenario, "redirect_uri:https://another.example.org/response");
        var token = Assert.IsType<PresentationResponse.Presented>(PresentationResponses.ReadPlain(request, other, request.State)).Token;
        var rejected = Assert.IsType<PresentationResult.Rejected>(PresentationVerifier.Verify(request, token, Policies.Haip(), scenario.Trust(), Scenario.Noon));
        Assert.IsType<Failure.WrongAudience>(rejected.Verdict.Failure);
    }

    [Theory]
    [InlineData("{}x", FormatRule.Json)]
    [InlineData("[]", FormatRule.Structure)]
    [InlineData("""{"other":["x"]}""", FormatRule.Structure)]
    [InlineData("""{"card":"x"}""", FormatRule.Structure)]
    public void A_token_that_is_none_is_malformed(string token, FormatRule rule)
    {
        var request = NewRequest();
        Assert.Equal(rule, Assert.IsType<PresentationResponse.Malformed>(PresentationResponses.ReadPlain(request, token, request.State)).Failure.Rule);
    }

    [Fact]
    public void State_and_encryption_are_what_was_asked_for()
    {
        var (plain, encrypted) = (NewRequest(), NewRequest(isEncrypted: true));
        var token = Token(plain, new Scenario());
        IsMalformed(FormatRule.Member, PresentationResponses.ReadPlain(plain, token, "another"));
        IsMalformed(FormatRule.Member, PresentationResponses.ReadPlain(plain, token, null));
        IsMalformed(FormatRule.Encryption, PresentationResponses.ReadPlain(encrypted, token, encrypted.State));
        IsMalformed(FormatRule.Encryption, PresentationResponses.Read(plain, "e30.a.b.c.d"));

        static void IsMalformed(FormatRule rule, PresentationResponse response) => Assert.Equal(rule, Assert.IsType<PresentationResponse.Malformed>(response).Failure.Rule);
    }

    [Fact]
    public void An_mdoc_is_signed_over_no_key_where_none_was_offered()
    {
        var query = DcqlQuery.For(new MdocScenario().Query);
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var request = new PresentationRequest(query, "redirect_uri:" + Address, Address, Secret(), Secret(), key, Scenario.Noon.AddMinutes(5)) { IsEncrypted = false };
        Verify(null).IsAccepted();
        Verify(request.EncryptionKey).IsRejected<Failure.HolderSignatureInvalid>();

        VerificationResult Verify(Formats.Jose.Jwk? signedOver) => CredentialVerifier.Verify(
            Base64UrlText.Encode(new MdocScenario { Transcript = SessionTranscript.ForOpenId4Vp(request.ClientId, request.Nonce, signedOver, Address) }.Present()),
            request.ExpectationOf(query.Credentials[0]), Policies.Haip(), new MdocScenario().Trust(), Scenario.Noon);
    }

    private static PresentationRequest NewRequest(string clientId = "redirect_uri:" + Address, bool isEncrypted = false) => new(
        DcqlQuery.For(new Scenario().Query), clientId, Address, Secret(), Secret(), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon.AddMinutes(5))
    {
        IsEncrypted = isEncrypted,
    };

    private static string Secret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));

    private static string Token(PresentationRequest request, Scenario scenario, string? audience = null)
    {
        (scenario.KeyBindingPayload["nonce"], scenario.KeyBindingPayload["aud"]) = (request.Nonce, audience ?? request.ClientId);
        return new JsonObject { ["card"] = new JsonArray(scenario.Present()) }.ToJsonString();
    }
}
