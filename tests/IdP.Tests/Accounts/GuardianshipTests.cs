using System.Text.Json;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.IdP.Guardians;

namespace IdentityPlatform.IdP.Tests.Accounts;

/// <summary>The rules of a guardianship: which power, until when, and from 14 on only with the child's word.</summary>
public sealed class GuardianshipTests
{
    private static readonly DateTimeOffset Turns14 = new(2030, 5, 26, 0, 0, 0, TimeSpan.FromHours(3));
    private static readonly DateTimeOffset Turns18 = new(2034, 5, 26, 0, 0, 0, TimeSpan.FromHours(3));

    [Fact]
    [Trait("Safeguard", "SG17")]
    public void Before_14_the_guardian_may_until_then() => Assert.Equal(Turns14, Of().MayUntil(GuardianPower.Services, Turns14.AddSeconds(-1)));

    [Fact]
    public void From_14_on_the_child_has_to_agree()
    {
        Assert.Null(Of().MayUntil(GuardianPower.Services, Turns14));
        Assert.Equal(Turns18, Of().With(childAgrees: true).MayUntil(GuardianPower.Services, Turns14));
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public void The_18th_birthday_ends_it_whatever_the_paper_says()
    {
        var agreed = Of(until: Turns18.AddYears(5)).With(childAgrees: true);
        Assert.Equal(Turns18, agreed.EndsAt);
        Assert.Equal(Turns18, agreed.MayUntil(GuardianPower.Services, Turns18.AddSeconds(-1)));
        Assert.Null(agreed.MayUntil(GuardianPower.Services, Turns18));
    }

    [Fact]
    public void An_earlier_end_counts()
    {
        var end = Turns14.AddYears(-1);
        Assert.Equal(end, Of(until: end).MayUntil(GuardianPower.Services, end.AddSeconds(-1)));
        Assert.Null(Of(until: end).MayUntil(GuardianPower.Services, end));
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public void It_has_to_be_shown_again_when_the_copy_ends_that_was_shown()
    {
        var shown = Turns14.AddYears(-2);
        Assert.Equal(shown, Of(shownUntil: shown).MayUntil(GuardianPower.Services, shown.AddSeconds(-1)));
        Assert.Null(Of(shownUntil: shown).MayUntil(GuardianPower.Services, shown));
        Assert.Equal(Turns18, Of(shownUntil: shown).EndsAt);
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public void A_power_that_was_not_given_is_none()
    {
        Assert.NotNull(Of().MayUntil(GuardianPower.Services, Turns14.AddYears(-1)));
        Assert.Null(Of().MayUntil(GuardianPower.Cards, Turns14.AddYears(-1)));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var read = Guardianship.FromJson("child", Of().With(childAgrees: true).ToJson());
        Assert.Equal(("guardian", "child", Representation.Parent, true), (read.GuardianId, read.ChildId, read.Nature, read.ChildAgrees));
        Assert.Equal((Turns14, Turns18, Turns18), (read.ChildTurns14At, read.ChildTurns18At, read.Until));
        Assert.Equal([GuardianPower.Services], read.Powers);
        Assert.Equal((7, "https://status.example.org/1", Turns18.AddYears(20)), (read.Status.Index, read.Status.Uri, read.ShownUntil));
    }

    internal static Guardianship Of(DateTimeOffset? until = null, DateTimeOffset? shownUntil = null) => new()
    {
        GuardianId = "guardian",
        ChildId = "child",
        Nature = Representation.Parent,
        Powers = [GuardianPower.Services],
        ChildTurns14At = Turns14,
        ChildTurns18At = Turns18,
        Until = until ?? Turns18,
        ShownUntil = shownUntil ?? Turns18.AddYears(20),
        Status = StatusReference.Parse(JsonElement.Parse("""{"status":{"status_list":{"idx":7,"uri":"https://status.example.org/1"}}}""")).OrThrow(),
    };
}
