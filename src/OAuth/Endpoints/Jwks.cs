using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>/jwks</c> (RFC 7517 §5): active, announced and retired keys of tokens, made anew whenever the keys change.</summary>
internal sealed class Jwks(AuthorizationServerOptions options, Signer signer, RefusalLog log)
{
    private readonly MadeOfKeys<byte[]> _document = new(signer, keys => Write(
        options.OpenIdConnect ? keys.Published(KeyRole.IdentityTokens, KeyRole.AccessTokens) : keys.Published(KeyRole.AccessTokens)));

    public IResult Handle(HttpContext http) => StaticDocument.Answer(http, _document.Value, log);

    private static byte[] Write(IReadOnlyList<Jwk> keys) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        foreach (var key in keys)
        {
            WriteKey(writer, key);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    // RFC 7517 §4.2, §4.4: both are optional, and there are clients that import no key without its algorithm. A curve has
    // one algorithm; an RSA key may have two, and says itself which.
    private static void WriteKey(Utf8JsonWriter writer, Jwk key)
    {
        writer.WriteStartObject();
        foreach (var member in JsonElement.Parse(key.ToJson()).EnumerateObject().Where(member => member.Name is not ("use" or "alg")))
        {
            member.WriteTo(writer);
        }

        writer.WriteString("use", "sig");
        writer.WriteString("alg", key.Algorithm ?? JwsAlgorithms.OfCurve(key.Curve)!.Value.Name());
        writer.WriteEndObject();
    }
}
