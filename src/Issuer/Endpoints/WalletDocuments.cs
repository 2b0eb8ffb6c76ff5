using System.Security.Cryptography;
using System.Text;
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
    private const string Json = "application/json";
    private const string Jwt = "application/jwt";

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    public static void Map(WebApplication app)
    {
        var urls = app.Services.GetRequiredService<IssuerUrls>();
        var deployment = app.Services.GetRequiredService<Deployment>();
        var attested = app.Services.GetRequiredService<WalletSettings>().KeyAttesters.Count > 0;
        var time = app.Services.GetRequiredService<TimeProvider>();
        var metadata = new MadeOfKeys<Metadata>(
            app.Services.GetRequiredService<Signer>(),
            signer => new Metadata(signer, IssuerMetadata.Write(urls.Issuer, deployment, signer.FindRecipient(KeyRole.RequestEncryption), attested), time.GetUtcNow()));

        // What cannot be written or signed stops the start, and is not left to the first wallet.
        _ = metadata.Value;
        app.MapOnly(HttpMethods.Get, IssuerMetadata.PathFor(urls.Issuer), (HttpContext http) => metadata.Value.Answer(http));
        foreach (var type in deployment.Types)
        {
            // A deployment under the type's own name serves the type at its vct; others serve the same path.
            var document = new Served(type.Metadata.Document);
            app.MapOnly(HttpMethods.Get, new Uri(type.Vct).AbsolutePath, (HttpContext http) => document.Answer(http, Json));
        }
    }

    // In all its languages, whatever the wallet's are: §12.2.2 leaves that open, and a person may speak two.
    private sealed class Metadata(Signer signer, byte[] document, DateTimeOffset now)
    {
        private readonly Served _plain = new(document);

        // Without a certificate nobody could tell whose signature it is.
        private readonly Served? _signed = signer.FindActive(KeyRole.Metadata) is { CertificateChain.Count: > 0 } key
            ? new(Encoding.ASCII.GetBytes(IssuerMetadata.Sign(key, document, now)))
            : null;

        public IResult Answer(HttpContext http)
        {
            http.Response.Headers.Vary = "Accept";
            return _signed is not null && Accepted.Quality(http.Request, Jwt) > Accepted.Quality(http.Request, Json)
                ? _signed.Answer(http, Jwt)
                : _plain.Answer(http, Json);
        }
    }

    private sealed class Served(ReadOnlyMemory<byte> body)
    {
        private readonly string _tag = Base64UrlText.Encode(SHA256.HashData(body.Span).AsSpan(0, 12));

        public IResult Answer(HttpContext http, string mediaType) => WalletAnswers.Public(http, mediaType, body, _tag, MaxAge);
    }
}
