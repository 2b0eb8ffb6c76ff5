using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Tests.Desk;
using IdentityPlatform.Issuer.Tests.Issuance;

namespace IdentityPlatform.Issuer.Tests.Minting;

/// <summary>The attack on minting, played: the database and the web process are the attacker's, who calls the signer's socket directly.</summary>
public sealed class AttackTests
{
    private const string Forger = "o-forged";

    [Fact]
    public async Task What_two_officers_decided_is_minted_in_either_format()
    {
        await using var scene = await AttackScene.StartAsync();
        var credential = (await scene.MintedAsync(scene.Order()))[0];
        var card = HeldSdJwt.Parse(credential).OrThrow();
        Assert.Equal(("http://localhost:5102", "Щеглова"), (card.Claims.GetProperty("iss").GetString(), card.Claims.GetProperty("family_name").GetString()));
        await scene.MintedAsync(scene.Order(configuration: "compatriot-card-mdoc"));
    }

    [Fact]
    public async Task Forged_rows_mint_nothing()
    {
        await using var scene = await AttackScene.StartAsync();
        using var own = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var (first, second) = (new DecidingOfficer(Forger, OfficerRole.Operator), new DecidingOfficer("o-other", OfficerRole.Supervisor));
        await scene.RefusedAsync("TooFewDecisions", scene.Order([]));

        // Officers of the attacker's making, with real passkeys, under a roster key of the attacker's making.
        await scene.RefusedAsync("RosterEntryForged", scene.Order(
        [
            first.Decide(DecisionKind.RecommendIssue, scene.Claims, TestCase.Now, own), second.Decide(DecisionKind.Approve, scene.Claims, TestCase.Now.AddMinutes(1), own),
        ]));

        // A real officer's entry over the attacker's passkey.
        var posing = new DecidingOfficer("b", OfficerRole.Supervisor).Decide(DecisionKind.Approve, scene.Claims, TestCase.Now.AddMinutes(1), own);
        await scene.RefusedAsync("AssertionInvalid", scene.Order([scene.Decisions()[0], posing with { RosterEntry = scene.B.Entry(scene.Roster) }]));
        await scene.MintedAsync(scene.Order());
    }

    [Fact]
    public async Task Assertions_replayed_for_another_subject_mint_nothing()
    {
        await using var scene = await AttackScene.StartAsync();
        var mine = AttackScene.Of(TestRegister.Claims.Replace("Щеглова", "Самозванцева", StringComparison.Ordinal));
        await scene.RefusedAsync("ClaimsChanged", scene.Order(claims: mine));
        await scene.RefusedAsync("NotThisCase", scene.Order(application: "my-case", claims: mine));

        // The documents are rewritten to fit, and the assertions are those of the honest case.
        var forged = scene.Decisions("my-case", mine).Zip(scene.Decisions(), (document, assertion) => document with { Assertion = assertion.Assertion });
        await scene.RefusedAsync("DecisionHashMismatch", scene.Order([.. forged], "my-case", mine));
        await scene.MintedAsync(scene.Order());
        await scene.MintedAsync(scene.Order(scene.Decisions("my-case", mine), "my-case", mine));
    }

    [Fact]
    public async Task Assertions_of_another_issuers_officers_mint_nothing()
    {
        await using var scene = await AttackScene.StartAsync();

        // Under a roster key of a sister deployment, for that deployment, and with passkeys of another origin or relying party.
        using var sister = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var recommended = scene.Decisions()[0];
        StoredDecision Approve(string origin, string rpId) => scene.B.Decide(DecisionKind.Approve, scene.Claims, TestCase.Now.AddMinutes(1), scene.Roster, origin, rpId);
        await scene.RefusedAsync("RosterEntryForged", scene.Order([recommended, scene.B.Decide(DecisionKind.Approve, scene.Claims, TestCase.Now.AddMinutes(1), sister)]));
        await scene.RefusedAsync("RosterEntryForged", scene.Order([recommended, scene.Decisions()[1] with { RosterEntry = scene.B.Entry(scene.Roster, "patent") }]));
        await scene.RefusedAsync("AssertionInvalid", scene.Order([recommended, Approve("http://localhost:5103", "localhost")]));
        await scene.RefusedAsync("AssertionInvalid", scene.Order([recommended, Approve("http://localhost:5102", "other.example")]));
        await scene.MintedAsync(scene.Order([recommended, Approve("http://localhost:5102", "localhost")]));
    }

    [Fact]
    public async Task One_officer_twice_mints_nothing()
    {
        await using var scene = await AttackScene.StartAsync();
        var recommended = scene.Decisions()[0];
        StoredDecision Approve(DecidingOfficer officer) => officer.Decide(DecisionKind.Approve, scene.Claims, TestCase.Now.AddMinutes(1), scene.Roster);
        await scene.RefusedAsync("TooFewDecisions", scene.Order([recommended]));
        await scene.RefusedAsync("NotApproved", scene.Order([recommended, recommended]));
        await scene.RefusedAsync("WrongRole", scene.Order([recommended, Approve(scene.A)]));
        await scene.RefusedAsync("SameOfficer", scene.Order([recommended, Approve(scene.A.As(OfficerRole.Supervisor))]));
        await scene.RefusedAsync("SameOfficer", scene.Order([recommended, Approve(scene.A.As(OfficerRole.Supervisor, "another-name"))]));
        await scene.MintedAsync(scene.Order([recommended, Approve(scene.B)]));
    }

    [Fact]
    public async Task A_removed_officer_mints_nothing_new_whatever_time_the_decision_states_and_older_cards_are_refilled()
    {
        await using var scene = await AttackScene.StartAsync();
        var known = scene.Order();
        await scene.MintedAsync(known);
        scene.Signer.Deny(denials => denials.WithOfficer("b", scene.Clock.Now.AddMinutes(1)));
        scene.Clock.Now += TimeSpan.FromHours(1);

        // The officer still has the passkey, and the web process states any time that it likes.
        var other = scene.Decisions("second-case");
        await scene.RefusedAsync("OfficerRemoved", scene.Order(other, "second-case"));
        var late = scene.B.Decide(DecisionKind.Approve, scene.Claims, scene.Clock.Now, scene.Roster);
        await scene.RefusedAsync("OfficerRemoved", scene.Order([scene.Decisions()[0], late]));
        await scene.MintedAsync(scene.Order(known.Decisions));
        var successor = new DecidingOfficer("c", OfficerRole.Supervisor).Decide(DecisionKind.Approve, scene.Claims, scene.Clock.Now, scene.Roster, application: "second-case");
        await scene.MintedAsync(scene.Order([other[0], successor], "second-case"));
    }

    [Fact]
    public async Task A_removal_that_is_dated_back_ends_what_came_after_it()
    {
        await using var scene = await AttackScene.StartAsync();
        var known = scene.Order();
        await scene.MintedAsync(known);
        scene.Signer.Deny(denials => denials.WithOfficer("a", TestCase.Now.AddMinutes(-1)));
        await scene.RefusedAsync("OfficerRemoved", scene.Order(known.Decisions));
    }

    [Fact]
    public async Task A_withdrawn_application_mints_nothing_and_denials_that_nobody_signed_stop_everything()
    {
        await using var scene = await AttackScene.StartAsync();
        await scene.MintedAsync(scene.Order());
        scene.Signer.Deny(denials => denials.WithApplication(AttackScene.Case));
        await scene.RefusedAsync("DecisionDenied", scene.Order());
        await scene.MintedAsync(scene.Order(scene.Decisions("second-case"), "second-case"));

        using var own = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        SignerState.WriteDenials(scene.Signer.StateDirectory, Denials.None.Sign(own, "card"));
        await scene.RefusedAsync("DenialsUnreadable", scene.Order(scene.Decisions("second-case"), "second-case"));
        SignerState.WriteDenials(scene.Signer.StateDirectory, Denials.None.Sign(scene.Roster, "card"));
        await scene.MintedAsync(scene.Order(scene.Decisions("second-case"), "second-case"));
    }

    [Fact]
    public async Task A_decision_changed_after_signing_mints_nothing()
    {
        await using var scene = await AttackScene.StartAsync();
        var (recommended, refused) = (scene.Decisions()[0], scene.B.Decide(DecisionKind.Refuse, scene.Claims, TestCase.Now.AddMinutes(1), scene.Roster));
        await scene.RefusedAsync("TooFewDecisions", scene.Order([recommended, refused]));
        var turned = DecisionDocument.Of(
            AttackScene.Case, "card", ["compatriot-card"], DecisionKind.Approve, RefusalGround.None, "b", scene.Claims.Commitment(), DecidingOfficer.Proofing, TestCase.Now.AddMinutes(1));
        await scene.RefusedAsync("DecisionHashMismatch", scene.Order([recommended, refused with { Document = turned.ToBytes() }]));
        await scene.RefusedAsync("NotThisCase", scene.Order([recommended, refused with { Document = [.. turned.ToBytes(), (byte)' '] }]));
        await scene.MintedAsync(scene.Order());
    }

    [Fact]
    public async Task Changed_claims_mint_nothing()
    {
        await using var scene = await AttackScene.StartAsync();
        foreach (var (before, after) in new[] { ("2009-05-26", "1979-05-26"), ("pairwise-1", "pairwise-2"), ("\"non_citizen\"", "\"citizen\"") })
        {
            await scene.RefusedAsync("ClaimsChanged", scene.Order(claims: AttackScene.Of(TestRegister.Claims.Replace(before, after, StringComparison.Ordinal))));
        }

        // Claims that officers did sign for, and that are none of the type's.
        var strange = AttackScene.Of(TestRegister.Claims.Replace("\"family_name\"", "\"rank\":\"general\",\"family_name\"", StringComparison.Ordinal));
        await scene.RefusedAsync("ClaimsUnfit", scene.Order(scene.Decisions(claims: strange), claims: strange));
        await scene.MintedAsync(scene.Order());
    }

    [Fact]
    public async Task Another_type_than_the_decided_one_is_not_minted()
    {
        await using var scene = await AttackScene.StartAsync();
        StoredDecision Of(DecidingOfficer officer, DecisionKind kind, string type) => officer.Decide(kind, scene.Claims, TestCase.Now, scene.Roster, type: type);
        await scene.RefusedAsync("UnknownConfiguration", scene.Order(configuration: "diplomatic-passport"));
        await scene.RefusedAsync("TypeNotDecided", scene.Order([Of(scene.A, DecisionKind.RecommendIssue, "guardianship"), Of(scene.B, DecisionKind.Approve, "guardianship")]));
        await scene.RefusedAsync("TypeNotDecided", scene.Order([Of(scene.A, DecisionKind.RecommendIssue, "guardianship"), Of(scene.B, DecisionKind.Approve, "compatriot-card")]));
        await scene.MintedAsync(scene.Order([Of(scene.A, DecisionKind.RecommendIssue, "compatriot-card"), Of(scene.B, DecisionKind.Approve, "compatriot-card")]));
    }
}
