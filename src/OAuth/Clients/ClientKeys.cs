using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The keys that a client registered: in <c>jwks</c>, or at its <c>jwks_uri</c>.</summary>
internal sealed class ClientKeys(RemoteKeys remote)
{
    /// <summary>The keys that may have signed what names this <c>kid</c>; all keys where it names none. Empty: the client has no such key.</summary>
    public async ValueTask<IReadOnlyList<VerificationKey>> CandidatesAsync(Client client, string? keyId, CancellationToken ct)
    {
        if (client.JwksUri is not { } uri)
        {
            return Of(client.Keys, keyId);
        }

        var found = Of((await remote.GetAsync(uri, ct)).Keys, keyId);

        // The client may have a new key since: what it signs has to work at once.
        return found.Count > 0 ? found : Of((await remote.ReadAgainAsync(uri, ct)).Keys, keyId);
    }

    /// <summary>True when the client registered this certificate (RFC 8705 §2.2): every byte of it.</summary>
    public async ValueTask<bool> HasCertificateAsync(Client client, byte[] certificate, CancellationToken ct)
    {
        if (client.JwksUri is not { } uri)
        {
            return IsAmong(client.Certificates, certificate);
        }

        return IsAmong((await remote.GetAsync(uri, ct)).Certificates, certificate)
            || IsAmong((await remote.ReadAgainAsync(uri, ct)).Certificates, certificate);
    }

    private static List<VerificationKey> Of(IReadOnlyList<VerificationKey> keys, string? keyId) =>
        [.. keys.Where(key => keyId is null || key.Jwk.KeyId is null || key.Jwk.KeyId == keyId)];

    private static bool IsAmong(IReadOnlyList<byte[]> certificates, byte[] certificate) => certificates.Any(known => known.AsSpan().SequenceEqual(certificate));
}
