using System.Collections.Frozen;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>Reads access tokens of this server: signature, issuer, time. Keys are imported once, and again when they change.</summary>
internal sealed class AccessTokenReader(AuthorizationServerOptions options, Signer signer, TimeProvider time)
{
    private readonly MadeOfKeys<FrozenDictionary<string, VerificationKey>> _keys = new(signer, keys => keys.Published(KeyRole.AccessTokens)
        .ToFrozenDictionary(jwk => jwk.KeyId!, jwk => VerificationKey.Import(jwk).OrThrow(), StringComparer.Ordinal));

    /// <summary>A token of this server, whomever it is for.</summary>
    public Checked<AccessTokenClaims> Read(string token)
    {
        if (SignedJwt.Parse(token).Failed(out _, out var received) || received.KeyId is null || !_keys.Value.TryGetValue(received.KeyId, out var key))
        {
            return new Refusal(Rule.TokenFormat, OAuthErrors.InvalidToken, "the access token is not one of this server");
        }

        if (received.Verify(key, AccessTokens.MediaType, JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.PS256)
            .Failed(out _, out var verified))
        {
            return new Refusal(Rule.TokenSignature, OAuthErrors.InvalidToken, "the access token is not valid");
        }

        return AccessTokenChecks.Run(verified, options.Issuer, time.GetUtcNow()) is { } refusal ? refusal : new AccessTokenClaims(verified.Claims);
    }

    /// <summary>A token for this server's own resources.</summary>
    public Checked<AccessTokenClaims> ReadOwn(string token)
    {
        if (Read(token).Refused(out var refusal, out var claims))
        {
            return refusal;
        }

        return AccessTokenChecks.Audience(claims.Json, options.Issuer) is { } foreign ? foreign : claims;
    }
}

/// <summary>The claims of a token that was read. The proof of possession and the grant are not checked yet.</summary>
internal sealed class AccessTokenClaims(JsonElement json)
{
    public JsonElement Json { get; } = json;

    public string ClientId => Json.StringMember("client_id")!;

    /// <summary>Null for a client's own token: no person granted anything.</summary>
    public string? GrantId => Json.StringMember(AccessTokens.GrantClaim);

    public string[] Scopes => Json.StringMember("scope")!.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> Audience => Json.StringsMember("aud")!;

    public TokenBinding Binding { get; } = TokenBinding.FromClaims(json)!;

    public override string ToString() => "access token claims";
}
