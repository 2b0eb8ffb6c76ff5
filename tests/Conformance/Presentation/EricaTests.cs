using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Harness.Presentation;

namespace IdentityPlatform.Conformance.Presentation;

/// <summary>
/// The eleven modes of ERICA, a wallet that shows broken cards (§5.5 of the reference), under its own names, in both formats. In each the unbroken card is
/// accepted first.
/// </summary>
public sealed class EricaTests(VerifierSuite verifiers)
{
    private const string Altered = "IssuerSignature IssuerSignatureInvalid";
    private const string NotTheHolder = "HolderBinding HolderSignatureInvalid";

    [Fact(DisplayName = "EXPIRED")]
    public Task Expired() => AreRefusedAsync(
        card => card.Claims["exp"] = SuiteClient.Now() - 3600, "Validity Expired",
        card => card.ValidUntil = DateTimeOffset.UtcNow.AddHours(-1), "Validity Expired");

    [Fact(DisplayName = "NOT_YET_VALID")]
    public Task Not_yet_valid() => AreRefusedAsync(
        card => card.Claims["nbf"] = SuiteClient.Now() + 3600, "Validity NotYetValid",
        card => card.ValidFrom = DateTimeOffset.UtcNow.AddHours(1), "Validity NotYetValid");

    [Fact(DisplayName = "MISSING_SIGNATURE")]
    public async Task Missing_signature()
    {
        await AreRefusedAsync(card => card.Issued = jwt => jwt[..(jwt.LastIndexOf('.') + 1)], Altered, card => card.Signature = _ => [], Altered);
        await IsRefusedAsync(card => card.Header["alg"] = "none", "Format Malformed");
    }

    [Fact(DisplayName = "MISSING_CLAIMS")]
    public Task Missing_claims() => AreRefusedAsync(card => card.Shown.Clear(), "Request ClaimMissing", card => card.Shown.Clear(), "Request ClaimMissing");

    [Fact(DisplayName = "WRONG_NONCE")]
    public Task Wrong_nonce() => AreRefusedAsync(
        card => card.BindingClaims["nonce"] = SuiteKey.Random(), "HolderBinding WrongNonce", card => card.Nonce = SuiteKey.Random(), NotTheHolder);

    [Fact(DisplayName = "MISSING_HOLDER_BINDING")]
    public Task Missing_holder_binding() => AreRefusedAsync(
        card => card.IsBound = false, "HolderBinding HolderBindingMissing", card => card.WithoutDevice = true, "Format Malformed");

    [Fact(DisplayName = "WRONG_AUDIENCE")]
    public Task Wrong_audience() => AreRefusedAsync(
        card => card.BindingClaims["aud"] = "x509_hash:another", "HolderBinding WrongAudience", card => card.Audience = "x509_hash:another", NotTheHolder);

    // An mdoc names no issuer but by its certificates.
    [Fact(DisplayName = "WRONG_ISSUER")]
    public Task Wrong_issuer() => AreRefusedAsync(
        card => card.Claims["iss"] = "https://another.suite.test", "IssuerTrust IssuerMismatch",
        card => (card.Signer, card.Chain) = (verifiers.Issuer.Stranger, verifiers.Issuer.StrangersChain), "IssuerTrust UntrustedIssuer");

    // The issuer is trusted for this type too: it is not the one that was asked for.
    [Fact(DisplayName = "WRONG_CREDENTIAL_TYPE")]
    public Task Wrong_credential_type() => AreRefusedAsync(
        card => card.Claims["vct"] = SuiteIssuer.OtherType, "Type UnexpectedType", card => card.DocType = SuiteIssuer.OtherDocType, "Type UnexpectedType");

    [Fact(DisplayName = "OVER_DISCLOSURE")]
    public Task Over_disclosure() => AreRefusedAsync(
        card => card.Shown.Add(card.FamilyName), "Request OverDisclosure", card => card.Shown.Add("family_name"), "Request OverDisclosure");

    [Fact(DisplayName = "INVALID_SIGNATURE")]
    public Task Invalid_signature() => AreRefusedAsync(
        card => card.Issued = SuiteWallet.Altered, Altered, card => card.Signature = signature => [(byte)(signature[0] ^ 1), .. signature[1..]], Altered);

    private async Task AreRefusedAsync(Action<SuiteSdJwt> change, string failure, Action<SuiteMdoc> changeMdoc, string failureOfMdoc)
    {
        await IsRefusedAsync(change, failure);
        Assert.Equal("accepted", await verifiers.ShowMdocAsync(_ => { }));
        Assert.Equal($"rejected: {failureOfMdoc}", await verifiers.ShowMdocAsync(changeMdoc));
    }

    private async Task IsRefusedAsync(Action<SuiteSdJwt> change, string failure)
    {
        Assert.Equal("accepted", await verifiers.ShowAsync(_ => { }));
        Assert.Equal($"rejected: {failure}", await verifiers.ShowAsync(change));
    }
}
