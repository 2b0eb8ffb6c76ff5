using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace IdentityPlatform.OAuth;

/// <summary>How clients show certificates (RFC 8705).</summary>
public sealed class MutualTls
{
    /// <summary>The origin at which TLS asks for a client certificate. Browsers are sent to the ordinary one and never see the question.</summary>
    public required string PublicUrl { get; init; }

    /// <summary>The authorities whose certificates are good for <c>tls_client_auth</c>. None: that method is off.</summary>
    public IReadOnlyList<X509Certificate2> Anchors { get; init; } = [];

    /// <summary>Authorities between the clients and <see cref="Anchors"/>: known, and trusted only as far as an anchor vouches for them.</summary>
    public IReadOnlyList<X509Certificate2> Intermediates { get; init; } = [];

    /// <summary>The proxies that end TLS and hand the certificate on in <c>Client-Cert</c> (RFC 9440). From anybody else that header is nothing.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];
}
