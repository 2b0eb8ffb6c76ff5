namespace IdentityPlatform.Formats.Tests;

public sealed class ParsedTests
{
    private static readonly FormatFailure Failure = new(FormatRule.Size, "too long");

    [Fact]
    public void Results_are_compared_by_their_content()
    {
        Parsed<string> one = "one", same = new string("one"), other = "other", failed = Failure, failedAlike = new FormatFailure(FormatRule.Size, "too long");
        Parsed<string> failedOtherwise = new FormatFailure(FormatRule.Json, "too long");
        Assert.True(one == same && one.Equals((object)same) && one.GetHashCode() == same.GetHashCode());
        Assert.False(one != same);
        Assert.True(failed == failedAlike);
        foreach (var (left, right) in ((Parsed<string>, Parsed<string>)[])[(one, other), (one, failed), (failed, failedOtherwise), (failed, default), (one, default)])
        {
            Assert.False(left == right);
            Assert.True(left != right);
            Assert.False(left.Equals((object)right));
        }

        Assert.False(one.Equals((object)"one"));
    }

    [Fact]
    public void What_was_not_parsed_is_a_failure()
    {
        Expect.Refused<string>(FormatRule.Unread, default);
        Assert.Throws<FormatException>(() => default(Parsed<string>).OrThrow());
        Expect.Refused<string>(FormatRule.Size, Failure);
        Assert.Throws<FormatException>(() => ((Parsed<string>)Failure).OrThrow());
        Assert.Equal("one", ((Parsed<string>)"one").OrThrow());
    }
}
