using System.Security.Cryptography;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier;

/// <summary>What one presentation has to answer: the query, and the values that bind it to this request.</summary>
public sealed class Expectation
{
    /// <summary>What was asked for.</summary>
    public required CredentialQuery Query { get; init; }

    /// <summary>The nonce of the request (OpenID4VP §14.1.2).</summary>
    public required string Nonce { get; init; }

    /// <summary>
    /// What an mdoc's device signs (OpenID4VP §B.2.6), put together by the verifier itself; required for a query of that format,
    /// and without meaning for another. It holds nonce and audience.
    /// </summary>
    public SessionTranscript? Transcript { get; init; }

    /// <summary>
    /// The reader's ephemeral key of a meeting face to face; with it a device may prove itself by a MAC (ISO/IEC 18013-5 §9.1.3.5). Null elsewhere: there
    /// is no key to agree on then, and a MAC is refused.
    /// </summary>
    public ECDiffieHellman? ReaderKey { get; init; }

    /// <summary>The SHA-256 hashes of what the holder confirms with this credential, in base64url (OpenID4VP §B.3.3): the holder signs over exactly these.</summary>
    public IReadOnlyList<string> TransactionHashes { get; init; } = [];

    /// <summary>What an mdoc's device itself has to say with this credential (OpenID4VP §B.2.1): exactly these, where the issuer lets it.</summary>
    public IReadOnlyList<DeviceStatement> DeviceStatements { get; init; } = [];

    /// <summary>The audience: the whole client identifier, prefix included (OpenID4VP §5.9.1).</summary>
    public required string Audience { get; init; }
}
