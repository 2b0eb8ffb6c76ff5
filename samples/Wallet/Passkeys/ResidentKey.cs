using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Wallet.Passkeys;

/// <summary>A discoverable credential (WebAuthn §4) with its private key.</summary>
internal sealed class ResidentKey
{
    [JsonPropertyName("rp_id")]
    public required string RpId { get; init; }

    /// <summary>As base64url.</summary>
    [JsonPropertyName("user_handle")]
    public required string UserHandle { get; init; }

    /// <summary>As base64url.</summary>
    [JsonPropertyName("credential_id")]
    public required string CredentialId { get; init; }

    /// <summary>PKCS#8.</summary>
    [JsonPropertyName("private_key")]
    public required byte[] PrivateKey { get; init; }

    public static ResidentKey Make(string rpId, string userHandle)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new()
        {
            RpId = rpId,
            UserHandle = userHandle,
            CredentialId = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16)),
            PrivateKey = key.ExportPkcs8PrivateKey(),
        };
    }

    /// <summary>An ES256 signature in the form of WebAuthn §6.5.5: DER.</summary>
    public byte[] Sign(byte[] data)
    {
        using var key = Import();
        return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>The public key as RFC 9053 §7.1.1 writes it.</summary>
    public byte[] CoseKey()
    {
        using var key = Import();
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var cbor = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cbor.WriteStartMap(5);
        WriteNumber(cbor, label: 1, value: 2); // kty: EC2
        WriteNumber(cbor, label: 3, value: -7); // alg: ES256
        WriteNumber(cbor, label: -1, value: 1); // crv: P-256
        cbor.WriteInt32(-2);
        cbor.WriteByteString(point.X!);
        cbor.WriteInt32(-3);
        cbor.WriteByteString(point.Y!);
        cbor.WriteEndMap();
        return cbor.Encode();
    }

    /// <summary>Redacted: it holds a private key.</summary>
    public override string ToString() => $"passkey for {RpId}";

    private static void WriteNumber(CborWriter cbor, int label, int value)
    {
        cbor.WriteInt32(label);
        cbor.WriteInt32(value);
    }

    private ECDsa Import()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(PrivateKey, out _);
        return key;
    }
}
