using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>
/// Which wallets may collect: <c>Wallets:Attesters</c> names the root certificates of their providers, <c>Wallets:KeyAttesters</c>
/// those of whoever attests their keys (files, PEM); one authority may do both.
/// </summary>
public sealed class WalletSettings
{
    private WalletSettings(IReadOnlyList<X509Certificate2> attesters, IReadOnlyList<X509Certificate2> keyAttesters) => (Attesters, KeyAttesters) = (attesters, keyAttesters);

    /// <summary>Anchors of the attesters whose attestations authenticate a wallet; with none, wallets authenticate by other means.</summary>
    public IReadOnlyList<X509Certificate2> Attesters { get; }

    /// <summary>Anchors of those who attest keys; with none, no key attestation is taken.</summary>
    public IReadOnlyList<X509Certificate2> KeyAttesters { get; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static WalletSettings Read(IConfiguration configuration, bool development)
    {
        SettingsReader.RefuseUnknown(configuration, "Wallets", "Attesters", "KeyAttesters");
        return new(Anchors(configuration, "Wallets:Attesters", development), Anchors(configuration, "Wallets:KeyAttesters", development));
    }

    /// <summary>Refuses a catalogue that asks for what cannot be checked.</summary>
    /// <exception cref="SettingsException">A type is for attested keys alone, and nobody is trusted to attest them.</exception>
    internal void CheckAgainst(Deployment deployment)
    {
        if (KeyAttesters.Count == 0 && deployment.Types.FirstOrDefault(type => type.KeyAttestations is not null) is { } type)
        {
            throw new SettingsException("Wallets:KeyAttesters", $"is missing: credential type '{type.Id}' is for attested keys alone.");
        }
    }

    private static List<X509Certificate2> Anchors(IConfiguration configuration, string key, bool development) =>
        [.. configuration.GetSection(key).GetChildren().Select(setting => Certificates.Read(setting, development))];
}

/// <summary>Certificate files that settings name.</summary>
internal static class Certificates
{
    /// <summary>The certificate in the file that a setting names. Outside Development none whose key is one of keys.example.</summary>
    public static X509Certificate2 Read(IConfigurationSection setting, bool development)
    {
        var certificate = Load(setting);
        return development || VerificationKey.Of(certificate).Failed(out _, out var key) || !ExampleKeys.Contains(key.Jwk)
            ? certificate
            : throw new SettingsException(setting.Path, $"'{setting.Value}' is a certificate of keys.example, whose key everybody has.");
    }

    private static X509Certificate2 Load(IConfigurationSection setting)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(setting.Value ?? "");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingsException(setting.Path, $"'{setting.Value}' is no certificate file.");
        }
    }
}
