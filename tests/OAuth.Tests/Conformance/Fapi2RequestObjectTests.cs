using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Conformance;

/// <summary>The modules of FAPI 2.0 Message Signing about request objects (RFC 9101). Each refusal changes one thing of an object that is accepted.</summary>
public sealed class Fapi2RequestObjectTests : ServerTests
{
    private TestClient Signing => new(Server, "signing", Server.Files.ClientOne);

    [Fact]
    public async Task A_request_object_is_accepted_and_its_parameters_count()
    {
        var client = Signing;
        var answer = await client.PushSignedAsync(client.SignedRequest());
        Assert.Equal(201, answer.Status);
        Assert.Equal("the-state", (await client.AuthorizeAsync(answer.Text("request_uri"))).Redirect()["state"]);
        Assert.Equal("the-nonce", Assert.Single(Server.Owner.Asked).Request.Nonce);
    }

    [Fact]
    public async Task Parameters_beside_it_do_not_count()
    {
        var client = Signing;
        var answer = await client.PushSignedAsync(client.SignedRequest(claims => claims.Remove("state")), request =>
        {
            request.Form["state"] = "outside";
            request.Form["redirect_uri"] = "https://evil.example/";
            request.Form["scope"] = "card";
        });
        Assert.False((await client.AuthorizeAsync(answer.Text("request_uri"))).Redirect().ContainsKey("state"));
        Assert.Equal(["openid", "profile", "offline_access"], Assert.Single(Server.Owner.Asked).Request.Scopes);
    }

    [Fact]
    public async Task JSON_numbers_and_arrays_are_read_as_their_parameters()
    {
        var client = One;
        var answer = await client.PushSignedAsync(client.SignedRequest(claims =>
        {
            claims["max_age"] = 600;
            claims["claims"] = new JsonObject { ["userinfo"] = new JsonObject { ["name"] = null } };
            claims["resource"] = new JsonArray("https://records.example/api", TestServer.Issuer);
            claims["authorization_details"] = new JsonArray(new JsonObject { ["type"] = "openid_credential", ["credential_configuration_id"] = "card-configuration" });
        }));
        Assert.Equal(201, answer.Status);
        await client.AuthorizeAsync(answer.Text("request_uri"));
        var request = Assert.Single(Server.Owner.Asked).Request;
        Assert.Equal(600, request.MaxAge);
        Assert.True(request.Claims!.Value.GetProperty("userinfo").TryGetProperty("name", out _));
        Assert.Equal(["https://records.example/api", TestServer.Issuer], request.Resources);
        Assert.Equal(1, request.AuthorizationDetails!.Value.GetArrayLength());
    }

    [Fact]
    public async Task M_ensure_request_object_with_multiple_aud_succeeds() =>
        await IsAcceptedAsync(claims => claims["aud"] = new JsonArray("https://other.example", TestServer.Issuer));

    [Fact]
    public async Task M_ensure_request_object_with_nbf_8_seconds_in_the_future_is_accepted() => await IsAcceptedAsync(claims => claims["nbf"] = Now + 8);

    [Fact]
    public async Task M_a_life_of_60_minutes_is_accepted() => await IsAcceptedAsync(claims => claims["exp"] = Now + 3600);

    [Fact]
    public async Task M_an_nbf_60_minutes_past_is_accepted() => await IsAcceptedAsync(claims => (claims["nbf"], claims["exp"]) = (Now - 3590, Now + 5));

    [Theory]
    [InlineData("JWT")]
    [InlineData("application/oauth-authz-req+jwt")]
    [InlineData(null)]
    public async Task Other_types_of_an_object_that_are_usual_are_accepted(string? type) =>
        Assert.Equal(201, (await One.PushSignedAsync(One.SignedRequest(header: header => header["typ"] = type))).Status);

    [Fact]
    public async Task M_ensure_request_object_without_exp_fails() => await IsRefusedAsync(claims => claims.Remove("exp"), Rule.RequestObjectTime);

    [Fact]
    public async Task M_ensure_request_object_without_nbf_fails() => await IsRefusedAsync(claims => claims.Remove("nbf"), Rule.RequestObjectTime);

    [Fact]
    public async Task M_ensure_expired_request_object_fails() => await IsRefusedAsync(claims => claims["exp"] = Now - 60, Rule.RequestObjectTime);

    [Fact]
    public async Task M_ensure_request_object_with_bad_aud_fails() => await IsRefusedAsync(claims => claims["aud"] = "https://other.example", Rule.RequestObjectAudience);

    [Fact]
    public async Task M_ensure_request_object_with_exp_over_60_fails() => await IsRefusedAsync(claims => claims["exp"] = Now + 4200, Rule.RequestObjectLifetime);

    [Fact]
    public async Task M_ensure_request_object_with_nbf_over_60_fails() =>
        await IsRefusedAsync(claims => (claims["nbf"], claims["exp"]) = (Now - 4200, Now - 600 + 601), Rule.RequestObjectTime);

    [Theory]
    [InlineData("nbf", 60)]
    [InlineData("iat", 60)]
    public async Task A_time_ahead_fails(string claim, int ahead) => await IsRefusedAsync(claims => claims[claim] = Now + ahead, Rule.RequestObjectTime);

    [Theory]
    [InlineData(long.MinValue, long.MaxValue, Rule.RequestObjectTime)]
    [InlineData(0, long.MaxValue, Rule.RequestObjectTime)]
    public async Task Monstrous_times_fail(long nbf, long exp, Rule rule) => await IsRefusedAsync(claims => (claims["nbf"], claims["exp"]) = (nbf, exp), rule);

    [Fact]
    public async Task M_ensure_signed_request_object_with_RS256_fails()
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        using var key = Formats.Jose.SigningKey.From(rsa, Formats.Jose.JwsAlgorithm.RS256, One.Key.KeyId);
        (await One.PushSignedAsync(One.SignedRequest(signer: key))).IsError(Server, 400, OAuthErrors.InvalidRequestObject, Rule.RequestObjectAlgorithm);
    }

    [Fact]
    public async Task M_ensure_request_object_signature_algorithm_is_not_none()
    {
        var text = One.SignedRequest();
        var header = Base64UrlText.Encode(Encoding.UTF8.GetBytes("""{"alg":"none","typ":"oauth-authz-req+jwt"}"""));
        (await One.PushSignedAsync($"{header}.{text.Split('.')[1]}.")).IsError(Server, 400, OAuthErrors.InvalidRequestObject, Rule.RequestObjectAlgorithm);
    }

    [Fact]
    public async Task M_ensure_request_object_with_invalid_signature_fails()
    {
        var parts = One.SignedRequest().Split('.');
        var other = One.SignedRequest(claims => claims["state"] = "other").Split('.');
        (await One.PushSignedAsync($"{parts[0]}.{parts[1]}.{other[2]}")).IsError(Server, 400, OAuthErrors.InvalidRequestObject, Rule.RequestObjectSignature);
    }

    [Fact]
    public async Task M_ensure_matching_key_in_authorization_request() =>
        (await One.PushSignedAsync(One.SignedRequest(signer: Server.Files.ClientTwo))).IsError(Server, 400, OAuthErrors.InvalidRequestObject, Rule.RequestObjectSignature);

    [Fact]
    public async Task A_key_that_the_client_does_not_have_is_named() =>
        (await One.PushSignedAsync(One.SignedRequest(header: header => header["kid"] = "two-1"))).IsError(Server, 400, OAuthErrors.InvalidRequestObject, Rule.RequestObjectKey);

    [Fact]
    public async Task M_ensure_unsigned_request_at_par_endpoint_fails() =>
        (await Signing.PushAsync()).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.SignedRequestRequired);

    [Fact]
    public async Task M_par_authorization_request_containing_request_uri() =>
        await IsRefusedAsync(claims => claims["request_uri"] = "urn:ietf:params:oauth:request_uri:x", Rule.RequestObjectNested);

    [Fact]
    public async Task A_request_object_within_another_fails() => await IsRefusedAsync(claims => claims["request"] = "e30.e30.e30", Rule.RequestObjectNested);

    [Fact]
    public async Task Another_issuer_fails() => await IsRefusedAsync(claims => claims["iss"] = "two", Rule.RequestObjectIssuer);

    [Fact]
    public async Task Another_client_inside_fails() => await IsRefusedAsync(claims => claims["client_id"] = "two", Rule.RequestObjectClient);

    [Fact]
    public async Task A_missing_client_inside_fails() => await IsRefusedAsync(claims => claims.Remove("client_id"), Rule.RequestObjectClient);

    [Fact]
    public async Task A_client_assertion_is_no_request() => await IsRefusedAsync(claims => claims["sub"] = claims["iss"]!.GetValue<string>(), Rule.RequestObjectSubject);

    [Fact]
    public async Task Another_subject_is_no_matter() => await IsAcceptedAsync(claims => claims["sub"] = "somebody");

    [Theory]
    [InlineData("dpop+jwt")]
    [InlineData("at+jwt")]
    [InlineData("oauth-client-attestation+jwt")]
    public async Task A_token_of_another_type_is_no_request(string type) =>
        (await One.PushSignedAsync(One.SignedRequest(header: header => header["typ"] = type))).IsError(Server, 400, OAuthErrors.InvalidRequestObject, Rule.RequestObjectType);

    [Theory]
    [InlineData("not a jwt")]
    [InlineData("e30.e30.e30.e30.e30")]
    public async Task What_is_no_JWT_fails(string text) => (await One.PushSignedAsync(text)).IsError(Server, 400, OAuthErrors.InvalidRequestObject, Rule.RequestObjectFormat);

    [Fact]
    public async Task A_parameter_that_is_no_text_fails() => await IsRefusedAsync(claims => claims["state"] = 5, Rule.RequestObjectMember);

    [Fact]
    public async Task A_resource_that_is_no_text_fails() => await IsRefusedAsync(claims => claims["resource"] = new JsonArray(5), Rule.RequestObjectMember);

    [Fact]
    public async Task M23_ensure_request_object_without_redirect_uri_fails() =>
        (await One.PushSignedAsync(One.SignedRequest(claims => claims.Remove("redirect_uri")))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.RedirectUri);

    [Fact]
    public async Task Another_response_type_outside_fails() =>
        (await One.PushSignedAsync(One.SignedRequest(), request => request.Form["response_type"] = "token"))
            .IsError(Server, 400, OAuthErrors.InvalidRequestObject, Rule.RequestObjectMismatch);

    private long Now => Server.Clock.GetUtcNow().ToUnixTimeSeconds();

    private async Task IsAcceptedAsync(Action<JsonObject> change) => Assert.Equal(201, (await One.PushSignedAsync(One.SignedRequest(change))).Status);

    private async Task IsRefusedAsync(Action<JsonObject> change, Rule rule) =>
        (await One.PushSignedAsync(One.SignedRequest(change))).IsError(Server, 400, OAuthErrors.InvalidRequestObject, rule);
}
