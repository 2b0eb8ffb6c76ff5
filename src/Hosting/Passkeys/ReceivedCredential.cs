using System.Formats.Cbor;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>A credential as the browser sent it (WebAuthn §5.1): well formed, and not verified.</summary>
internal sealed class ReceivedCredential
{
    private ReceivedCredential(string id, byte[] clientDataJson, ClientData client, byte[] authenticatorBytes, AuthenticatorData authenticator)
    {
        (Id, ClientDataJson, Client) = (id, clientDataJson, client);
        (AuthenticatorBytes, Authenticator) = (authenticatorBytes, authenticator);
    }

    /// <summary>As base64url.</summary>
    public string Id { get; }

    public byte[] ClientDataJson { get; }

    public ClientData Client { get; }

    public byte[] AuthenticatorBytes { get; }

    public AuthenticatorData Authenticator { get; }

    /// <summary>The signature of an assertion; empty in a registration.</summary>
    public byte[] Signature { get; private init; } = [];

    /// <summary>An <c>AuthenticationResponseJSON</c>.</summary>
    public static Parsed<ReceivedCredential> ParseAssertion(string json)
    {
        if (ParseOuter(json).Failed(out var failure, out var outer))
        {
            return failure;
        }

        var response = outer.Element.ObjectMember("response")!.Value;
        return Bytes(response, "authenticatorData").Failed(out failure, out var data)
            || Bytes(response, "signature").Failed(out failure, out var signature)
            || ParseParts(outer.Element, response, data).Failed(out failure, out var parts)
            ? failure
            : new ReceivedCredential(parts.Id, parts.ClientDataJson, parts.Client, data, parts.Authenticator) { Signature = signature };
    }

    /// <summary>A <c>RegistrationResponseJSON</c>.</summary>
    public static Parsed<ReceivedCredential> ParseRegistration(string json)
    {
        if (ParseOuter(json).Failed(out var failure, out var outer))
        {
            return failure;
        }

        var response = outer.Element.ObjectMember("response")!.Value;
        if (Bytes(response, "attestationObject").Failed(out failure, out var attestation)
            || ParseParts(outer.Element, response, AuthenticatorDataOf(attestation)).Failed(out failure, out var parts))
        {
            return failure;
        }

        return parts.Authenticator.Credential is { } credential && Base64UrlText.Encode(credential.Id) == parts.Id
            ? parts
            : new FormatFailure(FormatRule.Structure, "the attestation object holds no credential of this id");
    }

    /// <summary>Redacted: the id of a credential follows a person through services.</summary>
    public override string ToString() => $"credential of {Client.Type}";

    private static Parsed<JsonValue> ParseOuter(string json)
    {
        if (StrictJson.ParseObject(Encoding.UTF8.GetBytes(json)).Failed(out var failure, out var value))
        {
            return failure;
        }

        var credential = value.Element;
        return credential.StringMember("type") == "public-key"
            && credential.StringMember("id") is { Length: > 0 } id
            && credential.StringMember("rawId") == id
            && Base64UrlText.TryDecode(id, out _)
            && credential.ObjectMember("response") is not null
            ? value
            : new FormatFailure(FormatRule.Member, "a credential has id, rawId, type and response");
    }

    private static Parsed<ReceivedCredential> ParseParts(JsonElement credential, JsonElement response, byte[] authenticatorBytes) =>
        Bytes(response, "clientDataJSON").Failed(out var failure, out var clientDataJson)
        || ClientData.Parse(clientDataJson).Failed(out failure, out var client)
        || AuthenticatorData.Parse(authenticatorBytes).Failed(out failure, out var authenticator)
            ? failure
            : new ReceivedCredential(credential.StringMember("id")!, clientDataJson, client, authenticatorBytes, authenticator);

    private static Parsed<byte[]> Bytes(JsonElement response, string name) =>
        response.StringMember(name) is { } text ? Base64UrlText.Parse(text, name) : new FormatFailure(FormatRule.Member, $"{name} is missing");

    // WebAuthn §6.5.4; empty where there is none, and empty authenticator data does not parse.
    private static byte[] AuthenticatorDataOf(byte[] attestationObject)
    {
        byte[] found = [];
        var read = CborMap.TryRead(attestationObject, reader =>
        {
            if (reader.ReadTextString() == "authData" && reader.PeekState() == CborReaderState.ByteString)
            {
                found = reader.ReadByteString();
            }
            else
            {
                reader.SkipValue();
            }
        });
        return read ? found : [];
    }
}
