using IdentityPlatform.Fuzz.Mutations;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.Fuzz;

/// <summary>
/// Mutated authorization, pushed and token requests: never a server error, never a redirect to an address that is not
/// registered, and a token only for a request that still says the same to a decoder that is not ours.
/// </summary>
public sealed class AuthorizationServerFuzz
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Authorization_requests()
    {
        await using var server = await TestServer.StartAsync();
        await new AuthorizationRequests(server).RunAsync(1, Ct);
    }

    [Fact]
    public async Task Pushed_requests()
    {
        await using var server = await TestServer.StartAsync();
        await new PushedRequests(server).RunAsync(10_000_001, Ct);
    }

    [Fact]
    public async Task Signed_requests()
    {
        await using var server = await TestServer.StartAsync();
        await new SignedRequests(server).RunAsync(30_000_001, Ct);
    }

    [Fact]
    public async Task Token_requests()
    {
        await using var server = await TestServer.StartAsync();
        await new TokenRequests(server).RunAsync(20_000_001, Ct);
    }

    // Where an answer goes: by redirect, or by the form that the test host draws as JSON.
    private static string? DestinationOf(Answer answer) => answer.Header("Location")
        ?? (answer.Status == 200 && answer.Response.Content.Headers.ContentType?.MediaType == "application/json" ? answer.Text("address") : null);

    private static bool IsRegistered(string? location, string client) =>
        location is not null && (location == $"https://{client}.example/callback?kept=1" || location.StartsWith($"https://{client}.example/callback?kept=1&", StringComparison.Ordinal));

    private sealed class AuthorizationRequests(TestServer server) : ServerCampaign(server)
    {
        protected override string Name => "Authorization requests";

        protected override bool IsAccepted(Answer answer) => answer.Status == 303 && answer.Redirect().ContainsKey("code");

        protected override Task<Worker> StartWorkerAsync()
        {
            var client = new TestClient(Server, "front", Server.Files.ClientOne);
            return Task.FromResult(new Worker(() =>
            {
                var request = new Request(HttpMethod.Get, "/authorize");
                foreach (var (name, value) in client.AuthorizationParameters())
                {
                    request.Form[name] = value;
                }

                return Task.FromResult(request);
            }));
        }

        protected override Task<string?> BrokenPromiseAsync(Worker worker, WireRequest original, WireRequest mutated, Answer answer)
        {
            var location = DestinationOf(answer);
            var toClient = location is null || (mutated.One("client_id") is { } client && IsRegistered(location, client));
            return Task.FromResult(toClient ? null : "a redirect to an address that is not registered");
        }
    }

    private sealed class PushedRequests(TestServer server) : ServerCampaign(server)
    {
        protected override string Name => "Pushed requests";

        protected override bool IsAccepted(Answer answer) => answer.Status == 201;

        protected override Task<Worker> StartWorkerAsync()
        {
            var client = TestClient.One(Server);
            return Task.FromResult(new Worker(() => Task.FromResult(client.PushRequest())));
        }

        protected override async Task<string?> BrokenPromiseAsync(Worker worker, WireRequest original, WireRequest mutated, Answer answer)
        {
            if (answer.Status != 201)
            {
                return null;
            }

            if (mutated.One("client_assertion") != original.One("client_assertion") || mutated.One("code_challenge") is not { Length: 43 })
            {
                return "a request was taken without its client or its challenge";
            }

            var opened = await TestClient.One(Server).AuthorizeAsync(answer.Text("request_uri"));
            return IsRegistered(DestinationOf(opened), "one") ? null : "a pushed request ended at an address that is not registered";
        }
    }

    private sealed class SignedRequests(TestServer server) : ServerCampaign(server)
    {
        protected override string Name => "Signed requests";

        protected override bool IsAccepted(Answer answer) => answer.Status == 201;

        protected override Task<Worker> StartWorkerAsync()
        {
            var client = SigningClient();
            return Task.FromResult(new Worker(() =>
            {
                var request = client.Authenticated("/par");
                request.Form["client_id"] = client.Id;
                request.Form["request"] = client.SignedRequest();
                return Task.FromResult(request);
            }));
        }

        protected override async Task<string?> BrokenPromiseAsync(Worker worker, WireRequest original, WireRequest mutated, Answer answer)
        {
            if (answer.Status != 201)
            {
                return null;
            }

            // RFC 9101 §6.3: what is signed alone counts, whatever came beside it.
            var opened = await SigningClient().AuthorizeAsync(answer.Text("request_uri"));
            var asSigned = mutated.One("request") == original.One("request") && IsRegistered(opened.Header("Location"), "signing")
                && opened.Redirect().GetValueOrDefault("state") == "the-state";
            return asSigned ? null : "a request was taken that is not the one that was signed";
        }

        private TestClient SigningClient() => new(Server, "signing", Server.Files.ClientOne);
    }

    private sealed class TokenRequests(TestServer server) : ServerCampaign(server)
    {
        private static readonly string[] Decisive = ["grant_type", "code", "code_verifier", "refresh_token", "client_assertion", "client_assertion_type"];

        protected override string Name => "Token requests";

        protected override bool IsAccepted(Answer answer) => answer.Status == 200;

        protected override async Task<Worker> StartWorkerAsync()
        {
            var client = TestClient.One(Server);
            var refreshToken = (await client.SignInAsync()).Text("refresh_token");
            var code = "";
            var turn = 0;
            Worker worker = null!;
            worker = new(async () =>
            {
                if (turn++ % 2 == 0)
                {
                    return client.RefreshRequest(refreshToken);
                }

                if (worker.Spent)
                {
                    (code, worker.Spent) = (await client.CodeAsync(), false);
                }

                return client.CodeRequest(code);
            });
            return worker;
        }

        protected override Task<string?> BrokenPromiseAsync(Worker worker, WireRequest original, WireRequest mutated, Answer answer)
        {
            // A wrong guess costs the code, and so does a right one.
            worker.Spent |= original.One("grant_type") == GrantTypes.AuthorizationCode
                && (answer.Status == 200 || answer.Body.Contains("invalid_grant", StringComparison.Ordinal));
            var same = Decisive.All(name => original.One(name) is not { } value || mutated.One(name) == value) && mutated.Header("DPoP") == original.Header("DPoP");
            return Task.FromResult(answer.Status != 200 || same ? null : "a token for a request that says something else");
        }
    }
}
