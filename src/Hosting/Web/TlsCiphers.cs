using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace IdentityPlatform.Hosting.Web;

/// <summary>
/// TLS where this server ends it itself (FAPI 2.0 Security Profile §5.2.2): 1.3, and 1.2 with the cipher suites alone that
/// RFC 9325 §4.2 recommends; older versions have none of them. What the system would add for old clients is not offered.
/// </summary>
internal static class TlsCiphers
{
    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    ];

    /// <summary>Windows sets its suites for the whole machine, and offers no way to a program.</summary>
    private static readonly CipherSuitesPolicy? Policy = OperatingSystem.IsWindows() ? null : new(Suites);

    public static void Apply(HttpsConnectionAdapterOptions https)
    {
        https.OnAuthenticate = (_, options) => options.CipherSuitesPolicy = Policy;
    }
}
