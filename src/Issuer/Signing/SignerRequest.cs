using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// One question to the signer, as strict JSON: the members of its kind and no other. There is no question that hands over bytes to be
/// signed. Closed.
/// </summary>
public abstract class SignerRequest
{
    /// <summary>The bound on a request: a card with a portrait, its decisions, and a hundred keys.</summary>
    public const int MaxBytes = 512 * 1024;

    private protected const int MaxName = 128;
    private protected const long MaxDay = 2_900_000;

    private protected SignerRequest()
    {
    }

    internal abstract string Op { get; }

    /// <summary>Reads a request.</summary>
    public static Parsed<SignerRequest> Parse(ReadOnlySpan<byte> bytes)
    {
        if (StrictJson.ParseObject(bytes, MaxBytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        return json.Element.StringMember("op") switch
        {
            MintOrder.Operation => MintOrder.Read(json.Element),
            TicketOrder.Operation => TicketOrder.Read(json.Element),
            TellAgreements.Operation => TellAgreements.Read(json.Element),
            Enrol.Operation => Enrol.Read(json.Element),
            LookAt.Operation => LookAt.Read(json.Element),
            HashDocument.Operation => HashDocument.Read(json.Element),
            TellKeys.Operation => HasExactly(json.Element, "op") ? new TellKeys() : Malformed("the question for keys has no other member"),
            _ => Malformed("op is none that the signer knows"),
        };
    }

    /// <summary>The bytes of the request.</summary>
    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        WriteMembers(writer);
        writer.WriteEndObject();
    });

    internal void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("op", Op);
        WriteTo(writer);
    }

    internal abstract void WriteTo(Utf8JsonWriter writer);

    private protected static bool HasExactly(JsonElement json, params ReadOnlySpan<string> names)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var count = 0;
        foreach (var member in json.EnumerateObject())
        {
            count++;
            if (!names.Contains(member.Name))
            {
                return false;
            }
        }

        return count == names.Length;
    }

    private protected static FormatFailure Malformed(string fact) => new(FormatRule.Member, fact);
}

/// <summary>Whom does this invitation invite? Nothing changes by asking.</summary>
/// <param name="code">The code of the invitation.</param>
public sealed class LookAt(string code) : SignerRequest
{
    internal const string Operation = "look";

    internal override string Op => Operation;

    public string Code { get; } = code;

    /// <summary>Redacted.</summary>
    public override string ToString() => Operation;

    internal static Parsed<SignerRequest> Read(JsonElement json) =>
        HasExactly(json, "op", "code") && json.StringMember("code") is { } code ? new LookAt(code) : Malformed("the question has a code");

    internal override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("code", Code);
}

/// <summary>Enrol the officer whom this invitation invites, with this passkey; once for each invitation.</summary>
/// <param name="code">The code of the invitation.</param>
/// <param name="credentialId">The WebAuthn credential id, base64url.</param>
/// <param name="publicKey">The passkey's COSE key.</param>
public sealed class Enrol(string code, string credentialId, byte[] publicKey) : SignerRequest
{
    internal const string Operation = "enrol";

    private const int MaxPublicKey = 2048;

    internal override string Op => Operation;

    public string Code { get; } = code;

    public string CredentialId { get; } = credentialId;

    public byte[] PublicKey { get; } = publicKey;

    /// <summary>Redacted.</summary>
    public override string ToString() => Operation;

    internal static Parsed<SignerRequest> Read(JsonElement json) =>
        HasExactly(json, "op", "code", "credential_id", "public_key") && json.StringMember("code") is { } code
        && json.StringMember("credential_id") is { Length: <= 2048 } credential
        && Base64UrlText.TryDecode(json.StringMember("public_key"), out var key) && key.Length <= MaxPublicKey
            ? new Enrol(code, credential, key)
            : Malformed("an enrolment has code, credential_id and public_key");

    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteString("code", Code);
        writer.WriteString("credential_id", CredentialId);
        writer.WriteString("public_key", Base64UrlText.Encode(PublicKey));
    }
}

/// <summary>The keyed hash of a document number: the key stays with the signer.</summary>
/// <param name="text">Kind, state and number in their one writing.</param>
public sealed class HashDocument(string text) : SignerRequest
{
    internal const string Operation = "hash";

    internal override string Op => Operation;

    public string Text { get; } = text;

    /// <summary>Redacted.</summary>
    public override string ToString() => Operation;

    internal static Parsed<SignerRequest> Read(JsonElement json) =>
        HasExactly(json, "op", "text") && json.StringMember("text") is { Length: <= MaxName } text ? new HashDocument(text) : Malformed("the question has a text");

    internal override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("text", Text);
}

/// <summary>Which keys are there, what they are certified for, and who was removed: all of it public.</summary>
public sealed class TellKeys : SignerRequest
{
    internal const string Operation = "keys";

    internal override string Op => Operation;

    internal override void WriteTo(Utf8JsonWriter writer)
    {
    }
}
