using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The JWK set of a client (RFC 7517 §5): keys to verify with, and the certificates that came with them.</summary>
internal sealed class ClientKeySet
{
    /// <summary>More keys than any client needs, and few enough to try one after another.</summary>
    private const int MaxKeys = 20;

    private ClientKeySet(IReadOnlyList<VerificationKey> keys, IReadOnlyList<byte[]> certificates) => (Keys, Certificates) = (keys, certificates);

    public static ClientKeySet Empty { get; } = new([], []);

    public IReadOnlyList<VerificationKey> Keys { get; }

    /// <summary>The first certificate of each <c>x5c</c>: DER.</summary>
    public IReadOnlyList<byte[]> Certificates { get; }

    /// <summary>A set that was registered: every key in it is one that can be used.</summary>
    public static Parsed<ClientKeySet> Parse(JsonElement jwks)
    {
        if (KeysOf(jwks).Failed(out var failure, out var members))
        {
            return failure;
        }

        var (keys, certificates) = (new List<VerificationKey>(), new List<byte[]>());
        foreach (var json in members)
        {
            if (ReadKey(json, certificates).Failed(out failure, out var key))
            {
                return failure;
            }

            keys.Add(key);
        }

        return new ClientKeySet(keys, certificates);
    }

    /// <summary>A set that was fetched. RFC 7517 §5: keys that this server cannot use are ignored; so are those that everybody has.</summary>
    public static Parsed<ClientKeySet> ParseUsable(JsonElement jwks, bool allowExampleKeys)
    {
        if (KeysOf(jwks).Failed(out var failure, out var members))
        {
            return failure;
        }

        var (keys, certificates) = (new List<VerificationKey>(), new List<byte[]>());
        foreach (var json in members)
        {
            var own = new List<byte[]>();
            if (ReadKey(json, own).Succeeded(out var key, out _) && (allowExampleKeys || !ExampleKeys.Contains(key.Jwk)))
            {
                keys.Add(key);
                certificates.AddRange(own);
            }
        }

        return new ClientKeySet(keys, certificates);
    }

    private static Parsed<List<JsonElement>> KeysOf(JsonElement jwks)
    {
        if (jwks.ArrayMember("keys") is not { } keys)
        {
            return new FormatFailure(FormatRule.Structure, "has no array keys");
        }

        return keys.GetArrayLength() > MaxKeys
            ? new FormatFailure(FormatRule.Size, $"has more than {MaxKeys} keys")
            : keys.EnumerateArray().ToList();
    }

    private static Parsed<VerificationKey> ReadKey(JsonElement json, List<byte[]> certificates)
    {
        if (Jwk.Parse(json).Failed(out var failure, out var jwk) || VerificationKey.Import(jwk).Failed(out failure, out var key))
        {
            return failure;
        }

        if (json.Member("x5c") is null)
        {
            return key;
        }

        if (ReadCertificate(json, jwk) is not { } certificate)
        {
            key.Dispose();
            return new FormatFailure(FormatRule.Certificate, "holds an x5c whose first certificate is not one of its key");
        }

        certificates.Add(certificate);
        return key;
    }

    // RFC 7517 §4.7: ordinary base64 of DER, and the key in the first certificate is the key of the JWK.
    private static byte[]? ReadCertificate(JsonElement json, Jwk jwk)
    {
        if (json.StringsMember("x5c") is not [{ Length: <= 16 * 1024 } text, ..])
        {
            return null;
        }

        var der = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, der, out var length))
        {
            return null;
        }

        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der.AsSpan(0, length));
            if (VerificationKey.Of(certificate).Failed(out _, out var key))
            {
                return null;
            }

            using (key)
            {
                return key.Jwk.IsSameKeyAs(jwk) ? certificate.RawData : null;
            }
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
