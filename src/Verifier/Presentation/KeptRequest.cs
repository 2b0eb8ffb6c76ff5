using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>A request as JSON, for a program that keeps it between the wallet's calls. It holds secrets: whoever reads it reads the answer.</summary>
public static class KeptRequest
{
    /// <summary>Writes a request.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="request">The request.</param>
    /// <param name="withKey">False once it was answered: nothing is decrypted with it any more.</param>
    public static void Write(Utf8JsonWriter writer, PresentationRequest request, bool withKey)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("query");
        request.Query.WriteTo(writer);
        writer.WriteString("client_id", request.ClientId);
        writer.WriteString("response_uri", request.ResponseUri);
        writer.WriteString("nonce", request.Nonce);
        writer.WriteString("state", request.State);
        if (request.Origin is not null)
        {
            writer.WriteString("origin", request.Origin);
        }

        writer.WriteBoolean("encrypted", request.IsEncrypted);
        writer.WriteNumber("expires_at", request.ExpiresAt.ToUnixTimeMilliseconds());
        writer.WritePropertyName("encryption_key");
        request.EncryptionKey.WriteTo(writer);
        if (withKey && request.ExportKey() is { } key)
        {
            writer.WriteBase64String("decryption_key", key);
            CryptographicOperations.ZeroMemory(key);
        }

        DcqlJson.WriteList(writer, "verifier_info", [.. request.VerifierInfo], info => info.WriteTo(writer));
        DcqlJson.WriteList(writer, "transaction_data", request.TransactionData, data => Write(writer, data));
        writer.WriteEndObject();
    }

    /// <summary>Reads a request that was written here. Only what the program itself kept is given to it: nobody's signature is on it.</summary>
    /// <param name="json">The object.</param>
    public static Parsed<PresentationRequest> Read(JsonElement json)
    {
        if (json.ObjectMember("query") is not { } written || json.ObjectMember("encryption_key") is not { } publicKey)
        {
            return new FormatFailure(FormatRule.Member, "a kept request has a query and a key");
        }

        if (DcqlQuery.Parse(written).Failed(out var failure, out var query) || Jwk.Parse(publicKey).Failed(out failure, out var key))
        {
            return failure;
        }

        var data = ImmutableArray.CreateBuilder<TransactionData>();
        foreach (var one in json.ArrayMember("transaction_data")?.EnumerateArray() ?? default)
        {
            if (TransactionData.Parse(one.StringMember("text") ?? "", AnswerOf(one)).Failed(out failure, out var read))
            {
                return failure;
            }

            data.Add(read);
        }

        return Read(json, query, key, data.ToImmutable());
    }

    private static Parsed<PresentationRequest> Read(JsonElement json, DcqlQuery query, Jwk key, ImmutableArray<TransactionData> data)
    {
        if (json.StringMember("client_id") is not { } clientId || json.StringMember("response_uri") is not { } responseUri || json.StringMember("nonce") is not { } nonce
            || json.StringMember("state") is not { } state || json.LongMember("expires_at") is not { } expiresAt || json.Member("encrypted") is not { } encrypted)
        {
            return new FormatFailure(FormatRule.Member, "a kept request lacks a member");
        }

        return new PresentationRequest(
            query, clientId, responseUri, nonce, state, json.StringMember("origin"), ImportKey(json), key, DateTimeOffset.FromUnixTimeMilliseconds(expiresAt))
        {
            IsEncrypted = encrypted.ValueKind == JsonValueKind.True,
            VerifierInfo = [.. (json.ArrayMember("verifier_info")?.EnumerateArray() ?? default).Select(info => new VerifierInfo(info.StringMember("format") ?? "", info.GetProperty("data").Clone()))],
            TransactionData = data,
        };
    }

    private static void Write(Utf8JsonWriter writer, TransactionData data)
    {
        writer.WriteStartObject();
        writer.WriteString("text", data.Encoded);
        if (data.Answer is { } answer)
        {
            writer.WriteString("namespace", answer.NameSpace);
            writer.WriteString("element", answer.Element);
            writer.WriteBase64String("value", answer.Value.Encoded.Span);
        }

        writer.WriteEndObject();
    }

    private static DeviceStatement? AnswerOf(JsonElement data) =>
        data.StringMember("namespace") is { } nameSpace && data.StringMember("element") is { } element && data.GetProperty("value").TryGetBytesFromBase64(out var value)
            ? new DeviceStatement(nameSpace, element, StrictCbor.Parse(value).OrThrow())
            : null;

    private static ECDiffieHellman? ImportKey(JsonElement json)
    {
        if (json.Member("decryption_key") is not { } written || !written.TryGetBytesFromBase64(out var bytes))
        {
            return null;
        }

        var key = ECDiffieHellman.Create();
        key.ImportPkcs8PrivateKey(bytes, out _);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }
}
