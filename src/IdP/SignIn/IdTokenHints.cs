using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

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
public sealed class IdTokenHints : IDisposable
{
    private static readonly JwsAlgorithm[] Allowed = [JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.PS256, JwsAlgorithm.RS256];

    private readonly string _issuer;
    private readonly Dictionary<string, VerificationKey> _keys;

    /// <param name="issuer">The issuer that must have signed.</param>
    /// <param name="keys">Its keys for ID tokens, retired ones too.</param>
    public IdTokenHints(string issuer, IEnumerable<Jwk> keys) =>
        (_issuer, _keys) = (issuer, keys.ToDictionary(key => key.KeyId!, key => VerificationKey.Import(key).OrThrow()));

    /// <summary>The hint, or null for whatever was not signed here as an ID token.</summary>
    public IdTokenHint? Read(string text)
    {
        if (!SignedJwt.Parse(text).Succeeded(out var jwt, out _) || jwt.KeyId is not { } keyId || !_keys.TryGetValue(keyId, out var key)
            || !jwt.Verify(key, "JWT", Allowed).Succeeded(out var verified, out _))
        {
            return null;
        }

        var claims = verified.Claims;
        return claims.StringMember("iss") == _issuer && claims.StringMember("sub") is { } subject && claims.StringMember("aud") is { } service
            ? new(subject, service, claims.StringMember("sid"))
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }
}
