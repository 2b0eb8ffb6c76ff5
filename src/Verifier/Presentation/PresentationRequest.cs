using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>
/// One request for presentations (OpenID4VP §5), as the verifier remembers it until it is answered. It holds secrets: nonce,
/// state and the key that the answer is encrypted to, all fresh for this request.
/// </summary>
public sealed class PresentationRequest : IDisposable
{
    private readonly ECDiffieHellman _encryptionKey;

    /// <summary>Takes ownership of the key.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="clientId">The whole client identifier: <see cref="PresentationRequests.ClientIdOf"/>.</param>
    /// <param name="responseUri">Where the wallet posts its answer.</param>
    /// <param name="nonce">Fresh, unpredictable, URL-safe, 128 bits or more (OpenID4VP §5.2).</param>
    /// <param name="state">The same, another value.</param>
    /// <param name="encryptionKey">A fresh key on P-256 (HAIP §5.1).</param>
    /// <param name="expiresAt">When the request is no longer answered.</param>
    public PresentationRequest(
        DcqlQuery query, string clientId, string responseUri, string nonce, string state, ECDiffieHellman encryptionKey, DateTimeOffset expiresAt)
    {
        if (!Base64UrlText.TryDecode(nonce, out var random) || random.Length < 16 || nonce == state)
        {
            throw new ArgumentException("A nonce is base64url of 128 bits or more, and not the state.", nameof(nonce));
        }

        (Query, ClientId, ResponseUri, Nonce, State, ExpiresAt) = (query, clientId, responseUri, nonce, state, expiresAt);
        _encryptionKey = encryptionKey;
        // OpenID4VP 1.0 §8.3: the key names its algorithm and its id, which the answer repeats.
        EncryptionKey = Jwk.ForEncryption(encryptionKey);
    }

    /// <summary>What is asked for.</summary>
    public DcqlQuery Query { get; }

    /// <summary>The client identifier: the audience of every presentation.</summary>
    public string ClientId { get; }

    /// <summary>Where the wallet posts its answer.</summary>
    public string ResponseUri { get; }

    /// <summary>When the request is no longer answered.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>What the wallet and its holder are told about the verifier and its reasons (<c>verifier_info</c>, OpenID4VP §5.1); none by default.</summary>
    public IReadOnlyList<VerifierInfo> VerifierInfo { get; init; } = [];

    /// <summary>The public key that the answer is encrypted to; its <c>kid</c> is its thumbprint.</summary>
    public Jwk EncryptionKey { get; }

    internal string Nonce { get; }

    internal string State { get; }

    /// <summary>What a presentation has to answer for one of the queries.</summary>
    public Expectation ExpectationOf(CredentialQuery query) => new()
    {
        Query = query,
        Nonce = Nonce,
        Audience = ClientId,
        Transcript = query.Format == CredentialQuery.MdocFormat ? SessionTranscript.ForOpenId4Vp(ClientId, Nonce, EncryptionKey, ResponseUri) : null,
    };

    /// <inheritdoc/>
    public void Dispose() => _encryptionKey.Dispose();

    /// <summary>Redacted.</summary>
    public override string ToString() => $"presentation request for {string.Join(", ", Query.Credentials.Select(query => query.Id))}";

    internal Parsed<byte[]> Decrypt(string jwe) => Jwe.Decrypt(jwe, _encryptionKey);
}

/// <summary>One statement about the verifier or its request (OpenID4VP §5.1). A wallet ignores formats that it does not know.</summary>
/// <param name="Format">What the statement is, and how it is written.</param>
/// <param name="Data">The statement: an object or a string.</param>
public sealed record VerifierInfo(string Format, JsonElement Data)
{
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WritePropertyName("data");
        Data.WriteTo(writer);
        writer.WriteEndObject();
    }
}
