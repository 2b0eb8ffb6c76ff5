using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Official;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>Dynamic registration (RFC 7591), with an initial access token of the operator.</summary>
internal sealed class Registrar(ServerUnderTest server, string? initialAccessToken)
{
    // What the server decides, or what a client does not say about itself.
    private static readonly string[] NotAsked = ["client_id", "client_secret_sha256"];

    /// <summary>Registers a fresh client and requires what every module of the Dynamic plan requires of the answer.</summary>
    public async Task<SuiteClient> RegisterAsync(Variant variant, Action<SuiteClient, JsonObject>? change = null)
    {
        var client = new SuiteClient(variant, 1) { Server = server };
        client.RedirectUri = $"https://{SuiteKey.Random(6).ToLowerInvariant().Replace('_', 'x').Trim('-')}.test/callback";
        var answer = (await PostAsync(Request(client, change))).Is(201);
        Assert.Equal("application/json", answer.ContentType);
        client.Id = answer.Required("client_id");
        if (answer.Text("client_secret") is { } secret)
        {
            Assert.NotNull(answer.Json["client_secret_expires_at"]);
            client.Secret = secret;
        }

        Assert.Equal(answer.Text("registration_client_uri") is null, answer.Text("registration_access_token") is null);
        Assert.StartsWith("https://", answer.Text("registration_client_uri") ?? "https://", StringComparison.Ordinal);
        client.Registered = answer.Json;
        return client;
    }

    /// <summary>A registration that has to be refused (RFC 7591 §3.2.2).</summary>
    public async Task RefuseAsync(Variant variant, Action<SuiteClient, JsonObject> change, params string[] errors)
    {
        using var client = new SuiteClient(variant, 1) { Server = server };
        (await PostAsync(Request(client, change))).IsError(errors);
    }

    /// <summary>Reads a registration back (RFC 7592 §2.1).</summary>
    public async Task<Answer> ReadAsync(SuiteClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, (string)client.Registered!["registration_client_uri"]!);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (string)client.Registered!["registration_access_token"]!);
        using var response = await server.Http.SendAsync(request);
        return await Answer.ReadAsync(request, response);
    }

    public override string ToString() => nameof(Registrar);

    private static JsonObject Request(SuiteClient client, Action<SuiteClient, JsonObject>? change)
    {
        var json = Registrations.Of(client);
        foreach (var name in NotAsked)
        {
            json.Remove(name);
        }

        change?.Invoke(client, json);
        return json;
    }

    private async Task<Answer> PostAsync(JsonObject json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Endpoint("registration_endpoint"))
        {
            Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (initialAccessToken is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", initialAccessToken);
        }

        using var response = await server.Http.SendAsync(request);
        return await Answer.ReadAsync(request, response);
    }
}
