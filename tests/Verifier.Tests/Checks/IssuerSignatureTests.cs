using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

public sealed class IssuerSignatureTests
{
    [Fact]
    public void A_claim_changed_after_signing_is_found() =>
        Scenario.Verify(s => s.IssuerJwtTamper = jwt => Replace(jwt, "exp", "exq")).IsRejected<Failure.IssuerSignatureInvalid>();

    [Fact]
    public void A_signature_of_another_credential_is_found() =>
        Scenario.Verify(s => s.IssuerJwtTamper = jwt => jwt[..jwt.LastIndexOf('.')] + new Scenario().Present().Split('~')[0][^87..]).IsRejected<Failure.IssuerSignatureInvalid>();

    [Fact]
    public void An_empty_signature_is_found() =>
        Scenario.Verify(s => s.IssuerJwtTamper = jwt => jwt[..(jwt.LastIndexOf('.') + 1)]).IsRejected<Failure.IssuerSignatureInvalid>();

    [Fact]
    public void An_algorithm_that_the_policy_leaves_out_is_refused()
    {
        using var rsa = RSA.Create(2048);
        var signer = SigningKey.From(rsa, JwsAlgorithm.RS256, chain: TestPki.CardSigner.CertificateChain);
        var failure = Scenario.Verify(s => (s.Signer, s.Header["alg"]) = (signer, "RS256")).IsRejected<Failure.IssuerAlgorithmNotAllowed>();
        Assert.Equal("RS256", failure.Algorithm);
    }

    [Fact]
    public void An_algorithm_of_another_curve_than_the_keys_is_refused() =>
        Scenario.Verify(s => s.Header["alg"] = "ES384").IsRejected<Failure.IssuerSignatureInvalid>();

    [Fact]
    public void A_key_in_the_header_is_not_the_issuers() =>
        Scenario.Verify(s =>
        {
            s.Header["jwk"] = System.Text.Json.Nodes.JsonNode.Parse(TestPki.OtherHolder.PublicKey.ToJson());
            s.Chain = TestPki.CardSigner.CertificateChain;
            s.Signer = TestPki.OtherHolder;
        }).IsRejected<Failure.IssuerSignatureInvalid>();

    private static string Replace(string jwt, string from, string to)
    {
        var parts = jwt.Split('.');
        Formats.Base64UrlText.TryDecode(parts[1], out var json);
        parts[1] = Formats.Base64UrlText.Encode(System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(json!).Replace(from, to, StringComparison.Ordinal)));
        return string.Join('.', parts);
    }
}
