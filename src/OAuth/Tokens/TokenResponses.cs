using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Grants;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>The successful token response (RFC 6749 §5.1, RFC 9449 §5).</summary>
internal sealed class TokenResponses(AuthorizationServerOptions options, AccessTokens accessTokens, RefreshTokens refreshTokens, TimeProvider time)
{
    public async Task<Checked<byte[]>> WriteAsync(TokenRequest request, UsableGrant usable, string grantType, ITokenContent contents, CancellationToken ct)
    {
        var grant = Describe(request, usable, grantType);
        if (await contents.ForAsync(grant, ct) is not { } content)
        {
            return new Refusal(Rule.GrantContent, OAuthErrors.InvalidGrant, "the grant is not valid any more");
        }

        var now = time.GetUtcNow();
        var accessToken = accessTokens.Create(grant, content, now);
        var refreshToken = usable.IsFirstUse && options.AllowsRefresh(grant.Client, grant.Scopes)
            ? await refreshTokens.AddAsync(grant.AuthorizationId, grant.Client.Id, RefreshBinding(grant), now + options.RefreshTokenLifetime, ct)
            : null;
        return JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("access_token", accessToken);
            writer.WriteString("token_type", grant.Binding.TokenType);
            writer.WriteNumber("expires_in", (long)options.AccessTokenLifetime.TotalSeconds);
            writer.WriteString("scope", string.Join(' ', grant.Scopes));
            if (refreshToken is not null)
            {
                writer.WriteString("refresh_token", refreshToken);
            }

            if (content.IdToken is not null)
            {
                writer.WriteString("id_token", content.IdToken);
            }

            content.ResponseMembers?.Invoke(writer);
            writer.WriteEndObject();
        });
    }

    // RFC 9449 §5 and RFC 8705 §4: a confidential client proves itself at each refresh, and may change its key or certificate
    // meanwhile. Where DPoP is what it registered for, the token stays with the key all the same.
    private static TokenBinding RefreshBinding(TokenGrant grant) =>
        grant.Client.AuthenticationMethod == ClientAuthenticationMethod.None || grant.Client.SenderConstraint == SenderConstraint.Dpop
            ? grant.Binding
            : TokenBinding.Unbound;

    private static TokenGrant Describe(TokenRequest request, UsableGrant usable, string grantType)
    {
        var content = usable.Grant.Content;
        return new()
        {
            Client = request.Client.Client,
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
            Resources = content.Resources,
            AuthorizationDetails = content.AuthorizationDetails,
            Extra = content.Extra,
        };
    }
}
