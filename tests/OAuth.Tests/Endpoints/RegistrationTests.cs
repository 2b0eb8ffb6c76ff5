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
public abstract partial class RegistrationTests : IAsyncLifetime
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
