using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary>One grant type of the token endpoint.</summary>
internal abstract class GrantHandler
{
    public abstract string GrantType { get; }

    /// <summary>The tokens for what the client brought.</summary>
    public abstract Task<Checked<TokenResponse>> AnswerAsync(TokenRequest request, ITokenContent contents, CancellationToken ct);

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

    /// <summary>The resources that the token shall be for (RFC 8707 §2.2).</summary>
    public IReadOnlyList<string> Resources => Form.Resources;

    public override string ToString() => $"token request of {Client}";

    /// <summary>The words of a list such as <c>scope</c> (RFC 6749 §3.3), each once.</summary>
    public static string[] Words(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1 ? [.. words.Distinct(StringComparer.Ordinal)] : words;
    }
}
