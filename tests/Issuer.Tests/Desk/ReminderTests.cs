using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Patents;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class ReminderTests
{
    private static readonly Deployment Deployment = CatalogueFiles.Patents();

    [Theory]
    [InlineData("2027-02-21", null)] // 91 days, the last one counted
    [InlineData("2027-02-20", 90)]
    [InlineData("2026-11-25", 3)]
    [InlineData("2026-11-23", 1)]
    [InlineData("2026-11-22", null)]
    public void A_card_is_spoken_of_from_the_day_on_which_it_can_be_renewed_to_its_last(string last, int? left)
    {
        var reminder = Reminder.Of(Active(last), null, TestCase.Now);
        Assert.Equal(left, reminder?.DaysLeft);
        Assert.Equal(left is null ? (ReminderKind?)null : ReminderKind.CardEnds, reminder?.Kind);
        Assert.Equal(left <= 3, reminder?.IsUrgent ?? false);
    }

    [Theory]
    [InlineData("2026-12-23", null)]
    [InlineData("2026-12-22", 30)]
    public void Who_acts_for_a_child_hears_of_it_thirty_days_before(string last, int? left)
    {
        var reminder = Reminder.Of(Active(last) with { Type = "representation", Slot = "child" }, null, TestCase.Now);
        Assert.Equal(left, reminder?.DaysLeft);
        Assert.Equal(left is null ? (ReminderKind?)null : ReminderKind.RepresentationEnds, reminder?.Kind);
    }

    // Nine in the morning in Saint Petersburg; the last paid day is 23 December there, whatever day it is in UTC.
    [Theory]
    [InlineData("2026-12-13T20:59:59Z", null)]
    [InlineData("2026-12-13T21:00:00Z", 10)]
    [InlineData("2026-12-20T21:00:00Z", 3)]
    [InlineData("2026-12-23T20:59:59Z", 1)]
    [InlineData("2026-12-23T21:00:00Z", null)]
    public void A_patent_is_spoken_of_in_its_last_ten_days_by_its_regions_own_calendar(string now, int? left)
    {
        var at = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        var reminder = Reminder.Of(Active("2027-11-23"), Paid(1), at);
        Assert.Equal(left, reminder?.DaysLeft);
        Assert.Equal(left is null ? (ReminderKind?)null : ReminderKind.PatentLapses, reminder?.Kind);
    }

    [Fact]
    public void Of_a_patent_that_cannot_be_prolonged_it_is_the_next_one_that_is_spoken_of()
    {
        Assert.Equal(ReminderKind.PatentExpires, Reminder.Of(Active("2027-11-23"), Paid(12), new DateTimeOffset(2027, 11, 20, 6, 0, 0, TimeSpan.Zero))?.Kind);
        Assert.Null(Reminder.Of(Active("2027-11-23"), Paid(12) with { State = PatentState.Lapsed }, new DateTimeOffset(2027, 11, 20, 6, 0, 0, TimeSpan.Zero)));
    }

    private static Card Active(string last) => new()
    {
        Id = "card",
        PersonId = "person",
        State = CardState.Active,
        ChangedAt = TestCase.Now,
        Expires = DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture),
    };

    private static Patent Paid(int months)
    {
        var decided = new Patent { Id = "2345678923456789", PersonId = "person", Jurisdiction = Deployment.Regions["RU-SPE"], ChangedAt = TestCase.Now };
        var fact = PaymentFact.Verify(TestTreasury.Fact(decided.Id, "2026-11-23", TestTreasury.Month * months), TestTreasury.Known(), TestTreasury.Issuer).OrThrow();
        return ((PatentTransition.Moved)decided.On(new PatentEvent.Pay(fact), new Actor.Treasury(), Deployment, TestCase.Now)).To;
    }
}
