using System.Collections.Immutable;
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
    /// <summary>OpenID4VP §5.9.3: the client identifier of a request that is not signed is this and its response address.</summary>
    internal const string RedirectUriPrefix = "redirect_uri:";

    private readonly ECDiffieHellman? _decryptionKey;

    /// <summary>Takes ownership of the key.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="clientId">
    /// The whole client identifier: <see cref="PresentationRequests.ClientIdOf(SigningKey)"/>, or <see cref="PresentationRequests.ClientIdOf(Uri)"/> for a
    /// request that nobody signs.
    /// </param>
    /// <param name="responseUri">Where the wallet posts its answer.</param>
    /// <param name="nonce">Fresh, unpredictable, URL-safe, 128 bits or more (OpenID4VP §5.2).</param>
    /// <param name="state">The same, another value.</param>
    /// <param name="encryptionKey">A fresh key on P-256 (HAIP §5.1).</param>
    /// <param name="expiresAt">When the request is no longer answered.</param>
    /// <exception cref="ArgumentException">The nonce is none, or the client identifier is another response address.</exception>
    public PresentationRequest(
        DcqlQuery query, string clientId, string responseUri, string nonce, string state, ECDiffieHellman encryptionKey, DateTimeOffset expiresAt)
        : this(query, clientId, responseUri, nonce, state, null, encryptionKey, Jwk.ForEncryption(encryptionKey), expiresAt)
    {
        // OpenID4VP §5.9.3: nothing but the address itself stands behind this prefix.
        if (!IsSigned && clientId != RedirectUriPrefix + responseUri)
        {
            throw new ArgumentException("A request that is not signed is known by its response address.", nameof(clientId));
        }
    }

    // OpenID4VP 1.0 §8.3: the public key names its algorithm and its id, which the answer repeats.
    internal PresentationRequest(
        DcqlQuery query, string clientId, string responseUri, string nonce, string state, string? origin, ECDiffieHellman? decryptionKey, Jwk encryptionKey,
        DateTimeOffset expiresAt)
    {
        if (!Base64UrlText.TryDecode(nonce, out var random) || random.Length < 16 || nonce == state)
        {
            throw new ArgumentException("A nonce is base64url of 128 bits or more, and not the state.", nameof(nonce));
        }

        (Query, ClientId, ResponseUri, Nonce, State, Origin, ExpiresAt) = (query, clientId, responseUri, nonce, state, origin, expiresAt);
        (_decryptionKey, EncryptionKey) = (decryptionKey, encryptionKey);
    }

    /// <summary>What is asked for.</summary>
    public DcqlQuery Query { get; }

    /// <summary>What the holder confirms by presenting; mostly nothing.</summary>
    /// <exception cref="ArgumentException">It names no query of an SD-JWT VC with holder binding, or of an mdoc where its device answers.</exception>
    public ImmutableArray<TransactionData> TransactionData
    {
        get;
        init => field = value.All(data => Query.Credentials.Any(query => query.Id == data.CredentialId && query.HolderBinding
                && query.Format == (data.Answer is null ? CredentialQuery.SdJwtFormat : CredentialQuery.MdocFormat)))
            ? value
            : throw new ArgumentException("Transaction data are confirmed with a credential whose holder signs, in the way of its format.", nameof(value));
    } = [];

    /// <summary>The client identifier: the audience of every presentation but over the Digital Credentials API.</summary>
    public string ClientId { get; }

    /// <summary>Where the wallet posts its answer; empty over the Digital Credentials API.</summary>
    public string ResponseUri { get; }

    /// <summary>Over the Digital Credentials API, the origin of the page that asks; null else.</summary>
    public string? Origin { get; }

    /// <summary>
    /// Whether the answer has to be encrypted (<c>direct_post.jwt</c>, <c>dc_api.jwt</c>), as HAIP has it; false for <c>direct_post</c> and <c>dc_api</c>, where
    /// whoever ends TLS reads the claims.
    /// </summary>
    public bool IsEncrypted { get; init; } = true;

    /// <summary>When the request is no longer answered.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>What the wallet and its holder are told about the verifier and its reasons (<c>verifier_info</c>, OpenID4VP §5.1); none by default.</summary>
    public IReadOnlyList<VerifierInfo> VerifierInfo { get; init; } = [];

    /// <summary>Whether the request is signed; one under <c>redirect_uri</c> cannot be.</summary>
    internal bool IsSigned => !ClientId.StartsWith(RedirectUriPrefix, StringComparison.Ordinal);

    /// <summary>The public key that the answer is encrypted to; its <c>kid</c> is its thumbprint.</summary>
    public Jwk EncryptionKey { get; }

    internal string Nonce { get; }

    internal string State { get; }

    /// <summary>A request over the Digital Credentials API of a browser (OpenID4VP §A). Takes ownership of the key.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="clientId">The whole client identifier, of which only the signed form of the request speaks.</param>
    /// <param name="origin">The origin of the page that asks, for example <c>https://shop.example</c>: the audience of every presentation.</param>
    /// <param name="nonce">Fresh, unpredictable, URL-safe, 128 bits or more (OpenID4VP §5.2).</param>
    /// <param name="encryptionKey">A fresh key on P-256 (HAIP §5.2).</param>
    /// <param name="expiresAt">When the request is no longer answered.</param>
    /// <param name="isEncrypted">True for <c>dc_api.jwt</c>, as HAIP has it; false for <c>dc_api</c>, where claims pass through the page in clear.</param>
    /// <param name="verifierInfo">What the holder is told about the verifier and its reasons; null for nothing.</param>
    /// <param name="transactionData">What the holder confirms by presenting.</param>
    /// <exception cref="ArgumentException">The origin is none: https, or http on this machine, and nothing behind it.</exception>
    public static PresentationRequest ForDcApi(
        DcqlQuery query, string clientId, string origin, string nonce, ECDiffieHellman encryptionKey, DateTimeOffset expiresAt, bool isEncrypted = true,
        IReadOnlyList<VerifierInfo>? verifierInfo = null, params IReadOnlyList<TransactionData> transactionData)
    {
        // OpenID4VP §A.2: compared as plain strings, so it is spelled as browsers spell it.
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var url) || url.GetLeftPart(UriPartial.Authority) != origin
            || (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            throw new ArgumentException("An origin is https://host, with a port where it is not the usual one.", nameof(origin));
        }

        return new PresentationRequest(query, clientId, "", nonce, "", origin, encryptionKey, Jwk.ForEncryption(encryptionKey), expiresAt)
        {
            IsEncrypted = isEncrypted,
            VerifierInfo = verifierInfo ?? [],
            TransactionData = [.. transactionData],
        };
    }

    /// <summary>What a presentation has to answer for one of the queries.</summary>
    public Expectation ExpectationOf(CredentialQuery query) => new()
    {
        Query = query,
        Nonce = Nonce,
        // OpenID4VP §B.3.6: the origin, for signed requests too.
        Audience = Origin is null ? ClientId : "origin:" + Origin,
        Transcript = query.Format == CredentialQuery.MdocFormat ? TranscriptOf() : null,
        TransactionHashes = [.. TransactionData.Where(data => data.CredentialId == query.Id && data.Answer is null).Select(data => data.Hash)],
        DeviceStatements = [.. TransactionData.Where(data => data.CredentialId == query.Id).Select(data => data.Answer).OfType<DeviceStatement>()],
    };

    /// <inheritdoc/>
    public void Dispose() => _decryptionKey?.Dispose();

    /// <summary>Redacted.</summary>
    public override string ToString() => $"presentation request for {string.Join(", ", Query.Credentials.Select(query => query.Id))}";

    private SessionTranscript TranscriptOf() => Origin is null
        ? SessionTranscript.ForOpenId4Vp(ClientId, Nonce, IsEncrypted ? EncryptionKey : null, ResponseUri)
        : SessionTranscript.ForDcApi(Origin, Nonce, IsEncrypted ? EncryptionKey : null);

    internal Parsed<byte[]> Decrypt(string jwe) => _decryptionKey is null
        ? new FormatFailure(FormatRule.Encryption, "the request was answered, and its key is gone")
        : Jwe.Decrypt(jwe, _decryptionKey);

    internal byte[]? ExportKey() => _decryptionKey?.ExportPkcs8PrivateKey();
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
