using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;

namespace IdentityPlatform.Conformance.Programs;

/// <summary>The real card issuer in its production environment: its authorization server is what HAIP asks about.</summary>
internal sealed class IssuerProgram : IAsyncDisposable
{
    public const string ClientId = "card-issuer";

    // ISO/IEC 18013-5 annex B.1.4.
    private const string DocumentSigner = "1.0.18013.5.1.2";

    private readonly HttpClient _http;
    private readonly string _signer;

    public IssuerProgram(string folder, int port, string provider, SuiteAuthority cards, SuiteAuthority wallets, HttpClient http)
    {
        _http = http;
        _signer = Path.Combine(folder, "signer");
        Directory.CreateDirectory(SignerKeys);
        Child = new("card-issuer", "Issuer", folder, port, new Dictionary<string, string>
        {
            ["SharedState:Engine"] = "memory",
            ["Urls"] = $"https://localhost:{port}",
            ["Deployment:Directory"] = Path.Combine(Repository.ContentRootOf("Issuer"), "deployments", "card"),
            ["SignIn:Authority"] = provider,
            ["SignIn:ClientId"] = ClientId,
            ["Signer:Socket"] = Socket,
            ["Signer:Keys:Directory"] = SignerKeys,
            ["Signer:State"] = Path.Combine(_signer, "state"),

            // One person stands for the wallets of all modules, and collects in minutes what a wallet needs for months.
            ["Signer:CopiesADay"] = "100000",
            ["Bundle:Anchors:0"] = cards.WriteRoot(folder),
            ["Wallets:Attesters:0"] = wallets.WriteRoot(folder),
            ["Wallets:KeyAttesters:0"] = wallets.WriteRoot(folder),
        });
    }

    public ChildServer Child { get; }

    public ServerUnderTest Server { get; private set; } = null!;

    private string SignerKeys => Path.Combine(_signer, "keys");

    // A path of a socket is short.
    private string Socket { get; } = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");

    /// <summary>Makes its keys, hands over the one that verifiers pin, and gives its registration at the identity provider.</summary>
    public async Task<JsonObject> PrepareAsync(SuiteAuthority authority, string bundleRoot)
    {
        await Child.RunVerbAsync("keys", "create");
        await Child.RunVerbAsync("sign", "keys", "create");
        await authority.CertifyAsync(Child, "credentials", DocumentSigner, SignerKeys, "sign");
        foreach (var role in new[] { "status", "metadata" })
        {
            await authority.CertifyAsync(Child, role, null);
        }

        await File.WriteAllTextAsync(bundleRoot, await ShowAsync("bundle-root"));
        return new()
        {
            ["client_id"] = ClientId,
            ["client_name"] = "Card issuer",
            ["redirect_uris"] = new JsonArray($"{Child.Url}/signin/callback"),
            ["grant_types"] = new JsonArray("authorization_code"),
            ["scope"] = "openid",
            ["token_endpoint_auth_method"] = "private_key_jwt",
            ["jwks"] = new JsonObject { ["keys"] = new JsonArray(JsonNode.Parse(await ShowAsync("client-authentication"))) },
        };
    }

    public async Task StartAsync(IEnumerable<SuiteClient> clients)
    {
        foreach (var client in clients)
        {
            await File.WriteAllTextAsync(Path.Combine(Child.ClientsDirectory, $"{client.Id}.json"), client.Registration().ToJsonString());
        }

        await Child.StartBesideAsync(Socket, "sign");
        await Child.StartAsync(_http);
        Server = await ReadAsync();
    }

    public ValueTask DisposeAsync() => Child.DisposeAsync();

    private Task<string> ShowAsync(string role) =>
        Child.RunVerbAsync("keys", "show", "--name", Path.GetFileNameWithoutExtension(Directory.GetFiles(Child.KeysDirectory, $"{role}-*.json").Single()));

    // The issuer's metadata beside those of its authorization server: where a token is for, and what for.
    private async Task<ServerUnderTest> ReadAsync()
    {
        var server = await ServerUnderTest.ReadAsync(Child.Url, "/.well-known/oauth-authorization-server", _http);
        var issuer = (await ServerUnderTest.ReadAsync(Child.Url, "/.well-known/openid-credential-issuer", _http)).Metadata;
        server.Metadata["credential_endpoint"] = (string?)issuer["credential_endpoint"];
        server.Metadata["credential_issuer_metadata"] = issuer;
        server.Metadata["nonce_endpoint"] = (string?)issuer["nonce_endpoint"];
        return server;
    }
}
