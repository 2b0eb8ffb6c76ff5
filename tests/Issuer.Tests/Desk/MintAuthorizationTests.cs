using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>What somebody with the whole database in hand can write, and what the signer says to it.</summary>
public sealed class MintAuthorizationTests
{
    private readonly SigningKey _roster = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly DecidingOfficer _a = new("a", OfficerRole.Operator);
    private readonly DecidingOfficer _b = new("b", OfficerRole.Supervisor);
    private readonly DecidingOfficer _c = new("c", OfficerRole.AppealOfficer);
    private readonly PersonClaims _claims = Claims("Щеглова");

    [Fact]
    [Trait("Safeguard", "SG11")]
    public void Two_officers_in_favour_permit_to_mint_exactly_their_claims()
    {
        var permit = Assert.IsType<MintAuthorization.Permitted>(Check(Recommended(), Approved())).Permit;
        Assert.Equal(_claims.Claims.GetRawText(), permit.Claims.GetRawText());
        Assert.Equal("case", permit.ApplicationId);
    }

    [Fact]
    public void Two_decisions_of_the_same_second_count_in_any_order_of_rows()
    {
        var at = TestCase.Now;
        Assert.IsType<MintAuthorization.Permitted>(Check(_b.Decide(DecisionKind.Approve, _claims, at, _roster), _a.Decide(DecisionKind.RecommendIssue, _claims, at, _roster)));
    }

    [Fact]
    public void An_appeal_turns_a_refusal()
    {
        var refused = _b.Decide(DecisionKind.Refuse, _claims, TestCase.Now.AddMinutes(1), _roster);
        var turned = _c.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddDays(2), _roster);
        Assert.IsType<MintAuthorization.Permitted>(Check(Recommended(), refused, turned));
    }

    [Fact]
    [Trait("Safeguard", "SG11")]
    public void One_decision_is_too_few()
    {
        AssertRefused(new MintRefusal.TooFewDecisions(0));
        AssertRefused(new MintRefusal.TooFewDecisions(1), Recommended());
        AssertRefused(new MintRefusal.TooFewDecisions(1), Approved());
        AssertRefused(new MintRefusal.TooFewDecisions(1), Recommended(), _b.Decide(DecisionKind.Refuse, _claims, TestCase.Now.AddMinutes(1), _roster));
        AssertRefused(new MintRefusal.TooFewDecisions(1), _a.Decide(DecisionKind.RecommendRefusal, _claims, TestCase.Now, _roster), Approved());
    }

    [Fact]
    public void Two_recommendations_or_two_approvals_are_no_approval()
    {
        var other = new DecidingOfficer("a2", OfficerRole.Operator).Decide(DecisionKind.RecommendIssue, _claims, TestCase.Now, _roster);
        AssertRefused(new MintRefusal.NotApproved(), Recommended(), other);
        AssertRefused(new MintRefusal.NotApproved(), Approved(), _c.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddMinutes(1), _roster));
    }

    [Fact]
    public void A_refusal_after_the_approval_or_in_its_second_stands()
    {
        AssertRefused(new MintRefusal.NotApproved(), Recommended(), Approved(), _c.Decide(DecisionKind.Refuse, _claims, TestCase.Now.AddDays(1), _roster));
        AssertRefused(new MintRefusal.NotApproved(), Recommended(), Approved(), _c.Decide(DecisionKind.Refuse, _claims, TestCase.Now.AddMinutes(1), _roster));
    }

    [Fact]
    [Trait("Safeguard", "SG11")]
    public void One_officer_cannot_be_both()
    {
        var both = _a.As(OfficerRole.Supervisor);
        AssertRefused(new MintRefusal.SameOfficer("a"), Recommended(), both.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddMinutes(1), _roster));
    }

    [Fact]
    public void One_passkey_under_two_names_is_one_officer()
    {
        var alias = _a.As(OfficerRole.Supervisor, "somebody else");
        AssertRefused(new MintRefusal.SameOfficer("a"), Recommended(), alias.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddMinutes(1), _roster));
    }

    [Fact]
    public void A_decision_outside_the_role_does_not_count()
    {
        AssertRefused(new MintRefusal.WrongRole("a2"), Recommended(), new DecidingOfficer("a2", OfficerRole.Operator).Decide(DecisionKind.Approve, _claims, TestCase.Now, _roster));
        AssertRefused(new MintRefusal.WrongRole("b"), _b.Decide(DecisionKind.RecommendIssue, _claims, TestCase.Now, _roster), Approved());
    }

    [Fact]
    public void An_officers_row_that_the_roster_key_did_not_sign_is_forged()
    {
        using var own = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        AssertRefused(new MintRefusal.RosterEntryForged("b"), Recommended(), _b.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddMinutes(1), own));
    }

    [Fact]
    public void An_officer_cannot_stand_under_another_officers_entry()
    {
        var stolen = Approved() with { RosterEntry = _c.Entry(_roster) };
        AssertRefused(new MintRefusal.RosterEntryForged("b"), Recommended(), stolen);
    }

    [Fact]
    public void A_swapped_officer_key_verifies_nothing()
    {
        var swapped = Approved() with { RosterEntry = new DecidingOfficer("b", OfficerRole.Supervisor).Entry(_roster) };
        AssertRefused(new MintRefusal.AssertionInvalid("b", AssertionRule.Signature), Recommended(), swapped);
    }

    [Fact]
    [Trait("Safeguard", "SG12")]
    public void An_entry_of_another_deployment_is_none_of_ours()
    {
        var foreign = _b.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddMinutes(1), _roster) with { RosterEntry = _b.Entry(_roster, "patent") };
        AssertRefused(new MintRefusal.RosterEntryForged("b"), Recommended(), foreign);
    }

    [Fact]
    public void A_decision_from_before_the_office_does_not_count() =>
        AssertRefused(new MintRefusal.NotYetOnRoster("b"), Recommended(), _b.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddYears(-1), _roster));

    [Fact]
    public void A_changed_decision_is_not_the_one_that_was_signed()
    {
        var forged = DecisionDocument.Of("case", "card", ["compatriot-card"], DecisionKind.Approve, RefusalGround.None, "b", _claims.Commitment(), DecidingOfficer.Proofing, TestCase.Now.AddMinutes(1));
        var refusal = _b.Decide(DecisionKind.Refuse, _claims, TestCase.Now.AddMinutes(1), _roster);
        AssertRefused(new MintRefusal.DecisionHashMismatch("b"), Recommended(), refusal with { Document = forged.ToBytes() });
    }

    [Fact]
    public void Another_officers_assertion_is_not_over_this_decision() =>
        AssertRefused(new MintRefusal.DecisionHashMismatch("b"), Recommended(), Approved() with { Assertion = Recommended().Assertion });

    [Theory]
    [InlineData("http://evil.example", "localhost", 0x05, AssertionRule.Origin)]
    [InlineData("http://localhost:5102", "evil.example", 0x05, AssertionRule.RelyingParty)]
    [InlineData("http://localhost:5102", "localhost", 0x04, AssertionRule.UserPresence)]
    [InlineData("http://localhost:5102", "localhost", 0x01, AssertionRule.UserVerification)]
    public void An_assertion_that_breaks_WebAuthn_names_the_rule(string origin, string rpId, byte flags, AssertionRule rule)
    {
        var careless = _b.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddMinutes(1), _roster, origin, rpId, flags);
        AssertRefused(new MintRefusal.AssertionInvalid("b", rule), Recommended(), careless);
    }

    [Fact]
    public void Changed_claims_are_not_those_that_were_decided_about()
    {
        var authorization = Check(Claims("Самозванцева"), Recommended(), Approved());
        Assert.Equal(new MintRefusal.ClaimsChanged("a"), Assert.IsType<MintAuthorization.Refused>(authorization).Refusal);
    }

    [Fact]
    public void The_same_claims_under_another_salt_are_not_those_either()
    {
        var salted = PersonClaims.Of(_claims.Claims, bytes => bytes.Fill(9));
        Assert.Equal(new MintRefusal.ClaimsChanged("a"), Assert.IsType<MintAuthorization.Refused>(Check(salted, Recommended(), Approved())).Refusal);
    }

    [Fact]
    public void Two_who_decided_on_different_visits_have_not_decided_together()
    {
        var elsewhere = _b.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddMinutes(1), _roster, proofing: SHA256.HashData("another visit"u8));
        AssertRefused(new MintRefusal.ProofingDiffers(), Recommended(), elsewhere);
    }

    [Fact]
    public void A_decision_of_another_case_is_none_of_this_one()
    {
        var other = _b.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddMinutes(1), _roster, application: "other");
        AssertRefused(new MintRefusal.NotThisCase("a decision is of another application"), Recommended(), other);
    }

    [Fact]
    public void What_is_not_in_canonical_form_is_no_decision()
    {
        var spaced = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Approved().Document).Replace(",", ", ", StringComparison.Ordinal));
        AssertRefused(new MintRefusal.NotThisCase("the decision is not in canonical form"), Recommended(), Approved() with { Document = spaced });
    }

    private static PersonClaims Claims(string familyName) =>
        PersonClaims.Of(JsonElement.Parse(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("family_name", familyName);
            writer.WriteEndObject();
        })), bytes => bytes.Fill(1));

    private StoredDecision Recommended() => _a.Decide(DecisionKind.RecommendIssue, _claims, TestCase.Now, _roster);

    private StoredDecision Approved() => _b.Decide(DecisionKind.Approve, _claims, TestCase.Now.AddMinutes(1), _roster);

    private MintAuthorization Check(params StoredDecision[] decisions) => Check(_claims, decisions);

    private MintAuthorization Check(PersonClaims claims, params StoredDecision[] decisions) => MintAuthorization.Check(
        new MintEvidence("case", "card", decisions),
        new MintTrust([VerificationKey.Import(_roster.PublicKey).OrThrow()], "localhost", ["http://localhost:5102"], Denials.None),
        claims);

    private void AssertRefused(MintRefusal expected, params StoredDecision[] decisions) =>
        Assert.Equal(expected, Assert.IsType<MintAuthorization.Refused>(Check(decisions)).Refusal);
}
