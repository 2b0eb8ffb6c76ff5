using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Refresh;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Bundle;

public sealed class BundleStoreTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "bundle-store-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    [Fact]
    public void An_empty_store_trusts_nobody() => Assert.Same(Trust.Empty, Open().Trust);

    [Fact]
    public void A_bundle_is_kept_over_a_restart()
    {
        Assert.Equal(new BundleOffer.Stored(7), Open().Offer(new Scenario().Bundle()));
        var scenario = new Scenario();
        CredentialVerifier.Verify(scenario.Present(), scenario.Expectation(), scenario.Policy, Open().Trust, scenario.Now).IsAccepted();
        Assert.Equal(["bundle.json", "bundle.json.seen"], Directory.GetFiles(_directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_newer_bundle_replaces_it()
    {
        var store = Open();
        store.Offer(new Scenario().Bundle(7));
        Assert.Equal(new BundleOffer.Stored(8), store.Offer(new Scenario().Bundle(8)));
        Assert.Equal(8, store.Trust.Bundle!.Content.Version);
    }

    [Fact]
    public void An_older_bundle_is_refused_also_after_a_restart()
    {
        Open().Offer(new Scenario().Bundle(8));
        var store = Open();
        Assert.Equal(new BundleOffer.Older(7, 8), store.Offer(new Scenario().Bundle(7)));
        Assert.Equal(8, store.Trust.Bundle!.Content.Version);
    }

    [Fact]
    public void A_higher_version_of_an_earlier_time_is_refused()
    {
        var store = Open();
        store.Offer(new Scenario().Bundle(7));
        Assert.Equal(new BundleOffer.Older(8, 7), store.Offer(new Scenario { BundleTime = Scenario.Noon.AddDays(-2) }.Bundle(8)));
    }

    [Fact]
    public void The_same_version_with_newer_status_lists_is_taken()
    {
        var store = Open();
        store.Offer(new Scenario().Bundle());
        var newer = new Scenario();
        newer.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1), issuedAt: Scenario.Noon.AddHours(-1));
        Assert.Equal(new BundleOffer.Stored(7), store.Offer(newer.Bundle()));
        CredentialVerifier.Verify(newer.Present(), newer.Expectation(), newer.Policy, store.Trust, newer.Now).IsRejected<Failure.Revoked>();
    }

    [Fact]
    public void An_older_status_list_is_refused_though_the_bundle_is_newer()
    {
        var (store, older) = (Open(), new Scenario());
        store.Offer(new Scenario().Bundle());
        older.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddHours(-7));
        Assert.Equal(new BundleOffer.OlderStatusList(TestPki.StatusUri, Scenario.Noon.AddHours(-7), Scenario.Noon.AddHours(-6)), store.Offer(older.Bundle(8)));
    }

    [Fact]
    public void A_list_that_one_bundle_left_out_does_not_come_back_older_also_after_a_restart()
    {
        var (without, older, same) = (new Scenario(), new Scenario(), new Scenario());
        without.StatusLists.Clear();
        older.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddHours(-7));
        Open().Offer(new Scenario().Bundle());
        Assert.Equal(new BundleOffer.Stored(8), Open().Offer(without.Bundle(8)));
        Assert.Equal(new BundleOffer.OlderStatusList(TestPki.StatusUri, Scenario.Noon.AddHours(-7), Scenario.Noon.AddHours(-6)), Open().Offer(older.Bundle(9)));
        Assert.Equal(new BundleOffer.Stored(9), Open().Offer(same.Bundle(9)));
    }

    [Fact]
    [Trait("Fault", "damaged file")]
    public void A_damaged_memory_of_lists_stops_the_program_too()
    {
        Open().Offer(new Scenario().Bundle());
        var seen = Path.Combine(_directory, "bundle.json.seen");
        Assert.Equal($$"""{"{{TestPki.StatusUri}}":{{Scenario.Noon.AddHours(-6).ToUnixTimeSeconds()}}}""", File.ReadAllText(seen));
        File.WriteAllText(seen, "{");
        Assert.Contains("bundle.json.seen", Assert.Throws<InvalidDataException>(Open).Message, StringComparison.Ordinal);
        File.WriteAllText(seen, """{"a":"b"}""");
        Assert.Contains("bundle.json.seen", Assert.Throws<InvalidDataException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_are_too_old_to_be_believed_again_are_forgotten()
    {
        var without = new Scenario();
        without.StatusLists.Clear();
        Open().Offer(new Scenario().Bundle());
        var content = new Scenario().Trust().Bundle!.Content;
        var later = new FixedTime(Scenario.Noon + content.BundleMaxAge + content.StatusMaxAge);
        BundleStore.Open(_directory, [TestPki.BundleRoot.PublicKey], later).Offer(without.Bundle(8));
        Assert.Equal("{}", File.ReadAllText(Path.Combine(_directory, "bundle.json.seen")));
    }

    [Fact]
    public void A_bundle_with_a_list_that_nobody_trusted_signed_is_refused()
    {
        var (store, forged) = (Open(), new Scenario());
        forged.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), TestPki.Stranger);
        Assert.Equal(new BundleOffer.UnusableStatusList(TestPki.StatusUri, StatusGap.ListUntrusted), store.Offer(forged.Bundle()));
    }

    [Fact]
    [Trait("Fault", "damaged file")]
    public void Damage_on_the_way_is_refused_and_the_kept_bundle_stays()
    {
        var (store, bundle) = (Open(), new Scenario().Bundle());
        store.Offer(bundle);
        var kept = store.Trust;
        Assert.IsType<BundleOffer.Refused>(store.Offer(bundle.AsMemory()[..^9]));
        Assert.Same(kept, store.Trust);
    }

    [Fact]
    public void A_bundle_of_another_root_is_refused()
    {
        var store = BundleStore.Open(_directory, [TestPki.OtherHolder.PublicKey], new FixedTime(Scenario.Noon));
        Assert.Equal(FormatRule.Signature, Assert.IsType<BundleOffer.Refused>(store.Offer(new Scenario().Bundle())).Failure.Rule);
    }

    [Fact]
    [Trait("Fault", "damaged file")]
    public void A_damaged_file_stops_the_program_instead_of_forgetting_its_version()
    {
        Open().Offer(new Scenario().Bundle());
        File.AppendAllText(Path.Combine(_directory, "bundle.json"), "x");
        Assert.Contains("bundle.json", Assert.Throws<InvalidDataException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_offers_at_once_the_newest_is_kept()
    {
        var store = Open();
        var bundles = Enumerable.Range(1, 32).Select(version => new Scenario().Bundle(version)).ToList();
        await Parallel.ForEachAsync(bundles, TestContext.Current.CancellationToken, (bundle, _) =>
        {
            store.Offer(bundle);
            return ValueTask.CompletedTask;
        });
        Assert.Equal(32, store.Trust.Bundle!.Content.Version);
        Assert.Equal(32, Open().Trust.Bundle!.Content.Version);
    }

    private BundleStore Open() => BundleStore.Open(_directory, [TestPki.BundleRoot.PublicKey], new FixedTime(Scenario.Noon));
}
