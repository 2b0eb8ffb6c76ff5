using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Conformance;

/// <summary>Modules 34 to 38, 44, 45 and 54 to 56 of the FAPI 2.0 plan: the client's assertion.</summary>
public sealed class Fapi2ClientAssertionTests : ServerTests
{
    [Fact]
    public async Task M34_ensure_signed_client_assertion_with_RS256_fails()
    {
        using var rsa = RSA.Create(2048);
        using var key = SigningKey.From(rsa, JwsAlgorithm.RS256);
        await IsRefusedAsync(Rule.AssertionSignature, signer: key);
    }

    [Fact]
    public async Task M35_ensure_client_assertion_in_token_endpoint()
    {
        var answer = await One.RedeemAsync("any", request =>
        {
            request.Form.Remove("client_assertion");
            request.Form.Remove("client_assertion_type");
            request.Form["client_id"] = One.Id;
        });
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.NoClientAuthentication);
    }

    [Fact]
    public Task M36_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails() =>
        IsRefusedAsync(Rule.AssertionTime, claims => claims["exp"] = Now() - 300);

    [Fact]
    public Task M36_an_assertion_without_exp_fails() => IsRefusedAsync(Rule.AssertionTime, claims => claims.Remove("exp"));

    [Fact]
    public Task M36_an_assertion_that_would_live_for_an_hour_fails() => IsRefusedAsync(Rule.AssertionTime, claims => claims["exp"] = Now() + 3600);

    [Fact]
    public Task M36_a_fraction_is_no_NumericDate_here() => IsRefusedAsync(Rule.AssertionTime, claims => claims["exp"] = Now() + 60.5);

    [Fact]
    public Task M37_ensure_client_assertion_with_wrong_aud_fails() =>
        IsRefusedAsync(Rule.AssertionAudience, claims => claims["aud"] = "https://other.example");

    [Fact]
    public Task M37_an_issuer_with_a_trailing_slash_is_another_one() =>
        IsRefusedAsync(Rule.AssertionAudience, claims => claims["aud"] = TestServer.Issuer + "/");

    [Fact]
    public Task M38_ensure_client_assertion_with_no_sub_fails() => IsRefusedAsync(Rule.AssertionIssuer, claims => claims.Remove("sub"));

    [Fact]
    public Task M38_an_assertion_of_another_issuer_fails() => IsRefusedAsync(Rule.AssertionIssuer, claims => claims["iss"] = "two");

    [Fact]
    public async Task M44_par_ensure_jwt_client_assertions_nbf_8_seconds_in_the_future_is_accepted() =>
        Assert.Equal(201, (await PushAsync(claims => (claims["iat"], claims["nbf"]) = (Now() + 8, Now() + 8))).Status);

    [Theory]
    [InlineData("nbf")]
    [InlineData("iat")]
    public Task M45_par_ensure_jwt_client_assertions_nbf_over_60_seconds_in_the_future_fails(string claim) =>
        IsRefusedAsync(Rule.AssertionTime, claims => claims[claim] = Now() + 65);

    [Fact]
    public Task M54_par_test_array_as_audience_fails() =>
        IsRefusedAsync(Rule.AssertionAudience, claims => claims["aud"] = new JsonArray(TestServer.Issuer, "https://other.example"));

    [Fact]
    public Task M54_an_array_of_the_issuer_alone_fails_too() =>
        IsRefusedAsync(Rule.AssertionAudience, claims => claims["aud"] = new JsonArray(TestServer.Issuer));

    [Fact]
    public Task M55_par_test_par_endpoint_url_as_audience_fails() =>
        IsRefusedAsync(Rule.AssertionAudience, claims => claims["aud"] = TestServer.Issuer + "/par");

    [Fact]
    public Task M56_par_test_token_endpoint_url_as_audience_fails() =>
        IsRefusedAsync(Rule.AssertionAudience, claims => claims["aud"] = TestServer.Issuer + "/token");

    [Fact]
    public Task An_assertion_without_jti_fails() => IsRefusedAsync(Rule.AssertionId, claims => claims.Remove("jti"));

    [Fact]
    public async Task An_assertion_is_good_once()
    {
        var assertion = One.Assertion();
        Assert.Equal(201, (await One.PushAsync(request => request.Form["client_assertion"] = assertion)).Status);
        (await One.PushAsync(request => request.Form["client_assertion"] = assertion)).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.AssertionReplay);
    }

    [Fact]
    public async Task An_assertion_stays_spent_while_any_clock_would_take_it()
    {
        var assertion = One.Assertion();
        Assert.Equal(201, (await One.PushAsync(request => request.Form["client_assertion"] = assertion)).Status);
        Server.Clock.Advance(TimeSpan.FromSeconds(88));
        (await One.PushAsync(request => request.Form["client_assertion"] = assertion)).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.AssertionReplay);
    }

    [Fact]
    public Task An_assertion_of_another_key_fails() => IsRefusedAsync(Rule.AssertionSignature, signer: Server.Files.ClientTwo);

    [Fact]
    public async Task An_assertion_whose_kid_is_unknown_fails() =>
        (await One.PushAsync(request => request.Form["client_assertion"] = TestKeys.Jwt(
            One.Key, new JsonObject { ["alg"] = "ES256", ["kid"] = "other" }, One.AssertionClaims())))
            .IsError(Server, 401, OAuthErrors.InvalidClient, Rule.AssertionKey);

    [Fact]
    public async Task An_assertion_without_kid_is_tried_with_the_registered_keys() =>
        Assert.Equal(201, (await One.PushAsync(request => request.Form["client_assertion"] = TestKeys.Jwt(
            One.Key, new JsonObject { ["alg"] = "ES256" }, One.AssertionClaims()))).Status);

    [Fact]
    public Task An_unknown_client_fails() =>
        IsRefusedAsync(Rule.UnknownClient, claims => (claims["iss"], claims["sub"]) = ("nobody", "nobody"), alsoRemove: "client_id");

    [Fact]
    public Task A_client_with_another_method_fails() =>
        IsRefusedAsync(Rule.ClientAuthenticationMethod, claims => (claims["iss"], claims["sub"]) = ("wallet", "wallet"), alsoRemove: "client_id");

    [Fact]
    public async Task A_client_id_beside_the_assertion_has_to_agree() =>
        (await One.PushAsync(request => request.Form["client_id"] = "two")).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.ClientIdMismatch);

    [Fact]
    public async Task The_type_of_an_assertion_has_to_be_there() =>
        (await One.PushAsync(request => request.Form.Remove("client_assertion_type"))).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.AssertionType);

    [Theory]
    [InlineData("garbage")]
    [InlineData("e30.e30.")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJvbmUifQ.")]
    public async Task A_malformed_assertion_fails(string assertion) =>
        (await One.PushAsync(request => request.Form["client_assertion"] = assertion)).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.AssertionFormat);

    [Fact]
    public async Task A_client_secret_in_the_header_is_refused_in_the_header()
    {
        var answer = await One.PushAsync(request =>
        {
            request.Form.Remove("client_assertion");
            request.Form.Remove("client_assertion_type");
            request.Headers["Authorization"] = "Basic b25lOnNlY3JldA==";
        });
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.ClientAuthenticationMethod);
        Assert.Equal("Basic realm=\"clients\"", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_client_secret_in_the_form_is_refused()
    {
        var answer = await One.PushAsync(request =>
        {
            request.Form.Remove("client_assertion");
            request.Form.Remove("client_assertion_type");
            request.Form["client_secret"] = "secret";
        });
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.ClientAuthenticationMethod);
        Assert.Null(answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task Two_ways_at_once_are_refused() =>
        (await One.PushAsync(request => request.Headers["OAuth-Client-Attestation"] = "x"))
            .IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.SeveralClientAuthentications);

    private long Now() => Server.Clock.GetUtcNow().ToUnixTimeSeconds();

    private Task<Answer> PushAsync(Action<JsonObject>? change, SigningKey? signer = null, string? alsoRemove = null) => One.PushAsync(request =>
    {
        request.Form["client_assertion"] = One.Assertion(change, signer);
        request.Form.Remove(alsoRemove ?? "");
    });

    private async Task IsRefusedAsync(Rule rule, Action<JsonObject>? change = null, SigningKey? signer = null, string? alsoRemove = null) =>
        (await PushAsync(change, signer, alsoRemove)).IsError(Server, 401, OAuthErrors.InvalidClient, rule);
}
