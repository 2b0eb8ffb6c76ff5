using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Harness.Presentation;
using IdentityPlatform.Formats;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Conformance.Presentation;

/// <summary>The controls that Polaris adds to ERICA (§5.5 of the reference): each has to be refused, and its twin accepted.</summary>
public sealed class PolarisTests(VerifierSuite verifiers)
{
    [Fact]
    public async Task A_card_under_another_authority()
    {
        await IsRefusedAsync(card => (card.Signer, card.Chain) = (verifiers.Issuer.Stranger, verifiers.Issuer.StrangersChain), "IssuerTrust UntrustedIssuer");
        Assert.Equal("rejected: IssuerTrust UntrustedIssuer", await verifiers.ShowMdocAsync(card => (card.Signer, card.Chain) = (verifiers.Issuer.Stranger, verifiers.Issuer.StrangersChain)));
    }

    [Fact]
    public async Task A_request_that_was_answered()
    {
        using var flow = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        var request = await flow.FetchAsync();
        var card = new SuiteSdJwt(verifiers.Issuer).Present(request.Nonce, request.ClientId);
        (await flow.PresentAsync(request, card)).Is(200);
        (await flow.PresentAsync(request, card)).Is(404);
        (await flow.PostFormAsync(flow.Link["request_uri"], ("wallet_nonce", SuiteKey.Random()))).Is(404);
        Assert.Equal("accepted", await flow.ResultAsync());
        Assert.Equal("not yours", await flow.ResultAsync());
        (await flow.PresentAsync(request, card)).Is(404);
    }

    // The wallet's control: the sample wallet refuses the same request under another name.
    [Fact]
    public async Task A_link_under_another_client_identifier()
    {
        using var flow = await verifiers.VisitAsync(VerifierSuite.SdJwtVc);
        var jwt = await flow.RequestObjectAsync();
        Assert.True(Check(flow.Link["client_id"]).Succeeded(out _, out _));
        Assert.True(Check("x509_hash:" + SuiteKey.HashOf("another")).Failed(out var failure, out _));
        Assert.Equal(FormatRule.Key, failure.Rule);

        Parsed<PresentationRequest> Check(string clientId) => PresentationRequest.Check(clientId, jwt, [verifiers.Issuer.AccessRoot], DateTimeOffset.UtcNow);
    }

    [Fact]
    public Task Another_key_of_the_issuer_under_the_same_name() => IsRefusedAsync(
        card => (card.Header["kid"], card.Signer) = ("signer-1", verifiers.Issuer.Stranger), "IssuerSignature IssuerSignatureInvalid", card => card.Header["kid"] = "signer-1");

    [Fact]
    public async Task A_key_that_the_wallet_does_not_hold()
    {
        await IsRefusedAsync(card => card.Holder = verifiers.Issuer.Other, "HolderBinding HolderSignatureInvalid");
        Assert.Equal("rejected: HolderBinding HolderSignatureInvalid", await verifiers.ShowMdocAsync(card => card.Device = verifiers.Issuer.Other));
        Assert.Equal("accepted", await verifiers.ShowMdocAsync(_ => { }));
    }

    [Fact]
    public async Task The_anchor_in_the_chain()
    {
        byte[][] chain = [.. verifiers.Issuer.Chain, verifiers.Issuer.Anchor];
        await IsRefusedAsync(card => card.Chain = chain, "IssuerTrust NoIssuerCertificate");
        Assert.Equal("rejected: IssuerTrust NoIssuerCertificate", await verifiers.ShowMdocAsync(card => card.Chain = chain));
    }

    private async Task IsRefusedAsync(Action<SuiteSdJwt> change, string failure, Action<SuiteSdJwt>? twin = null)
    {
        Assert.Equal("accepted", await verifiers.ShowAsync(twin ?? (_ => { })));
        Assert.Equal($"rejected: {failure}", await verifiers.ShowAsync(change));
    }
}
