using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>What a token request must repeat of the authorization request whose code it redeems.</summary>
internal static class CodeChecks
{
    /// <summary>The first rule that refuses, or null. The code is spent either way.</summary>
    public static Refusal? Run(CodeBinding binding, RequestParameters form, string? proofThumbprint, string? instanceThumbprint)
    {
        // RFC 6749 §4.1.3: the same redirect_uri. OAuth 2.1 drops it from the token request; where it is sent, it has to be right.
        if (form["redirect_uri"] is { } redirectUri && redirectUri != binding.RedirectUri)
        {
            return new(Rule.CodeRedirectUri, OAuthErrors.InvalidGrant, "redirect_uri is not the one of the authorization request");
        }

        if (Verifier(binding.CodeChallenge, form["code_verifier"]) is { } wrongVerifier)
        {
            return wrongVerifier;
        }

        return Key(binding.DpopThumbprint, proofThumbprint) ?? InstanceKey(binding.InstanceThumbprint, instanceThumbprint);
    }

    /// <summary>RFC 9449 §10: where the request named a DPoP key, the code is of use with that key alone.</summary>
    public static Refusal? Key(string? bound, string? presented) => bound is null || bound == presented
        ? null
        : new(Rule.CodeKey, OAuthErrors.InvalidGrant, "the code is bound to another DPoP key");

    /// <summary>Attestation-Based Client Authentication, draft 07 §7: a grant stays with the wallet instance that began it.</summary>
    public static Refusal? InstanceKey(string? bound, string? presented) => bound is null || bound == presented
        ? null
        : new(Rule.ClientInstanceKey, OAuthErrors.InvalidGrant, "the grant belongs to another client instance");

    // RFC 9700 §4.8.2: a verifier without a challenge is an attack that took the challenge out of the request.
    private static Refusal? Verifier(string? challenge, string? verifier) => (challenge, verifier) switch
    {
        (null, null) => null,
        (null, _) => new(Rule.CodeVerifier, OAuthErrors.InvalidGrant, "the authorization request had no code_challenge"),
        (_, { } text) when IsVerifierOf(challenge, text) => null,
        _ => new(Rule.CodeVerifier, OAuthErrors.InvalidGrant, "code_verifier is missing or does not match"),
    };

    // RFC 7636 §4.1 and §4.6
    private static bool IsVerifierOf(string challenge, string verifier) =>
        verifier.Length is >= 43 and <= 128
        && verifier.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~')
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(challenge),
            Encoding.ASCII.GetBytes(Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))));
}

/// <summary>What a code was issued for.</summary>
/// <param name="RedirectUri">The redirect URI that it went to.</param>
/// <param name="CodeChallenge">The S256 challenge; null only for a client that need not send one.</param>
/// <param name="DpopThumbprint">The key that the authorization request named, or null.</param>
/// <param name="InstanceThumbprint">The attested key of the wallet instance, or null.</param>
internal sealed record CodeBinding(string RedirectUri, string? CodeChallenge, string? DpopThumbprint, string? InstanceThumbprint);
