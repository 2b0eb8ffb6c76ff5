using System.Data.Common;
using System.Text.Json;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Grants;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>The tokens of what a person granted: for whom, and with what the host says about the person now.</summary>
internal sealed class PersonTokens(
    AuthorizationServerOptions options, ProtectedResources resources, AccessTokens accessTokens, Database database, TimeProvider time)
{
    public async Task<Checked<TokenResponse>> CreateAsync(
        TokenRequest request, UsableGrant usable, string grantType, ITokenContent contents, CancellationToken ct)
    {
        if ((await DraftAsync(request, usable, grantType, contents, ct)).Refused(out var refusal, out var draft))
        {
            // What failed has had its one try.
            return await KeepAsync(usable, null, ct) ?? refusal;
        }

        return await KeepAsync(usable, draft, ct) is { } late
            ? late
            : new TokenResponse
            {
                AccessToken = accessTokens.Create(draft.Body),
                Body = draft.Body,
                RefreshToken = draft.RefreshToken?.Text ?? usable.Successor,
                IdToken = draft.Content.IdToken,
            };
    }

    private async Task<Checked<Draft>> DraftAsync(TokenRequest request, UsableGrant usable, string grantType, ITokenContent contents, CancellationToken ct)
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
        return new Draft(body, content, usable.IsFirstUse ? RefreshToken(grant, body.IssuedAt) : null);
    }

    // One unit of work: the code is spent, the refresh token stored, and what the host keeps is kept; or nothing of it.
    private async Task<Refusal?> KeepAsync(UsableGrant usable, Draft? draft, CancellationToken ct)
    {
        var keep = usable.IsFirstUse ? draft?.Content.KeepAsync : null;
        return usable.SpendAsync is null && draft?.RefreshToken is null && keep is null
            ? null
            : await database.WriteAsync((connection, transaction) => KeepAsync(connection, transaction, usable, draft?.RefreshToken, keep), ct);
    }

    private static async Task<Refusal?> KeepAsync(
        DbConnection connection, DbTransaction transaction, UsableGrant usable, NewRefreshToken? token, Func<DbConnection, DbTransaction, Task>? keep)
    {
        if (usable.SpendAsync is { } spend && await spend(connection, transaction) is { } late)
        {
            return late;
        }

        if (token is not null)
        {
            await RefreshTokens.AddAsync(connection, transaction, token);
        }

        await (keep?.Invoke(connection, transaction) ?? Task.CompletedTask);
        return null;
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

    private NewRefreshToken? RefreshToken(TokenGrant grant, DateTimeOffset now)
    {
        if (!options.AllowsRefresh(grant.Client, grant.Scopes))
        {
            return null;
        }

        var (client, binding, expires) = (grant.Client, RefreshBinding(grant), now + options.RefreshTokenLifetime);
        return client.AuthenticationMethod == ClientAuthenticationMethod.None && binding is TokenBinding.None
            ? NewRefreshToken.Rotating(grant.AuthorizationId, client.Id, expires)
            : NewRefreshToken.Staying(grant.AuthorizationId, client.Id, binding, expires);
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
            Key = usable.Key,
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

    /// <summary>What the answer will be made of. Holds a token: redacted.</summary>
    private sealed class Draft(AccessTokenBody body, TokenContent content, NewRefreshToken? refreshToken)
    {
        public AccessTokenBody Body { get; } = body;

        public TokenContent Content { get; } = content;

        public NewRefreshToken? RefreshToken { get; } = refreshToken;

        public override string ToString() => $"draft for {Body.ClientId}";
    }
}
