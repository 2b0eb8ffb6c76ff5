using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>What metadata may say, and what needs leave.</summary>
public abstract partial class RegistrationTests
{
    [Theory]
    [InlineData("token_endpoint_auth_method", "\"client_secret_basic\"", "secrets")]
    [InlineData("token_endpoint_auth_method", "\"none\"", "public")]
    [InlineData("dpop_bound_access_tokens", "false", "bearer")]
    [InlineData("require_pushed_authorization_requests", "false", "unpushed")]
    [InlineData("require_pkce", "false", "without-pkce")]
    [InlineData("request_object_signing_alg", "\"RS256\"", "rs256")]
    [InlineData("grant_types", """["authorization_code","urn:ietf:params:oauth:grant-type:pre-authorized_code"]""", "grants")]
    [InlineData("redirect_uris", """["https://one.example/callback","com.example.app:/callback"]""", "native")]
    [InlineData("redirect_uris", """["http://127.0.0.1/callback"]""", "native")]
    public async Task What_is_weaker_needs_an_invitation_that_allows_it(string member, string value, string permission)
    {
        var metadata = Metadata((member, JsonNode.Parse(value)));
        if (member == "redirect_uris")
        {
            metadata["sector_identifier_uri"] = _host.Url + "/sector";
            _sector = http => http.Response.WriteAsync(value);
        }

        var others = RegistrationPermissionNames.All.Except([permission]);
        (await RegisterAsync(metadata, await InviteAsync(others))).IsError(
            Server, 400, member == "redirect_uris" ? OAuthErrors.InvalidRedirectUri : OAuthErrors.InvalidClientMetadata, Rule.RegistrationPermission);
        Assert.Equal(201, (await RegisterAsync(metadata, await InviteAsync([permission]))).Status);
    }

    [Fact]
    public async Task A_scope_that_the_invitation_lacks_is_refused() =>
        (await RegisterAsync(Metadata(("scope", "openid card")))).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.RegistrationPermission);

    [Theory]
    [InlineData("redirect_uris", """["https://one.example/callback#fragment"]""", OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri)]
    [InlineData("redirect_uris", null, OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri)]
    [InlineData("initiate_login_uri", "\"http://one.example/start\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("initiate_login_uri", "\"http://localhost/start\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("logo_uri", "\"http://one.example/logo\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("policy_uri#ru", "\"javascript:alert(1)\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("tos_uri", "7", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("redirect_uris", """["https://user:secret@one.example/"]""", OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri)]
    [InlineData("redirect_uris", """["https://a;script-src=x@one.example/"]""", OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri)]
    [InlineData("redirect_uris", """["https://one.example/\r\nSet-Cookie:x=y"]""", OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri)]
    [InlineData("redirect_uris", """["https://one.example\\@two.example/"]""", OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri)]
    [InlineData("redirect_uris", """["https://one.example/a b"]""", OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri)]
    [InlineData("redirect_uris", """["https://сайт.example/"]""", OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri)]
    [InlineData("redirect_uris", """["blob:https://one.example/1"]""", OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri)]
    [InlineData("client_name", "\"A\\u202Eecivres\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("client_name#ru", "\"A\\nB\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("purpose", "7", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("client_uri", "\"http://localhost/\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("backchannel_logout_uri", "\"http://localhost/\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("jwks_uri", "\"https://one.example/keys\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("jwks", """{"keys":[{"kty":"oct","k":"AA"}]}""", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("token_endpoint_auth_method", "\"attest_jwt_client_auth\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("token_endpoint_auth_method", "\"client_secret_jwt\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("token_endpoint_auth_signing_alg", "\"RS256\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("id_token_signed_response_alg", "\"none\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("id_token_signed_response_alg", "\"ES384\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("userinfo_signed_response_alg", "\"ES512\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("authorization_signed_response_alg", "\"PS256\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("introspection_signed_response_alg", "\"ES384\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("response_types", """["code","id_token"]""", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("grant_types", """["implicit"]""", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("subject_type", "\"public\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    [InlineData("tls_client_auth_san_dns", "\"one.example\"", OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata)]
    public async Task Wrong_metadata_is_refused_by_name(string member, string? value, string error, Rule rule)
    {
        var answer = await RegisterAsync(Metadata((member, value is null ? null : JsonNode.Parse(value))));
        answer.IsError(Server, 400, error, rule);
        Assert.StartsWith(member.StartsWith("jwks", StringComparison.Ordinal) ? "jwks" : member == "token_endpoint_auth_method" && value!.Contains("attest", StringComparison.Ordinal) ? "jwks" : member, answer.Text("error_description"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "{}", 415)]
    [InlineData("application/json", "[]", 400)]
    [InlineData("application/json", """{"client_name":"a","client_name":"b"}""", 400)]
    public async Task What_is_no_JSON_object_is_refused(string type, string body, int status)
    {
        var request = new Request(HttpMethod.Post, "/register") { Body = new StringContent(body, Encoding.UTF8, type) };
        request.Headers["Authorization"] = $"Bearer {await InviteAsync()}";
        Assert.Equal((status, Rule.ClientMetadata), ((await TestClient.One(Server).SendAsync(request)).Status, Server.LastRule));
    }

    [Theory]
    [InlineData(15_000, 201)]
    [InlineData(17_000, 413)]
    public async Task Metadata_has_its_bound(int length, int status) =>
        Assert.Equal(status, (await RegisterAsync(Metadata(("contacts", new JsonArray(new string('a', length)))))).Status);

    [Theory]
    [InlineData(200, 201)]
    [InlineData(201, 400)]
    public async Task A_name_is_short(int length, int status) =>
        Assert.Equal(status, (await RegisterAsync(Metadata(("client_name", new string('a', length))))).Status);

    [Fact]
    public async Task Nobody_makes_itself_a_resource() =>
        (await RegisterAsync(Metadata(("resource", "https://one.example/api")), await InviteAsync(RegistrationPermissionNames.All))).IsError(
            Server, 400, OAuthErrors.InvalidClientMetadata, Rule.RegistrationPermission);

    [Fact]
    public async Task A_scheme_of_an_app_is_a_domain_name() =>
        (await RegisterAsync(Metadata(("redirect_uris", new JsonArray("app:/callback"))), await InviteAsync(["native"]))).IsError(
            Server, 400, OAuthErrors.InvalidRedirectUri, Rule.RegistrationPermission);

    [Fact]
    public async Task Redirects_to_several_hosts_need_a_list_that_all_are_on()
    {
        var uris = new JsonArray("https://one.example/a", "https://two.example/b");
        (await RegisterAsync(Metadata(("redirect_uris", uris)))).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.ClientMetadata);

        var metadata = Metadata(("redirect_uris", uris), ("sector_identifier_uri", _host.Url + "/sector"));
        _sector = http => http.Response.WriteAsync("""["https://two.example/b","https://three.example/","https://one.example/a"]""");
        Assert.Equal(201, (await RegisterAsync(metadata)).Status);
    }

    [Theory]
    [InlineData("""["https://one.example/callback/"]""")]
    [InlineData("""{"redirect_uris":["https://one.example/callback"]}""")]
    [InlineData("\"https://one.example/callback\"")]
    [InlineData("<html>")]
    public async Task A_list_that_lacks_a_redirect_is_refused(string list)
    {
        _sector = http => http.Response.WriteAsync(list);
        (await RegisterAsync(Metadata(("sector_identifier_uri", _host.Url + "/sector")))).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.SectorIdentifier);
    }

    [Fact]
    public async Task A_list_that_only_says_an_error_is_refused()
    {
        _sector = http =>
        {
            http.Response.StatusCode = 404;
            return http.Response.WriteAsync("""["https://one.example/callback"]""");
        };
        (await RegisterAsync(Metadata(("sector_identifier_uri", _host.Url + "/sector")))).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.SectorIdentifier);
    }
}
