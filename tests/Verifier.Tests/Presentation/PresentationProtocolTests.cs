using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Presentation;

public sealed class PresentationProtocolTests
{
    [Fact]
    public void The_request_object_asks_in_the_one_way_of_HAIP()
    {
        var request = NewRequest();
        var claims = Fetch(request, "a wallet's nonce").Claims;
        Assert.Equal("vp_token", claims.StringMember("response_type"));
        Assert.Equal("direct_post.jwt", claims.StringMember("response_mode"));
        Assert.Equal("https://door.example.org/present/response/1", claims.StringMember("response_uri"));
        Assert.Equal("https://self-issued.me/v2", claims.StringMember("aud"));
        Assert.Equal("a wallet's nonce", claims.StringMember("wallet_nonce"));
        Assert.Equal(request.Query.ToJson(), claims.ObjectMember("dcql_query")!.Value.GetRawText());
        var metadata = claims.ObjectMember("client_metadata")!.Value;
        Assert.Equal(["A128GCM", "A256GCM"], metadata.StringsMember("encrypted_response_enc_values_supported"));
        Assert.Contains("ES256", metadata.ObjectMember("vp_formats_supported")!.Value.ObjectMember("dc+sd-jwt")!.Value.StringsMember("kb-jwt_alg_values")!);
        var key = metadata.ObjectMember("jwks")!.Value.ArrayMember("keys")!.Value[0];
        Assert.Equal(("enc", "ECDH-ES", request.EncryptionKey.KeyId), (key.StringMember("use"), key.StringMember("alg"), key.StringMember("kid")));
        Assert.All(
            ["scope", "client_id_scheme", "redirect_uri", "transaction_data", "presentation_definition"], name => Assert.Null(claims.Member(name)));
    }

    [Fact]
    public void A_verifier_is_known_by_its_certificates_hash_or_by_a_name_in_it()
    {
        Assert.Matches("^x509_hash:[A-Za-z0-9_-]{43}$", PresentationRequests.ClientIdOf(TestPki.Door));
        Assert.Equal("x509_san_dns:localhost", PresentationRequests.ClientIdOf(TestPki.Door, "localhost"));
        Assert.Throws<ArgumentException>(() => PresentationRequests.ClientIdOf(TestPki.Door, "door.example.org"));
        Assert.Throws<ArgumentException>(() => PresentationRequests.ClientIdOf(TestPki.CardSigner, "localhost"));
        Assert.Throws<ArgumentException>(() => PresentationRequests.ClientIdOf(TestPki.Holder, "localhost"));
    }

    [Fact]
    public void Without_a_wallets_nonce_none_is_made_up() => Assert.Null(Fetch(NewRequest()).Claims.Member("wallet_nonce"));

    [Fact]
    public void No_two_requests_share_a_nonce_a_state_or_a_key()
    {
        var (one, other) = (Fetch(NewRequest()), Fetch(NewRequest()));
        Assert.NotEqual(one.Claims.StringMember("nonce"), other.Claims.StringMember("nonce"));
        Assert.NotEqual(one.Claims.StringMember("state"), other.Claims.StringMember("state"));
        Assert.NotEqual(one.EncryptionKey.ThumbprintText(), other.EncryptionKey.ThumbprintText());
        Assert.NotEqual(one.Claims.StringMember("nonce"), one.Claims.StringMember("state"));
    }

    [Fact]
    public void A_short_nonce_stops_the_program() =>
        Assert.Throws<ArgumentException>(() => new PresentationRequest(
            Question, "x509_hash:x", "https://r", "c2hvcnQ", Secret(), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon));

    [Fact]
    public void A_key_on_another_curve_stops_the_program() =>
        Assert.Throws<ArgumentException>(() => new PresentationRequest(
            Question, "x509_hash:x", "https://r", Secret(), Secret(), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384), Scenario.Noon));

    [Fact]
    public void The_link_names_the_request_and_nothing_about_it() =>
        Assert.Equal(
            "openid4vp://?client_id=x509_hash%3Aabc&request_uri=https%3A%2F%2Fdoor.example.org%2Fr%2F1&request_uri_method=post",
            PresentationRequests.WalletLink("openid4vp://", "x509_hash:abc", "https://door.example.org/r/1"));

    [Theory]
    [InlineData("A128GCM")]
    [InlineData("A256GCM")]
    public void An_encrypted_answer_is_read_and_accepted(string enc)
    {
        var request = NewRequest();
        var wallet = Fetch(request);
        var answer = new JsonObject
        {
            ["vp_token"] = new JsonObject { ["card"] = new JsonArray(wallet.Answering(new Scenario()).Present()) },
            ["state"] = wallet.Claims.StringMember("state"),
            ["unknown"] = 1,
        };
        var presented = Assert.IsType<PresentationResponse.Presented>(PresentationResponses.Read(request, wallet.Encrypt(answer, enc)));
        var accepted = Assert.IsType<PresentationResult.Accepted>(Verify(request, presented.Token));
        Assert.Equal("card", accepted.Answers.Single().QueryId);
    }

    [Fact]
    public void An_answer_encrypted_to_another_requests_key_is_malformed() => IsMalformed(FormatRule.Encryption, (_, _) => Fetch(NewRequest()).Encrypt("x"));

    [Fact]
    public void An_answer_with_another_key_id_is_malformed() =>
        IsMalformed(FormatRule.Encryption, (wallet, _) => wallet.Encrypt(new JsonObject(), keyId: "other"));

    [Fact]
    public void An_answer_that_was_changed_on_the_way_is_malformed() =>
        IsMalformed(FormatRule.Encryption, (wallet, good) => good[..^3] + (good[^3] == 'A' ? 'B' : 'A') + good[^2..]);

    [Fact]
    public void An_answer_that_is_not_encrypted_is_malformed() =>
        IsMalformed(FormatRule.Encryption, (wallet, _) => Scenario.Sign(new JsonObject { ["alg"] = "ES256" }, [], TestPki.Holder));

    [Fact]
    public void An_answer_with_another_state_is_malformed() =>
        IsMalformed(FormatRule.Member, (wallet, _) => wallet.Encrypt(new JsonObject { ["vp_token"] = new JsonObject(), ["state"] = "other" }));

    [Fact]
    public void An_answer_without_a_state_is_malformed() =>
        IsMalformed(FormatRule.Member, (wallet, _) => wallet.Encrypt(new JsonObject { ["vp_token"] = new JsonObject() }));

    [Theory]
    [InlineData("\"card\"")]
    [InlineData("[]")]
    [InlineData("null")]
    public void A_token_that_is_no_object_is_malformed(string token) => IsMalformed(FormatRule.Member, (wallet, _) => wallet.EncryptToken(JsonNode.Parse(token)));

    [Theory]
    [InlineData("""{"card":"a~"}""")]
    [InlineData("""{"card":[]}""")]
    [InlineData("""{"card":[1]}""")]
    [InlineData("""{"card":["a~","b~"]}""")]
    [InlineData("""{"other":["a~"]}""")]
    public void A_token_of_another_shape_is_malformed(string token) => IsMalformed(FormatRule.Structure, (wallet, _) => wallet.EncryptToken(JsonNode.Parse(token)));

    [Fact]
    public void A_presentation_in_the_JSON_serialisation_is_read_too()
    {
        var request = NewRequest();
        var wallet = Fetch(request);
        var parts = wallet.Answering(new Scenario()).Present().Split('~');
        var jwt = parts[0].Split('.');
        JsonObject Json() => new()
        {
            ["payload"] = jwt[1],
            ["protected"] = jwt[0],
            ["signature"] = jwt[2],
            ["header"] = new JsonObject { ["disclosures"] = new JsonArray([.. parts[1..^1].Select(part => (JsonNode)part)]), ["kb_jwt"] = parts[^1] },
        };
        PresentationResponse Read(PresentationRequest asked) => PresentationResponses.Read(asked, Fetch(asked).EncryptToken(new JsonObject { ["card"] = new JsonArray(Json()) }));

        Assert.IsType<PresentationResult.Accepted>(Verify(request, Assert.IsType<PresentationResponse.Presented>(Read(request)).Token));
        Assert.IsType<PresentationResponse.Malformed>(Read(NewRequest(DcqlQuery.For(CredentialQuery.OfDocType("card", "doc")))));
    }

    [Fact]
    public void Several_credentials_are_read_where_the_query_allows_them()
    {
        var request = NewRequest(DcqlQuery.For(new Scenario().Query.AllowingSeveral()));
        var wallet = Fetch(request);
        var (first, second) = (wallet.Answering(new Scenario()).Present(), wallet.Answering(new Scenario { Holder = TestPki.OtherHolder }).Present());
        var presented = Assert.IsType<PresentationResponse.Presented>(
            PresentationResponses.Read(request, wallet.EncryptToken(new JsonObject { ["card"] = new JsonArray(first, second) })));

        // OpenID4VP §8.6: the other answers, and the one that fails is told and answers nothing.
        var accepted = Assert.IsType<PresentationResult.Accepted>(Verify(request, presented.Token));
        Assert.Single(accepted.Answers);
        Assert.IsType<Failure.HolderSignatureInvalid>(Assert.Single(accepted.NotPassed).Verdict.Failure);
        Assert.Equal("card", accepted.NotPassed[0].QueryId);
    }

    [Fact]
    public void Where_several_fail_the_first_is_named_and_the_others_are_told()
    {
        var request = NewRequest(DcqlQuery.For(new Scenario().Query.AllowingSeveral()));
        var wallet = Fetch(request);
        var (first, second) = (wallet.Answering(new Scenario { Holder = TestPki.OtherHolder }).Present(), wallet.Answering(new Scenario()).Present());
        var presented = Assert.IsType<PresentationResponse.Presented>(
            PresentationResponses.Read(request, wallet.EncryptToken(new JsonObject { ["card"] = new JsonArray(first, second) })));
        var late = PresentationVerifier.Verify(request, presented.Token, Policies.Haip(), new Scenario().Trust(), Scenario.Noon.AddYears(30));
        Assert.Empty(Assert.Single(Assert.IsType<PresentationResult.Rejected>(late).Others).Others);
    }

    [Fact]
    public void One_wrong_nonce_among_several_rejects_the_whole_response()
    {
        var request = NewRequest(DcqlQuery.For(new Scenario().Query.AllowingSeveral()));
        var wallet = Fetch(request);
        var presentations = new JsonArray(wallet.Answering(new Scenario()).Present(), new Scenario().Present());
        var presented = Assert.IsType<PresentationResponse.Presented>(
            PresentationResponses.Read(request, wallet.EncryptToken(new JsonObject { ["card"] = presentations })));
        Assert.IsType<Failure.WrongNonce>(Assert.IsType<PresentationResult.Rejected>(Verify(request, presented.Token)).Verdict.Failure);
    }

    [Fact]
    public void An_empty_token_leaves_the_query_unanswered()
    {
        var request = NewRequest();
        var presented = Assert.IsType<PresentationResponse.Presented>(PresentationResponses.Read(request, Fetch(request).EncryptToken(new JsonObject())));
        Assert.Equal(["card"], Assert.IsType<PresentationResult.Unanswered>(Verify(request, presented.Token)).QueryIds);
    }

    [Fact]
    public void One_of_two_needed_credentials_is_not_enough_and_an_optional_one_may_be_missing()
    {
        var two = DcqlQuery.For(new Scenario().Query, CredentialQuery.OfType("patent", TestPki.OtherType));
        Assert.IsType<PresentationResult.Unanswered>(VerifyCardAlone(two));
        Assert.IsType<PresentationResult.Accepted>(VerifyCardAlone(two.WithSets([new CredentialSet([["card"]]), new CredentialSet([["patent"]], Required: false)])));
        Assert.IsType<PresentationResult.Accepted>(VerifyCardAlone(two.WithSets([new CredentialSet([["patent"], ["card"]])])));
    }

    [Theory]
    [InlineData("access_denied", "access_denied")]
    [InlineData("wallet_unavailable", "wallet_unavailable")]
    [InlineData("something <else>", "unknown_error")]
    public void A_wallet_may_decline_in_the_open_and_encrypted(string sent, string read)
    {
        var request = NewRequest();
        var wallet = Fetch(request);
        var state = wallet.Claims.StringMember("state");
        Assert.Equal(read, Assert.IsType<PresentationResponse.Declined>(PresentationResponses.ReadError(request, sent, state)).Error);
        var encrypted = wallet.Encrypt(new JsonObject { ["error"] = sent, ["state"] = state });
        Assert.Equal(read, Assert.IsType<PresentationResponse.Declined>(PresentationResponses.Read(request, encrypted)).Error);
        Assert.IsType<PresentationResponse.Malformed>(PresentationResponses.ReadError(request, sent, "other"));
        Assert.IsType<PresentationResponse.Malformed>(PresentationResponses.ReadError(request, sent, null));
    }

    [Fact]
    public void What_the_verifier_states_stands_in_the_request_and_nothing_stands_there_unasked()
    {
        var stating = new PresentationRequest(
            Question, PresentationRequests.ClientIdOf(TestPki.Door), "https://door.example.org/present/response/1", Secret(), Secret(),
            ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon.AddMinutes(5))
        {
            VerifierInfo = [new VerifierInfo("legal-ground", JsonElement.Parse("""{"code":"complaint"}"""))],
        };
        Assert.Equal("""[{"format":"legal-ground","data":{"code":"complaint"}}]""", Fetch(stating).Claims.GetProperty("verifier_info").GetRawText());
        Assert.False(Fetch(NewRequest()).Claims.TryGetProperty("verifier_info", out _));
    }

    [Fact]
    public void What_holds_secrets_prints_none()
    {
        var request = NewRequest();
        Assert.Equal("presentation request for card", request.ToString());
        Assert.DoesNotContain(request.GetType().GetProperties(), property => property.Name is "Nonce" or "State");
    }

    private static DcqlQuery Question => DcqlQuery.For(new Scenario().Query);

    private static string Secret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));

    private static PresentationRequest NewRequest(DcqlQuery? query = null) => new(
        query ?? Question, PresentationRequests.ClientIdOf(TestPki.Door), "https://door.example.org/present/response/1", Secret(), Secret(),
        ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon.AddMinutes(5));

    private static TestWallet Fetch(PresentationRequest request, string? walletNonce = null) =>
        TestWallet.Read(PresentationRequests.Create(TestPki.Door, request, Scenario.Noon, walletNonce));

    private static PresentationResult Verify(PresentationRequest request, VpToken token) =>
        PresentationVerifier.Verify(request, token, Policies.Haip(), new Scenario().Trust(), Scenario.Noon);

    private static PresentationResult VerifyCardAlone(DcqlQuery query)
    {
        var request = NewRequest(query);
        var wallet = Fetch(request);
        var response = wallet.Encrypt(wallet.Answering(new Scenario()).Present());
        return Verify(request, Assert.IsType<PresentationResponse.Presented>(PresentationResponses.Read(request, response)).Token);
    }

    private static void IsMalformed(FormatRule rule, Func<TestWallet, string, string> make)
    {
        var request = NewRequest();
        var wallet = Fetch(request);
        var good = wallet.Encrypt(wallet.Answering(new Scenario()).Present());
        Assert.IsType<PresentationResponse.Presented>(PresentationResponses.Read(request, good));
        Assert.Equal(rule, Assert.IsType<PresentationResponse.Malformed>(PresentationResponses.Read(request, make(wallet, good))).Failure.Rule);
    }
}
