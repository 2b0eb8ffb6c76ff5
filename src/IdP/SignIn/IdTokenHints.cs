using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>An ID token that came back as a hint and was signed here.</summary>
public sealed class IdTokenHint(string subject, string serviceId, string? sessionId)
{
    /// <summary>The pairwise subject.</summary>
    public string Subject { get; } = subject;

    /// <summary>The service that the token was for.</summary>
    public string ServiceId { get; } = serviceId;

    /// <summary>The <c>sid</c>.</summary>
    public string? SessionId { get; } = sessionId;

    /// <summary>Redacted.</summary>
    public override string ToString() => $"hint of {ServiceId}";
}

/// <summary>Reads hints. Also expired ones: a hint grants nothing, and people sign out long after they signed in (RP-Initiated Logout 1.0 §4).</summary>
public sealed class IdTokenHints(string issuer, Signer signer)
{
    private static readonly JwsAlgorithm[] Allowed = [JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.PS256, JwsAlgorithm.RS256];

    // Retired keys too.
    private readonly MadeOfKeys<Dictionary<string, VerificationKey>> _keys = new(
        signer, keys => keys.Published(KeyRole.IdentityTokens).ToDictionary(key => key.KeyId!, key => VerificationKey.Import(key).OrThrow()));

    /// <summary>The hint, or null for whatever was not signed here as an ID token.</summary>
    public IdTokenHint? Read(string text)
    {
        if (!SignedJwt.Parse(text).Succeeded(out var jwt, out _) || jwt.KeyId is not { } keyId || !_keys.Value.TryGetValue(keyId, out var key)
            || !jwt.Verify(key, "JWT", Allowed).Succeeded(out var verified, out _))
        {
            return null;
        }

        var claims = verified.Claims;
        return claims.StringMember("iss") == issuer && claims.StringMember("sub") is { } subject && claims.StringMember("aud") is { } service
            ? new(subject, service, claims.StringMember("sid"))
            : null;
    }
}
