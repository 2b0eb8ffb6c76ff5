using System.Text.Json.Nodes;
using IdentityPlatform.Verifier.Tests.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

public sealed class RevocationTests
{
    private static readonly DateTimeOffset ListTime = Scenario.Noon.AddHours(-6);

    [Fact]
    public void A_withdrawn_credential_is_refused_with_the_lists_time()
    {
        var result = Scenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1)));
        Assert.Equal(ListTime, result.IsRejected<Failure.Revoked>().AsOf);
        Assert.Contains(result.Report.AsOf, list => list.List == TestPki.StatusUri && list.Age == TimeSpan.FromHours(6));
    }

    [Fact]
    public void Its_neighbours_in_the_list_stay_valid()
    {
        Scenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(4, 1))).IsAccepted();
        Scenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(6, 1))).IsAccepted();
    }

    [Fact]
    public void What_is_accepted_names_the_entry_that_its_issuer_gave_it_in_every_format()
    {
        IsEntryOf(Scenario.Verify(_ => { }));
        IsEntryOf(MdocScenario.Verify(_ => { }));
        Assert.Null(Scenario.Verify(s => s.Payload.Remove("status")).IsAccepted().Credential.Status);
        Assert.Null(MdocScenario.Verify(s => s.Status = null).IsAccepted().Credential.Status);

        static void IsEntryOf(VerificationResult result) =>
            Assert.Equal((5L, TestPki.StatusUri), result.IsAccepted().Credential.Status is { } entry ? (entry.Index, entry.Uri) : default);
    }

    [Fact]
    public void A_suspended_credential_is_refused() =>
        Scenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 2))).IsRejected<Failure.Suspended>();

    [Fact]
    public void A_value_without_a_meaning_is_not_valid() =>
        Assert.Equal(3, Scenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 3))).IsRejected<Failure.UnregisteredStatus>().Value);

    [Fact]
    public void Without_a_list_nothing_can_be_said() => IsUnknown(StatusGap.NoList, s => s.StatusLists.Clear());

    [Fact]
    public void The_list_of_another_address_says_nothing() =>
        IsUnknown(StatusGap.NoList, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), uri: "https://status.example.org/c/18"));

    [Fact]
    public void A_list_signed_by_a_stranger_says_nothing() =>
        IsUnknown(StatusGap.ListUntrusted, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), TestPki.Stranger));

    [Fact]
    public void A_list_signed_by_the_signer_of_credentials_says_nothing() =>
        IsUnknown(StatusGap.ListUntrusted, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), TestPki.CardSigner));

    [Fact]
    public void A_list_that_was_changed_after_signing_says_nothing() =>
        IsUnknown(StatusGap.ListUntrusted, s =>
        {
            var parts = s.StatusLists[0].Split('.');
            parts[1] = Scenario.StatusList(Scenario.StatusListAt(9, 1)).Split('.')[1];
            s.StatusLists[0] = string.Join('.', parts);
        });

    [Fact]
    public void A_list_of_a_denied_signer_says_nothing() =>
        IsUnknown(StatusGap.ListUntrusted, s => s.Denied.Add(TestPki.StatusSigner.PublicKey.ThumbprintText()));

    [Fact]
    public void An_untrusted_newer_list_does_not_hide_a_good_one() =>
        Scenario.Verify(s => s.StatusLists.Add(Scenario.StatusList(Scenario.StatusListAt(5, 1), TestPki.Stranger, Scenario.Noon.AddHours(-1)))).IsAccepted();

    [Fact]
    public void Of_two_good_lists_the_newer_counts() =>
        Scenario.Verify(s => s.StatusLists.Insert(0, Scenario.StatusList(Scenario.StatusListAt(5, 1), issuedAt: Scenario.Noon.AddHours(-1)))).IsRejected<Failure.Revoked>();

    [Fact]
    public void An_expired_list_says_nothing() =>
        IsUnknown(StatusGap.ListExpired, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), expiresAt: Scenario.Noon - Policy.Haip.ClockSkew));

    [Fact]
    public void A_second_before_its_end_a_list_counts() =>
        Scenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), expiresAt: Scenario.Noon.AddSeconds(1) - Policy.Haip.ClockSkew)).IsAccepted();

    [Fact]
    public void A_list_beyond_the_bundles_maximum_age_says_nothing() =>
        IsUnknown(StatusGap.ListTooOld, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddDays(-8)));

    [Fact]
    public void At_that_age_it_counts() =>
        Scenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddDays(-7))).IsAccepted();

    [Fact]
    public void A_list_from_the_future_says_nothing() =>
        IsUnknown(StatusGap.ListFromTheFuture, s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(), issuedAt: Scenario.Noon.AddHours(1)));

    [Theory]
    [InlineData(64)]
    [InlineData(4_000_000_000)]
    public void An_index_outside_the_list_says_nothing(long index) =>
        IsUnknown(StatusGap.IndexOutOfRange, s => s.Payload["status"]!["status_list"]!["idx"] = index);

    [Fact]
    public void The_last_index_of_the_list_counts() => Scenario.Verify(s => s.Payload["status"]!["status_list"]!["idx"] = 63).IsAccepted();

    [Theory]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("""{"status_list":{"idx":-1,"uri":"https://status.example.org/c/17"}}""")]
    [InlineData("""{"status_list":{"idx":"5","uri":"https://status.example.org/c/17"}}""")]
    [InlineData("""{"status_list":{"idx":5}}""")]
    public void A_status_that_cannot_be_read_says_nothing(string status) => IsUnknown(StatusGap.MalformedStatus, s => s.Payload["status"] = JsonNode.Parse(status));

    [Fact]
    public void A_credential_without_status_is_accepted_and_the_check_is_waived()
    {
        var accepted = Scenario.Verify(s => s.Payload.Remove("status")).IsAccepted();
        Assert.IsType<CheckOutcome.Waived>(accepted.Report[Check.Revocation]);
    }

    [Fact]
    public void A_credential_without_status_is_refused_where_the_policy_asks_for_one() =>
        IsUnknown(StatusGap.NoStatusInCredential, s =>
        {
            s.Payload.Remove("status");
            s.Policy = Policies.Haip(status: StatusCheck.Always);
        });

    [Fact]
    public void A_policy_that_accepts_the_unknown_by_name_accepts_and_says_so()
    {
        var accepted = Scenario.Verify(s =>
        {
            s.StatusLists.Clear();
            s.Policy = Policies.Haip(status: StatusCheck.UnknownAcceptedUnsafe);
        }).IsAccepted();
        Assert.Equal(StatusGap.NoList, Assert.IsType<CheckOutcome.Unknown>(accepted.Report[Check.Revocation]).Reason);
    }

    [Fact]
    public void Even_that_policy_refuses_what_a_list_says_to_be_withdrawn() =>
        Scenario.Verify(s =>
        {
            s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1));
            s.Policy = Policies.Haip(status: StatusCheck.UnknownAcceptedUnsafe);
        }).IsRejected<Failure.Revoked>();

    private static void IsUnknown(StatusGap gap, Action<Scenario> transform)
    {
        var result = Scenario.Verify(transform);
        Assert.Equal(gap, result.IsRejected<Failure.StatusUnknown>().Reason);
        Assert.Equal(gap, Assert.IsType<CheckOutcome.Unknown>(result.Report[Check.Revocation]).Reason);
    }
}
