using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Which wallets may collect: <c>Wallets:Attesters</c> names the root certificates of their providers (files, PEM).</summary>
public sealed class WalletSettings
{
    private WalletSettings(IReadOnlyList<X509Certificate2> attesters) => Attesters = attesters;

    /// <summary>Anchors of the attesters whose attestations authenticate a wallet; with none, wallets authenticate by other means.</summary>
    public IReadOnlyList<X509Certificate2> Attesters { get; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static WalletSettings Read(IConfiguration configuration, bool development)
    {
        SettingsReader.RefuseUnknown(configuration, "Wallets", "Attesters");
        return new([.. configuration.GetSection("Wallets:Attesters").GetChildren().Select(setting => Certificates.Read(setting, development))]);
    }
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
