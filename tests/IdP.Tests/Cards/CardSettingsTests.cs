using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.IdP.Tests.Harness;
using Microsoft.Extensions.Configuration;

namespace IdentityPlatform.IdP.Tests.Cards;

public sealed class CardSettingsTests
{
    [Theory]
    [InlineData("Cards:BundleUrl", "http://issuer.example.org/bundle")]
    [InlineData("Cards:BundleRoot", "/nowhere.jwk")]
    [InlineData("Cards:RefreshSeconds", "0")]
    [InlineData("Cards:RefreshSeconds", "86401")]
    [InlineData("Cards:RefreshSeconds", "soon")]
    [InlineData("Cards:Typ", "a misspelled key")]
    public void A_bad_value_stops_the_server_and_its_key_is_named(string key, string value)
    {
        using var root = new RootFile();
        Assert.True(CardSettings.Read(Settings(root), development: false).IsOn);

        var refused = Assert.Throws<SettingsException>(() => CardSettings.Read(Settings(root, (key, value)), development: false));

        Assert.StartsWith(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_for_requests_without_a_certificate_is_named()
    {
        using var certified = Signer.Load(IdpHost.ExampleKeys("idp"));
        Assert.NotEmpty(IdentityProvider.RequestKey(certified).CertificateChain);

        var folder = Directory.CreateTempSubdirectory("keys-");
        try
        {
            var file = JsonNode.Parse(File.ReadAllText(Path.Combine(IdpHost.ExampleKeys("idp"), "request-objects.json")))!.AsObject();
            file.Remove("x5c");
            File.WriteAllText(Path.Combine(folder.FullName, "request-objects.json"), file.ToJsonString());
            using var bare = Signer.Load(folder.FullName);
            Assert.Contains("request-objects", Assert.Throws<KeyDirectoryException>(() => IdentityProvider.RequestKey(bare)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(null, 60)]
    [InlineData("1", 1)]
    [InlineData("86400", 86400)]
    public void The_bundle_is_fetched_as_often_as_the_operator_says(string? value, int seconds)
    {
        using var root = new RootFile();

        Assert.Equal(TimeSpan.FromSeconds(seconds), CardSettings.Read(Settings(root, ("Cards:RefreshSeconds", value)), development: false).Bundle!.Every);
    }

    [Fact]
    public void The_example_root_is_pinned_in_development_and_nowhere_else()
    {
        using var root = new RootFile();
        var example = Settings(root, ("Cards:BundleRoot", Path.Combine(ExampleKeys(), "idp", "bundle-root.jwk")));

        Assert.Single(CardSettings.Read(example, development: true).Bundle!.Roots);
        Assert.Contains("keys.example", Assert.Throws<SettingsException>(() => CardSettings.Read(example, development: false)).Message, StringComparison.Ordinal);
    }

    private static IConfiguration Settings(RootFile root, params (string Key, string? Value)[] changes)
    {
        var values = new Dictionary<string, string?>
        {
            ["Cards:BundleUrl"] = "https://issuer.example.org/bundle",
            ["Cards:BundleRoot"] = root.Path,
            ["Cards:Directory"] = System.IO.Path.GetTempPath(),
            ["Cards:Type"] = "https://example.org/vct/compatriot-card/1",
            ["Cards:Service"] = "card-issuer",
        };
        foreach (var (key, value) in changes)
        {
            values[key] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values.Where(entry => entry.Value is not null)).Build();
    }

    private static string ExampleKeys()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "keys.example")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "keys.example");
    }

    private sealed class RootFile : IDisposable
    {
        public RootFile()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(Path, Jwk.Of(key).ToJson());
        }

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
