using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.Jose;

/// <summary>What identifies the key in a JOSE header (RFC 7515 §4.1).</summary>
public enum KeyReference
{
    /// <summary>The <c>kid</c>.</summary>
    KeyId,

    /// <summary>The whole public key as <c>jwk</c>.</summary>
    Jwk,

    /// <summary>The certificate chain as <c>x5c</c>.</summary>
    X5c,

    /// <summary>Nothing: the recipient knows the key.</summary>
    None,
}

/// <summary>Writes signed JWTs in compact form.</summary>
public static class JwtWriter
{
    /// <summary>Signs claims.</summary>
    /// <param name="key">The key; its algorithm goes into <c>alg</c>.</param>
    /// <param name="type">The <c>typ</c> header, explicit always (RFC 8725 §3.11).</param>
    /// <param name="claims">Writes the members of the claims object, without its braces.</param>
    /// <param name="reference">How the header names the key.</param>
    /// <param name="header">Writes further header members, without braces.</param>
    public static string Sign(
        SigningKey key, string type, Action<Utf8JsonWriter> claims, KeyReference reference = KeyReference.KeyId, Action<Utf8JsonWriter>? header = null)
    {
        var payload = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            claims(writer);
            writer.WriteEndObject();
        });
        return SignPayload(key, type, payload, reference, header);
    }

    /// <summary>Signs a payload that is JSON text already.</summary>
    public static string SignPayload(
        SigningKey key, string type, ReadOnlySpan<byte> payload, KeyReference reference = KeyReference.KeyId, Action<Utf8JsonWriter>? header = null)
    {
        using var text = new PooledBytes(payload.Length * 2);
        SignPayload(text, key, type, payload, reference, header);
        return Encoding.ASCII.GetString(text.Written);
    }

    /// <summary>Appends a JWT to what is written already.</summary>
    internal static void SignPayload(
        PooledBytes text, SigningKey key, string type, ReadOnlySpan<byte> payload, KeyReference reference, Action<Utf8JsonWriter>? header = null)
    {
        var start = text.Length;
        if (header is null)
        {
            text.Write(key.HeaderOf(type, reference, static (key, type, reference) => WriteHeader(key, type, reference, null)));
        }
        else
        {
            text.WriteBase64Url(WriteHeader(key, type, reference, header));
        }

        text.Write((byte)'.');
        text.WriteBase64Url(payload);
        Span<byte> signature = stackalloc byte[SigningKey.MaxSignatureBytes];
        signature = signature[..key.Sign(text.Written[start..], signature)];
        text.Write((byte)'.');
        text.WriteBase64Url(signature);
    }

    private static byte[] WriteHeader(SigningKey key, string type, KeyReference reference, Action<Utf8JsonWriter>? more) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("alg", key.Algorithm.Name());
        writer.WriteString("typ", type);
        WriteReference(writer, key, reference);
        more?.Invoke(writer);
        writer.WriteEndObject();
    });

    private static void WriteReference(Utf8JsonWriter writer, SigningKey key, KeyReference reference)
    {
        switch (reference)
        {
            case KeyReference.KeyId:
                writer.WriteString("kid", key.KeyId);
                break;
            case KeyReference.Jwk:
                writer.WritePropertyName("jwk");
                key.PublicKey.WithoutKeyId().WriteTo(writer);
                break;
            case KeyReference.X5c:
                WriteChain(writer, key);
                break;
        }
    }

    // RFC 7515 §4.1.6: x5c holds ordinary base64, not base64url.
    private static void WriteChain(Utf8JsonWriter writer, SigningKey key)
    {
        if (key.CertificateChain.Count == 0)
        {
            throw new InvalidOperationException($"Key {key.KeyId} has no certificate chain for x5c.");
        }

        writer.WriteStartArray("x5c");
        foreach (var certificate in key.CertificateChain)
        {
            writer.WriteBase64StringValue(certificate);
        }

        writer.WriteEndArray();
    }
}
