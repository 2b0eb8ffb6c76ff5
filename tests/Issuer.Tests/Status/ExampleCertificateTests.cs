using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Hosting;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Status;
using Microsoft.Extensions.Configuration;

namespace IdentityPlatform.Issuer.Tests.Status;

/// <summary>Whoever trusts an example root trusts everybody, so a server outside Development does not start with one.</summary>
public sealed class ExampleCertificateTests
{
    [Theory]
    [InlineData("Wallets:Attesters:0", "wallet-provider-root.pem")]
    [InlineData("Wallets:KeyAttesters:0", "wallet-provider-root.pem")]
    [InlineData("Bundle:Anchors:0", "issuer-root.pem")]
    public void A_root_of_the_example_keys_is_refused_outside_development(string key, string file)
    {
        var settings = Setting(key, Path.Combine(ExamplePki(), file));

        Read(key, settings, development: true);
        var refused = Assert.Throws<SettingsException>(() => Read(key, settings, development: false));

        Assert.StartsWith(key, refused.Message, StringComparison.Ordinal);
        Assert.Contains("keys.example", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Wallets:Attesters:0")]
    [InlineData("Wallets:KeyAttesters:0")]
    [InlineData("Bundle:Anchors:0")]
    public void A_root_of_ones_own_is_taken_outside_development(string key)
    {
        var file = Path.GetTempFileName();
        try
        {
            using var root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=Own root", root, HashAlgorithmName.SHA256);
            File.WriteAllText(file, request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)).ExportCertificatePem());

            Read(key, Setting(key, file), development: false);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Read(string key, IConfiguration settings, bool development)
    {
        if (key.StartsWith("Wallets", StringComparison.Ordinal))
        {
            var wallets = WalletSettings.Read(settings, development);
            Assert.Single(key.Contains("Key", StringComparison.Ordinal) ? wallets.KeyAttesters : wallets.Attesters);
        }
        else
        {
            Assert.Single(BundleSettings.Read(settings, development).Anchors);
        }
    }

    private static IConfiguration Setting(string key, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();

    private static string ExamplePki()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "keys.example")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "keys.example", "pki");
    }
}
