using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
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
        var metadata = IssuerMetadata.Write(urls.Issuer, deployment);
        var tag = Base64UrlText.Encode(SHA256.HashData(metadata).AsSpan(0, 12));
        app.MapOnly(HttpMethods.Get, IssuerMetadata.PathFor(urls.Issuer), (HttpContext http) => WalletAnswers.Public(http, "application/json", metadata, tag, MaxAge));
        foreach (var type in deployment.Types)
        {
            // A deployment under the type's own name serves the type at its vct; others serve the same path.
            var document = TypeMetadata.Of(type);
            app.MapOnly(
                HttpMethods.Get,
                new Uri(type.Vct).AbsolutePath,
                (HttpContext http) => WalletAnswers.Public(http, "application/json", document.Document, Tag(document), MaxAge));
        }
    }

    private static string Tag(TypeMetadata document) => Base64UrlText.Encode(SHA256.HashData(document.Document.Span).AsSpan(0, 12));
}
