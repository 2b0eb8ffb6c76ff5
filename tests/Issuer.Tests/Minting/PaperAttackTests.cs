using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Printed;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Desk;
using IdentityPlatform.Issuer.Tests.Issuance;

namespace IdentityPlatform.Issuer.Tests.Minting;

/// <summary>The attack on minting, for codes on paper: they are minted under the same two decisions, and for the photograph that was decided alone.</summary>
public sealed class PaperAttackTests
{
    private static readonly CopyOrder Sheet = new(null, new StatusIndex(0, 7));
    private static readonly byte[] Photo = TestPhoto.Of(480, 640);

    [Fact]
    public async Task What_two_officers_decided_is_printed_and_the_log_says_that_it_is_paper()
    {
        await using var scene = await AttackScene.StartAsync();
        var claims = With(Photo);
        var code = PrintedCode.Parse((await scene.MintedAsync(Order(scene, claims)))[0]).OrThrow();
        using var key = VerificationKey.Import(scene.Signer.Keys.Active(Hosting.Keys.KeyRole.Credentials).PublicKey).OrThrow();
        var verified = code.Verify(key, JwsAlgorithm.ES256).OrThrow();
        Assert.True(verified.IsPhotograph(Photo));
        Assert.Null(verified.Claims.Member("picture"));
        Assert.Contains("\"form\":\"paper\"", (await scene.Signer.State.ReadAuditAsync(TestContext.Current.CancellationToken))[^1].Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forged_replayed_and_missing_decisions_print_nothing()
    {
        await using var scene = await AttackScene.StartAsync();
        var claims = With(Photo);
        using var own = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var good = scene.Decisions(claims: claims);
        await scene.RefusedAsync("TooFewDecisions", Order(scene, claims, []));
        await scene.RefusedAsync("TooFewDecisions", Order(scene, claims, [good[0]]));
        await scene.RefusedAsync("RosterEntryForged", Order(scene, claims, [good[0], scene.B.Decide(DecisionKind.Approve, claims, TestCase.Now.AddMinutes(1), own)]));
        await scene.RefusedAsync("SameOfficer", Order(scene, claims, [good[0], scene.A.As(OfficerRole.Supervisor).Decide(DecisionKind.Approve, claims, TestCase.Now.AddMinutes(1), scene.Roster)]));
        await scene.MintedAsync(Order(scene, claims, good));
    }

    [Fact]
    public async Task Another_photograph_than_the_decided_one_is_not_printed()
    {
        await using var scene = await AttackScene.StartAsync();
        var decided = With(Photo);
        await scene.RefusedAsync("ClaimsChanged", Order(scene, With(TestPhoto.Of(481, 640)), scene.Decisions(claims: decided)));
        await scene.RefusedAsync("NotPrinted", Order(scene, scene.Claims, scene.Decisions()));
        await scene.MintedAsync(Order(scene, decided, scene.Decisions(claims: decided)));
    }

    [Fact]
    public async Task One_code_an_order_no_longer_than_its_term_and_with_an_entry_of_a_list()
    {
        await using var scene = await AttackScene.StartAsync();
        var claims = With(Photo);
        var today = Days.Of(scene.Clock.Now);
        await scene.RefusedAsync("CopiesOutOfBounds", Order(scene, claims, copies: [Sheet, new CopyOrder(null, new StatusIndex(0, 8))]));
        await scene.RefusedAsync("CopiesOutOfBounds", Order(scene, claims, copies: [Sheet, AttackScene.Copies(1)[0]]));
        await scene.RefusedAsync("StatusEntriesUnfit", Order(scene, claims, copies: [new CopyOrder(null, new StatusIndex(0, int.MaxValue))]));
        await scene.RefusedAsync("ValidityOutsideDecision", Order(scene, claims, validity: new CopyValidity(today, today + 367)));
        await scene.MintedAsync(Order(scene, claims, validity: new CopyValidity(today, today + 366)));

        // A wallet's copies do not live as long as a paper.
        await scene.RefusedAsync("ValidityOutsideDecision", Order(scene, claims, validity: new CopyValidity(today, today + 91), copies: AttackScene.Copies(1)));
    }

    private static MintOrder Order(
        AttackScene scene, PersonClaims claims, IReadOnlyList<StoredDecision>? decisions = null, CopyOrder[]? copies = null, CopyValidity? validity = null)
    {
        var today = Days.Date(Days.Of(scene.Clock.Now));
        return scene.Order(
            decisions ?? scene.Decisions(claims: claims), claims: claims, copies: copies ?? [Sheet], validity: validity,
            details: new CardDetails(DocumentNumber.WithCheckDigits("1234567890123"), today, today.AddYears(2)));
    }

    private static PersonClaims With(byte[] photo) =>
        AttackScene.Of(TestRegister.Claims.TrimEnd()[..^1] + $",\"picture\":{JsonSerializer.Serialize(JpegPhoto.DataUrl(photo))}}}");
}
