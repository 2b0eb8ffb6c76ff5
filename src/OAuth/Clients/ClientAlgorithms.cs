using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>Whether this server has a key for every algorithm that a client registered for: without one the client would never get its answer.</summary>
internal static class ClientAlgorithms
{
    /// <summary>The first member that names an algorithm without an active key, or null.</summary>
    public static (string Member, JwsAlgorithm Algorithm)? FindUnsigned(Client client, AuthorizationServerOptions options, Signer signer)
    {
        var answers = ServerTerms.ResponseRoleOf(options);
        foreach (var (member, role, wanted) in Wanted(client, options, answers))
        {
            if (wanted is { } algorithm && signer.FindActive(role, algorithm) is null)
            {
                return (member, algorithm);
            }
        }

        return null;
    }

    private static IEnumerable<(string Member, KeyRole Role, JwsAlgorithm? Algorithm)> Wanted(Client client, AuthorizationServerOptions options, KeyRole answers)
    {
        if (options.OpenIdConnect)
        {
            // What a client gets that says nothing matters to those alone that get ID tokens.
            yield return ("id_token_signed_response_alg", KeyRole.IdentityTokens, client.Scopes.Contains("openid") ? client.IdTokenAlgorithm : client.RegisteredIdTokenAlgorithm);
            yield return ("userinfo_signed_response_alg", KeyRole.IdentityTokens, client.UserInfoAlgorithm);
        }

        const string response = "authorization_signed_response_alg";
        yield return (response, answers, client.Registration.TryGetProperty(response, out _) ? client.ResponseAlgorithm : null);
        yield return ("introspection_signed_response_alg", answers, client.IntrospectionAlgorithm);
    }
}
