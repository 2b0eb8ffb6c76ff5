using System.Globalization;
using System.Text.Json;
using IdentityPlatform.PatentCheck;

namespace IdentityPlatform.Verifier.Tests.PatentCheck;

/// <summary>A wallet shows several patents, one in each format: each is judged, one that allows work is enough, and none that is refused is hidden.</summary>
public sealed class SeveralPatentsTests
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    private static readonly Verdict Allowed = Valid(WorkPermission.Allowed, "2026-12-23");
    private static readonly Verdict NotPaid = Valid(WorkPermission.NotPaid, "2026-11-22");
    private static readonly Verdict Elsewhere = Valid(WorkPermission.OtherRegion, "2026-12-24");
    private static readonly Verdict Expired = Rejected(new Failure.Expired(Now, Now.AddDays(-1)));
    private static readonly Verdict Revoked = Rejected(new Failure.Revoked(Now));

    [Fact]
    public void One_that_allows_work_is_enough_however_old_the_other_copy_is()
    {
        foreach (var older in new[] { NotPaid, Elsewhere, Expired, Revoked })
        {
            foreach (var shown in new[] { (Verdict[])[older, Allowed], [Allowed, older] })
            {
                var verdict = Verdict.Together(shown);
                Assert.Equal(("allowed", null, null), (verdict.State, verdict.Check, verdict.Failure));
                Assert.Equal("2026-12-23", verdict.Shown.Single(fact => fact.Name == "paid_until").Value);
                var told = Assert.Single(verdict.Also);
                Assert.Equal((older.State, older.Check, older.Failure, older.Explain(English)), (told.State, told.Check, told.Failure, told.Explain(English)));
            }
        }
    }

    [Fact]
    public void Where_none_allows_work_the_one_that_is_genuine_says_why_and_the_other_is_told()
    {
        foreach (var shown in new[] { (Verdict[])[Revoked, NotPaid], [NotPaid, Revoked] })
        {
            var verdict = Verdict.Together(shown);
            Assert.Equal(("refused", "Paid", "NotPaid"), (verdict.State, verdict.Check, verdict.Failure));
            Assert.Equal(["Revoked"], verdict.Also.Select(one => one.Failure));
        }

        Assert.Equal(("rejected", "Validity", "Expired"), Brief(Verdict.Together([Expired, Revoked])));
        Assert.Equal(["Revoked"], Verdict.Together([Expired, Revoked]).Also.Select(one => one.Failure));
    }

    [Fact]
    public void What_says_the_same_twice_is_told_once()
    {
        Assert.Empty(Verdict.Together([Allowed, Allowed]).Also);
        Assert.Empty(Verdict.Together([NotPaid, NotPaid]).Also);
        Assert.Empty(Verdict.Together([Revoked]).Also);
        Assert.Equal(["Revoked"], Verdict.Together([Allowed, Revoked, Revoked]).Also.Select(one => one.Failure));
    }

    private static (string, string?, string?) Brief(Verdict verdict) => (verdict.State, verdict.Check, verdict.Failure);

    private static Verdict Valid(WorkPermission permission, string paidUntil)
    {
        var claims = JsonElement.Parse($$"""{"authorized_regions":["RU-SPE"],"paid_until":"{{paidUntil}}"}""");
        return Verdict.Of(new VerificationResult.Accepted(new VerifiedCredential(PatentClaim.PatentType, "issuer", null, claims, []), Ran()), permission, "RU-SPE");
    }

    private static Verdict Rejected(Failure failure) => Verdict.Of(new VerificationResult.Rejected(failure, Ran()));

    private static Report Ran() => new(new CheckOutcome?[Enum.GetValues<Check>().Length], []);
}
