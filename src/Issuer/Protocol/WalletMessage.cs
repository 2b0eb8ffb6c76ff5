using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>The JSON object that a wallet sent, plain or encrypted to a key of this issuer (OpenID4VCI 1.0 §10): well formed, nothing more.</summary>
public sealed class WalletMessage
{
    /// <summary>The bound on a message in the clear, and on what a compressed one becomes: fifty proofs of two kilobytes fit.</summary>
    public const int MaxBytes = 128 * 1024;

    /// <summary>The bound on an encrypted message: base64url makes four characters of three bytes.</summary>
    public const int MaxEncryptedBytes = 180 * 1024;

    /// <summary>The content encryptions that the metadata offers in both directions (HAIP §5).</summary>
    public static readonly IReadOnlyList<string> Encryptions = ["A128GCM", "A256GCM"];

    private WalletMessage(JsonElement json, bool isEncrypted) => (Json, IsEncrypted) = (json, isEncrypted);

    /// <summary>The object.</summary>
    public JsonElement Json { get; }

    /// <summary>True when nobody between wallet and issuer could read it, or put another in its place.</summary>
    public bool IsEncrypted { get; }

    /// <summary>Parses a message of type <c>application/json</c>.</summary>
    public static Checked<WalletMessage> Parse(ReadOnlySpan<byte> body) => Read(body, isEncrypted: false);

    /// <summary>Decrypts a message of type <c>application/jwt</c>.</summary>
    /// <param name="body">A compact JWE.</param>
    /// <param name="findKey">The private key of a <c>kid</c>, or null.</param>
    public static Checked<WalletMessage> Decrypt(ReadOnlySpan<byte> body, Func<string, ECDiffieHellman?> findKey)
    {
        var compact = Encoding.ASCII.GetString(body);

        // §10: the kid of the chosen key is in the header.
        if (Jwe.KeyIdOf(compact) is not { } keyId || findKey(keyId) is not { } key)
        {
            return Refused("the request is encrypted with ECDH-ES and A128GCM or A256GCM to a key of credential_request_encryption, and names its kid");
        }

        return Jwe.Decrypt(compact, key, MaxEncryptedBytes, MaxBytes).Failed(out var failure, out var plain)
            ? Refused(failure.Fact)
            : Read(plain, isEncrypted: true);
    }

    /// <summary>Redacted: proofs carry keys.</summary>
    public override string ToString() => IsEncrypted ? "encrypted message" : "message";

    private static Checked<WalletMessage> Read(ReadOnlySpan<byte> utf8, bool isEncrypted) => StrictJson.ParseObject(utf8, MaxBytes).Failed(out var malformed, out var json)
        ? new CredentialFailure(CredentialError.InvalidCredentialRequest, CredentialRule.Json, malformed.Fact)
        : new WalletMessage(json.Element, isEncrypted);

    private static CredentialFailure Refused(string description) =>
        new(CredentialError.InvalidEncryptionParameters, CredentialRule.EncryptedRequest, description);
}
