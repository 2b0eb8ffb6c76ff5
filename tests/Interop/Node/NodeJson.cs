using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using JsonValue = System.Text.Json.Nodes.JsonValue;

namespace IdentityPlatform.Interop.Node;

/// <summary>Keys and certificates as the clients read them.</summary>
internal static class NodeJson
{
    /// <summary>A private key as a JWK (RFC 7517).</summary>
    public static JsonNode PrivateKey(ECDsa key) => JsonNode.Parse(JsonText.Write(writer => PrivateJwk.Write(writer, key, Jwk.Of(key).ThumbprintText())))!;

    /// <summary>A chain as the <c>x5c</c> header (RFC 7515 §4.1.6).</summary>
    public static JsonArray Chain(SigningKey key) => [.. key.CertificateChain.Select(der => JsonValue.Create(Convert.ToBase64String(der)))];

    /// <summary>Texts as an array.</summary>
    public static JsonArray Array<T>(IEnumerable<T> values) => [.. values.Select(value => JsonValue.Create(value))];
}
