using System.Data.Common;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary>A grant type behind which a person stands, who granted something that is stored.</summary>
internal abstract class PersonGrant(StoredGrants grants, PersonTokens tokens) : GrantHandler
{
    public sealed override async Task<Checked<TokenResponse>> AnswerAsync(TokenRequest request, ITokenContent contents, CancellationToken ct)
    {
        if ((await RedeemAsync(request, ct)).Refused(out var refusal, out var usable))
        {
            return refusal;
        }

        using (usable)
        {
            return await tokens.CreateAsync(request, usable, GrantType, contents, ct);
        }
    }

    /// <summary>Finds what the client brought, checks it, and spends it, or says how it is spent.</summary>
    protected abstract Task<Checked<UsableGrant>> RedeemAsync(TokenRequest request, CancellationToken ct);

    /// <summary>Decrypts the grant; without its person it is worth nothing.</summary>
    protected async Task<Checked<OpenedGrant>> OpenAsync(GrantRow row, CancellationToken ct) =>
        await grants.OpenAsync(row, ct) is { } grant ? grant : Refuse(Rule.GrantContent, "the grant is not valid any more");
}

/// <summary>A grant that may give tokens now.</summary>
internal sealed class UsableGrant(OpenedGrant opened, IReadOnlyList<string> scopes) : IDisposable
{
    public Grant Grant => opened.Grant;

    public PersonKey Key => opened.Key;

    /// <summary>What the tokens are for: all that was granted, or the part that a refresh asks for.</summary>
    public IReadOnlyList<string> Scopes { get; } = scopes;

    /// <summary>True when a code was redeemed: the nonce belongs to this answer, and a refresh token may be made.</summary>
    public bool IsFirstUse { get; init; } = true;

    /// <summary>The refresh token that replaces the one that was used, or null.</summary>
    public string? Successor { get; init; }

    /// <summary>
    /// Spends what the client brought, in the unit of work that keeps what comes of it; answers a refusal where another request
    /// was quicker. Null: it is spent, or stays.
    /// </summary>
    public Func<DbConnection, DbTransaction, Task<Refusal?>>? SpendAsync { get; init; }

    public void Dispose() => opened.Dispose();

    public override string ToString() => Grant.ToString();
}
