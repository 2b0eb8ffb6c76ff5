using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Refresh;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Bundle;

/// <summary>A status list in the bundle says the same as CWT as it does as JWT.</summary>
public sealed class CwtStatusListTests
{
    [Fact]
    public void What_is_written_is_read_again_byte_for_byte()
    {
        var list = Scenario.CwtStatusList(Scenario.StatusListAt());
        var scenario = new Scenario();
        scenario.CwtStatusLists.Add(list);

        var read = OfflineBundle.Parse(scenario.Bundle(), TestPki.BundleRoot.PublicKey).OrThrow();

        Assert.Equal(list, read.CwtStatusLists.Single().Encoded.ToArray());
        Assert.Equal([TestPki.StatusUri, TestPki.StatusUri], read.StatusListTimes.Select(known => known.Uri));
    }

    [Fact]
    public void A_card_that_is_valid_in_it_is_accepted() => Only(Scenario.CwtStatusList(Scenario.StatusListAt(4, 1))).IsAccepted();

    [Fact]
    public void A_card_that_is_revoked_in_it_is_refused() =>
        Assert.Equal(Scenario.Noon.AddHours(-6), Only(Scenario.CwtStatusList(Scenario.StatusListAt(5, 1))).IsRejected<Failure.Revoked>().AsOf);

    [Fact]
    public void A_card_that_is_suspended_in_it_is_refused() => Only(Scenario.CwtStatusList(Scenario.StatusListAt(5, 2))).IsRejected<Failure.Suspended>();

    [Fact]
    public void A_strangers_list_says_nothing() => IsUnknown(StatusGap.ListUntrusted, Scenario.CwtStatusList(Scenario.StatusListAt(), TestPki.Stranger));

    [Fact]
    public void A_signer_of_cards_signs_no_list() => IsUnknown(StatusGap.ListUntrusted, Scenario.CwtStatusList(Scenario.StatusListAt(), TestPki.CardSigner));

    [Fact]
    public void A_list_whose_time_is_over_says_nothing() =>
        IsUnknown(StatusGap.ListExpired, Scenario.CwtStatusList(Scenario.StatusListAt(), expiresAt: Scenario.Noon.AddHours(-1)));

    [Fact]
    public void A_list_that_is_too_old_says_nothing() =>
        IsUnknown(StatusGap.ListTooOld, Scenario.CwtStatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddDays(-8)));

    [Fact]
    public void A_list_from_the_future_says_nothing() =>
        IsUnknown(StatusGap.ListFromTheFuture, Scenario.CwtStatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddHours(1)));

    [Fact]
    public void Of_two_forms_the_newer_list_counts()
    {
        Scenario.Verify(s => s.CwtStatusLists.Add(Scenario.CwtStatusList(Scenario.StatusListAt(5, 1), issuedAt: Scenario.Noon.AddHours(-1)))).IsRejected<Failure.Revoked>();
        Scenario.Verify(s => s.CwtStatusLists.Add(Scenario.CwtStatusList(Scenario.StatusListAt(5, 1), issuedAt: Scenario.Noon.AddHours(-9)))).IsAccepted();
    }

    [Theory]
    [InlineData("7", FormatRule.Member)]
    [InlineData("[7]", FormatRule.Member)]
    [InlineData("""["not base64url!"]""", FormatRule.Base64Url)]
    [InlineData("""["oA"]""", FormatRule.Structure)]
    public void A_list_that_is_none_is_refused(string json, FormatRule rule)
    {
        var container = JsonNode.Parse(new Scenario().Bundle())!.AsObject();
        container["status_lists_cwt"] = JsonNode.Parse(json);
        Assert.True(OfflineBundle.Parse(Encoding.UTF8.GetBytes(container.ToJsonString()), TestPki.BundleRoot.PublicKey).Failed(out var failure, out _));
        Assert.Equal(rule, failure.Rule);
    }

    [Fact]
    public void A_bundle_of_before_there_were_any_is_read()
    {
        var container = JsonNode.Parse(new Scenario().Bundle())!.AsObject();
        Assert.True(container.Remove("status_lists_cwt"));
        Assert.Empty(OfflineBundle.Parse(Encoding.UTF8.GetBytes(container.ToJsonString()), TestPki.BundleRoot.PublicKey).OrThrow().CwtStatusLists);
    }

    [Fact]
    public void A_store_refuses_an_older_list_whichever_its_form()
    {
        var directory = Path.Combine(Path.GetTempPath(), "bundle-store-" + Guid.NewGuid().ToString("N"));
        try
        {
            var store = BundleStore.Open(directory, [TestPki.BundleRoot.PublicKey], new FixedTime(Scenario.Noon));
            Assert.Equal(new BundleOffer.Stored(7), store.Offer(new Scenario().Bundle()));
            var older = With(Scenario.CwtStatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddHours(-7)));
            Assert.Equal(new BundleOffer.OlderStatusList(TestPki.StatusUri, Scenario.Noon.AddHours(-7), Scenario.Noon.AddHours(-6)), store.Offer(older.Bundle(8)));
            var newer = With(Scenario.CwtStatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddHours(-5)));
            Assert.Equal(new BundleOffer.Stored(8), store.Offer(newer.Bundle(8)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var trust = With(Scenario.CwtStatusList(Scenario.StatusListAt())).Trust();
        Look(trust);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Look(trust);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Look(Trust trust)
    {
        var usable = (StatusListVerdict.Usable)trust.FindStatusList(TestPki.StatusUri, Scenario.Noon, TimeSpan.Zero);
        Assert.True(usable.List[5] == 0);
    }

    private static Scenario With(byte[] list)
    {
        var scenario = new Scenario();
        scenario.StatusLists.Clear();
        scenario.CwtStatusLists.Add(list);
        return scenario;
    }

    private static VerificationResult Only(byte[] list) => With(list).Verify();

    private static void IsUnknown(StatusGap gap, byte[] list) => Assert.Equal(gap, Only(list).IsRejected<Failure.StatusUnknown>().Reason);
}
