using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.RelyingParty;

/// <summary>
/// The other end of the engine: a relying service's OpenID Connect client at the level of FAPI 2.0. Pushes its request,
/// uses PKCE S256, DPoP and private_key_jwt, and believes nothing that it did not check.
/// </summary>
public sealed class OpenIdClient : IDisposable
{
    private readonly OpenIdClientOptions _options;
    private readonly TimeProvider _time;
    private readonly FillRandom _random;
    private readonly Provider _provider;
    private readonly ProviderCalls _calls;

    /// <summary>One client per relying service, shared by all its requests.</summary>
    public OpenIdClient(HttpClient http, OpenIdClientOptions options, TimeProvider time, FillRandom random)
    {
        (_options, _time, _random) = (options, time, random);
        _provider = new(http, options.Authority, time);
        _calls = new(http, options, time, random);
    }

    /// <summary>Pushes the authorization request (RFC 9126) and says where the browser goes.</summary>
    /// <exception cref="HttpRequestException">The provider does not answer, or refuses this client's request.</exception>
    public async Task<SignInStart> StartAsync(SignInRequest request, CancellationToken ct)
    {
        var metadata = await _provider.MetadataAsync(ct);
        var state = SignInState.Create(_random);
        using var dpopKey = state.DpopKey();
        var answer = await _calls.PostAsClientAsync(metadata.PushedAuthorizationRequestEndpoint, Parameters(request, state), dpopKey, ct);
        if (!answer.Succeeded || answer.Json.StringMember("request_uri") is not { } requestUri)
        {
            throw new HttpRequestException($"The provider refused the pushed request: {answer.Status} {answer.Error}.");
        }

        return new($"{metadata.AuthorizationEndpoint}?client_id={Uri.EscapeDataString(_options.ClientId)}&request_uri={Uri.EscapeDataString(requestUri)}", state);
    }

    /// <summary>Checks the authorization response, redeems the code and checks the ID token.</summary>
    /// <param name="state">What was kept; the caller has taken it, once, from the session of the browser that returns.</param>
    /// <param name="response">The query parameters of the redirect; a doubled one is given as null.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<SignInOutcome> CompleteAsync(SignInState state, Func<string, string?> response, CancellationToken ct)
    {
        if (response("state") != state.State)
        {
            return new SignInOutcome.Failed(SignInFailure.State, null);
        }

        // RFC 9207 §2.4, before anything else of the response is used.
        if (response("iss") != _options.Authority)
        {
            return new SignInOutcome.Failed(SignInFailure.Issuer, null);
        }

        if (response("error") is { } error)
        {
            return new SignInOutcome.Failed(SignInFailure.ProviderError, error);
        }

        return response("code") is { Length: > 0 } code
            ? await RedeemAsync(state, code, ct)
            : new SignInOutcome.Failed(SignInFailure.Code, null);
    }

    /// <summary>The userinfo claims (OpenID Connect Core §5.3), or null when the provider refuses or names another subject.</summary>
    public async Task<JsonElement?> UserInfoAsync(TokenSet tokens, string subject, CancellationToken ct)
    {
        var endpoint = (await _provider.MetadataAsync(ct)).UserInfoEndpoint;
        if (endpoint is null)
        {
            return null;
        }

        var answer = await _calls.GetAsync(endpoint, tokens, ct);

        // §5.3.2: the sub of the ID token is the only one that this answer may speak of.
        return answer.Succeeded && answer.Json.StringMember("sub") == subject ? answer.Json : null;
    }

    /// <summary>Fresh tokens for a refresh token, or null when the provider refuses.</summary>
    public async Task<TokenSet?> RefreshAsync(TokenSet tokens, CancellationToken ct)
    {
        if (tokens.RefreshToken is null)
        {
            return null;
        }

        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = tokens.RefreshToken };
        var answer = await _calls.PostAsClientAsync((await _provider.MetadataAsync(ct)).TokenEndpoint, form, tokens.DpopKey, ct);
        return answer.Succeeded && answer.Json.StringMember("access_token") is { } accessToken
            ? new(accessToken, answer.Json.StringMember("refresh_token") ?? tokens.RefreshToken, answer.Json.StringMember("id_token") ?? tokens.IdToken, tokens.DpopKey)
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _provider.Dispose();

    private Dictionary<string, string> Parameters(SignInRequest request, SignInState state)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["redirect_uri"] = _options.RedirectUri,
            ["scope"] = request.Scope,
            ["state"] = state.State,
            ["nonce"] = state.Nonce,
            ["code_challenge"] = state.CodeChallenge(),
            ["code_challenge_method"] = "S256",
            ["prompt"] = request.Prompt,
            ["acr_values"] = request.AcrValues,
            ["claims"] = request.Claims,
            ["ui_locales"] = request.UiLocales,
            ["id_token_hint"] = request.IdTokenHint,
            ["max_age"] = request.MaxAge?.ToString(CultureInfo.InvariantCulture),
        };
        return parameters.Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value!);
    }

    private async Task<SignInOutcome> RedeemAsync(SignInState state, string code, CancellationToken ct)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = _options.RedirectUri,
            ["code_verifier"] = state.CodeVerifier,
        };
        var key = state.DpopKey();
        var answer = await _calls.PostAsClientAsync((await _provider.MetadataAsync(ct)).TokenEndpoint, form, key, ct);

        // RFC 9449 §5: a token of type Bearer would be a downgrade.
        if (!answer.Succeeded
            || !string.Equals(answer.Json.StringMember("token_type"), "DPoP", StringComparison.OrdinalIgnoreCase)
            || answer.Json.StringMember("access_token") is not { } accessToken
            || answer.Json.StringMember("id_token") is not { } idToken)
        {
            key.Dispose();
            return new SignInOutcome.Failed(SignInFailure.TokenResponse, answer.Error);
        }

        var tokens = new TokenSet(accessToken, answer.Json.StringMember("refresh_token"), idToken, key);
        return await CheckIdTokenAsync(tokens, idToken, state.Nonce, ct);
    }

    private async Task<SignInOutcome> CheckIdTokenAsync(TokenSet tokens, string idToken, string nonce, CancellationToken ct)
    {
        if (SignedJwt.Parse(idToken).Failed(out _, out var received)
            || await _provider.FindKeyAsync(received.KeyId ?? string.Empty, ct) is not { } key
            || received.Verify(key, type: null, JwsAlgorithm.ES256, JwsAlgorithm.PS256).Failed(out _, out var verified))
        {
            return new SignInOutcome.Failed(SignInFailure.IdTokenSignature, null);
        }

        return IdTokenChecks.FindWrongClaim(verified.Claims, _options.Authority, _options.ClientId, nonce, _time.GetUtcNow()) is { } wrong
            ? new SignInOutcome.Failed(SignInFailure.IdTokenClaims, wrong)
            : new SignInOutcome.SignedIn(verified, tokens);
    }
}
