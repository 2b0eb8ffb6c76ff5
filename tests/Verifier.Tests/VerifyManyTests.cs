using IdentityPlatform.Verifier.Tests.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests;

/// <summary>A batch says of each presentation what a single check says of it.</summary>
public sealed class VerifyManyTests
{
    // A valid presentation, and changes that fail at different checks.
    private static readonly Action<Scenario>[] Changes =
    [
        _ => { },
        s => s.Tamper = _ => "no presentation",
        s => s.Signer = TestPki.Stranger,
        s => s.IssuerJwtTamper = jwt => jwt[..^4] + "AAAA",
        s => s.Shown.Add(Scenario.Disclosure("\"nickname\"", "\"Masha\"")),
        s => s.Payload["vct"] = TestPki.OtherType,
        s => s.Payload["exp"] = Scenario.Noon.AddDays(-2).ToUnixTimeSeconds(),
        s => s.Holder = TestPki.OtherHolder,
        s => s.KeyBindingPayload["nonce"] = "bm9uY2Utb2YtYW5vdGhlci1yZXF1ZXN0",
        s => s.Payload["status"]!["status_list"]!["idx"] = 6,
        s => s.Shown.Add(s.FamilyName),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-1)]
    public void A_batch_gives_the_verdicts_of_single_checks_in_its_order(int maxParallel)
    {
        var world = new Scenario();
        world.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(6, 1));
        var trust = world.Trust();
        var batch = Enumerable.Range(0, 300).Select(i => Item(Changes[i * 7 % 13 % Changes.Length])).ToList();

        var verdicts = CredentialVerifier.VerifyMany(batch, world.Policy, trust, maxParallel, TestContext.Current.CancellationToken);

        var single = batch.Select(item => CredentialVerifier.Verify(item.Presentation, item.Expectation, world.Policy, trust, item.At)).ToList();
        Assert.Equal(single.Select(Describe), verdicts.Select(Describe));
        Assert.Equal(Changes.Length, verdicts.Select(Describe).Distinct().Count());
    }

    [Fact]
    public void Each_item_is_checked_at_its_own_time()
    {
        var (world, valid) = (new Scenario(), Item(_ => { }));
        var late = new PresentedCredential { Presentation = valid.Presentation, Expectation = valid.Expectation, At = valid.At.AddMinutes(30) };

        var verdicts = CredentialVerifier.VerifyMany([valid, late], world.Policy, world.Trust(), cancellationToken: TestContext.Current.CancellationToken);

        verdicts[0].IsAccepted();
        verdicts[1].IsRejected<Failure.PresentationTooOld>();
    }

    [Fact]
    public void A_cancelled_batch_gives_no_verdict()
    {
        var world = new Scenario();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => CredentialVerifier.VerifyMany([Item(_ => { })], world.Policy, world.Trust(), -1, cancelled.Token));
    }

    [Fact]
    public void An_empty_batch_has_no_verdicts() =>
        Assert.Empty(CredentialVerifier.VerifyMany([], Policy.Haip, Trust.Empty, cancellationToken: TestContext.Current.CancellationToken));

    [Fact]
    public void An_mdoc_without_a_transcript_is_misuse_and_is_said_before_any_check()
    {
        var expectation = new MdocScenario().Expectation();
        var without = new Expectation { Query = expectation.Query, Nonce = expectation.Nonce, Audience = expectation.Audience };
        var item = new PresentedCredential { Presentation = "", Expectation = without, At = Scenario.Noon };

        Assert.Throws<ArgumentException>(() => CredentialVerifier.VerifyMany([item], Policy.Haip, Trust.Empty, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Zero_at_once_is_misuse() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CredentialVerifier.VerifyMany([], Policy.Haip, Trust.Empty, 0, TestContext.Current.CancellationToken));

    private static PresentedCredential Item(Action<Scenario> change)
    {
        var scenario = new Scenario();
        change(scenario);
        return new PresentedCredential { Presentation = scenario.Present(), Expectation = scenario.Expectation(), At = scenario.Now };
    }

    private static string Describe(VerificationResult result) => $"{result} {string.Join(' ', result.Report.Checks.Select(check => check.Value.GetType().Name))}";
}
