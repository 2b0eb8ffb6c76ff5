using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>Forms and queries, read strictly.</summary>
public sealed class RequestParametersTests
{
    [Theory]
    [InlineData("", "a", null)]
    [InlineData("a=1&b=2", "b", "2")]
    [InlineData("a=1+2%2B3", "a", "1 2+3")]
    [InlineData("a=%D0%AF%e2%82%ac", "a", "Я€")]
    [InlineData("a=Я€😀", "a", "Я€😀")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("%61=1", "a", "1")]
    [InlineData("a", "a", null)]
    [InlineData("a=", "a", null)]
    [InlineData("&&a=1&", "a", "1")]
    public void Well_formed_text_is_read(string text, string name, string? value)
    {
        Assert.False(RequestParameters.Parse(text).Refused(out _, out var parameters));
        Assert.Equal(value, parameters[name]);
    }

    [Theory]
    [InlineData("resource=x&a=1&resource=y&resource=", new[] { "x", "y" })]
    [InlineData("a=1", new string[0])]
    public void Every_resource_is_kept(string text, string[] resources)
    {
        Assert.False(RequestParameters.Parse(text).Refused(out _, out var parameters));
        Assert.Equal(resources, parameters.Resources);
        Assert.False(parameters.IsSigned);
    }

    [Theory]
    [InlineData("a=1&a=2", Rule.DoubledParameter)]
    [InlineData("a=1&%61=1", Rule.DoubledParameter)]
    [InlineData("a=&a=1", Rule.DoubledParameter)]
    [InlineData("a&a", Rule.DoubledParameter)]
    [InlineData("a=%", Rule.FormEncoding)]
    [InlineData("a=%4", Rule.FormEncoding)]
    [InlineData("a=%g0", Rule.FormEncoding)]
    [InlineData("a=%ff", Rule.FormEncoding)]
    [InlineData("a=%c0%80", Rule.FormEncoding)]
    [InlineData("a=%ed%a0%80", Rule.FormEncoding)]
    [InlineData("%ff=1", Rule.FormEncoding)]
    public void Anything_else_is_refused_by_its_rule(string text, Rule rule)
    {
        Assert.True(RequestParameters.Parse(text).Refused(out var refusal, out _));
        Assert.Equal((rule, OAuthErrors.InvalidRequest), (refusal.Rule, refusal.Error));
    }

    // Beside the theory: an attribute cannot hold half a character.
    [Fact]
    public void Half_a_character_is_refused()
    {
        Assert.True(RequestParameters.Parse("a=" + (char)0xd800).Refused(out var refusal, out _));
        Assert.Equal(Rule.FormEncoding, refusal.Rule);
    }

    [Fact]
    public void A_default_is_no_value()
    {
        Assert.True(default(Checked<RequestParameters>).Refused(out var refusal, out _));
        Assert.Equal(Rule.Unchecked, refusal.Rule);
    }
}
