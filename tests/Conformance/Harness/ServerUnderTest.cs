using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>An authorization server as its metadata describes it.</summary>
public sealed class ServerUnderTest(string issuer, JsonObject metadata, HttpClient http)
{
    public string Issuer { get; } = issuer;

    public JsonObject Metadata { get; } = metadata;

    public HttpClient Http { get; } = http;

    /// <summary>Reads the metadata that stands at a well-known path below the issuer.</summary>
    public static async Task<ServerUnderTest> ReadAsync(string issuer, string path, HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, issuer + path);
        using var response = await http.SendAsync(request);
        return new(issuer, (await Answer.ReadAsync(request, response)).Is(200).Json, http);
    }

    /// <summary>An endpoint; RFC 8705 §5: its alias for callers with a certificate, where there is one.</summary>
    public string Endpoint(string name, bool withCertificate = false) =>
        (withCertificate ? (string?)Metadata["mtls_endpoint_aliases"]?[name] : null)
        ?? (string?)Metadata[name]
        ?? throw new Xunit.Sdk.XunitException($"the metadata has no {name}");

    public IReadOnlyList<string> Strings(string name) => Metadata[name]?.AsArray().Select(value => (string)value!).ToList() ?? [];

    public bool Says(string name) => (bool?)Metadata[name] == true;

    /// <summary>C5: the published keys, checked.</summary>
    public async Task<JsonArray> KeysAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Endpoint("jwks_uri"));
        using var response = await Http.SendAsync(request);
        var keys = (await Answer.ReadAsync(request, response)).Is(200).Json["keys"]!.AsArray();
        Checks.PublicKeys(keys);
        return keys;
    }

    public async Task<Answer> GetAsync(string url, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        using var response = await Http.SendAsync(request);
        return await Answer.ReadAsync(request, response);
    }

    public override string ToString() => Issuer;
}
