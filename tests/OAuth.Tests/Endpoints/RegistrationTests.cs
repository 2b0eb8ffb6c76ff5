using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>Clients that register, read, replace and remove themselves (RFC 7591, RFC 7592), on every engine.</summary>
public abstract class RegistrationTests : IAsyncLifetime
{
    private static readonly Formats.Jose.SigningKey Keys = TestKeys.NewEc("self-1");

    private readonly List<string> _removed = [];

    private TlsHost _host = null!;
    private RequestDelegate _sector = http => http.Response.WriteAsync("[]");

    private protected TestServer Server { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await TlsHost.StartAsync(http => _sector(http));
        Server = await TestServer.StartAsync(await SetupAsync() with
        {
            Outbound = new() { AllowLoopback = true, Anchors = [_host.Authority] },
            Registration = new(),
            ClientRemoved = _removed.Add,
        });
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
        await _host.DisposeAsync();
    }

    private protected abstract Task<TestSetup> SetupAsync();

    [Fact]
    public async Task A_client_that_says_little_is_registered_under_the_strict_rules_and_signs_in()
    {
        var answer = await RegisterAsync(Metadata());

        Assert.Equal(201, answer.Status);
        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
        var registered = answer.Json;
        Assert.Equal("private_key_jwt", registered["token_endpoint_auth_method"]!.GetValue<string>());
        Assert.All((string[])["require_pushed_authorization_requests", "require_pkce", "dpop_bound_access_tokens"], member => Assert.True(registered[member]!.GetValue<bool>()));
        Assert.Equal(("ES256", "pairwise", "openid profile"), (answer.Text("id_token_signed_response_alg"), answer.Text("subject_type"), answer.Text("scope")));
        Assert.Equal($"{TestServer.Issuer}/register/{answer.Text("client_id")}", answer.Text("registration_client_uri"));
        Assert.False(registered.ContainsKey("client_secret"));
        Assert.False(registered.ContainsKey("client_secret_sha256"));

        Assert.Equal(200, (await RedeemAsync(answer)).Status);
    }

    [Fact]
    public async Task What_the_server_does_not_understand_is_ignored()
    {
        var answer = await RegisterAsync(Metadata(("software_id", "x"), ("client_id", "mine"), ("client_secret_sha256", new JsonArray("x")), ("logo_uri", null)));
        Assert.Equal(201, answer.Status);
        Assert.StartsWith(RegisteredClients.IdPrefix, answer.Text("client_id"), StringComparison.Ordinal);
        Assert.All((string[])["software_id", "client_secret_sha256", "logo_uri"], member => Assert.False(answer.Json.ContainsKey(member)));
    }

    [Fact]
    public async Task What_people_see_is_echoed()
    {
        (string, JsonNode?)[] members =
        [
            ("client_name", "A service"), ("client_name#ru", "Служба"), ("initiate_login_uri", "https://one.example/start"), ("logo_uri", "https://one.example/logo"),
            ("policy_uri", "https://one.example/policy"), ("tos_uri", "https://one.example/terms"), ("contacts", new JsonArray("a@one.example")),
        ];
        var answer = await RegisterAsync(Metadata(members));
        var read = await ManageAsync(HttpMethod.Get, answer);
        Assert.Equal(200, read.Status);
        Assert.All(members, member => Assert.Equal(member.Item2!.ToJsonString(), read.Json[member.Item1]!.ToJsonString()));
        Assert.Equal((answer.Text("registration_access_token"), answer.Text("registration_client_uri")), (read.Text("registration_access_token"), read.Text("registration_client_uri")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer an-invented-token")]
    [InlineData("Basic b25lOnNlY3JldA==")]
    [InlineData("Bearer ")]
    public async Task Without_an_invitation_nobody_registers(string? authorization)
    {
        var answer = await SendAsync(HttpMethod.Post, "/register", authorization, Metadata());
        answer.IsError(Server, 401, OAuthErrors.InvalidToken, Rule.InitialAccessToken);
        Assert.StartsWith("Bearer realm=\"registration\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_is_for_so_many_clients_and_a_mistake_costs_nothing()
    {
        var token = await InviteAsync(uses: 2);
        (await RegisterAsync(Metadata(("redirect_uris", new JsonArray("/relative"))), token)).IsError(Server, 400, OAuthErrors.InvalidRedirectUri, Rule.RegisteredRedirectUri);
        Assert.Equal(201, (await RegisterAsync(Metadata(), token)).Status);
        Assert.Equal(201, (await RegisterAsync(Metadata(), token)).Status);
        (await RegisterAsync(Metadata(), token)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.InitialAccessToken);
    }

    [Fact]
    public async Task Of_many_who_come_at_once_as_many_are_let_in_as_were_invited()
    {
        var token = await InviteAsync(uses: 3);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => RegisterAsync(Metadata(), token)));
        Assert.Equal((3, 9), (answers.Count(answer => answer.Status == 201), answers.Count(answer => answer.Status == 401)));
    }

    [Fact]
    public async Task An_invitation_ends_with_its_time()
    {
        var token = await InviteAsync();
        Server.Clock.Advance(TimeSpan.FromDays(1));
        (await RegisterAsync(Metadata(), token)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.InitialAccessToken);
    }

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

    [Fact]
    public async Task A_generated_secret_opens_and_is_shown_once()
    {
        var answer = await RegisterAsync(Metadata(("jwks", null)), await InviteAsync(["secrets"]));
        Assert.Equal(("client_secret_basic", 0L), (answer.Text("token_endpoint_auth_method"), answer.Json["client_secret_expires_at"]!.GetValue<long>()));
        Assert.Equal(201, (await Secretive(answer, answer.Text("client_secret")).PushAsync(NoOffline)).Status);
        (await Secretive(answer, "another").PushAsync(NoOffline)).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.SecretWrong);
        Assert.False((await ManageAsync(HttpMethod.Get, answer)).Json.ContainsKey("client_secret"));
    }

    [Fact]
    public async Task A_replacement_replaces_everything_and_the_token_with_it()
    {
        var answer = await RegisterAsync(Metadata(("client_name", "Before"), ("contacts", new JsonArray("a@one.example"))));
        var replaced = await ManageAsync(HttpMethod.Put, answer, Metadata(("client_id", answer.Text("client_id")), ("redirect_uris", new JsonArray("https://one.example/other"))));

        Assert.Equal(200, replaced.Status);
        Assert.False(replaced.Json.ContainsKey("contacts"));
        Assert.Equal("https://one.example/other", replaced.Json["redirect_uris"]![0]!.GetValue<string>());
        (await ManageAsync(HttpMethod.Get, answer)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);
        Assert.Equal(200, (await ManageAsync(HttpMethod.Get, replaced)).Status);
        (await ClientOf(answer).PushAsync(NoOffline)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.RedirectUri);
    }

    [Fact]
    public async Task Of_two_replacements_with_one_token_one_is_made()
    {
        var answer = await RegisterAsync(Metadata());
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(n =>
            ManageAsync(HttpMethod.Put, answer, Metadata(("client_id", answer.Text("client_id")), ("client_name", $"Name {n}")))));
        Assert.Equal((1, 5), (all.Count(one => one.Status == 200), all.Count(one => one.Status == 401)));
    }

    [Fact]
    public async Task A_replacement_cannot_loosen_what_the_invitation_did_not()
    {
        var answer = await RegisterAsync(Metadata());
        var metadata = Metadata(("client_id", answer.Text("client_id")), ("dpop_bound_access_tokens", false));
        (await ManageAsync(HttpMethod.Put, answer, metadata)).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.RegistrationPermission);
        Assert.Equal(200, (await ManageAsync(HttpMethod.Get, answer)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("one")]
    public async Task A_replacement_under_another_id_is_refused(string? id) =>
        (await ManageAsync(HttpMethod.Put, await RegisterAsync(Metadata()), Metadata(("client_id", id)))).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.RegistrationClientId);

    [Fact]
    public async Task A_secret_stays_over_a_replacement_that_repeats_it_and_is_refused_where_it_is_another()
    {
        var answer = await RegisterAsync(Metadata(("jwks", null)), await InviteAsync(["secrets"]));
        var (id, secret) = (answer.Text("client_id"), answer.Text("client_secret"));
        (await ManageAsync(HttpMethod.Put, answer, Metadata(("jwks", null), ("client_id", id), ("client_secret", "another")))).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.SecretWrong);
        var replaced = await ManageAsync(HttpMethod.Put, answer, Metadata(("jwks", null), ("client_id", id), ("client_secret", secret)));
        Assert.Equal(200, replaced.Status);
        Assert.Equal(201, (await Secretive(replaced, secret).PushAsync(NoOffline)).Status);
    }

    [Fact]
    public async Task A_client_that_leaves_is_gone_with_its_tokens()
    {
        var answer = await RegisterAsync(Metadata());
        var client = ClientOf(answer);
        var tokens = await RedeemAsync(answer, client);
        Assert.Equal(200, (await client.ResourceAsync(tokens.Text("access_token"))).Status);

        Assert.Equal(204, (await ManageAsync(HttpMethod.Delete, answer)).Status);

        Assert.Equal(401, (await client.ResourceAsync(tokens.Text("access_token"))).Status);
        (await client.PushAsync(NoOffline)).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.UnknownClient);
        (await ManageAsync(HttpMethod.Get, answer)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);
        (await ManageAsync(HttpMethod.Delete, answer)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);
        Assert.Equal([answer.Text("client_id")], _removed);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Nobody_else_s_token_opens_a_registration(string method)
    {
        var (one, other) = (await RegisterAsync(Metadata()), await RegisterAsync(Metadata()));
        var path = $"/register/{one.Text("client_id")}";
        var answer = await SendAsync(new HttpMethod(method), path, $"Bearer {other.Text("registration_access_token")}", Metadata(("client_id", one.Text("client_id"))));
        answer.IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);
    }

    [Theory]
    [InlineData("self-0123456789012345678901", true)]
    [InlineData("self-0123456789-_3456789Az1", true)]
    [InlineData("self-\u000023456789012345678901", false)]
    [InlineData("self-012345678901234567890", false)]
    [InlineData("self-01234567890123456789012", false)]
    [InlineData("Self-0123456789012345678901", false)]
    public async Task An_id_of_another_form_is_nobody_s_and_none_is_looked_up(string id, bool form)
    {
        Assert.Equal(form, RegisteredClients.IsOne(id));
        var answer = await ClientOfId(id).PushAsync();
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.UnknownClient);
    }

    [Fact]
    public async Task A_client_in_a_file_has_no_registration_here() =>
        (await SendAsync(HttpMethod.Get, "/register/one", "Bearer x", null)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);

    [Fact]
    public async Task Other_methods_are_not_answered()
    {
        var answer = await SendAsync(HttpMethod.Get, "/register", null, null);
        answer.IsError(Server, 405, OAuthErrors.InvalidRequest, Rule.Method);
        Assert.Equal("POST", answer.Header("Allow"));
    }

    [Fact]
    public async Task The_database_holds_no_token_and_no_secret()
    {
        var invitation = await InviteAsync(["secrets"]);
        var answer = await RegisterAsync(Metadata(("jwks", null)), invitation);
        var row = (await Server.Get<RegisteredClients>().FindRowAsync(answer.Text("client_id"), Ct))!;
        Assert.Equal(StoredHash.Of(answer.Text("registration_access_token")), row.TokenHash);
        Assert.DoesNotContain(answer.Text("client_secret"), row.Registration, StringComparison.Ordinal);
        Assert.Contains(StoredHash.TextOf(answer.Text("client_secret")), row.Registration, StringComparison.Ordinal);
        Assert.All(
            Server.Log.Lines,
            line => Assert.All((string[])[invitation, answer.Text("client_secret"), answer.Text("registration_access_token")], secret => Assert.DoesNotContain(secret, line, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Metadata_names_the_endpoint() =>
        Assert.Equal($"{TestServer.Issuer}/register", (await TestClient.One(Server).GetAsync("/.well-known/openid-configuration")).Text("registration_endpoint"));

    private static JsonObject Metadata(params (string Name, JsonNode? Value)[] changes)
    {
        var json = new JsonObject
        {
            ["redirect_uris"] = new JsonArray("https://one.example/callback"),
            ["jwks"] = new JsonObject { ["keys"] = new JsonArray(TestKeys.PublicJwk(Keys)) },
        };
        foreach (var (name, value) in changes)
        {
            json[name] = value?.DeepClone();
        }

        return json;
    }

    private static void NoOffline(Request request) => (request.Form["scope"], request.Form["redirect_uri"]) = ("openid profile", "https://one.example/callback");

    private Task<string> InviteAsync(IEnumerable<string>? permissions = null, int uses = 1) => Server.Get<ClientInvitations>().AddAsync(
        uses, TimeSpan.FromDays(1), RegistrationPermissionNames.Find(permissions ?? [])!.Value, "openid profile", Ct);

    private async Task<Answer> RegisterAsync(JsonObject metadata, string? token = null) =>
        await SendAsync(HttpMethod.Post, "/register", $"Bearer {token ?? await InviteAsync()}", metadata);

    private Task<Answer> ManageAsync(HttpMethod method, Answer registered, JsonObject? metadata = null) =>
        SendAsync(method, new Uri(registered.Text("registration_client_uri")).AbsolutePath, $"Bearer {registered.Text("registration_access_token")}", metadata);

    private Task<Answer> SendAsync(HttpMethod method, string path, string? authorization, JsonObject? body)
    {
        var request = new Request(method, path);
        if (body is not null)
        {
            request.Body = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        if (authorization is not null)
        {
            request.Headers["Authorization"] = authorization;
        }

        return TestClient.One(Server).SendAsync(request);
    }

    private TestClient ClientOfId(string id) => new(Server, id, Keys);

    private TestClient ClientOf(Answer registered) => new(Server, registered.Text("client_id"), Keys);

    private TestClient Secretive(Answer registered, string secret) => new(Server, registered.Text("client_id"), Keys)
    {
        Authenticate = request => request.Headers["Authorization"] = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{registered.Text("client_id")}:{secret}"))}",
    };

    private async Task<Answer> RedeemAsync(Answer registered, TestClient? client = null)
    {
        client ??= ClientOf(registered);
        var code = (await client.AuthorizeAsync((await client.PushAsync(NoOffline)).Text("request_uri"))).Redirect()["code"];
        return await client.RedeemAsync(code, request => request.Form["redirect_uri"] = "https://one.example/callback");
    }
}

public sealed class SqliteRegistrationTests : RegistrationTests
{
    private protected override Task<TestSetup> SetupAsync() => Task.FromResult(new TestSetup());
}

public sealed class PostgresRegistrationTests(PostgresServer server) : RegistrationTests
{
    private protected override async Task<TestSetup> SetupAsync() =>
        new() { Engine = StorageEngine.Postgres, ConnectionString = await server.CreateDatabaseAsync() };
}
