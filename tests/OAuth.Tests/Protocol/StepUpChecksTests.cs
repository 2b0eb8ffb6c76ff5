using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>RFC 9470: whether a sign-in is strong and recent enough.</summary>
public sealed class StepUpChecksTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void Nothing_asked_is_nothing_refused() => Assert.Null(Run(new(), null, null));

    [Theory]
    [InlineData("high", null)]
    [InlineData("substantial", null)]
    [InlineData("low", Rule.TokenAcr)]
    [InlineData(null, Rule.TokenAcr)]
    public void The_class_has_to_be_one_of_those_asked_for(string? acr, Rule? expected) =>
        Assert.Equal(expected, Run(new() { AcrValues = ["high", "substantial"] }, acr, null));

    [Theory]
    [InlineData(60L, null)]
    [InlineData(61L, Rule.TokenAuthTime)]
    [InlineData(null, Rule.TokenAuthTime)]
    public void The_sign_in_has_to_be_recent(long? secondsAgo, Rule? expected) =>
        Assert.Equal(expected, Run(new() { MaxAge = TimeSpan.FromMinutes(1) }, null, Now.ToUnixTimeSeconds() - secondsAgo));

    private static Rule? Run(AccessRequirement requirement, string? acr, long? authTime)
    {
        var refusal = StepUpChecks.Run(requirement, acr, authTime, Now);
        Assert.True(refusal is null or { Error: OAuthErrors.InsufficientUserAuthentication });
        return refusal?.Rule;
    }
}
