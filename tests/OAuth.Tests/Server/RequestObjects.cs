using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>Request objects that are right, unless the test changes one thing.</summary>
public static class RequestObjects
{
    public static string SignedRequest(
        this TestClient client, Action<JsonObject>? change = null, SigningKey? signer = null, Action<JsonObject>? header = null)
    {
        var now = client.Server.Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = client.Id, ["aud"] = TestServer.Issuer, ["nbf"] = now, ["exp"] = now + 300 };
        foreach (var (name, value) in client.AuthorizationParameters())
        {
            claims[name] = value;
        }

        change?.Invoke(claims);
        signer ??= client.Key;
        var protectedHeader = new JsonObject { ["alg"] = signer.Algorithm.Name(), ["typ"] = "oauth-authz-req+jwt", ["kid"] = client.Key.KeyId };
        header?.Invoke(protectedHeader);
        return TestKeys.Jwt(signer, protectedHeader, claims);
    }

    /// <summary>A pushed request that holds a request object and nothing beside it.</summary>
    public static Task<Answer> PushSignedAsync(this TestClient client, string requestObject, Action<Request>? change = null)
    {
        var request = client.Authenticated("/par");
        request.Form["client_id"] = client.Id;
        request.Form["request"] = requestObject;
        return client.SendAsync(request, change);
    }
}
