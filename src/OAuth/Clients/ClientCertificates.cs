using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The certificate whose key the caller proved to hold in the TLS handshake (RFC 8705). Who it is, the registration says.</summary>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "A certificate may also come by other ways, which are configured.")]
internal sealed class ClientCertificates
{
    /// <summary>The certificate, or null.</summary>
    public X509Certificate2? Find(HttpContext http) => http.Connection.ClientCertificate;

    /// <summary><c>x5t#S256</c> of the certificate (RFC 8705 §3.1), or null without one.</summary>
    public string? ThumbprintOf(HttpContext http) =>
        Find(http) is { } certificate ? Base64UrlText.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)) : null;
}
