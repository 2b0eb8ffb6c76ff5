using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>The documents that follow from the catalogue: issuer metadata (OpenID4VCI 1.0 §12.2) and type metadata (SD-JWT VC §6).</summary>
internal static class WalletDocuments
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    public static void Map(WebApplication app)
    {
        var urls = app.Services.GetRequiredService<IssuerUrls>();
        var deployment = app.Services.GetRequiredService<Deployment>();
        var attested = app.Services.GetRequiredService<WalletSettings>().KeyAttesters.Count > 0;
        var metadata = new MadeOfKeys<Served>(
            app.Services.GetRequiredService<Signer>(),
            signer => new Served(IssuerMetadata.Write(urls.Issuer, deployment, signer.FindRecipient(KeyRole.RequestEncryption), attested)));
        app.MapOnly(HttpMethods.Get, IssuerMetadata.PathFor(urls.Issuer), (HttpContext http) => metadata.Value.Answer(http, "application/json"));
        foreach (var type in deployment.Types)
        {
            // A deployment under the type's own name serves the type at its vct; others serve the same path.
            var document = new Served(TypeMetadata.Of(type).Document);
            app.MapOnly(HttpMethods.Get, new Uri(type.Vct).AbsolutePath, (HttpContext http) => document.Answer(http, "application/json"));
        }
    }

    private sealed class Served(ReadOnlyMemory<byte> body)
    {
        private readonly string _tag = Base64UrlText.Encode(SHA256.HashData(body.Span).AsSpan(0, 12));

        public IResult Answer(HttpContext http, string mediaType) => WalletAnswers.Public(http, mediaType, body, _tag, MaxAge);
    }
}
