using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>/jwks</c> (RFC 7517 §5): announced, active and retired keys of tokens.</summary>
internal sealed class Jwks(AuthorizationServerOptions options, Signer signer, RefusalLog log)
{
    private readonly byte[] _document = Write(
        options.OpenIdConnect ? signer.Published(KeyRole.IdentityTokens, KeyRole.AccessTokens) : signer.Published(KeyRole.AccessTokens));

    public IResult Handle(HttpContext http) => StaticDocument.Answer(http, _document, log);

    private static byte[] Write(IReadOnlyList<Jwk> keys) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        foreach (var key in keys.DistinctBy(key => key.KeyId))
        {
            WriteKey(writer, key);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    // RFC 7517 §4.2, §4.4: both are optional, and there are clients that import no key without its algorithm.
    private static void WriteKey(Utf8JsonWriter writer, Jwk key)
    {
        writer.WriteStartObject();
        foreach (var member in JsonElement.Parse(key.ToJson()).EnumerateObject().Where(member => member.Name is not ("use" or "alg")))
        {
            member.WriteTo(writer);
        }

        writer.WriteString("use", "sig");
        if ((key.Algorithm ?? AlgorithmOf(key)) is { } algorithm)
        {
            writer.WriteString("alg", algorithm);
        }

        writer.WriteEndObject();
    }

    // A curve has one algorithm; an RSA key may have two, and says itself which.
    private static string? AlgorithmOf(Jwk key) =>
        Enum.GetValues<JwsAlgorithm>().Where(algorithm => key.Curve is not null && algorithm.Curve() == key.Curve).Select(algorithm => algorithm.Name()).FirstOrDefault();
}
