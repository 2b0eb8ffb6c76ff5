using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary>One grant type of the token endpoint.</summary>
internal abstract class GrantHandler
{
    public abstract string GrantType { get; }

    /// <summary>Redeems what the client brought.</summary>
    public abstract Task<Checked<UsableGrant>> RedeemAsync(TokenRequest request, CancellationToken ct);

    /// <summary>Decrypts the grant; without its person it is worth nothing.</summary>
    protected static async Task<Checked<Grant>> OpenAsync(StoredGrants grants, GrantRow row, CancellationToken ct) =>
        await grants.OpenAsync(row, ct) is { } grant ? grant : Refuse(Rule.GrantContent, "the grant is not valid any more");

    protected static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidGrant, description);
}

/// <summary>A token request whose client and key were checked. Holds secrets: redacted.</summary>
internal sealed class TokenRequest(RequestParameters form, AuthenticatedClient client, TokenBinding binding)
{
    public RequestParameters Form { get; } = form;

    public AuthenticatedClient Client { get; } = client;

    /// <summary>What the tokens will be bound to: shown with this request.</summary>
    public TokenBinding Binding { get; } = binding;

    /// <summary>The key of the DPoP proof, or null.</summary>
    public string? ProofThumbprint => (Binding as TokenBinding.Dpop)?.Thumbprint;

    public override string ToString() => $"token request of {Client}";
}

/// <summary>A grant that may give tokens now.</summary>
internal sealed class UsableGrant(Grant grant, IReadOnlyList<string> scopes, bool isFirstUse)
{
    public Grant Grant { get; } = grant;

    /// <summary>What the tokens are for: all that was granted, or the part that a refresh asks for.</summary>
    public IReadOnlyList<string> Scopes { get; } = scopes;

    /// <summary>True when a code was redeemed: the nonce belongs to this answer, and a refresh token may be made.</summary>
    public bool IsFirstUse { get; } = isFirstUse;

    public override string ToString() => Grant.ToString();
}
