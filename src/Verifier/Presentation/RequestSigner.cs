using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>Under which name and with which key a verifier signs a request for wallets of another trust framework (OpenID4VP §A.3.2).</summary>
/// <param name="accessKey">The key of the access certificate, chain included.</param>
/// <param name="clientId">The client identifier in that framework: <see cref="PresentationRequests.ClientIdOf(SigningKey)"/>.</param>
/// <param name="verifierInfo">What its wallets are told about the verifier; null for nothing.</param>
public sealed class RequestSigner(SigningKey accessKey, string clientId, IReadOnlyList<VerifierInfo>? verifierInfo = null)
{
    /// <summary>The key.</summary>
    public SigningKey AccessKey => accessKey;

    /// <summary>The client identifier.</summary>
    public string ClientId => clientId;

    /// <summary>What its wallets are told about the verifier.</summary>
    public IReadOnlyList<VerifierInfo> VerifierInfo => verifierInfo ?? [];
}
