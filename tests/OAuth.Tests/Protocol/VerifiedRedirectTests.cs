using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>Where answers may go.</summary>
public sealed class VerifiedRedirectTests
{
    private const string Registered = "https://one.example/callback?kept=1";

    [Fact]
    public void The_registered_URI_is_a_redirect_and_keeps_its_query()
    {
        var redirect = VerifiedRedirect.For(Requests.Client, Registered)!;
        Assert.Equal(
            "https://one.example/callback?kept=1&code=c&state=a%26b%20c&iss=https%3A%2F%2Fas.example",
            AuthorizationResponse.Code(redirect, "https://as.example", "a&b c", "c").Location);
    }

    [Fact]
    public void An_error_has_the_issuer_and_no_state_where_none_was_sent() =>
        Assert.Equal(
            "https://one.example/callback?kept=1&error=access_denied&error_description=no&iss=https%3A%2F%2Fas.example",
            AuthorizationResponse.Error(VerifiedRedirect.For(Requests.Client, Registered)!, "https://as.example", null, "access_denied", "no").Location);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://one.example/callback")]
    [InlineData("https://one.example/callback?kept=1#")]
    [InlineData("https://one.example/callback?kept=1&more")]
    [InlineData("https://one.example/callback?kept=1 ")]
    [InlineData("HTTPS://one.example/callback?kept=1")]
    [InlineData("https://one.example:443/callback?kept=1")]
    [InlineData("https://one.example/./callback?kept=1")]
    [InlineData("https://one.example@evil.example/callback?kept=1")]
    public void Anything_else_is_none(string? uri) => Assert.Null(VerifiedRedirect.For(Requests.Client, uri));
}
