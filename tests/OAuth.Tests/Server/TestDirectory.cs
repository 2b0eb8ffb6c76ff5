using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>The files of a test server: keys, clients, databases; and the clients' private keys.</summary>
public sealed class TestDirectory : IDisposable
{
    private readonly bool _owned;

    public TestDirectory(string? path = null)
    {
        _owned = path is null;
        Path = path ?? Directory.CreateTempSubdirectory("oauth-tests-").FullName;
        if (_owned)
        {
            WriteKeys();
            WriteClients();
        }
    }

    public string Path { get; }

    public string Keys => $"{Path}/keys";

    public string Clients => $"{Path}/clients";

    public SigningKey ClientOne { get; } = TestKeys.NewEc("one-1");

    public SigningKey ClientTwo { get; } = TestKeys.NewEc("two-1");

    public X509Certificate2 AttesterAuthority { get; } = TestKeys.Authority("Attesters");

    /// <summary>The registration of a confidential client.</summary>
    public static JsonObject Registration(string id, SigningKey key) => new()
    {
        ["client_id"] = id,
        ["client_name"] = "A client",
        ["token_endpoint_auth_method"] = "private_key_jwt",
        ["jwks"] = new JsonObject { ["keys"] = new JsonArray(TestKeys.PublicJwk(key)) },
        ["redirect_uris"] = new JsonArray($"https://{id}.example/callback?kept=1"),
        ["grant_types"] = new JsonArray(GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.PreAuthorizedCode),
        ["response_types"] = new JsonArray("code"),
        ["scope"] = "openid profile offline_access card",
        ["id_token_signed_response_alg"] = "ES256",
    };

    /// <summary>Registers one more client with the key of the first: a server that starts from now on knows it.</summary>
    public void Add(string id, Action<JsonObject> change)
    {
        var client = Registration(id, ClientOne);
        change(client);
        Write(client);
    }

    /// <summary>Adds or replaces a client's file.</summary>
    public void Write(JsonObject client) => File.WriteAllText($"{Clients}/{client["client_id"]}.json", client.ToJsonString());

    public void Dispose()
    {
        if (_owned)
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static JsonObject Device(string id, SigningKey key)
    {
        var client = Registration(id, key);
        client.Remove("redirect_uris");
        client["grant_types"] = new JsonArray(GrantTypes.DeviceCode, GrantTypes.RefreshToken);
        return client;
    }

    private void WriteKeys()
    {
        Directory.CreateDirectory(Keys);
        File.WriteAllText($"{Keys}/access-tokens.json", TestKeys.KeyFile("access-tokens"));
        File.WriteAllText($"{Keys}/identity-tokens.json", TestKeys.KeyFile("identity-tokens"));
    }

    private void WriteClients()
    {
        Directory.CreateDirectory(Clients);
        Write(Registration("one", ClientOne));
        Write(Registration("two", ClientTwo));

        var front = Registration("front", ClientOne);
        front["require_pushed_authorization_requests"] = false;
        Write(front);

        var plain = Registration("plain", ClientOne);
        plain["require_pushed_authorization_requests"] = false;
        plain["require_pkce"] = false;
        plain["authorization_details_types"] = new JsonArray("payment", "gone");
        Write(plain);

        var signing = Registration("signing", ClientOne);
        signing["require_signed_request_object"] = true;
        Write(signing);

        var resource = Registration("records", ClientOne);
        resource["resource"] = "https://records.example/api";
        resource["resource_scopes"] = "records.read";
        Write(resource);

        Write(Device("screen", ClientOne));
        Write(Device("other-screen", ClientTwo));
        foreach (var client in TokenClients.All(ClientOne))
        {
            Write(client);
        }

        WriteClientsOfOtherKinds();
    }

    private void WriteClientsOfOtherKinds()
    {
        var codeOnly = Registration("code-only", ClientOne);
        codeOnly["grant_types"] = new JsonArray(GrantTypes.AuthorizationCode);
        codeOnly["scope"] = "openid";
        Write(codeOnly);

        var deskOnly = Registration("desk-only", ClientOne);
        deskOnly["grant_types"] = new JsonArray(GrantTypes.PreAuthorizedCode);
        Write(deskOnly);

        var wallet = Registration("wallet", ClientOne);
        wallet["token_endpoint_auth_method"] = "attest_jwt_client_auth";
        wallet.Remove("jwks");
        Write(wallet);

        var open = Registration("public", ClientOne);
        open["token_endpoint_auth_method"] = "none";
        open.Remove("jwks");
        Write(open);
    }
}
