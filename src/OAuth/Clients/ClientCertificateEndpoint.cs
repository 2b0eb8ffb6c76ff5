using IdentityPlatform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The endpoint of the server at which TLS asks for client certificates: <c>Kestrel:Endpoints:Mtls</c>.</summary>
public static class ClientCertificateEndpoint
{
    private const string Section = "Kestrel:Endpoints";
    private const string Name = "Mtls";

    /// <summary>Sets the endpoint up where this server ends TLS itself.</summary>
    /// <exception cref="SettingsException">No such endpoint is configured, or no other beside it.</exception>
    public static void UseClientCertificates(this WebApplicationBuilder builder, MutualTls? tls)
    {
        if (tls is null || tls.Proxies.Count > 0)
        {
            return;
        }

        var endpoints = builder.Configuration.GetSection(Section).GetChildren().Select(child => child.Key).ToList();
        if (!endpoints.Contains(Name, StringComparer.OrdinalIgnoreCase))
        {
            throw new SettingsException($"{Section}:{Name}:Url", $"is missing: where the server listens for {tls.PublicUrl}.");
        }

        if (endpoints.Count < 2)
        {
            throw new SettingsException(Section, $"has {Name} alone: with it, Urls no longer counts. Name the ordinary endpoint beside it.");
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigurationLoader!.Endpoint(Name, endpoint => Ask(endpoint.HttpsOptions)));
    }

    /// <summary>
    /// Asks for a certificate and takes any whose key the caller holds, none too: whether it is good, and for which client, is
    /// for client authentication to say, with anchors of its own, not with the system's.
    /// </summary>
    public static void Ask(HttpsConnectionAdapterOptions https)
    {
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (_, _, _) => true;
        https.CheckCertificateRevocation = false;
    }
}
