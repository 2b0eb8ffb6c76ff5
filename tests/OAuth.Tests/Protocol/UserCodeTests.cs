using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>What a person copies from a device, as people type.</summary>
public sealed class UserCodeTests
{
    [Theory]
    [InlineData("WDJB-MJHT")]
    [InlineData("wdjbmjht")]
    [InlineData(" w d j b - m j h t ")]
    [InlineData("WDJB–MJHT")]
    public void A_code_is_read_however_it_is_typed(string typed)
    {
        var code = UserCode.Find(typed);
        Assert.Equal(("WDJBMJHT", "WDJB-MJHT"), (code!.Value, code.Shown));
        Assert.DoesNotContain("WDJB", code.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("WDJB-MJH")]
    [InlineData("WDJB-MJHTX")]
    [InlineData("WDJB-MJHA")]
    [InlineData("WDJB-MJH1")]
    [InlineData("ШДЖБ-МЖХТ")]
    public void Anything_else_is_none(string? typed) => Assert.Null(UserCode.Find(typed));

    [Fact]
    public void Not_even_a_long_one() => Assert.Null(UserCode.Find(new string('-', 64) + "WDJBMJHT"));
}
