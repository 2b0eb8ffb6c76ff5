using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Wallet.Passkeys;

/// <summary>
/// A WebAuthn authenticator in software, for people who live in a terminal: resident ES256 keys by relying party, user
/// present and verified, no counter (as synchronised passkeys), attestation <c>none</c>. What it answers is what a browser
/// would have answered at <c>origin</c>; like a browser it refuses a relying party id that the origin does not belong to.
/// </summary>
public sealed class SoftwareAuthenticator
{
    // WebAuthn §6.1: UP, UV, BE and BS; AT where a credential is attached.
    private const byte Flags = 0x01 | 0x04 | 0x08 | 0x10;
    private const byte AttestedCredential = 0x40;

    private readonly Lock _lock = new();
    private readonly List<ResidentKey> _keys;

    public SoftwareAuthenticator() => _keys = [];

    private SoftwareAuthenticator(List<ResidentKey> keys) => _keys = keys;

    /// <summary>The authenticator that <see cref="Save"/> wrote, or an empty one where there is no file.</summary>
    public static SoftwareAuthenticator Load(string file) =>
        File.Exists(file)
            ? new(JsonSerializer.Deserialize<List<ResidentKey>>(File.ReadAllBytes(file))!)
            : new();

    /// <summary>Writes every key, private parts included, readable by its owner alone.</summary>
    public void Save(string file)
    {
        lock (_lock)
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var stream = new FileStream(file, options);
            JsonSerializer.Serialize(stream, _keys);
        }
    }

    /// <summary><c>navigator.credentials.create</c>: makes a resident key and answers the credential as JSON.</summary>
    /// <param name="optionsJson">The creation options (WebAuthn §5.1.9).</param>
    /// <param name="origin">The origin of the page.</param>
    public string Create(string optionsJson, string origin)
    {
        var options = JsonElement.Parse(optionsJson);
        var rpId = RpIdOf(options.ObjectMember("rp")?.StringMember("id"), origin);
        var key = ResidentKey.Make(rpId, options.ObjectMember("user")?.StringMember("id") ?? throw new ArgumentException("The options name no user.", nameof(optionsJson)));
        var clientData = ClientData("webauthn.create", options, origin);
        var attestation = AttestationObject(AuthenticatorData(rpId, key));
        lock (_lock)
        {
            // WebAuthn §6.3.2 step 7: one resident credential for a relying party and user handle; the new one takes its place.
            _keys.RemoveAll(other => other.RpId == rpId && other.UserHandle == key.UserHandle);
            _keys.Add(key);
        }

        return Credential(key.CredentialId, response =>
        {
            response.WriteString("clientDataJSON", Base64UrlText.Encode(clientData));
            response.WriteString("attestationObject", Base64UrlText.Encode(attestation));
            response.WriteStartArray("transports");
            response.WriteStringValue("internal");
            response.WriteEndArray();
        });
    }

    /// <summary><c>navigator.credentials.get</c>: signs the challenge with the newest fitting key and answers the assertion as JSON.</summary>
    /// <param name="optionsJson">The request options (WebAuthn §5.1.10).</param>
    /// <param name="origin">The origin of the page.</param>
    /// <exception cref="InvalidOperationException">No key of this authenticator fits.</exception>
    public string Get(string optionsJson, string origin)
    {
        var options = JsonElement.Parse(optionsJson);
        var rpId = RpIdOf(options.StringMember("rpId"), origin);
        var key = Find(rpId, options) ?? throw new InvalidOperationException($"There is no passkey for {rpId} here.");
        var clientData = ClientData("webauthn.get", options, origin);
        var authenticatorData = AuthenticatorData(rpId, attached: null);
        var signature = key.Sign([.. authenticatorData, .. SHA256.HashData(clientData)]);
        return Credential(key.CredentialId, response =>
        {
            response.WriteString("clientDataJSON", Base64UrlText.Encode(clientData));
            response.WriteString("authenticatorData", Base64UrlText.Encode(authenticatorData));
            response.WriteString("signature", Base64UrlText.Encode(signature));
            response.WriteString("userHandle", key.UserHandle);
        });
    }

    private ResidentKey? Find(string rpId, JsonElement options)
    {
        var allowed = options.ArrayMember("allowCredentials")?.EnumerateArray().Select(item => item.StringMember("id")).ToHashSet();
        lock (_lock)
        {
            return _keys.FindLast(key => key.RpId == rpId && (allowed is null or { Count: 0 } || allowed.Contains(key.CredentialId)));
        }
    }

    // WebAuthn §5.1.3 step 8: the id is the origin's host or a parent of it; without one it is the host.
    private static string RpIdOf(string? rpId, string origin)
    {
        var host = new Uri(origin).Host;
        if (rpId is null || rpId == host || host.EndsWith("." + rpId, StringComparison.Ordinal))
        {
            return rpId ?? host;
        }

        throw new InvalidOperationException($"{origin} may not use passkeys of {rpId}.");
    }

    // WebAuthn §5.8.1.
    private static byte[] ClientData(string type, JsonElement options, string origin) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("type", type);
        writer.WriteString("challenge", options.StringMember("challenge"));
        writer.WriteString("origin", origin);
        writer.WriteBoolean("crossOrigin", false);
        writer.WriteEndObject();
    });

    // WebAuthn §6.1: hash of the id, flags, counter, then the credential of §6.5.1 where there is one.
    private static byte[] AuthenticatorData(string rpId, ResidentKey? attached)
    {
        using var data = new MemoryStream();
        data.Write(SHA256.HashData(Encoding.UTF8.GetBytes(rpId)));
        data.WriteByte(attached is null ? Flags : (byte)(Flags | AttestedCredential));
        data.Write(new byte[4]);
        if (attached is not null)
        {
            Base64UrlText.TryDecode(attached.CredentialId, out var id);
            Span<byte> length = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)id!.Length);
            data.Write(new byte[16]);
            data.Write(length);
            data.Write(id);
            data.Write(attached.CoseKey());
        }

        return data.ToArray();
    }

    // WebAuthn §6.5.4 and §8.7.
    private static byte[] AttestationObject(byte[] authenticatorData)
    {
        var cbor = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cbor.WriteStartMap(3);
        cbor.WriteTextString("fmt");
        cbor.WriteTextString("none");
        cbor.WriteTextString("attStmt");
        cbor.WriteStartMap(0);
        cbor.WriteEndMap();
        cbor.WriteTextString("authData");
        cbor.WriteByteString(authenticatorData);
        cbor.WriteEndMap();
        return cbor.Encode();
    }

    // WebAuthn §5.1.1: RegistrationResponseJSON and AuthenticationResponseJSON.
    private static string Credential(string id, Action<Utf8JsonWriter> response) => Encoding.UTF8.GetString(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteString("rawId", id);
        writer.WriteString("type", "public-key");
        writer.WriteString("authenticatorAttachment", "platform");
        writer.WriteStartObject("clientExtensionResults");
        writer.WriteEndObject();
        writer.WriteStartObject("response");
        response(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }));
}
