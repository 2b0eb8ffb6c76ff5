using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

/// <summary>An authenticator that says what it is told to, and signs it properly: one key, every other part open to change.</summary>
public sealed class ForgingAuthenticator : IDisposable
{
    private readonly ECDsa _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA? _rsa;

    public ForgingAuthenticator(bool rsa = false) => _rsa = rsa ? RSA.Create(2048) : null;

    public byte[] CredentialId { get; set; } = RandomNumberGenerator.GetBytes(16);

    public string? UserHandle { get; set; }

    public string Origin { get; set; } = PasskeySite.Origin;

    public string RpId { get; set; } = PasskeySite.RpId;

    /// <summary>UP and UV.</summary>
    public byte Flags { get; set; } = 0x05;

    public uint SignCount { get; set; }

    public Guid Aaguid { get; set; } = Guid.Empty;

    public string? Type { get; set; }

    public byte[]? Challenge { get; set; }

    /// <summary>Changes the client data before they are signed.</summary>
    public Action<JsonObject> ChangeClientData { get; set; } = _ => { };

    /// <summary>Changes the client data's text before it is signed.</summary>
    public Func<string, string> ChangeClientText { get; set; } = text => text;

    /// <summary>Changes the authenticator data before they are signed.</summary>
    public Func<byte[], byte[]> ChangeData { get; set; } = data => data;

    public Func<byte[], byte[]> ChangeSignature { get; set; } = signature => signature;

    public Func<byte[]>? Key { get; set; }

    public byte[] CoseKey() => Key?.Invoke() ?? (_rsa is null ? EcKey(_ecdsa) : RsaKey(_rsa));

    public string Create(string optionsJson)
    {
        var options = JsonElement.Parse(optionsJson);
        UserHandle = options.ObjectMember("user")!.Value.StringMember("id");
        var cbor = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cbor.WriteStartMap(3);
        cbor.WriteTextString("fmt");
        cbor.WriteTextString("none");
        cbor.WriteTextString("attStmt");
        cbor.WriteStartMap(0);
        cbor.WriteEndMap();
        cbor.WriteTextString("authData");
        cbor.WriteByteString(ChangeData(Data(attested: true)));
        cbor.WriteEndMap();
        return Credential(new()
        {
            ["clientDataJSON"] = Base64UrlText.Encode(ClientData("webauthn.create", options)),
            ["attestationObject"] = Base64UrlText.Encode(cbor.Encode()),
        });
    }

    public string Get(string optionsJson)
    {
        var client = ClientData("webauthn.get", JsonElement.Parse(optionsJson));
        var data = ChangeData(Data(attested: false));
        return Credential(new()
        {
            ["clientDataJSON"] = Base64UrlText.Encode(client),
            ["authenticatorData"] = Base64UrlText.Encode(data),
            ["signature"] = Base64UrlText.Encode(ChangeSignature(Sign([.. data, .. SHA256.HashData(client)]))),
            ["userHandle"] = UserHandle,
        });
    }

    public void Dispose()
    {
        _ecdsa.Dispose();
        _rsa?.Dispose();
    }

    private static byte[] EcKey(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return Map((1, 2), (3, -7), (-1, 1), (-2, point.X!), (-3, point.Y!));
    }

    private static byte[] RsaKey(RSA key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return Map((1, 3), (3, -257), (-1, parameters.Modulus!), (-2, parameters.Exponent!));
    }

    /// <summary>A COSE key of whole numbers and byte strings.</summary>
    public static byte[] Map(params (int Label, object Value)[] members)
    {
        var cbor = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cbor.WriteStartMap(members.Length);
        foreach (var (label, value) in members)
        {
            cbor.WriteInt32(label);
            if (value is int number)
            {
                cbor.WriteInt32(number);
            }
            else
            {
                cbor.WriteByteString((byte[])value);
            }
        }

        cbor.WriteEndMap();
        return cbor.Encode();
    }

    private byte[] Sign(byte[] data) => _rsa is null
        ? _ecdsa.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        : _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private byte[] ClientData(string type, JsonElement options)
    {
        var data = new JsonObject
        {
            ["type"] = Type ?? type,
            ["challenge"] = Challenge is null ? options.StringMember("challenge") : Base64UrlText.Encode(Challenge),
            ["origin"] = Origin,
            ["crossOrigin"] = false,
        };
        ChangeClientData(data);
        return Encoding.UTF8.GetBytes(ChangeClientText(data.ToJsonString()));
    }

    private byte[] Data(bool attested)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, SignCount);
        byte[] fixedPart = [.. SHA256.HashData(Encoding.UTF8.GetBytes(RpId)), attested ? (byte)(Flags | 0x40) : Flags, .. count];
        return attested
            ? [.. fixedPart, .. Aaguid.ToByteArray(bigEndian: true), 0, (byte)CredentialId.Length, .. CredentialId, .. CoseKey()]
            : fixedPart;
    }

    private string Credential(Dictionary<string, string?> response) => JsonSerializer.Serialize(new
    {
        id = Base64UrlText.Encode(CredentialId),
        rawId = Base64UrlText.Encode(CredentialId),
        type = "public-key",
        clientExtensionResults = new { },
        response,
    });
}
