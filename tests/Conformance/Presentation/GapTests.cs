using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Harness.Presentation;

namespace IdentityPlatform.Conformance.Presentation;

/// <summary>What the official plans do not send (the gaps of §5.2 of the reference), over HTTPS: status, replay, encryption and size. docs/checklist.md names where each gap is tested.</summary>
public sealed class GapTests(VerifierSuite verifiers)
{
    [Theory]
    [InlineData(5, SuiteIssuer.StatusUri, "accepted")]
    [InlineData(6, SuiteIssuer.StatusUri, "rejected: Revocation Revoked")]
    [InlineData(7, SuiteIssuer.StatusUri, "rejected: Revocation Suspended")]
    [InlineData(64, SuiteIssuer.StatusUri, "rejected: Revocation StatusUnknown")]
    [InlineData(5, SuiteIssuer.OldStatusUri, "rejected: Revocation StatusUnknown")]
    [InlineData(5, "https://status.suite.test/unknown", "rejected: Revocation StatusUnknown")]
    public async Task The_status_of_a_card_counts(long index, string uri, string verdict) =>
        Assert.Equal(verdict, await verifiers.ShowAsync(card => card.Claims["status"] = SuiteSdJwt.Status(index, uri)));

    [Fact]
    public async Task A_presentation_for_one_visitor_is_none_for_another()
    {
        using var one = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        using var two = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        var (first, second) = (await one.FetchAsync(), await two.FetchAsync());
        var presentation = new SuiteSdJwt(verifiers.Issuer).Present(first.Nonce, first.ClientId);
        Assert.Equal("rejected: HolderBinding WrongNonce", await two.AnswerAsync(second, presentation));
        Assert.Equal("accepted", await one.AnswerAsync(first, presentation));
    }

    [Fact]
    public async Task An_answer_for_another_request_is_not_even_decrypted()
    {
        using var one = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        using var two = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        var (first, second) = (await one.FetchAsync(), await two.FetchAsync());
        var answer = new JsonObject { ["vp_token"] = new JsonObject(), ["state"] = second.State }.ToJsonString();
        (await two.PostFormAsync(second.ResponseUri, ("response", SuiteJwe.Encrypt(first.EncryptionKey!, "A128GCM", answer)))).Is(400).IsError("invalid_request");
        Assert.Equal("pending", await two.ResultAsync());
        Assert.Equal("accepted", await two.AnswerAsync(second, new SuiteSdJwt(verifiers.Issuer).Present(second.Nonce, second.ClientId)));
    }

    [Theory]
    [InlineData("A128GCM", 200)]
    [InlineData("A256GCM", 200)]
    [InlineData("A128CBC-HS256", 400)]
    public async Task An_answer_is_encrypted_in_one_of_the_two_ways(string enc, int status)
    {
        using var flow = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        var request = await flow.FetchAsync();
        (await flow.PresentAsync(request, new SuiteSdJwt(verifiers.Issuer).Present(request.Nonce, request.ClientId), enc)).Is(status);
        Assert.Equal(status == 200 ? "accepted" : "pending", await flow.ResultAsync());
    }

    // HAIP §5: an answer that was to be encrypted is not taken in clear.
    [Fact]
    public async Task An_answer_in_clear_is_refused()
    {
        using var flow = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        var request = await flow.FetchAsync();
        var token = new JsonObject { ["card"] = new JsonArray(new SuiteSdJwt(verifiers.Issuer).Present(request.Nonce, request.ClientId)) };
        (await flow.PostFormAsync(request.ResponseUri, ("vp_token", token.ToJsonString()), ("state", request.State!))).IsError("invalid_request");
        (await flow.PostFormAsync(request.ResponseUri, ("response", token.ToJsonString()), ("state", request.State!))).IsError("invalid_request");
        Assert.Equal("pending", await flow.ResultAsync());
    }

    [Fact]
    public async Task Bombs_and_pits_leave_the_request_open()
    {
        using var flow = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        var request = await flow.FetchAsync();
        var (key, deep) = (request.EncryptionKey!, new StringBuilder().Insert(0, "[", 5000).Append(']', 5000).ToString());
        string[] answers =
        [
            SuiteJwe.Encrypt(key, "A128GCM", $$"""{"vp_token":{"card":["{{new string('A', 4_000_000)}}"]},"state":"{{request.State}}"}""", compress: true),
            SuiteJwe.Encrypt(key, "A128GCM", $$"""{"vp_token":{"card":{{deep}}},"state":"{{request.State}}"}"""),
            new string('A', 2_000_000),
        ];
        foreach (var answer in answers)
        {
            (await flow.PostFormAsync(request.ResponseUri, ("response", answer))).IsError("invalid_request");
        }

        Assert.Equal("accepted", await flow.AnswerAsync(request, new SuiteSdJwt(verifiers.Issuer).Present(request.Nonce, request.ClientId)));
    }

    [Fact]
    public async Task More_presentations_than_asked_for_are_refused()
    {
        using var flow = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        var request = await flow.FetchAsync();
        var card = new SuiteSdJwt(verifiers.Issuer).Present(request.Nonce, request.ClientId);
        (await flow.PostAnswerAsync(request, new() { ["vp_token"] = new JsonObject { ["card"] = new JsonArray(card, card) }, ["state"] = request.State })).IsError("invalid_request");
        (await flow.PostAnswerAsync(request, new() { ["vp_token"] = new JsonObject { ["other"] = new JsonArray(card) }, ["state"] = request.State })).IsError("invalid_request");
        Assert.Equal("accepted", await flow.AnswerAsync(request, card));
    }
}
