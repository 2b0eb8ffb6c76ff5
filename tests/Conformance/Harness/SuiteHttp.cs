using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Conformance.Programs;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>Connections that trust the example TLS root and nothing else, follow no redirect and keep no cookie.</summary>
internal static class SuiteHttp
{
    private static readonly X509Certificate2 Root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Repository.Keys, "pki", "tls-root.pem"));

    /// <param name="certificate">Presented where the server asks for one.</param>
    /// <param name="protocols">The TLS versions to speak.</param>
    /// <param name="suite">The only cipher suite to offer; null for all.</param>
    public static HttpClient Create(X509Certificate2? certificate = null, SslProtocols protocols = SslProtocols.None, TlsCipherSuite? suite = null)
    {
        var ssl = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = Policy(),
            EnabledSslProtocols = protocols,
#pragma warning disable CA1416 // The tests run on Linux.
            CipherSuitesPolicy = suite is { } only ? new([only]) : null,
#pragma warning restore CA1416
        };
        if (certificate is not null)
        {
            ssl.ClientCertificates = [certificate];
            ssl.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        return new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, SslOptions = ssl }) { Timeout = TimeSpan.FromSeconds(100) };
    }

    private static X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Root);
        return policy;
    }
}
