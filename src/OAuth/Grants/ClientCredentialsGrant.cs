using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary>
/// <c>client_credentials</c> (RFC 6749 §4.4): a client in its own name. There is no person, so no ID token; the client can always
/// ask again, so no refresh token; and nothing is stored, so the token lives as long as its client is registered, at most minutes.
/// </summary>
internal sealed class ClientCredentialsGrant(AuthorizationServerOptions options, ProtectedResources resources, AccessTokens tokens, TimeProvider time) : GrantHandler
{
    public override string GrantType => GrantTypes.ClientCredentials;

    public override Task<Checked<TokenResponse>> AnswerAsync(TokenRequest request, ITokenContent contents, CancellationToken ct) =>
        Task.FromResult(Answer(request));

    private Checked<TokenResponse> Answer(TokenRequest request)
    {
        var client = request.Client.Client;

        // RFC 6749 §4.4: for confidential clients alone, since anybody can say that they are a public one.
        if (client.AuthenticationMethod == ClientAuthenticationMethod.None)
        {
            return new Refusal(Rule.GrantTypeOfClient, OAuthErrors.UnauthorizedClient, "a public client has no credentials of its own");
        }

        if (Ask(request, client).Refused(out var refusal, out var scopes)
            || resources.ChooseForClient(request.Resources, scopes).Refused(out refusal, out var target))
        {
            return refusal;
        }

        var granted = target.Narrow(scopes);
        return CheckGranted(request, target, scopes, granted) is { } fault ? fault : Give(request, target, granted);
    }

    private TokenResponse Give(TokenRequest request, TokenTarget target, IReadOnlyList<string> scopes)
    {
        var client = request.Client.Client;
        var now = time.GetUtcNow();
        var body = new AccessTokenBody
        {
            Subject = client.Id,
            ClientId = client.Id,
            Audience = target.Identifier,
            Scopes = scopes,
            Binding = request.Binding,
            IssuedAt = now,
            ExpiresAt = now + options.AccessTokenLifetime,
        };
        return new TokenResponse { AccessToken = tokens.Create(body), Body = body };
    }

    // The scopes of resources are a client's to ask for; those of this server (openid, …) are a person's to give.
    private Checked<string[]> Ask(TokenRequest request, Client client)
    {
        if (request.Form["scope"] is not { } asked)
        {
            return request.Resources.Count > 0 ? [.. client.Scopes.Where(resources.HasScope)] : Array.Empty<string>();
        }

        var scopes = TokenRequest.Words(asked);
        return Array.TrueForAll(scopes, scope => client.Scopes.Contains(scope) && resources.HasScope(scope))
            ? scopes
            : new Refusal(Rule.Scope, OAuthErrors.InvalidScope, "a scope is not one that the client may have in its own name");
    }

    // Asked for by name, a scope that the resource does not know is an error; by default it is left out.
    private static Refusal? CheckGranted(TokenRequest request, TokenTarget target, string[] scopes, IReadOnlyList<string> granted)
    {
        if (request.Form["scope"] is not null && granted.Count != scopes.Length)
        {
            return new(Rule.Scope, OAuthErrors.InvalidScope, "a scope is not one of the resource");
        }

        return target.Resource is not null && granted.Count == 0
            ? new(Rule.Target, OAuthErrors.InvalidTarget, "the client has no scope of this resource")
            : null;
    }
}
