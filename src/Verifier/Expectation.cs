using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier;

/// <summary>What one presentation has to answer: the query, and the values that bind it to this request.</summary>
public sealed class Expectation
{
    /// <summary>What was asked for.</summary>
    public required CredentialQuery Query { get; init; }

    /// <summary>The nonce of the request (OpenID4VP §14.1.2).</summary>
    public required string Nonce { get; init; }

    /// <summary>The audience: the whole client identifier, prefix included (OpenID4VP §5.9.1).</summary>
    public required string Audience { get; init; }
}
