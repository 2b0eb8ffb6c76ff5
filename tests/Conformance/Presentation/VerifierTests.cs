using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Harness.Presentation;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Presentation;

/// <summary>OpenID4VP 1.0: the modules of the verifier plans (§5.2 of the reference). What is refused has the same answer, unaltered, as its twin.</summary>
public sealed class VerifierTests(Suite suite, Verdicts verdicts, VerifierSuite verifiers) : ModuleTests(suite, verdicts)
{
    private const long Year = 365 * 86400;

    [Module("oid4vp-1final-verifier-happy-flow")]
    public async Task A_card_is_shown(string variant)
    {
        using var flow = await VisitAsync(variant);
        using var other = await VisitAsync(variant);
        var (request, another) = (await flow.FetchAsync(), await other.FetchAsync());
        Assert.NotEqual(request.Nonce, another.Nonce);
        Assert.NotEqual(request.State, another.State);
        if (request.EncryptionKey is { } key)
        {
            Assert.NotEqual((string?)key["kid"], (string?)another.EncryptionKey!["kid"]);
        }

        Assert.Equal("accepted", await flow.AnswerAsync(request, Card(variant, request)));
        Assert.Equal("accepted", await other.AnswerAsync(another, Card(variant, another)));
    }

    [Module("oid4vp-1final-verifier-minimal-cnf-jwk")]
    public async Task A_card_with_no_more_than_the_key_in_cnf(string variant) => Assert.Equal("accepted", await ShowAsync(variant, card =>
        card.Claims["cnf"] = new System.Text.Json.Nodes.JsonObject { ["jwk"] = card.Holder.Bare() }));

    [Module("oid4vp-1final-verifier-request-uri-method-post")]
    public async Task The_request_is_fetched_with_POST(string variant)
    {
        using var flow = await VisitAsync(variant);
        var nonce = SuiteKey.Random();
        var request = await flow.PostAsync(("wallet_nonce", nonce), ("wallet_metadata", """{"vp_formats_supported":{}}"""), ("unknown", "ignored"));
        Assert.Equal(nonce, (string?)request.Parameters["wallet_nonce"]);
        Assert.Equal("accepted", await flow.AnswerAsync(request, Card(variant, request)));
    }

    [Module("oid4vp-1final-verifier-request-uri-fetched-twice")]
    public async Task The_request_is_fetched_twice(string variant)
    {
        using var flow = await VisitAsync(variant);
        var first = await flow.FetchAsync();
        var request = await flow.FetchAsync();
        Assert.Equal(first.Nonce, request.Nonce);
        Assert.Equal("accepted", await flow.AnswerAsync(request, Card(variant, request)));
    }

    [Module("oid4vp-1final-verifier-invalid-session-transcript")]
    public async Task An_mdoc_signed_over_another_nonce(string variant)
    {
        using var flow = await VisitAsync(variant);
        var request = await flow.FetchAsync();
        Assert.Equal("rejected: HolderBinding HolderSignatureInvalid", await flow.AnswerAsync(request, new SuiteMdoc(verifiers.Issuer) { Nonce = SuiteKey.Random() }.Present(request)));
        using var twin = await VisitAsync(variant);
        request = await twin.FetchAsync();
        Assert.Equal("accepted", await twin.AnswerAsync(request, new SuiteMdoc(verifiers.Issuer) { Nonce = request.Nonce }.Present(request)));
    }

    [Module("oid4vp-1final-verifier-invalid-kb-jwt-signature")]
    public Task An_altered_signature_of_the_holder(string variant) =>
        IsRefusedAsync(variant, card => card.Bound = SuiteWallet.Altered, "HolderBinding HolderSignatureInvalid");

    [Module("oid4vp-1final-verifier-invalid-credential-signature")]
    public Task An_altered_signature_of_the_issuer(string variant) =>
        IsRefusedAsync(variant, card => card.Issued = SuiteWallet.Altered, "IssuerSignature IssuerSignatureInvalid");

    [Module("oid4vp-1final-verifier-invalid-sd-hash")]
    public Task A_hash_of_another_presentation(string variant) =>
        IsRefusedAsync(variant, card => card.BindingClaims["sd_hash"] = SuiteKey.HashOf("another presentation"), "HolderBinding SdHashMismatch");

    [Module("oid4vp-1final-verifier-invalid-kb-jwt-nonce")]
    public Task Another_nonce(string variant) =>
        IsRefusedAsync(variant, card => card.BindingClaims["nonce"] = SuiteKey.Random(), "HolderBinding WrongNonce");

    [Module("oid4vp-1final-verifier-invalid-kb-jwt-aud")]
    public Task Another_audience(string variant) =>
        IsRefusedAsync(variant, card => card.BindingClaims["aud"] = "x509_san_dns:another.test", "HolderBinding WrongAudience");

    [Module("oid4vp-1final-verifier-kb-jwt-iat-in-past")]
    public Task Signed_a_year_ago(string variant) =>
        IsRefusedAsync(variant, card => card.BindingClaims["iat"] = SuiteClient.Now() - Year, "HolderBinding PresentationTooOld");

    [Module("oid4vp-1final-verifier-kb-jwt-iat-in-future")]
    public Task Signed_in_a_year(string variant) =>
        IsRefusedAsync(variant, card => card.BindingClaims["iat"] = SuiteClient.Now() + Year, "HolderBinding PresentationFromTheFuture");

    private async Task IsRefusedAsync(string variant, Action<SuiteSdJwt> change, string failure)
    {
        Assert.Equal($"rejected: {failure}", await ShowAsync(variant, change));
        Assert.Equal("accepted", await ShowAsync(variant, _ => { }));
    }

    private Task<string> ShowAsync(string variant, Action<SuiteSdJwt> change) => verifiers.ShowAsync(change, OfficialModules.Find(variant).Vp, IsHaip(variant));

    // HAIP §5.1 wants the browser to be sent back, which a wallet on the same device does.
    private Task<VpFlow> VisitAsync(string variant) => verifiers.VisitAsync(OfficialModules.Find(variant).Vp!, IsHaip(variant));

    private static bool IsHaip(string variant) => OfficialModules.Find(variant).Plan == PlanNames.HaipVerifier;

    private string Card(string variant, VpRequest request) => OfficialModules.Find(variant).Vp!.IsMdoc
        ? new SuiteMdoc(verifiers.Issuer).Present(request)
        : new SuiteSdJwt(verifiers.Issuer).Present(request.Nonce, request.ClientId);
}
