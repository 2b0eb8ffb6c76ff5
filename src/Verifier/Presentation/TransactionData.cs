using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>
/// Something that the holder confirms by presenting a credential, a payment or a signature for example (OpenID4VP §8.4). The holder's key signs over its
/// hash in an SD-JWT VC (§B.3.3), and over what its type says in an mdoc (§B.2.1), so that the verifier can show later what was confirmed.
/// </summary>
public sealed class TransactionData
{
    private TransactionData(string type, string credentialId, string encoded, DeviceStatement? answer = null) =>
        (Type, CredentialId, Encoded, Answer) = (type, credentialId, encoded, answer);

    /// <summary>The type, which the wallet has to know: a wallet refuses one that it does not.</summary>
    public string Type { get; }

    /// <summary>The id of the query whose credential confirms it.</summary>
    public string CredentialId { get; }

    /// <summary>The base64url text that goes into the request, and over which the wallet makes its hash. It may hold what is personal.</summary>
    public string Encoded { get; }

    /// <summary>For an mdoc, what its device has to say; null for an SD-JWT VC, where the hash is signed.</summary>
    public DeviceStatement? Answer { get; }

    internal string Hash => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Encoded)));

    /// <summary>Something to confirm.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="credentialId">The id of the query whose credential confirms it. One: with several a wallet chooses, and an answer would have to be searched for it.</param>
    /// <param name="writeMore">Writes what its type defines beside <c>type</c> and <c>credential_ids</c>.</param>
    public static TransactionData Of(string type, string credentialId, Action<Utf8JsonWriter> writeMore) => new(type, credentialId, Base64UrlText.Encode(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("type", type);
        DcqlJson.WriteStrings(writer, "credential_ids", [credentialId]);
        writeMore(writer);
        writer.WriteEndObject();
    })));

    /// <summary>Something to confirm with an mdoc, whose type and issuer provide for it (OpenID4VP §B.2.1).</summary>
    /// <param name="type">Its type.</param>
    /// <param name="credentialId">The id of the query whose document confirms it.</param>
    /// <param name="nameSpace">The namespace of the element in which the device answers.</param>
    /// <param name="element">The element.</param>
    /// <param name="answer">What the type makes of <see cref="Encoded"/>, which it is given: the value that the device has to sign.</param>
    /// <param name="writeMore">Writes what its type defines beside <c>type</c> and <c>credential_ids</c>.</param>
    public static TransactionData OfMdoc(
        string type, string credentialId, string nameSpace, string element, Func<string, CborValue> answer, Action<Utf8JsonWriter> writeMore)
    {
        var data = Of(type, credentialId, writeMore);
        return new(type, credentialId, data.Encoded, new DeviceStatement(nameSpace, element, answer(data.Encoded)));
    }

    /// <summary>Reads what was kept.</summary>
    /// <param name="encoded">The base64url text.</param>
    /// <param name="answer">For an mdoc, what its device has to say.</param>
    public static Parsed<TransactionData> Parse(string encoded, DeviceStatement? answer = null) =>
        Base64UrlText.Parse(encoded, "transaction data").Failed(out var failure, out var bytes) || StrictJson.ParseObject(bytes).Failed(out failure, out var json)
            ? failure
            : json.Element.StringMember("type") is { } type && json.Element.StringsMember("credential_ids") is [var id]
            ? new TransactionData(type, id, encoded, answer)
            : new FormatFailure(FormatRule.Member, "transaction data have a type and the id of one credential");

    /// <summary>Redacted: what is confirmed may be personal.</summary>
    public override string ToString() => $"transaction data of {Type}";
}
