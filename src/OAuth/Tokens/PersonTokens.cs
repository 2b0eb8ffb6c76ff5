using System.Text.Json;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Grants;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>The tokens of what a person granted: for whom, and with what the host says about the person now.</summary>
internal sealed class PersonTokens(
    AuthorizationServerOptions options, ProtectedResources resources, AccessTokens accessTokens, RefreshTokens refreshTokens, TimeProvider time)
{
    public async Task<Checked<TokenResponse>> CreateAsync(
        TokenRequest request, UsableGrant usable, string grantType, ITokenContent contents, CancellationToken ct)
    {
        if (resources.Choose(request.Resources, usable.Grant.Content.Resources).Refused(out var refusal, out var target))
        {
            return refusal;
        }

        if (ChooseDetails(request, usable.Grant.Content).Refused(out refusal, out var details))
        {
            return refusal;
        }

        var grant = Describe(request, usable, grantType, target, details.Json);
        if (await contents.ForAsync(grant, ct) is not { } content)
        {
            return new Refusal(Rule.GrantContent, OAuthErrors.InvalidGrant, "the grant is not valid any more");
        }

        var body = Body(grant, target, content, time.GetUtcNow());
        return new TokenResponse
        {
            AccessToken = accessTokens.Create(body),
            Body = body,
            RefreshToken = usable.IsFirstUse ? await AddRefreshTokenAsync(grant, body.IssuedAt, ct) : usable.Successor,
            IdToken = content.IdToken,
        };
    }

    private static Checked<ChosenDetails> ChooseDetails(TokenRequest request, GrantContent content)
    {
        if (request.Form["authorization_details"] is not { } text)
        {
            return new ChosenDetails(content.AuthorizationDetails);
        }

        if (AuthorizationDetails.Parse(text).Refused(out var refusal, out var asked))
        {
            return refusal;
        }

        return DetailNarrowing.Check(content.AuthorizationDetails ?? content.OfferedDetails, asked) is { } fault ? fault : new ChosenDetails(asked.Json);
    }

    private AccessTokenBody Body(TokenGrant grant, TokenTarget target, TokenContent content, DateTimeOffset now) => new()
    {
        Subject = content.Subject,
        ClientId = grant.Client.Id,
        Audience = target.Identifier,
        Scopes = target.Narrow(grant.Scopes),
        Binding = grant.Binding,
        IssuedAt = now,
        ExpiresAt = now + options.AccessTokenLifetime,
        GrantId = grant.AuthorizationId,
        AuthTime = grant.AuthTime,
        Acr = content.Acr,
        AuthorizationDetails = content.AuthorizationDetails ?? grant.AuthorizationDetails,
        Claims = content.AccessTokenClaims,
    };

    private async Task<string?> AddRefreshTokenAsync(TokenGrant grant, DateTimeOffset now, CancellationToken ct)
    {
        if (!options.AllowsRefresh(grant.Client, grant.Scopes))
        {
            return null;
        }

        var (client, binding, expires) = (grant.Client, RefreshBinding(grant), now + options.RefreshTokenLifetime);
        return client.AuthenticationMethod == ClientAuthenticationMethod.None && binding is TokenBinding.None
            ? await refreshTokens.AddRotatingAsync(grant.AuthorizationId, client.Id, expires, ct)
            : await refreshTokens.AddAsync(grant.AuthorizationId, client.Id, binding, expires, ct);
    }

    // RFC 9449 §5 and RFC 8705 §4: a confidential client proves itself at each refresh, and may change its key or certificate
    // meanwhile. Where DPoP is what it registered for, the token stays with the key all the same.
    private static TokenBinding RefreshBinding(TokenGrant grant) =>
        grant.Client.AuthenticationMethod == ClientAuthenticationMethod.None || grant.Client.SenderConstraint == SenderConstraint.Dpop
            ? grant.Binding
            : TokenBinding.Unbound;

    private static TokenGrant Describe(TokenRequest request, UsableGrant usable, string grantType, TokenTarget target, JsonElement? details)
    {
        var content = usable.Grant.Content;
        return new()
        {
            Client = request.Client.Client,
            Resource = target.Resource,
            Subject = usable.Grant.Subject,
            Scopes = usable.Scopes,
            Nonce = usable.IsFirstUse ? content.Nonce : null,
            AuthTime = content.AuthTime is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            Acr = content.Acr,
            Amr = content.Amr,
            SessionId = content.SessionId,
            GrantType = grantType,
            AuthorizationId = usable.Grant.Id,
            Binding = request.Binding,
            AuthorizationDetails = details,
            Extra = content.Extra,
        };
    }

    private sealed record ChosenDetails(JsonElement? Json);
}
