using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.IdP.Tests.Services;

/// <summary>The verbs <c>clients</c> and <c>services</c>, each run as an operator does, beside a server on the same database.</summary>
public sealed class ClientVerbTests : IDisposable
{
    private readonly IdpHost _host = new();

    public ClientVerbTests() => _host.More["Registration:Enabled"] = "true";

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_new_secret_is_printed_once_and_the_one_before_it_stays_good()
    {
        Rewrite("plain-service", client =>
        {
            client["token_endpoint_auth_method"] = "client_secret_basic";
            client.Remove("jwks");
        });
        var secrets = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var (code, output, error) = await _host.RunVerbAsync("clients", "secret", "plain-service");
            Assert.Equal((0, ""), (code, error));
            secrets.Add(output);
        }

        Assert.All(secrets, secret => Assert.Equal(43, secret.Length));
        var kept = Read("plain-service")["client_secret_sha256"]!.AsArray().Select(hash => hash!.GetValue<string>());
        Assert.Equal(new[] { HashOf(secrets[2]), HashOf(secrets[1]) }.Order(), kept.Order());
        Assert.Equal("Service plain-service", Read("plain-service")["client_name"]!.GetValue<string>());

        // The server takes the two, and the third is gone.
        Assert.Equal(HttpStatusCode.BadRequest, await TokenAsync("plain-service", secrets[2]));
        Assert.Equal(HttpStatusCode.BadRequest, await TokenAsync("plain-service", secrets[1]));
        Assert.Equal(HttpStatusCode.Unauthorized, await TokenAsync("plain-service", secrets[0]));
    }

    [Theory]
    [InlineData("service-one", "is not registered for client_secret_basic or client_secret_post.")]
    [InlineData("nobody", "is unknown.")]
    public async Task Who_has_no_secret_gets_none(string id, string why)
    {
        var before = File.Exists(FileOf(id)) ? File.ReadAllText(FileOf(id)) : null;
        Assert.Equal((1, "", $"{id}: {why}"), await _host.RunVerbAsync("clients", "secret", id));
        Assert.Equal(before, File.Exists(FileOf(id)) ? File.ReadAllText(FileOf(id)) : null);
    }

    [Fact]
    public async Task An_invitation_is_good_for_as_many_clients_as_it_says_and_for_what_it_allows()
    {
        var (code, token, error) = await _host.RunVerbAsync("clients", "invite", "--uses", "2", "--scope", "openid", "--allow", "bearer", "--allow", "secrets");
        Assert.Equal((0, ""), (code, error));
        var registered = await RegisterAsync(token, HttpStatusCode.Created);
        Assert.Equal(("client_secret_basic", false), (registered["token_endpoint_auth_method"]!.GetValue<string>(), registered["dpop_bound_access_tokens"]!.GetValue<bool>()));

        // A secret of a client in the database counts at once.
        var id = registered["client_id"]!.GetValue<string>();
        var (again, secret, _) = await _host.RunVerbAsync("clients", "secret", id);
        Assert.Equal(0, again);
        Assert.Equal(HttpStatusCode.BadRequest, await TokenAsync(id, secret));
        Assert.Equal(HttpStatusCode.BadRequest, await TokenAsync(id, registered["client_secret"]!.GetValue<string>()));

        await RegisterAsync(token, HttpStatusCode.Created);
        await RegisterAsync(token, HttpStatusCode.Unauthorized);
        var (_, strict, _) = await _host.RunVerbAsync("clients", "invite", "--scope", "openid");
        await RegisterAsync(strict, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_invitation_that_could_invite_nobody_is_not_written()
    {
        Assert.Equal(
            (2, "", "--scope: this server has openid profile offline_access."), await _host.RunVerbAsync("clients", "invite", "--scope", "openid everything"));
        foreach (var wrong in (string[][])[["--uses", "0"], ["--days", "-1"], ["--allow", "everything"]])
        {
            var (code, _, error) = await _host.RunVerbAsync(["clients", "invite", .. wrong]);
            Assert.NotEqual(0, code);
            Assert.Contains(wrong[0] == "--allow" ? "everything" : $"{wrong[0]} is at least 1.", error, StringComparison.Ordinal);
        }

        _host.More["Registration:Enabled"] = "false";
        Assert.Equal((2, "", "Registration:Enabled is not true: there is no registration endpoint."), await _host.RunVerbAsync("clients", "invite"));
    }

    [Fact]
    public async Task A_client_that_registered_itself_is_removed_with_the_key_behind_its_pseudonyms()
    {
        var (_, token, _) = await _host.RunVerbAsync("clients", "invite", "--scope", "openid", "--allow", "bearer", "--allow", "secrets");
        var registered = await RegisterAsync(token, HttpStatusCode.Created);
        var id = registered["client_id"]!.GetValue<string>();
        await _host.Services.GetRequiredService<Sectors>().OfAsync(id, CancellationToken.None);

        Assert.Equal((0, $"{id}: removed.", ""), await _host.RunVerbAsync("clients", "remove", id));
        Assert.Equal(HttpStatusCode.Unauthorized, await TokenAsync(id, registered["client_secret"]!.GetValue<string>()));
        Assert.Equal((1, $"{id}: there is no key.", ""), await _host.RunVerbAsync("services", "remove", id));
        Assert.Equal((1, $"{id}: did not register itself.", ""), await _host.RunVerbAsync("clients", "remove", id));
        Assert.Equal((1, "service-one: did not register itself.", ""), await _host.RunVerbAsync("clients", "remove", "service-one"));
        Assert.True(File.Exists(FileOf("service-one")));
    }

    [Fact]
    public async Task A_service_is_removed_with_its_key_unless_others_share_it()
    {
        foreach (var id in (string[])["shop", "help"])
        {
            _host.Register(id, "openid", "\"sector_identifier_uri\": \"https://group.test/sector.json\",");
        }

        foreach (var id in (string[])["shop", "help"])
        {
            await _host.Services.GetRequiredService<Sectors>().OfAsync(id, CancellationToken.None);
        }

        const string shared = "removed; other services share its sector, so the key stays until the last of them is removed.";
        Assert.Equal((0, $"shop: {shared}", ""), await _host.RunVerbAsync("services", "remove", "shop"));
        Assert.Equal((0, "help: the key is destroyed.", ""), await _host.RunVerbAsync("services", "remove", "help"));
        Assert.Equal((1, "help: there is no key.", ""), await _host.RunVerbAsync("services", "remove", "help"));
    }

    private static string HashOf(string secret) => Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private string FileOf(string id) => Path.Combine(_host.Folder, "clients", $"{id}.json");

    private JsonObject Read(string id) => JsonNode.Parse(File.ReadAllText(FileOf(id)))!.AsObject();

    private void Rewrite(string id, Action<JsonObject> change)
    {
        var client = Read(id);
        change(client);
        File.WriteAllText(FileOf(id), client.ToJsonString());
    }

    // The secret is right when the server goes on to say what is wrong with the code.
    private async Task<HttpStatusCode> TokenAsync(string id, string secret)
    {
        using var client = new HttpClient(_host.Handler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{IdpHost.Url}/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "authorization_code"), new("code", "x"), new("redirect_uri", "https://x.test/")]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<JsonObject> RegisterAsync(string token, HttpStatusCode expected)
    {
        using var client = new HttpClient(_host.Handler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{IdpHost.Url}/register")
        {
            Content = new StringContent("""{"redirect_uris":["https://itself.test/"],"scope":"openid","dpop_bound_access_tokens":false}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {body}");
        return JsonNode.Parse(body)!.AsObject();
    }
}
