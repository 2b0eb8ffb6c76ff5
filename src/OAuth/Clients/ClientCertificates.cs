using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>
/// The certificate whose key the caller proved to hold in the TLS handshake, with this server or with a proxy in front of it
/// (RFC 8705, RFC 9440). Whose it is and what it is good for, the registration says.
/// </summary>
internal sealed class ClientCertificates(AuthorizationServerOptions options)
{
    private const string HeaderName = "Client-Cert";
    private const int MaxHeaderLength = 16 * 1024;

    private static readonly object Read = new();

    /// <summary>The certificate, or null.</summary>
    public X509Certificate2? Find(HttpContext http)
    {
        if (options.MutualTls is not { } tls)
        {
            return null;
        }

        // The connection of a proxy shows the proxy's own certificate; everybody else's header is something they wrote themselves.
        return IsProxy(tls, http.Connection.RemoteIpAddress) ? FromHeader(http) : http.Connection.ClientCertificate;
    }

    /// <summary><c>x5t#S256</c> of the certificate (RFC 8705 §3.1), or null without one.</summary>
    public string? ThumbprintOf(HttpContext http) =>
        Find(http) is { } certificate ? Base64UrlText.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)) : null;

    private static bool IsProxy(MutualTls tls, IPAddress? address)
    {
        if (address is null || tls.Proxies.Count == 0)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return tls.Proxies.Any(network => network.Contains(plain));
    }

    // Once a request: several checks ask for it.
    private static X509Certificate2? FromHeader(HttpContext http)
    {
        if (http.Items.TryGetValue(Read, out var known))
        {
            return (X509Certificate2?)known;
        }

        var certificate = http.Request.Headers[HeaderName] is [{ Length: <= MaxHeaderLength } value] ? Parse(value) : null;
        http.Items[Read] = certificate;
        if (certificate is not null)
        {
            http.Response.RegisterForDispose(certificate);
        }

        return certificate;
    }

    // RFC 9440 §2.2: one byte sequence (RFC 8941 §3.3.5), which is ordinary base64 of DER between colons.
    private static X509Certificate2? Parse(string value)
    {
        if (value is not [':', .. var base64, ':'])
        {
            return null;
        }

        var der = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, der, out var length))
        {
            return null;
        }

        try
        {
            return X509CertificateLoader.LoadCertificate(der.AsSpan(0, length));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
