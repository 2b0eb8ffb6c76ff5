using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.RelyingParty;

/// <summary>Why a sign-in did not come to an end that the relying service may trust.</summary>
public enum SignInFailure
{
    /// <summary>The <c>state</c> is not the one that was kept.</summary>
    State,

    /// <summary>The <c>iss</c> of the response is missing or another provider's (RFC 9207 §2.4).</summary>
    Issuer,

    /// <summary>The provider answered with an error; <see cref="SignInOutcome.Failed.Error"/> names it.</summary>
    ProviderError,

    /// <summary>The response has no <c>code</c>.</summary>
    Code,

    /// <summary>The token endpoint refused, or answered what is no token response.</summary>
    TokenResponse,

    /// <summary>The ID token is malformed or its signature is not the provider's.</summary>
    IdTokenSignature,

    /// <summary>A claim of the ID token is wrong (OpenID Connect Core §3.1.3.7).</summary>
    IdTokenClaims,
}

/// <summary>How a sign-in ended.</summary>
public abstract class SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <summary>Folds the two cases.</summary>
    public T Match<T>(Func<SignedIn, T> signedIn, Func<Failed, T> failed) => this is SignedIn s ? signedIn(s) : failed((Failed)this);

    /// <summary>The person is signed in.</summary>
    public sealed class SignedIn : SignInOutcome
    {
        internal SignedIn(VerifiedJwt idToken, TokenSet tokens) => (IdToken, Tokens) = (idToken, tokens);

        /// <summary>The verified ID token.</summary>
        public VerifiedJwt IdToken { get; }

        /// <summary>The pairwise subject.</summary>
        public string Subject => IdToken.Claims.GetProperty("sub").GetString()!;

        /// <summary>The ID token's claims.</summary>
        public JsonElement Claims => IdToken.Claims;

        /// <summary>The tokens.</summary>
        public TokenSet Tokens { get; }
    }

    /// <summary>The sign-in failed.</summary>
    public sealed class Failed : SignInOutcome
    {
        internal Failed(SignInFailure reason, string? error) => (Reason, Error) = (reason, error);

        /// <summary>The check that failed.</summary>
        public SignInFailure Reason { get; }

        /// <summary>The provider's <c>error</c> code, where it gave one.</summary>
        public string? Error { get; }
    }
}

/// <summary>Tokens and the key they are bound to (RFC 9449).</summary>
public sealed class TokenSet : IDisposable
{
    internal TokenSet(string accessToken, string? refreshToken, string? idToken, SigningKey dpopKey) =>
        (AccessToken, RefreshToken, IdToken, DpopKey) = (accessToken, refreshToken, idToken, dpopKey);

    /// <summary>The access token.</summary>
    public string AccessToken { get; }

    /// <summary>The refresh token, where one was given.</summary>
    public string? RefreshToken { get; }

    /// <summary>The ID token as received, for <c>id_token_hint</c>.</summary>
    public string? IdToken { get; }

    /// <summary>The key that the tokens are bound to.</summary>
    public SigningKey DpopKey { get; }

    /// <inheritdoc/>
    public void Dispose() => DpopKey.Dispose();

    /// <summary>Redacted.</summary>
    public override string ToString() => "tokens";
}
