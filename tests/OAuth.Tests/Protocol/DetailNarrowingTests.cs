using System.Text.Json;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>RFC 9396 §6: less than what was granted, never more.</summary>
public sealed class DetailNarrowingTests
{
    private const string Granted = """[{"type":"a","actions":["read","write"],"limit":5},{"type":"b","locations":["https://x.example"]}]""";

    [Theory]
    [InlineData(Granted)]
    [InlineData("""[{"type":"b","locations":["https://x.example"]}]""")]
    [InlineData("""[{"limit":5,"type":"a","actions":["write"]}]""")]
    public void A_part_is_accepted(string asked) => Assert.Null(Run(asked));

    [Theory]
    [InlineData("""[{"type":"c"}]""")]
    [InlineData("""[{"type":"a","actions":["read","delete"],"limit":5}]""")]
    [InlineData("""[{"type":"a","actions":[],"limit":5}]""")]
    [InlineData("""[{"type":"a","limit":5}]""")]
    [InlineData("""[{"type":"a","actions":["read"],"limit":6}]""")]
    [InlineData("""[{"type":"a","actions":["read"],"limit":5,"more":1}]""")]
    [InlineData("""[{"type":"a","actions":["read"],"limit":5},{"type":"c"}]""")]
    public void More_is_refused(string asked) => Assert.Equal(Rule.AuthorizationDetails, Run(asked));

    [Fact]
    public void A_credential_is_known_by_its_configuration_alone()
    {
        const string granted = """[{"type":"openid_credential","credential_configuration_id":"card","x":1},{"type":"other","credential_configuration_id":"mdoc"}]""";
        Assert.Null(Run("""[{"type":"openid_credential","credential_configuration_id":"card","y":2}]""", granted));
        Assert.Equal(Rule.AuthorizationDetails, Run("""[{"type":"openid_credential","credential_configuration_id":"mdoc"}]""", granted));
        Assert.Equal(Rule.AuthorizationDetails, Run("""[{"type":"openid_credential"}]""", granted));
    }

    [Fact]
    public void Nothing_granted_is_nothing_to_narrow() => Assert.Equal(Rule.AuthorizationDetails, Run(Granted, null));

    private static Rule? Run(string asked, string? granted = Granted)
    {
        Assert.False(AuthorizationDetails.Parse(asked).Refused(out _, out var details));
        var refusal = DetailNarrowing.Check(granted is null ? null : JsonElement.Parse(granted), details);
        Assert.True(refusal is null or { Error: OAuthErrors.InvalidAuthorizationDetails });
        return refusal?.Rule;
    }
}
