using IdentityPlatform.IdP.Logout;

namespace IdentityPlatform.IdP.Tests.Logout;

public sealed class LogoutRetryTests
{
    private static readonly DateTimeOffset Ended = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(11, 1024)]
    [InlineData(15, 14400)]
    [InlineData(60, 14400)]
    public void The_pause_doubles_up_to_four_hours(long attempts, int seconds) =>
        Assert.Equal(Ended.AddSeconds(seconds), LogoutRetry.Next(attempts, Ended, Ended, 0.5));

    [Fact]
    public void Jitter_spreads_a_pause_from_half_to_one_and_a_half_of_it()
    {
        Assert.Equal(Ended.AddSeconds(512), LogoutRetry.Next(11, Ended, Ended, 0));
        Assert.Equal(Ended.AddSeconds(1536), LogoutRetry.Next(11, Ended, Ended, 1));
        Assert.Equal(Ended.AddSeconds(1), LogoutRetry.Next(1, Ended, Ended, 0));
    }

    [Fact]
    [Trait("Fault", "network away")]
    public void A_service_that_is_away_is_left_alone_for_longer_each_time_and_not_once_it_answers()
    {
        var time = new Harness.ShiftedTime();
        var away = new AwayServices(time);
        Assert.Null(away.Until("s"));
        away.IsAway("s");
        var first = away.Until("s");
        away.IsAway("s");
        Assert.Equal(first, away.Until("s"));
        Assert.Null(away.Until("other"));
        time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Null(away.Until("s"));
        away.IsAway("s");
        Assert.InRange(away.Until("s")!.Value - time.GetUtcNow(), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2));
        away.IsBack("s");
        Assert.Null(away.Until("s"));
    }

    [Fact]
    public void After_a_day_it_is_given_up_and_before_that_not()
    {
        Assert.NotNull(LogoutRetry.Next(20, Ended, Ended.AddHours(19.9), 0.5));
        Assert.Null(LogoutRetry.Next(20, Ended, Ended.AddHours(20), 0.5));
    }
}
