using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary>A grant type behind which a person stands, who granted something that is stored.</summary>
internal abstract class PersonGrant(PersonTokens tokens) : GrantHandler
{
    public sealed override async Task<Checked<TokenResponse>> AnswerAsync(TokenRequest request, ITokenContent contents, CancellationToken ct) =>
        (await RedeemAsync(request, ct)).Refused(out var refusal, out var usable)
            ? refusal
            : await tokens.CreateAsync(request, usable, GrantType, contents, ct);

    /// <summary>Redeems what the client brought.</summary>
    protected abstract Task<Checked<UsableGrant>> RedeemAsync(TokenRequest request, CancellationToken ct);

    /// <summary>Decrypts the grant; without its person it is worth nothing.</summary>
    protected static async Task<Checked<Grant>> OpenAsync(StoredGrants grants, GrantRow row, CancellationToken ct) =>
        await grants.OpenAsync(row, ct) is { } grant ? grant : Refuse(Rule.GrantContent, "the grant is not valid any more");
}

/// <summary>A grant that may give tokens now.</summary>
internal sealed class UsableGrant(Grant grant, IReadOnlyList<string> scopes, bool isFirstUse, string? successor = null)
{
    public Grant Grant { get; } = grant;

    /// <summary>What the tokens are for: all that was granted, or the part that a refresh asks for.</summary>
    public IReadOnlyList<string> Scopes { get; } = scopes;

    /// <summary>True when a code was redeemed: the nonce belongs to this answer, and a refresh token may be made.</summary>
    public bool IsFirstUse { get; } = isFirstUse;

    /// <summary>The refresh token that replaces the one that was used, or null.</summary>
    public string? Successor { get; } = successor;

    public override string ToString() => Grant.ToString();
}
