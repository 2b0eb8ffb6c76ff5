using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests;

/// <summary>The five SD-JWT VCs of the draft: each passes under a pinned key, and each altered in one place fails with its named check.</summary>
public sealed class SdJwtVcVectorTests
{
    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(1787325881);

    public static TheoryData<string> All => ["2.3.1-issued", "2.3.2-presented", "2.3.2-presented-without-key-binding", "A.1-issued", "A.1-presented"];

    public static TheoryData<string> Bound => ["2.3.2-presented", "A.1-presented"];

    [Theory]
    [MemberData(nameof(All))]
    public void It_is_accepted(string name)
    {
        var accepted = Verify(name).IsAccepted();
        var asksForHolder = name is "2.3.2-presented" or "A.1-presented";
        Assert.IsType(asksForHolder ? typeof(CheckOutcome.Passed) : typeof(CheckOutcome.Waived), accepted.Report[Check.HolderBinding]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void With_one_later_end_in_the_signed_claims_it_fails_at_the_signature(string name) =>
        Verify(name, s =>
        {
            var parts = s.Split('.', 3);
            Base64UrlText.TryDecode(parts[1], out var json);
            parts[1] = Base64UrlText.Encode(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json!).Replace("1883000000", "1983000000", StringComparison.Ordinal)));
            return string.Join('.', parts);
        }).IsRejected<Failure.IssuerSignatureInvalid>();

    [Theory]
    [MemberData(nameof(All))]
    public void With_one_changed_character_in_the_issuers_signature_it_fails_there(string name) =>
        Verify(name, s => Change(s, s.IndexOf('~', StringComparison.Ordinal) - 10)).IsRejected<Failure.IssuerSignatureInvalid>();

    [Theory]
    [MemberData(nameof(All))]
    public void With_one_changed_salt_it_fails_at_integrity(string name) =>
        Verify(name, s => Change(s, s.IndexOf('~', StringComparison.Ordinal) + 8)).IsRejected<Failure.DigestMismatch>();

    [Theory]
    [MemberData(nameof(All))]
    public void With_a_disclosure_twice_it_fails_at_integrity(string name) =>
        Verify(name, s =>
        {
            var parts = s.Split('~');
            return string.Join('~', [parts[0], parts[1], .. parts[1..]]);
        }).IsRejected<Failure.DigestMismatch>();

    [Theory]
    [MemberData(nameof(All))]
    public void After_its_end_it_fails_at_validity(string name) =>
        Verify(name, now: DateTimeOffset.FromUnixTimeSeconds(1883000000 + 60)).IsRejected<Failure.Expired>();

    [Theory]
    [MemberData(nameof(All))]
    public void Asked_for_as_another_type_it_fails_at_type(string name) =>
        Verify(name, type: "urn:example:other").IsRejected<Failure.UnexpectedType>();

    [Theory]
    [MemberData(nameof(All))]
    public void Under_another_pinned_key_it_fails_at_the_signature(string name) =>
        Verify(name, key: TestPki.OtherHolder.PublicKey).IsRejected<Failure.IssuerSignatureInvalid>();

    [Theory]
    [MemberData(nameof(All))]
    public void Under_the_bundle_alone_it_has_no_signer_to_trust(string name)
    {
        var (presented, expectation, _) = Read(name);
        CredentialVerifier.Verify(presented, expectation, Policies.Haip(binding: HolderBinding.WaivedUnsafe), new Scenario().Trust(), Then)
            .IsRejected<Failure.NoIssuerCertificate>();
    }

    [Theory]
    [MemberData(nameof(Bound))]
    public void With_one_changed_character_in_the_holders_signature_it_fails_there(string name) =>
        Verify(name, s => Change(s, s.Length - 10)).IsRejected<Failure.HolderSignatureInvalid>();

    [Theory]
    [MemberData(nameof(Bound))]
    public void With_a_disclosure_less_it_fails_at_the_holders_hash(string name) =>
        Verify(name, s =>
        {
            var parts = s.Split('~').ToList();
            parts.RemoveAt(parts.Count - 2);
            return string.Join('~', parts);
        }).IsRejected<Failure.SdHashMismatch>();

    [Theory]
    [MemberData(nameof(Bound))]
    public void Without_the_holders_signature_it_fails_where_that_is_asked_for(string name) =>
        Verify(name, s => s[..(s.LastIndexOf('~') + 1)]).IsRejected<Failure.HolderBindingMissing>();

    [Theory]
    [MemberData(nameof(Bound))]
    public void For_another_nonce_it_fails(string name) => Verify(name, nonce: "other").IsRejected<Failure.WrongNonce>();

    [Theory]
    [MemberData(nameof(Bound))]
    public void For_another_audience_it_fails(string name) => Verify(name, audience: "https://example.com/other").IsRejected<Failure.WrongAudience>();

    private static VerificationResult Verify(
        string name, Func<string, string>? alter = null, DateTimeOffset? now = null, string? type = null, Jwk? key = null, string nonce = "1234567890", string audience = "https://example.com/verifier")
    {
        var (presented, expectation, issuer) = Read(name, type, nonce, audience);
        var vct = SignedSdJwt.Parse(presented).OrThrow().IssuerJwt.UnverifiedClaims.StringMember("vct")!;
        var bound = !presented.EndsWith('~');
        var policy = Policies.Haip(
            IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(vct, key ?? issuer)), bound ? HolderBinding.Required : HolderBinding.WaivedUnsafe);
        return CredentialVerifier.Verify(alter is null ? presented : alter(presented), expectation, policy, Trust.Empty, now ?? Then);
    }

    private static (string Presented, Expectation Expectation, Jwk Issuer) Read(
        string name, string? type = null, string nonce = "1234567890", string audience = "https://example.com/verifier")
    {
        var json = JsonElement.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "sd-jwt-vc", name + ".json")));
        var presented = json.StringMember("sd_jwt")!;
        var token = SignedSdJwt.Parse(presented).OrThrow();
        var query = CredentialQuery.OfType("c", type ?? token.IssuerJwt.UnverifiedClaims.StringMember("vct")!);
        foreach (var path in token.Process(token.IssuerJwt.UnverifiedClaims).OrThrow().DisclosedPaths.Where(path => path.Parts.Count == 1))
        {
            query = query.Asking(path.Parts[0].Name);
        }

        return (presented, new Expectation { Query = query, Nonce = nonce, Audience = audience }, Jwk.Parse(json.ObjectMember("issuer_key")!.Value).OrThrow());
    }

    private static string Change(string text, int at) => new StringBuilder(text) { [at] = text[at] == 'A' ? 'B' : 'A' }.ToString();
}
