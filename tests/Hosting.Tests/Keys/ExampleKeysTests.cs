using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.Hosting.Tests.Keys;

public sealed class ExampleKeysTests
{
    private static readonly string[] KeyFolders = ["card-issuer", "card-issuer-signer", "event-door", "events-issuer", "events-issuer-signer", "idp", "patent-check", "patent-issuer", "patent-issuer-signer", "service-one", "service-two", "treasury", "wallet-provider"];
    private static readonly string[] PemFolders = ["pki", "tls"];
    private static readonly string[] Certified = ["card-issuer-signer/credentials", "card-issuer/status", "card-issuer/metadata", "patent-issuer-signer/credentials", "patent-issuer/status", "patent-issuer/metadata", "events-issuer-signer/credentials", "events-issuer/status", "events-issuer/metadata", "events-issuer/request-objects", "patent-check/request-objects", "event-door/request-objects", "idp/request-objects", "wallet-provider/wallet-provider"];

    public static TheoryData<string> Folders => [.. KeyFolders];

    public static TheoryData<string, string> Chains => new(
        Certified.Select(file => (file, file.EndsWith("/request-objects", StringComparison.Ordinal) ? "access-root" : file[..file.IndexOf('/', StringComparison.Ordinal)] switch
        {
            "card-issuer" or "card-issuer-signer" => "issuer-root",
            "patent-issuer" or "patent-issuer-signer" => "patent-root",
            "events-issuer" or "events-issuer-signer" => "events-root",
            "wallet-provider" => "wallet-provider-root",
            _ => throw new InvalidOperationException(file),
        })));

    [Fact]
    public void The_list_in_the_program_and_the_folder_hold_the_same_keys()
    {
        var files = KeyFolders.SelectMany(folder => Directory.GetFiles(ExampleFolder.Of(folder), "*.json")).Select(file => (KeyFile.Read(file) switch
        {
            KeySigningFile key => key.PublicKey.ThumbprintText(),
            KeySecretFile secret => ExampleKeys.HashOf(secret.Secret),
            _ => "",
        }, file));
        var pems = PemFolders.SelectMany(folder => Directory.GetFiles(ExampleFolder.Of(folder), "*.key")).Select(file =>
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(file));
            return (Jwk.Of(key).ThumbprintText(), file);
        });
        var found = files.Concat(pems).Select(entry => $"{entry.Item1} {Path.GetRelativePath(ExampleFolder.Path, entry.file)}");
        Assert.Equal(ExampleKeys.Lines().Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Each_key_directory_loads_and_is_refused_as_an_example(string folder)
    {
        using var signer = Signer.Load(ExampleFolder.Of(folder));
        var refused = Assert.Throws<KeyDirectoryException>(signer.RefuseExampleKeys);
        Assert.Contains(ExampleFolder.Of(folder), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_example_key_or_secret_among_ones_own_is_found_and_ones_own_alone_are_accepted()
    {
        using var folder = new TemporaryFolder();
        var directory = KeyDirectory.OpenOrCreate(folder.Path);
        directory.CreateKey(KeyRole.AccessTokens, JwsAlgorithm.ES256, KeyState.Active, null);
        directory.CreateSecret(SecretRole.Invitations);
        Refuse(folder.Path);

        File.Copy(ExampleFolder.Of("idp/person-key-wrap.json"), folder.File("copied.json"));
        Assert.Contains("copied.json is one of keys.example", Assert.Throws<KeyDirectoryException>(() => Refuse(folder.Path)).Message, StringComparison.Ordinal);

        File.Delete(folder.File("copied.json"));
        File.Copy(ExampleFolder.Of("card-issuer/status.json"), folder.File("status.json"));
        Assert.Contains("status.json is one of keys.example", Assert.Throws<KeyDirectoryException>(() => Refuse(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_identity_provider_signs_id_tokens_in_ES256_RS256_and_PS256()
    {
        using var signer = Signer.Load(ExampleFolder.Of("idp"));
        Assert.Equal([JwsAlgorithm.ES256, JwsAlgorithm.PS256, JwsAlgorithm.RS256], signer.Algorithms(KeyRole.IdentityTokens));
        Assert.Equal(["RS256", "PS256"], signer.Published(KeyRole.IdentityTokens).Where(key => key.KeyType == "RSA").Select(key => key.Algorithm).OrderDescending());
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void Each_certificate_leads_to_its_root_without_carrying_it(string file, string root)
    {
        var json = JsonElement.Parse(File.ReadAllText(ExampleFolder.Of($"{file}.json")));
        var chain = X5c.Parse(json).OrThrow();
        using var anchor = X509CertificateLoader.LoadCertificateFromFile(ExampleFolder.Of($"pki/{root}.pem"));
        using var stranger = X509CertificateLoader.LoadCertificateFromFile(ExampleFolder.Of("pki/tls-root.pem"));
        var now = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.IsType<PathResult.Valid>(CertificatePath.Validate(chain, [anchor], now));
        Assert.IsType<PathResult.Invalid>(CertificatePath.Validate(chain, [stranger], now));
        Assert.True(anchor.NotAfter.ToUniversalTime() > new DateTime(2036, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    [Theory]
    [InlineData("idp-clients/service-one.json", "service-one")]
    [InlineData("idp-clients/service-two.json", "service-two")]
    [InlineData("idp-clients/card-issuer.json", "card-issuer")]
    public void Each_client_is_registered_with_its_own_key(string client, string folder)
    {
        using var signer = Signer.Load(ExampleFolder.Of(folder));
        var json = StrictJson.ParseObject(File.ReadAllBytes(ExampleFolder.Of(client))).OrThrow().Element;
        var registered = Jwk.Parse(json.GetProperty("jwks").GetProperty("keys")[0]).OrThrow();
        Assert.Equal(folder, json.StringMember("client_id"));
        Assert.True(registered.IsSameKeyAs(signer.Active(KeyRole.ClientAuthentication).PublicKey));
    }

    [Theory]
    [InlineData("event-door/bundle-root.jwk", "card-issuer")]
    [InlineData("idp/bundle-root.jwk", "card-issuer")]
    [InlineData("events-issuer/card-root.jwk", "card-issuer")]
    [InlineData("patent-check/bundle-root.jwk", "patent-issuer")]
    [InlineData("event-door/events-root.jwk", "events-issuer")]
    public void The_pinned_bundle_root_is_the_issuers(string file, string issuer)
    {
        using var signer = Signer.Load(ExampleFolder.Of(issuer));
        var pinned = Jwk.Parse(JsonElement.Parse(File.ReadAllText(ExampleFolder.Of(file)))).OrThrow();
        Assert.True(pinned.IsSameKeyAs(signer.Active(KeyRole.BundleRoot).PublicKey));
    }

    private static void Refuse(string directory)
    {
        using var signer = Signer.Load(directory);
        signer.RefuseExampleKeys();
    }
}
