using System.Text;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>Parsed requests for tests of pure code.</summary>
internal static class Requests
{
    public static Client Client { get; } = ClientFile.Parse(
        "one.json", Encoding.UTF8.GetBytes(TestDirectory.Registration("one", TestKeys.NewEc()).ToJsonString()));

    public static AuthorizationRequest Parse(DateTimeOffset receivedAt, params (string Name, string Value)[] parameters)
    {
        var given = RequestParameters.Of(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
        Assert.False(AuthorizationRequest.Parse(given, Client, new() { Scopes = ["openid", "profile"] }, receivedAt).Refused(out _, out var request));
        return request;
    }
}
