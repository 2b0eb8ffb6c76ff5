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
            key.WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
