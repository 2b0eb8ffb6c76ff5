using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Tests.Protocol;

public sealed class HolderProofsTests
{
    private static readonly SigningKey P256 = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private static readonly SigningKey P384 = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP384));

    [Fact]
    public void A_good_proof_gives_its_key_and_nonce()
    {
        var proofs = Passed(new ProofMaker { Key = P256 }.Make());
        Assert.True(proofs.Keys.Single().IsSameKeyAs(P256.PublicKey));
        Assert.Null(proofs.Keys.Single().KeyId);
        Assert.Equal([ProofMaker.Nonce], proofs.Nonces);
    }

    [Fact]
    public void A_batch_of_different_keys_is_good() =>
        Assert.Equal(10, Passed([.. Enumerable.Range(0, 10).Select(_ => new ProofMaker().Make())]).Keys.Count);

    [Fact]
    public void A_batch_in_which_a_key_returns_is_refused()
    {
        var again = new ProofMaker { Key = P256 };
        Assert.Equal(CredentialRule.ProofKeyRepeated, Failed(again.Make(), new ProofMaker().Make(), again.Make()));
    }

    [Fact]
    public void One_bad_proof_refuses_the_batch() =>
        Assert.Equal(CredentialRule.ProofTyp, Failed(new ProofMaker().Make(), new ProofMaker { Type = "JWT" }.Make()));

    [Theory]
    [InlineData("JWT")]
    [InlineData("kb+jwt")]
    public void Another_typ_is_refused(string typ) => Assert.Equal(CredentialRule.ProofTyp, Failed(new ProofMaker { Type = typ }.Make()));

    [Fact]
    public void An_altered_signature_is_refused()
    {
        var proof = new ProofMaker().Make();
        var at = proof.LastIndexOf('.') + 5;
        Assert.Equal(CredentialRule.ProofSignature, Failed(proof[..at] + (proof[at] == 'A' ? 'B' : 'A') + proof[(at + 1)..]));
    }

    [Fact]
    public void A_signature_by_another_key_than_the_named_one_is_refused()
    {
        var foreign = new ProofMaker
        {
            Reference = KeyReference.None,
            Header = writer =>
            {
                writer.WritePropertyName("jwk");
                P256.PublicKey.WriteTo(writer);
            },
        };
        Assert.Equal(CredentialRule.ProofSignature, Failed(foreign.Make()));
    }

    [Fact]
    public void Another_algorithm_than_the_metadata_offers_is_refused() =>
        Assert.Equal(CredentialRule.ProofKey, Failed(new ProofMaker { Key = P384 }.Make()));

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    public void A_mac_and_none_are_refused(string algorithm)
    {
        var header = Formats.Base64UrlText.Encode(System.Text.Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","typ":"openid4vci-proof+jwt","jwk":{{P256.PublicKey.ToJson()}}}"""));
        var proof = new ProofMaker().Make().Split('.');
        Assert.Equal(CredentialRule.ProofAlgorithm, Failed($"{header}.{proof[1]}.{proof[2]}"));
    }

    [Fact]
    public void A_key_named_by_kid_is_refused() =>
        Assert.Equal(CredentialRule.ProofKeyReference, Failed(new ProofMaker { Reference = KeyReference.KeyId }.Make()));

    [Theory]
    [InlineData("kid")]
    [InlineData("x5c")]
    [InlineData("trust_chain")]
    public void A_second_key_reference_is_refused(string name) =>
        Assert.Equal(CredentialRule.ProofKeyReference, Failed(new ProofMaker { Header = writer => writer.WriteString(name, "x") }.Make()));

    [Fact]
    public void No_key_reference_is_refused() =>
        Assert.Equal(CredentialRule.ProofKeyReference, Failed(new ProofMaker { Reference = KeyReference.None }.Make()));

    [Fact]
    public void A_key_with_its_private_part_is_refused()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var d = Formats.Base64UrlText.Encode(ecdsa.ExportParameters(true).D);
        var leaking = new ProofMaker
        {
            Key = SigningKey.From(ecdsa),
            Reference = KeyReference.None,
            Header = writer =>
            {
                writer.WritePropertyName("jwk");
                writer.WriteRawValue(Jwk.Of(ecdsa).ToJson().Replace("{", $$"""{"d":"{{d}}",""", StringComparison.Ordinal));
            },
        };
        Assert.Equal(CredentialRule.ProofKey, Failed(leaking.Make()));
    }

    [Fact]
    public void A_key_attestation_that_nobody_checks_is_refused() =>
        Assert.Equal(CredentialRule.ProofKeyAttestation, Failed(new ProofMaker { Header = writer => writer.WriteString("key_attestation", "x") }.Make()));

    [Fact]
    public void Unknown_header_members_are_ignored() => Passed(new ProofMaker { Header = writer => writer.WriteString("wallet", "x") }.Make());

    [Fact]
    public void Another_audience_is_refused() =>
        Assert.Equal(CredentialRule.ProofAudience, Failed(new ProofMaker { Audience = "https://other.example" }.Make()));

    [Fact]
    public void A_missing_audience_is_refused() => Assert.Equal(CredentialRule.ProofAudience, Failed(new ProofMaker { Audience = null }.Make()));

    [Fact]
    public void An_audience_of_many_is_refused() =>
        Assert.Equal(CredentialRule.ProofAudience, Failed(new ProofMaker { AudienceAsArray = true }.Make()));

    [Fact]
    public void Another_client_as_issuer_is_refused() =>
        Assert.Equal(CredentialRule.ProofIssuer, Failed(new ProofMaker { IssuerClaim = "other" }.Make()));

    [Fact]
    public void A_proof_without_iss_is_good() => Passed(new ProofMaker { IssuerClaim = null }.Make());

    [Fact]
    public void A_client_as_issuer_is_refused_where_access_is_anonymous() =>
        Assert.Equal(CredentialRule.ProofIssuer, Run(null, new ProofMaker().Make()).Match(_ => throw new InvalidOperationException(), f => f.Rule));

    [Theory]
    [InlineData(-301)]
    [InlineData(61)]
    [InlineData(-31536000)]
    public void A_time_outside_the_window_is_refused(int seconds) =>
        Assert.Equal(CredentialRule.ProofTime, Failed(new ProofMaker { IssuedAt = ProofMaker.Now.ToUnixTimeSeconds() + seconds }.Make()));

    [Theory]
    [InlineData(-300)]
    [InlineData(60)]
    public void A_time_at_the_edge_of_the_window_is_good(int seconds) =>
        Passed(new ProofMaker { IssuedAt = ProofMaker.Now.ToUnixTimeSeconds() + seconds }.Make());

    [Theory]
    [InlineData(null)]
    [InlineData("1795219200")]
    [InlineData(1795219200.5)]
    public void A_time_that_is_missing_or_no_whole_number_is_refused(object? time) =>
        Assert.Equal(CredentialRule.ProofTime, Failed(new ProofMaker { IssuedAt = time }.Make()));

    [Fact]
    public void A_missing_nonce_is_refused() => Assert.Equal(CredentialRule.ProofNonceMissing, Failed(new ProofMaker { NonceClaim = null }.Make()));

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("not a jwt at all")]
    public void What_is_no_jws_is_refused(string proof) => Assert.Equal(CredentialRule.ProofFormat, Failed(proof));

    [Fact]
    public void An_oversized_proof_is_refused() =>
        Assert.Equal(CredentialRule.ProofFormat, Failed(new ProofMaker { Header = writer => writer.WriteString("pad", new string('x', 80_000)) }.Make()));

    private static HolderProofs Passed(params string[] proofs) =>
        Run(ProofMaker.Client, proofs).Match(passed => passed, failure => throw new InvalidOperationException(failure.ToString()));

    private static CredentialRule Failed(params string[] proofs) => Run(ProofMaker.Client, proofs).Match(
        _ => throw new InvalidOperationException("the proofs passed"),
        failure =>
        {
            Assert.Equal(CredentialError.InvalidProof, failure.Error);
            return failure.Rule;
        });

    private static Checked<HolderProofs> Run(string? client, params string[] proofs) =>
        HolderProofs.Verify(ProofMaker.Received("jwt", proofs), ProofMaker.Terms with { ClientId = client }, ProofMaker.Now);
}
