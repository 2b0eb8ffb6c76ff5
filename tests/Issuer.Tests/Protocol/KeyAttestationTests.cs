using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Tests.Protocol;

/// <summary>Key attestations (OpenID4VCI 1.0 Appendix D.1): beside a <c>jwt</c> proof, and as a proof of their own. Each refusal is one change of a good one.</summary>
public sealed class KeyAttestationTests
{
    private static readonly KeyAttester Attester = new();
    private static readonly ProofTerms Terms = ProofMaker.Terms with { Attesters = [Attester.Anchor] };

    private readonly SigningKey[] _keys = [.. Enumerable.Range(0, 3).Select(_ => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256)))];

    [Fact]
    public void Each_attested_key_gets_a_credential()
    {
        var proofs = Passed(Alone(Attester.Make(Keys)));
        Assert.Equal(Thumbprints(_keys), proofs.Keys.Select(key => key.ThumbprintText()));
        Assert.Equal([ProofMaker.Nonce], proofs.Nonces);
    }

    [Fact]
    public void One_proof_beside_an_attestation_brings_all_its_keys()
    {
        var proofs = Passed(Beside(Attester.Make(Keys), _keys[1]));
        Assert.Equal(Thumbprints(_keys).Order(), proofs.Keys.Select(key => key.ThumbprintText()).Order());
    }

    [Fact]
    public void Many_proofs_beside_one_attestation_bring_each_key_once() =>
        Assert.Equal(3, Passed(Beside(Attester.Make(Keys), _keys)).Keys.Count);

    [Fact]
    public void Both_nonces_count()
    {
        var attestation = KeyAttester.Make(Attester.Key, Keys, "another");
        Assert.Equal(["a-nonce", "another"], Passed(Beside(attestation, _keys[0])).Nonces.Order());
    }

    [Fact]
    public void An_attestation_without_an_end_is_good_alone_and_not_beside_a_proof()
    {
        var endless = Attester.Make(Keys, new() { Ends = null });
        Passed(Alone(endless));
        AssertRefused(CredentialRule.KeyAttestationTime, Beside(endless, _keys[0]));
    }

    public static TheoryData<string, CredentialRule> Changes => new()
    {
        { "typ", CredentialRule.KeyAttestationTyp },
        { "proof-typ", CredentialRule.KeyAttestationTyp },
        { "kid", CredentialRule.KeyAttestationTrust },
        { "jwk", CredentialRule.KeyAttestationTrust },
        { "no-iat", CredentialRule.KeyAttestationTime },
        { "iat-ahead", CredentialRule.KeyAttestationTime },
        { "ended", CredentialRule.KeyAttestationTime },
        { "exp-text", CredentialRule.KeyAttestationTime },
        { "no-nonce", CredentialRule.KeyAttestationNonce },
        { "stranger", CredentialRule.KeyAttestationTrust },
        { "expired-certificate", CredentialRule.KeyAttestationTrust },
        { "altered", CredentialRule.KeyAttestationSignature },
        { "no-keys", CredentialRule.KeyAttestationKeys },
        { "too-many-keys", CredentialRule.KeyAttestationKeys },
        { "twice", CredentialRule.KeyAttestationKeys },
        { "p384", CredentialRule.KeyAttestationKeys },
        { "off-curve", CredentialRule.KeyAttestationKeys },
        { "es384", CredentialRule.KeyAttestationAlgorithm },
        { "no-jwt", CredentialRule.KeyAttestationFormat },
        { "long", CredentialRule.KeyAttestationFormat },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_changed_attestation_is_refused_both_ways(string change, CredentialRule rule)
    {
        Passed(Alone(Attester.Make(Keys)));
        AssertRefused(rule, Alone(Changed(change)));
        AssertRefused(rule, Beside(Changed(change), _keys[0]));
    }

    [Fact]
    public void A_proof_of_a_key_that_is_not_attested_is_refused() =>
        AssertRefused(CredentialRule.KeyAttestationOtherKey, Beside(Attester.Make([_keys[1].PublicKey]), _keys[0]));

    [Fact]
    public void An_attestation_that_is_no_text_is_refused()
    {
        var proof = new ProofMaker { Header = writer => writer.WriteNumber("key_attestation", 1) }.Make();
        AssertRefused(CredentialRule.KeyAttestationFormat, HolderProofs.Verify(ProofMaker.Received("jwt", proof), Terms, ProofMaker.Now));
    }

    [Fact]
    public void Where_nobody_is_trusted_to_attest_no_attestation_counts()
    {
        var attestation = Attester.Make(Keys);
        AssertRefused(CredentialRule.ProofType, HolderProofs.Verify(ProofMaker.Received("attestation", attestation), ProofMaker.Terms, ProofMaker.Now));
        Assert.Equal(CredentialRule.ProofKeyAttestation, RuleOf(HolderProofs.Verify(BesideProofs(attestation, _keys[0]), ProofMaker.Terms, ProofMaker.Now)));
    }

    [Fact]
    public void More_keys_than_a_batch_has_are_refused_over_all_attestations()
    {
        var terms = Terms with { MaxKeys = 3 };
        var more = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        string[] proofs = [Proof(Attester.Make(Keys), _keys[0]), Proof(Attester.Make([more.PublicKey]), more)];
        Passed(HolderProofs.Verify(ProofMaker.Received("jwt", proofs[0]), terms, ProofMaker.Now));
        Assert.Equal(CredentialRule.BatchSize, RuleOf(HolderProofs.Verify(ProofMaker.Received("jwt", proofs), terms, ProofMaker.Now)));
    }

    [Fact]
    public void Where_keys_have_to_be_attested_a_bare_proof_is_refused()
    {
        var terms = Terms with { Need = new([], []) };
        Passed(HolderProofs.Verify(BesideProofs(Attester.Make(Keys), _keys[0]), terms, ProofMaker.Now));
        Passed(HolderProofs.Verify(ProofMaker.Received("attestation", Attester.Make(Keys)), terms, ProofMaker.Now));
        AssertRefused(CredentialRule.KeyAttestationMissing, HolderProofs.Verify(ProofMaker.Received("jwt", new ProofMaker().Make()), terms, ProofMaker.Now));
        string[] mixed = [Proof(Attester.Make([_keys[0].PublicKey]), _keys[0]), new ProofMaker().Make()];
        AssertRefused(CredentialRule.KeyAttestationMissing, HolderProofs.Verify(ProofMaker.Received("jwt", mixed), terms, ProofMaker.Now));
    }

    [Theory]
    [InlineData("iso_18045_high", "iso_18045_moderate", true)]
    [InlineData("iso_18045_basic", "iso_18045_moderate", false)]
    [InlineData("iso_18045_high", "iso_18045_basic", false)]
    [InlineData("iso_18045_high", null, false)]
    [InlineData(null, "iso_18045_moderate", false)]
    public void The_level_that_the_type_asks_for_is_reached_or_the_keys_are_refused(string? storage, string? authentication, bool reached)
    {
        var terms = Terms with { Need = new KeyAttestationNeed(["iso_18045_high", "own"], ["iso_18045_moderate"]) };
        var attestation = Attester.Make(Keys, new() { KeyStorage = storage is null ? null : [storage, "x"], UserAuthentication = authentication is null ? null : [authentication] });
        var outcome = HolderProofs.Verify(ProofMaker.Received("attestation", attestation), terms, ProofMaker.Now);
        Assert.Equal(reached ? null : CredentialRule.KeyAttestationLevel, outcome.Match<CredentialRule?>(_ => null, failure => failure.Rule));
    }

    private IEnumerable<Jwk> Keys => _keys.Select(key => key.PublicKey);

    private string Changed(string change) => change switch
    {
        "typ" => Attester.Make(Keys, new() { Type = "JWT" }),
        "proof-typ" => Attester.Make(Keys, new() { Type = "openid4vci-proof+jwt" }),
        "kid" => Attester.Make(Keys, new() { Reference = KeyReference.KeyId }),
        "jwk" => Attester.Make(Keys, new() { Reference = KeyReference.Jwk }),
        "no-iat" => Attester.Make(Keys, new() { IssuedAt = null }),
        "iat-ahead" => Attester.Make(Keys, new() { IssuedAt = ProofMaker.Now.ToUnixTimeSeconds() + 61 }),
        "ended" => Attester.Make(Keys, new() { Ends = ProofMaker.Now.ToUnixTimeSeconds() }),
        "exp-text" => Attester.Make(Keys, new() { Ends = "soon" }),
        "no-nonce" => Attester.Make(Keys, new() { NoNonce = true }),
        "stranger" => new KeyAttester().Make(Keys),
        "expired-certificate" => new KeyAttester(ProofMaker.Now.AddDays(-1)).Make(Keys),
        "altered" => Altered(Attester.Make(Keys)),
        "no-keys" => Attester.Make([]),
        "too-many-keys" => Attester.Make(Enumerable.Range(0, 11).Select(_ => Jwk.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256)))),
        "twice" => Attester.Make(Keys.Append(_keys[0].PublicKey)),
        "p384" => Attester.Make(Keys.Append(Jwk.Of(ECDsa.Create(ECCurve.NamedCurves.nistP384)))),
        "off-curve" => Attester.Make(Keys.Append(OffCurve())),
        "es384" => KeyAttester.Make(SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP384), chain: Attester.Key.CertificateChain), Keys, ProofMaker.Nonce),
        "no-jwt" => "a.b",
        _ => new string('x', KeyAttestation.MaxBytes + 1),
    };

    private static Jwk OffCurve()
    {
        var zero = new string('A', 43);
        return Jwk.Parse(System.Text.Json.JsonElement.Parse($$"""{"kty":"EC","crv":"P-256","x":"{{zero}}","y":"{{zero}}"}""")).OrThrow();
    }

    private static string Altered(string jwt)
    {
        var at = jwt.LastIndexOf('.') + 5;
        return jwt[..at] + (jwt[at] == 'A' ? 'B' : 'A') + jwt[(at + 1)..];
    }

    private static Checked<HolderProofs> Alone(string attestation) => HolderProofs.Verify(ProofMaker.Received("attestation", attestation), Terms, ProofMaker.Now);

    private static Checked<HolderProofs> Beside(string attestation, params SigningKey[] keys) => HolderProofs.Verify(BesideProofs(attestation, keys), Terms, ProofMaker.Now);

    private static ReceivedProofs BesideProofs(string attestation, params SigningKey[] keys) => ProofMaker.Received("jwt", [.. keys.Select(key => Proof(attestation, key))]);

    private static string Proof(string attestation, SigningKey key) =>
        new ProofMaker { Key = key, Header = writer => writer.WriteString("key_attestation", attestation) }.Make();

    private static IEnumerable<string> Thumbprints(IEnumerable<SigningKey> keys) => keys.Select(key => key.PublicKey.ThumbprintText());

    private static HolderProofs Passed(Checked<HolderProofs> outcome) => outcome.Match(passed => passed, failure => throw new InvalidOperationException(failure.ToString()));

    private static CredentialRule RuleOf(Checked<HolderProofs> outcome) => outcome.Match(_ => throw new InvalidOperationException("it passed"), failure => failure.Rule);

    private static void AssertRefused(CredentialRule rule, Checked<HolderProofs> outcome) =>
        Assert.Equal((CredentialError.InvalidProof, rule), outcome.Match(_ => throw new InvalidOperationException("it passed"), failure => (failure.Error, failure.Rule)));
}
