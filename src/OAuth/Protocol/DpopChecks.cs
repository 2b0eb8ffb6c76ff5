using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>Whether a DPoP proof belongs to this request (RFC 9449 §4.3, items 8 to 12). Order is this table; the replay guard follows at the edge.</summary>
internal static class DpopChecks
{
    private delegate Refusal? Check(DpopProof proof, ProofTarget target);

    private static readonly Check[] Table = [MethodAndUrl, Nonce, Time, AccessTokenHash, Key];

    /// <summary>The first rule that refuses, or null.</summary>
    public static Refusal? Run(DpopProof proof, ProofTarget target)
    {
        foreach (var check in Table)
        {
            if (check(proof, target) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static Refusal? MethodAndUrl(DpopProof proof, ProofTarget target) => proof.IsFor(target.Method, target.Url) || (target.AliasUrl is { } alias && proof.IsFor(target.Method, alias))
        ? null
        : Refuse(Rule.ProofMethodOrUrl, "htm or htu of the DPoP proof is not this request");

    // RFC 9449 §8
    private static Refusal? Nonce(DpopProof proof, ProofTarget target) =>
        target.AcceptedNonces is null || (proof.Nonce is { } nonce && target.AcceptedNonces.Contains(nonce))
            ? null
            : new(Rule.ProofNonce, OAuthErrors.UseDpopNonce, "the DPoP proof needs the nonce of this answer");

    private static Refusal? Time(DpopProof proof, ProofTarget target) => TimeRules.IsRecent(proof.IssuedAt, target.Now)
        ? null
        : Refuse(Rule.ProofTime, "iat of the DPoP proof is not now");

    private static Refusal? AccessTokenHash(DpopProof proof, ProofTarget target) =>
        target.AccessToken is null || proof.AccessTokenHash == DpopProof.HashOf(target.AccessToken)
            ? null
            : Refuse(Rule.ProofAccessTokenHash, "ath of the DPoP proof is missing or of another token");

    // RFC 9449 §7.1: the proof is sound; it is the token that is not its sender's.
    private static Refusal? Key(DpopProof proof, ProofTarget target) =>
        target.KeyThumbprint is null || proof.KeyThumbprint == target.KeyThumbprint
            ? null
            : new(Rule.ProofKey, OAuthErrors.InvalidToken, "the access token is bound to another key");

    private static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidDpopProof, description);
}

/// <summary>What a proof has to be for. Holds a token: redacted.</summary>
internal sealed class ProofTarget
{
    public required string Method { get; init; }

    /// <summary>The public URL, as configured: never what the request line says (it may come through a proxy).</summary>
    public required string Url { get; init; }

    /// <summary>The URL of the same endpoint for callers with a client certificate (RFC 8705 §5), or null.</summary>
    public string? AliasUrl { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The nonces that are good now; null where none is asked for.</summary>
    public IReadOnlyCollection<string>? AcceptedNonces { get; init; }

    public string? AccessToken { get; init; }

    public string? KeyThumbprint { get; init; }

    public override string ToString() => $"proof for {Method}";
}
