using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Basic;

/// <summary>OpenID Connect Core, Basic profile: userinfo and claims.</summary>
public sealed class UserInfoTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    // OpenID Connect Core §5.4.
    private static readonly string[] Profile =
    [
        "name", "given_name", "family_name", "middle_name", "nickname", "profile", "picture", "website", "gender", "birthdate", "zoneinfo",
        "locale", "updated_at", "preferred_username",
    ];

    private const string OnlyVerified =
        "userinfo lacks claims of the scope: the platform passes on what a checked card says (name, given_name, family_name) and keeps nothing else about people";

    [Module("oidcc-userinfo-get")]
    public Task Get(string variant) => CallAsync(variant, HttpMethod.Get, inBody: false);

    [Module("oidcc-userinfo-post-header")]
    public Task Post_with_the_token_in_the_header(string variant) => CallAsync(variant, HttpMethod.Post, inBody: false);

    [Module("oidcc-userinfo-post-body")]
    public Task Post_with_the_token_in_the_body(string variant) => CallAsync(variant, HttpMethod.Post, inBody: true);

    [Module("oidcc-scope-profile")]
    public async Task Scope_profile(string variant)
    {
        var flow = OwnFlow(variant, 3);
        flow.Request["scope"] = "openid profile";
        var tokens = await flow.SucceedAsync();
        var claims = await tokens.UseAsync();
        Assert.DoesNotContain(tokens.Identity.Claims, claim => Profile.Contains(claim.Key));
        Assert.All(["name", "given_name", "family_name"], name => Assert.True(claims.ContainsKey(name), $"userinfo holds {name}"));
        if (Profile.Any(name => !claims.ContainsKey(name)))
        {
            Warn(OnlyVerified);
        }
    }

    [Module("oidcc-claims-essential")]
    public async Task Essential_name(string variant)
    {
        var flow = OwnFlow(variant, 4);
        flow.Request["claims"] = """{"userinfo":{"name":{"essential":true}}}""";
        var tokens = await flow.SucceedAsync();
        Assert.Null(tokens.Identity.Claims["name"]);
        Assert.False(string.IsNullOrEmpty((string?)(await tokens.UseAsync())["name"]), "userinfo holds the name");
    }

    private async Task CallAsync(string variant, HttpMethod method, bool inBody)
    {
        var tokens = await Flow(variant).SucceedAsync();
        var answer = await tokens.CallAsync(
            new()
            {
                Message = request =>
                {
                    if (inBody)
                    {
                        request.Headers.Remove("Authorization");
                        request.Content = new FormUrlEncodedContent([KeyValuePair.Create("access_token", tokens.AccessToken)]);
                    }
                },
            },
            method);
        if (inBody && answer.Status is >= 400 and < 500)
        {
            Warn("access tokens in a body are refused: RFC 9700 §4.3.2 and FAPI 2.0 §5.3.4 want them in the header alone");
            return;
        }

        answer.Is(200);
        Checks.UserInfo(answer.Json);
        Assert.Equal(tokens.Identity.Text("sub"), answer.Text("sub"));
    }
}
