using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Mdoc;

/// <summary>Each check of the plan for mdocs: a valid presentation, one change, the exact failure.</summary>
public sealed class MdocPlanTests
{
    private static readonly DateTimeOffset Noon = Scenario.Noon;

    [Fact]
    public void A_valid_presentation_is_accepted_with_its_claims_by_namespace()
    {
        var accepted = MdocScenario.Verify(s =>
        {
            s.Shown.AddRange([(MdocScenario.Iso, "birth_date"), (MdocScenario.Iso, "portrait"), (MdocScenario.DocType, "account")]);
            s.Query = s.Query.Asking(MdocScenario.Iso, "birth_date").Asking(MdocScenario.Iso, "portrait").Asking(MdocScenario.DocType, "account");
        }).IsAccepted();
        var card = accepted.Credential;
        Assert.Equal((MdocScenario.DocType, Noon.AddDays(80)), (card.Type, card.ValidUntil));
        Assert.Contains("Card signer", card.Issuer, StringComparison.Ordinal);
        Assert.True(card.Find(MdocScenario.Iso, "age_over_18").Single().GetBoolean());
        Assert.Equal("2009-05-26", card.Find(MdocScenario.Iso, "birth_date").Single().GetString());
        Assert.Equal("_9g", card.Find(MdocScenario.Iso, "portrait").Single().GetString());
        Assert.Equal("pairwise", card.Find(MdocScenario.DocType, "account", "sub").Single().GetString());
        Assert.Equal(4, card.DisclosedPaths.Count);
        Assert.All(accepted.Report.Checks, check => Assert.IsType<CheckOutcome.Passed>(check.Value));
    }

    // RFC 8949 §3.3: half, single and double precision. JSON has no infinity.
    [Theory]
    [InlineData("f93e00", "1.5")]
    [InlineData("fa3fc00000", "1.5")]
    [InlineData("fbc000000000000000", "-2")]
    [InlineData("f97c00", "null")]
    public void An_element_may_be_a_real_number(string hex, string json)
    {
        var accepted = MdocScenario.Verify(s =>
        {
            s.AlsoIssued.Add(("height", StrictCbor.Parse(Convert.FromHexString(hex)).OrThrow()));
            s.Shown.Add((MdocScenario.Iso, "height"));
            s.Query = s.Query.Asking(MdocScenario.Iso, "height");
        }).IsAccepted();
        Assert.Equal(json, accepted.Credential.Find(MdocScenario.Iso, "height").Single().GetRawText());
    }

    [Fact]
    public void A_presentation_without_claims_answers_a_query_without_claims() => MdocScenario.Verify(s =>
    {
        s.Shown.Clear();
        s.Query = CredentialQuery.OfDocType("card", MdocScenario.DocType);
    }).IsAccepted();

    [Fact]
    public void What_is_no_device_response_of_one_document_is_malformed()
    {
        Assert.Equal(FormatRule.Base64Url, MdocScenario.Verify(s => s.TextTamper = text => text + "=").IsRejected<Failure.Malformed>().Rule);
        Assert.Equal(FormatRule.Cbor, MdocScenario.Verify(s => s.Tamper = _ => [0xFF]).IsRejected<Failure.Malformed>().Rule);
        Assert.Equal(FormatRule.Structure, MdocScenario.Verify(s => s.Tamper = Outer("status", CborValue.Of(10))).IsRejected<Failure.Malformed>().Rule);
        Assert.Equal(FormatRule.Structure, MdocScenario.Verify(s => s.Tamper = Documents(one => [one, one])).IsRejected<Failure.Malformed>().Rule);
        MdocScenario.Verify(s => s.Tamper = Documents(one => [one])).IsAccepted();
    }

    [Fact]
    public void The_signer_is_certified_for_the_type_and_not_denied()
    {
        Assert.Equal(PathFault.NoAnchor, MdocScenario.Verify(s => s.Signer = TestPki.Stranger).IsRejected<Failure.UntrustedIssuer>().Reason);
        Assert.Equal(FormatRule.Certificate, MdocScenario.Verify(s => s.Signer = TestPki.CardAuthority.AsSelfSigned()).IsRejected<Failure.NoIssuerCertificate>().Rule);
        Assert.Equal(MdocScenario.DocType, MdocScenario.Verify(s => s.Anchors[0] = Anchor("other")).IsRejected<Failure.IssuerNotForType>().Type);
        var thumbprint = TestPki.CardSigner.PublicKey.ThumbprintText();
        Assert.Equal(thumbprint, MdocScenario.Verify(s => s.Denied.Add(thumbprint)).IsRejected<Failure.DeniedSigner>().Thumbprint);
        MdocScenario.Verify(s => s.BundleTime = Noon.AddDays(-31)).IsRejected<Failure.BundleTooOld>();
    }

    [Fact]
    public void The_signer_has_the_usage_that_the_anchor_asks_for()
    {
        MdocScenario.Verify(s => s.Anchors[0] = Anchor(MdocScenario.DocType, DocumentSignerProfile.Usage)).IsRejected<Failure.UntrustedIssuer>();
        MdocScenario.Verify(s =>
        {
            s.Anchors[0] = Anchor(MdocScenario.DocType, DocumentSignerProfile.Usage);
            s.Signer = TestPki.CardAuthority.Sign("Document signer", usage: DocumentSignerProfile.Usage);
        }).IsAccepted();
    }

    [Fact]
    public void A_pinned_key_is_trusted_for_its_type_alone()
    {
        MdocScenario.Verify(s => s.Policy = Policies.Haip(IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(MdocScenario.DocType, TestPki.CardSigner.PublicKey)))).IsAccepted();
        MdocScenario.Verify(s => s.Policy = Policies.Haip(IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey("other", TestPki.CardSigner.PublicKey)))).IsRejected<Failure.NoPinnedKey>();
        MdocScenario.Verify(s => s.Policy = Policies.Haip(IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(MdocScenario.DocType, TestPki.Stranger.PublicKey)))).IsRejected<Failure.IssuerSignatureInvalid>();
    }

    [Fact]
    public void The_issuers_signature_is_of_the_trusted_signer()
    {
        MdocScenario.Verify(s => s.IssuedTamper = Text("2026-11-11T12:00:00Z", "2026-11-10T12:00:00Z")).IsRejected<Failure.IssuerSignatureInvalid>();
        MdocScenario.Verify(s => s.IssuedTamper = Text("2026-11-11T12:00:00Z", "2026-11-11T12:00:00Z")).IsAccepted();
    }

    [Fact]
    public void Every_element_has_its_digest()
    {
        var failure = MdocScenario.Verify(s =>
        {
            s.Shown.Add((MdocScenario.Iso, "family_name"));
            s.Query = s.Query.Asking(MdocScenario.Iso, "family_name");
            s.Tamper = Text("Щеглова", "Щеглина");
        }).IsRejected<Failure.DigestMismatch>();
        Assert.Contains("family_name", failure.Fact, StringComparison.Ordinal);
        Assert.DoesNotContain("Щегл", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_type_is_the_one_that_was_asked_for() => Assert.Equal(
        MdocScenario.DocType,
        MdocScenario.Verify(s => s.Query = CredentialQuery.OfDocType("card", "org.example.other.1").Asking(MdocScenario.Iso, "age_over_18")).IsRejected<Failure.UnexpectedType>().Actual);

    [Fact]
    public void The_time_lies_within_the_documents_own()
    {
        MdocScenario.Verify(s => s.Validity = new(Noon.AddDays(-9), Noon.AddDays(-9), Noon.AddMinutes(-1))).IsRejected<Failure.Expired>();
        MdocScenario.Verify(s => s.Validity = new(Noon.AddDays(-9), Noon.AddDays(-9), Noon)).IsAccepted();
        MdocScenario.Verify(s => s.Validity = new(Noon.AddDays(-9), Noon.AddMinutes(2), Noon.AddDays(1))).IsRejected<Failure.NotYetValid>();
        MdocScenario.Verify(s => s.Validity = new(Noon.AddDays(-9), Noon.AddMinutes(1), Noon.AddDays(1))).IsAccepted();
        MdocScenario.Verify(s => s.BundleTime = Noon.AddHours(1)).IsRejected<Failure.ClockBehindBundle>();
    }

    [Fact]
    public void A_document_is_signed_while_its_signer_is_certified()
    {
        // The authority's certificates begin with 2025.
        var before = new DateTimeOffset(2024, 12, 31, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(before, MdocScenario.Verify(s => s.Validity = new(before, before, Noon.AddDays(1))).IsRejected<Failure.SignedOutsideCertificate>().SignedAt);
        MdocScenario.Verify(s => s.Validity = new(before.AddDays(1), before.AddDays(1), Noon.AddDays(1))).IsAccepted();
    }

    [Theory]
    [InlineData("x509_hash:other", MdocScenario.Nonce, MdocScenario.ResponseUri)]
    [InlineData(MdocScenario.Audience, "another", MdocScenario.ResponseUri)]
    [InlineData(MdocScenario.Audience, MdocScenario.Nonce, "https://other.example.org/response")]
    public void An_answer_to_another_request_is_refused(string audience, string nonce, string responseUri) =>
        MdocScenario.Verify(s => s.Transcript = SessionTranscript.ForOpenId4Vp(audience, nonce, null, responseUri)).IsRejected<Failure.HolderSignatureInvalid>();

    [Fact]
    public void The_answer_is_signed_by_the_device_of_the_document()
    {
        MdocScenario.Verify(s => s.Transcript = SessionTranscript.ForOpenId4Vp(MdocScenario.Audience, MdocScenario.Nonce, TestPki.NewKey().PublicKey, MdocScenario.ResponseUri))
            .IsRejected<Failure.HolderSignatureInvalid>();
        MdocScenario.Verify(s => s.Transcript = SessionTranscript.ForDcApi("https://door.example.org", MdocScenario.Nonce, null)).IsRejected<Failure.HolderSignatureInvalid>();
        MdocScenario.Verify(s => s.Holder = TestPki.OtherHolder).IsRejected<Failure.HolderSignatureInvalid>();
        Assert.Equal("HMAC 256/256", MdocScenario.Verify(s => s.WithMac = true).IsRejected<Failure.HolderAlgorithmNotAllowed>().Algorithm);
        MdocScenario.Verify(s => (s.Transcript, s.Expected) = (
            SessionTranscript.ForDcApi("https://door.example.org", MdocScenario.Nonce, null), SessionTranscript.ForDcApi("https://door.example.org", MdocScenario.Nonce, null))).IsAccepted();
    }

    [Fact]
    public void Algorithms_are_the_policys()
    {
        var only384 = new Policy
        {
            IssuerTrust = IssuerTrust.Bundle,
            HolderBinding = HolderBinding.Required,
            Status = StatusCheck.WherePresent,
            ExpiryRequired = true,
            Algorithms = [JwsAlgorithm.ES384],
            ClockSkew = TimeSpan.Zero,
            PresentationMaxAge = TimeSpan.FromMinutes(5),
        };
        Assert.Equal("ES256", MdocScenario.Verify(s => s.Policy = only384).IsRejected<Failure.IssuerAlgorithmNotAllowed>().Algorithm);
    }

    [Fact]
    public void The_status_is_looked_up()
    {
        MdocScenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1))).IsRejected<Failure.Revoked>();
        MdocScenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 2))).IsRejected<Failure.Suspended>();
        MdocScenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(6, 1))).IsAccepted();
        Assert.Equal(StatusGap.NoList, MdocScenario.Verify(s => s.StatusLists.Clear()).IsRejected<Failure.StatusUnknown>().Reason);
        Assert.Equal(StatusGap.IndexOutOfRange, MdocScenario.Verify(s => s.Status = (TestPki.StatusUri, 1000)).IsRejected<Failure.StatusUnknown>().Reason);
        MdocScenario.Verify(s => s.Status = null).IsAccepted();
        Assert.Equal(StatusGap.NoStatusInCredential, MdocScenario.Verify(s =>
        {
            s.Status = null;
            s.Policy = Policies.Haip(status: StatusCheck.Always);
        }).IsRejected<Failure.StatusUnknown>().Reason);
    }

    [Fact]
    public void The_answer_holds_what_was_asked_for_and_nothing_else()
    {
        Assert.Equal("""["org.iso.23220.1","birth_date"]""", MdocScenario.Verify(s => s.Query = s.Query.Asking(MdocScenario.Iso, "birth_date")).IsRejected<Failure.ClaimMissing>().Path.ToString());
        Assert.Equal("""["org.iso.23220.1","birth_date"]""", MdocScenario.Verify(s => s.Shown.Add((MdocScenario.Iso, "birth_date"))).IsRejected<Failure.OverDisclosure>().Path.ToString());
        var asked = CredentialQuery.OfDocType("card", MdocScenario.DocType);
        MdocScenario.Verify(s => s.Query = asked.Asking(Valued("false"))).IsRejected<Failure.ValueNotRequested>();
        MdocScenario.Verify(s => s.Query = asked.Asking(Valued("true"))).IsAccepted();
    }

    [Fact]
    public void What_the_device_says_of_itself_is_not_taken()
    {
        var own = CborValue.Map((MdocScenario.Iso, CborValue.Map(("age_over_65", CborValue.Of(true)))));
        Assert.Equal("""["org.iso.23220.1","age_over_65"]""", MdocScenario.Verify(s => s.Tamper = DeviceSays(own, s.Transcript)).IsRejected<Failure.OverDisclosure>().Path.ToString());
        MdocScenario.Verify(s => s.Tamper = DeviceSays(CborValue.Map(), s.Transcript)).IsAccepted();
    }

    [Fact]
    public void A_check_without_a_transcript_is_a_fault_of_the_program() => Assert.Throws<ArgumentException>(() => MdocScenario.Verify(s => s.Expected = null));

    [Fact]
    public void No_change_of_one_byte_is_accepted_with_other_claims()
    {
        var scenario = new MdocScenario();
        var valid = scenario.Present();
        for (var at = 0; at < valid.Length; at += 3)
        {
            var changed = valid.ToArray();
            changed[at] ^= 0x01;
            scenario.Tamper = _ => changed;
            if (scenario.Verify() is VerificationResult.Accepted accepted)
            {
                Assert.True(accepted.Credential.Find(MdocScenario.Iso, "age_over_18").Single().GetBoolean(), $"byte {at}");
                Assert.Single(accepted.Credential.DisclosedPaths);
            }
        }
    }

    private static ClaimQuery Valued(string json) =>
        new(null, Formats.SdJwt.ClaimPath.Of(MdocScenario.Iso, "age_over_18"), ImmutableArray.Create(JsonElement.Parse(json)));

    private static Anchor Anchor(string type, string? usage = null) =>
        new() { Certificate = TestPki.CardAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = [type], SignerUsage = usage };

    private static Func<byte[], byte[]> Text(string text, string other) => bytes =>
    {
        var (found, changed) = (Encoding.UTF8.GetBytes(text), bytes.ToArray());
        var at = bytes.AsSpan().IndexOf(found);
        Assert.True(at > 0);
        Encoding.UTF8.GetBytes(other).CopyTo(changed, at);
        return changed;
    };

    // RFC 9052 §4.4 and ISO/IEC 18013-5 §9.1.3.4, by hand: the device signs elements of its own.
    private static Func<byte[], byte[]> DeviceSays(CborValue nameSpaces, SessionTranscript transcript) => Documents(document =>
    {
        var authentication = CborValue.Array(
            CborValue.Of("DeviceAuthentication"), StrictCbor.Parse(transcript.Encoded).OrThrow(), CborValue.Of(MdocScenario.DocType), CborValue.Embed(nameSpaces));
        var header = CborValue.Of(new byte[] { 0xA1, 0x01, 0x26 });
        var signed = CborValue.Array(CborValue.Of("Signature1"), header, CborValue.Of(Array.Empty<byte>()), CborValue.Of(CborValue.Embed(authentication).Encoded));
        var signature = CborValue.Array(header, CborValue.Map(), CborValue.Null, CborValue.Of(TestPki.Holder.Sign(signed.Encoded.Span)));
        return [With(document, "deviceSigned", CborValue.Map(
            ("nameSpaces", CborValue.Embed(nameSpaces)), ("deviceAuth", CborValue.Map(("deviceSignature", signature)))))];
    });

    private static Func<byte[], byte[]> Outer(string name, CborValue value) => bytes => With(StrictCbor.Parse(bytes).OrThrow(), name, value).Encoded.ToArray();

    private static Func<byte[], byte[]> Documents(Func<CborValue, IEnumerable<CborValue>> change) => bytes =>
    {
        var response = StrictCbor.Parse(bytes).OrThrow();
        return With(response, "documents", CborValue.Array(change(response.Member("documents")!.Items![0]))).Encoded.ToArray();
    };

    private static CborValue With(CborValue map, string name, CborValue value) =>
        CborValue.Map(map.Members!.Where(member => member.Key.Text != name).Select(member => (member.Key.Text!, member.Value)).Append((name, value)));
}
