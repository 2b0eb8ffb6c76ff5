using System.Text.Json.Nodes;
using IdentityPlatform.Verifier.Checks;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>
/// Each check is there for its own cases: without it exactly they are judged otherwise, and no other. Nearly all of them are then
/// accepted, so nothing else is wrong with them; the rest meets a later check, in one of the ways that are listed here.
/// </summary>
public sealed class LeftOutTests
{
    private static readonly Lazy<List<(string Name, string Family, JsonObject Json, Outcome Expected)>> Presentations = new(() =>
    [
        .. CorpusFolder.Cases().Where(name => name.StartsWith("sd-jwt-vc/", StringComparison.Ordinal) || name.StartsWith("mdoc/", StringComparison.Ordinal))
            .Select(name => (name, CorpusFolder.Read(name)))
            .Select(one => (one.name, one.name.Split('/')[0], one.Item2, Outcome.Parse(one.Item2["expected"]!.AsObject()))),
    ]);

    /// <summary>The check that is left out, and what its cases may meet instead of being accepted.</summary>
    public static TheoryData<Check, string[]> Checks => new()
    {
        // Without a certificate that can be read there is no key at all; a bundle that is too old was reached by going on in time; a type that nobody is trusted for is not the one asked for either.
        { Check.IssuerTrust, ["IssuerSignature/IssuerSignatureInvalid", "Type/ForbiddenDisclosure", "Type/UnexpectedType", "HolderBinding/PresentationTooOld", "Revocation/StatusUnknown"] },
        { Check.IssuerSignature, [] },

        // What has no place has no value; and an unknown hash covers no presentation.
        { Check.Integrity, ["HolderBinding/SdHashMismatch", "Request/ClaimMissing"] },

        // What decides about validity is looked for among what was signed in the open, and nobody asked for it in a disclosure.
        { Check.Type, ["Validity/TimeMissing", "HolderBinding/HolderKeyUnusable", "Revocation/StatusUnknown", "Request/OverDisclosure"] },

        // A clock before the bundle's time stands before the presentation and the lists, too.
        { Check.Validity, ["HolderBinding/PresentationFromTheFuture", "Revocation/StatusUnknown"] },
        { Check.HolderBinding, [] },
        { Check.Revocation, [] },
        { Check.Request, [] },
    };

    [Theory]
    [MemberData(nameof(Checks))]
    public void Without_a_check_exactly_its_own_cases_are_judged_otherwise(Check check, string[] insteadOfAccepted)
    {
        var judged = Presentations.Value.Select(one => (one.Name, one.Expected, Without: LeftOut.Judge(one.Family, one.Json, check))).ToList();
        var changed = judged.Where(one => one.Without != one.Expected).ToList();
        Assert.NotEmpty(changed);
        Assert.Equal(judged.Where(one => one.Expected.Check == check.ToString()).Select(one => one.Name), changed.Select(one => one.Name));

        // Each way is met, and there is no other.
        Assert.Equal(
            insteadOfAccepted.Order(StringComparer.Ordinal),
            changed.Where(one => one.Without != Outcome.Accepted).Select(one => $"{one.Without.Check}/{one.Without.Failure}").Distinct().Order(StringComparer.Ordinal));
    }

    // How old the bundle is has nothing to do with what is presented, and is the first question.
    [Fact]
    public void Without_the_reading_of_the_format_there_is_nothing_to_check() => Assert.All(
        Presentations.Value.Where(one => one.Expected.Failure != nameof(Failure.BundleTooOld)), one => Assert.Throws<InvalidOperationException>(() => LeftOut.Judge(one.Family, one.Json, Check.Format)));

    [Fact]
    public void No_check_can_be_left_out_from_outside() => Assert.False(typeof(Plan<>).IsVisible);
}
