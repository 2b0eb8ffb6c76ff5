using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Clients;

/// <summary><c>client_secret_basic</c> and <c>client_secret_post</c> (RFC 6749 §2.3.1), for clients that registered them.</summary>
public sealed class ClientSecretTests() : ServerTests(new TestSetup { Prepare = Prepare })
{
    private const string Secret = "the first secret: with a colon, 100% & ünïcode+";
    private const string NextSecret = "the-next-secret";

    [Theory]
    [InlineData(Secret)]
    [InlineData(NextSecret)]
    public async Task Either_of_two_secrets_opens_by_header(string secret) =>
        Assert.Equal(201, (await Client("basic", request => Basic(request, "basic", secret)).PushAsync()).Status);

    [Theory]
    [InlineData(Secret)]
    [InlineData(NextSecret)]
    public async Task Either_of_two_secrets_opens_by_form(string secret) =>
        Assert.Equal(201, (await Client("post", request => Post(request, "post", secret)).PushAsync()).Status);

    [Fact]
    public async Task A_client_id_with_reserved_characters_is_form_encoded() =>
        Assert.Equal(201, (await Client("https://a.example/client:1", request => Basic(request, "https://a.example/client:1", Secret)).PushAsync()).Status);

    [Theory]
    [InlineData("basic")]
    [InlineData("post")]
    public async Task A_wrong_secret_is_refused(string id)
    {
        var answer = await Client(id, request => Send(request, id, "another")).PushAsync();
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.SecretWrong);
        Assert.Equal(id == "basic" ? "Basic realm=\"clients\"" : null, answer.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("basic")]
    [InlineData("post")]
    public async Task A_secret_by_the_way_that_is_not_registered_is_refused(string id)
    {
        var other = id == "basic" ? "post" : "basic";
        var answer = await Client(id, request => Send(request, other, Secret, id)).PushAsync();
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.ClientAuthenticationMethod);
    }

    [Fact]
    public async Task A_client_with_a_key_cannot_use_a_secret() =>
        (await Client("one", request => Post(request, "one", Secret)).PushAsync()).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.ClientAuthenticationMethod);

    [Fact]
    public async Task A_client_with_a_secret_cannot_leave_it_out() =>
        (await Client("basic", request => request.Form["client_id"] = "basic").PushAsync()).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.NoClientAuthentication);

    [Fact]
    public async Task An_unknown_client_is_refused() =>
        (await Client("basic", request => Basic(request, "nobody", Secret)).PushAsync(request => request.Form.Remove("client_id"))).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.UnknownClient);

    [Fact]
    public async Task Another_client_id_in_the_form_is_refused() =>
        (await Client("basic", request => Basic(request, "basic", Secret)).PushAsync(request => request.Form["client_id"] = "post")).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.ClientIdMismatch);

    [Theory]
    [InlineData("basic", "post")]
    [InlineData("basic", "assertion")]
    [InlineData("post", "assertion")]
    public async Task Two_ways_at_once_are_refused(string one, string other)
    {
        var client = Client("basic", request =>
        {
            foreach (var way in (string[])[one, other])
            {
                if (way == "assertion")
                {
                    request.Form["client_assertion"] = One.Assertion();
                }
                else
                {
                    Send(request, way, Secret, "basic");
                }
            }
        });
        (await client.PushAsync()).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.SeveralClientAuthentications);
    }

    [Theory]
    [InlineData("Bearer YmFzaWM6c2VjcmV0")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic YmFzaWM")]
    [InlineData("Basic YmFzaWM6c2VjcmV0 ")]
    [InlineData("Basic YmFz aWM6c2VjcmV0")]
    [InlineData("Basic YmFzaWM6c2VjcmV0, Basic YmFzaWM6c2VjcmV0")]
    [InlineData("Basic /////w==")]
    [InlineData("Basic OnNlY3JldA==")]
    [InlineData("Basic YmFzaWM6")]
    [InlineData("Basic YmFzaWM6JTA=")]
    [InlineData("Basic YmFzaWM6JUZG")]
    public void Anything_but_the_form_of_the_specification_is_no_credential(string header) => Assert.Null(BasicCredentials.Parse(header));

    [Theory]
    [InlineData("Basic YmFzaWM6c2VjcmV0", "basic", "secret")]
    [InlineData("basic  YmFzaWM6c2VjcmV0", "basic", "secret")]
    [InlineData("Basic YSUzQWI6YytkJTNB", "a:b", "c d:")]
    public void Its_form_is_read(string header, string clientId, string secret)
    {
        var read = BasicCredentials.Parse(header)!;
        Assert.Equal((clientId, secret), (read.ClientId, read.Secret));
        Assert.DoesNotContain(secret, read.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_is_no_Basic_is_answered_in_the_header()
    {
        var answer = await Client("basic", request => request.Headers["Authorization"] = "Basic !").PushAsync();
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.SecretFormat);
        Assert.Equal("Basic realm=\"clients\"", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task No_log_line_holds_a_secret()
    {
        await Client("basic", request => Basic(request, "basic", Secret)).PushAsync();
        await Client("post", request => Post(request, "post", "a-wrong-secret")).PushAsync();
        Assert.All(Server.Log.Lines, line => Assert.DoesNotContain("secret", line.Replace("The client's secret", "", StringComparison.OrdinalIgnoreCase), StringComparison.Ordinal));
    }

    private static void Prepare(TestDirectory files)
    {
        foreach (var (file, id, method) in (IEnumerable<(string, string, string)>)[("basic", "basic", "basic"), ("post", "post", "post"), ("url", "https://a.example/client:1", "basic")])
        {
            var client = TestDirectory.Registration(id, files.ClientOne);
            client.Remove("jwks");
            client["token_endpoint_auth_method"] = $"client_secret_{method}";
            client["client_secret_sha256"] = new JsonArray(StoredHash.TextOf(Secret), StoredHash.TextOf(NextSecret));
            client["redirect_uris"] = new JsonArray($"https://{id}.example/callback?kept=1");
            File.WriteAllText($"{files.Clients}/{file}.json", client.ToJsonString());
        }
    }

    private TestClient Client(string id, Action<Request> authenticate) => new(Server, id, One.Key) { Authenticate = authenticate };

    private static void Send(Request request, string way, string secret, string? id = null)
    {
        if (way == "basic")
        {
            Basic(request, id ?? way, secret);
        }
        else
        {
            Post(request, id ?? way, secret);
        }
    }

    private static void Post(Request request, string id, string secret) => (request.Form["client_id"], request.Form["client_secret"]) = (id, secret);

    private static void Basic(Request request, string id, string secret)
    {
        var text = $"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret).Replace("%20", "+", StringComparison.Ordinal)}";
        request.Headers["Authorization"] = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}";
    }
}
