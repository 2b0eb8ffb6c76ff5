using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Clients;

/// <summary><c>tls_client_auth</c> and <c>self_signed_tls_client_auth</c> (RFC 8705 §2): who a certificate belongs to.</summary>
internal sealed class CertificateAuthentication(AuthorizationServerOptions options, ClientCertificates certificates, ClientKeys keys, TimeProvider time)
{
    private const string ClientAuthenticationUse = "1.3.6.1.5.5.7.3.2";
    private const int MaxIntermediates = 3;

    /// <summary>Checks the certificate of this request against the client that it names by <c>client_id</c>.</summary>
    public async Task<Checked<AuthenticatedClient>> CheckAsync(HttpContext http, Client client, CancellationToken ct)
    {
        if (certificates.Find(http) is not { } certificate)
        {
            return ClientAuthentication.Refuse(Rule.ClientCertificateMissing, "the client certificate is missing");
        }

        var refusal = client.AuthenticationMethod == ClientAuthenticationMethod.TlsClientAuth
            ? CheckAuthority(client, certificate)
            : await CheckRegisteredAsync(client, certificate, ct);
        return refusal is null ? new AuthenticatedClient(client, null) : refusal;
    }

    // RFC 8705 §2.1: an authority that is trusted here vouches for the one name that is registered.
    private Refusal? CheckAuthority(Client client, X509Certificate2 certificate)
    {
        if (!IsForClients(certificate) || !HasPath(certificate))
        {
            return ClientAuthentication.Refuse(Rule.ClientCertificateChain, "the client certificate is not one of an authority that is trusted here");
        }

        return client.CertificateSubject?.Matches(certificate) == true
            ? null
            : ClientAuthentication.Refuse(Rule.ClientCertificateSubject, "the client certificate is not the registered one");
    }

    // RFC 8705 §2.2: nobody vouches; the certificate itself is registered.
    private async Task<Refusal?> CheckRegisteredAsync(Client client, X509Certificate2 certificate, CancellationToken ct)
    {
        var known = await keys.HasCertificateAsync(client, certificate.RawData, ct);
        if (!known)
        {
            return ClientAuthentication.Refuse(Rule.ClientCertificateUnknown, "the client certificate is not a registered one");
        }

        var now = time.GetUtcNow().UtcDateTime;
        return certificate.NotBefore.ToUniversalTime() <= now && now <= certificate.NotAfter.ToUniversalTime()
            ? null
            : ClientAuthentication.Refuse(Rule.ClientCertificateTime, "the client certificate is expired or not valid yet");
    }

    private bool HasPath(X509Certificate2 certificate)
    {
        if (options.MutualTls is not { Anchors.Count: > 0 } tls || X5c.Parse(Chain(certificate, tls.Intermediates)).Failed(out _, out var chain))
        {
            return false;
        }

        using (chain)
        {
            return CertificatePath.Validate(chain, tls.Anchors, time.GetUtcNow()) is PathResult.Valid;
        }
    }

    // A handshake's intermediates do not reach us through every server and proxy: those that are known here complete the chain.
    private static JsonElement Chain(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> intermediates)
    {
        var chain = new List<X509Certificate2> { leaf };
        while (chain.Count <= MaxIntermediates && intermediates.FirstOrDefault(next => IsIssuer(next, chain[^1])) is { } issuer && !chain.Contains(issuer))
        {
            chain.Add(issuer);
        }

        return JsonElement.Parse(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("x5c");
            chain.ForEach(certificate => writer.WriteStringValue(Convert.ToBase64String(certificate.RawData)));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
    }

    private static bool IsIssuer(X509Certificate2 candidate, X509Certificate2 certificate) =>
        candidate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    // RFC 5280 §4.2.1.12: a certificate that lists its uses is good for those alone.
    private static bool IsForClients(X509Certificate2 certificate) => certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
        .All(extension => extension.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>().Any(use => use.Value == ClientAuthenticationUse));
}
