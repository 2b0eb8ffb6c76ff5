using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>How a wallet wants its answer encrypted (<c>credential_response_encryption</c>, OpenID4VCI 1.0 §8.2): a key that can be encrypted to.</summary>
public sealed class ResponseEncryption
{
    /// <summary>The one key agreement that the metadata offers.</summary>
    public const string Algorithm = "ECDH-ES";

    /// <summary>The one compression that the metadata offers.</summary>
    public const string Compression = "DEF";

    private readonly Jwk _recipient;
    private readonly string _encryption;
    private readonly bool _compress;

    private ResponseEncryption(Jwk recipient, string encryption, bool compress) =>
        (_recipient, _encryption, _compress) = (recipient, encryption, compress);

    /// <summary>Encrypts an answer: a JWE that repeats the wallet's <c>kid</c>, <c>alg</c> and <c>enc</c>.</summary>
    public string Encrypt(ReadOnlySpan<byte> json, FillRandom random) => Jwe.Encrypt(_recipient, _encryption, json, random, compress: _compress);

    /// <summary>Redacted: the key is one wallet's.</summary>
    public override string ToString() => $"{Algorithm} with {_encryption}";

    /// <summary>Reads the member of a request; null where it is not there. True when it is wrong.</summary>
    internal static bool IsWrong(WalletMessage message, [NotNullWhen(true)] out CredentialFailure? failure, out ResponseEncryption? encryption)
    {
        (failure, encryption) = (null, null);
        if (message.Json.Member("credential_response_encryption") is not { } json)
        {
            return false;
        }

        if (!message.IsEncrypted)
        {
            // §8.2: else somebody on the way could put a key of their own in its place.
            failure = Refused(CredentialRule.ResponseEncryptionUnprotected, "who asks for an encrypted response encrypts the request");
            return true;
        }

        return Parse(json).Failed(out failure, out encryption);
    }

    private static Checked<ResponseEncryption> Parse(JsonElement json)
    {
        if (json.ObjectMember("jwk") is not { } member || Jwk.Parse(member).Failed(out _, out var jwk) || !IsRecipient(jwk))
        {
            return Refused(CredentialRule.ResponseEncryption, $"jwk is one public key on P-256 whose alg is {Algorithm}");
        }

        if (json.StringMember("enc") is not { } encryption || !WalletMessage.Encryptions.Contains(encryption))
        {
            return Refused(CredentialRule.ResponseEncryption, "enc is A128GCM or A256GCM");
        }

        var compress = json.Member("zip") is not null;
        return compress && json.StringMember("zip") != Compression
            ? Refused(CredentialRule.ResponseEncryption, $"zip is {Compression} or absent")
            : new ResponseEncryption(jwk, encryption, compress);
    }

    // §10: alg is present, and the JWE's own. The import says whether the point is on the curve.
    private static bool IsRecipient(Jwk jwk)
    {
        if (jwk.Curve != "P-256" || jwk.Algorithm != Algorithm || jwk.Use is not (null or "enc") || VerificationKey.Import(jwk).Failed(out _, out var key))
        {
            return false;
        }

        key.Dispose();
        return true;
    }

    private static CredentialFailure Refused(CredentialRule rule, string description) => new(CredentialError.InvalidEncryptionParameters, rule, description);
}
