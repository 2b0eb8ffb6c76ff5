using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Tests.Commands;
using IdentityPlatform.Hosting.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Hosting.Tests.Keys;

/// <summary>Keys in a real PKCS#11 token: the private half never leaves it, and everything else is as with files.</summary>
public sealed class Pkcs11Tests(SoftHsm token) : IDisposable
{
    private static readonly JwsAlgorithm[] Algorithms = [JwsAlgorithm.ES256, JwsAlgorithm.RS256, JwsAlgorithm.PS256];

    private readonly TemporaryFolder _folder = new();
    private readonly SettableTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(JwsAlgorithm.ES256)]
    [InlineData(JwsAlgorithm.RS256)]
    [InlineData(JwsAlgorithm.PS256)]
    public void What_a_key_in_the_token_signs_its_published_key_verifies(JwsAlgorithm algorithm)
    {
        var file = Create(KeyRole.IdentityTokens, algorithm);
        using var signer = Signer.Load(_folder.Path, Module());
        var signature = signer.Active(KeyRole.IdentityTokens, algorithm).Sign("data"u8);
        using var key = VerificationKey.Import(Assert.Single(signer.Published(KeyRole.IdentityTokens))).OrThrow();
        Assert.True(key.Verify(algorithm, "data"u8, signature));
        Assert.False(key.Verify(algorithm, "other"u8, signature));

        var json = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.StartsWith("pkcs11:token=server%20keys%3B%201;object=identity-tokens-", json["pkcs11"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.All((string[])["d", "p", "q", "dp", "dq", "qi"], member => Assert.Null(json["jwk"]![member]));
        Assert.DoesNotContain(SoftHsm.Pin, File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void The_private_half_is_not_to_be_had_and_the_public_one_is()
    {
        foreach (var algorithm in Algorithms)
        {
            var file = (KeySigningFile)KeyFile.Read(Create(KeyRole.IdentityTokens, algorithm), Module());
            using var key = Module().OpenKey(file.Uri!, algorithm);
            Action<bool> export = key is RSA rsa ? secret => rsa.ExportParameters(secret) : secret => ((ECDsa)key).ExportParameters(secret);
            export(false);
            Assert.ThrowsAny<CryptographicException>(() => export(true));
            Assert.ThrowsAny<CryptographicException>(() => key.ExportPkcs8PrivateKey());
        }
    }

    [Fact]
    public void One_key_object_signs_on_many_threads()
    {
        Create(KeyRole.IdentityTokens, JwsAlgorithm.ES256);
        using var signer = Signer.Load(_folder.Path, Module());
        var key = signer.Active(KeyRole.IdentityTokens);
        using var verification = VerificationKey.Import(key.PublicKey).OrThrow();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var data = BitConverter.GetBytes(i);
            Assert.True(verification.Verify(JwsAlgorithm.ES256, data, key.Sign(data)));
        });
    }

    [Theory]
    [InlineData(JwsAlgorithm.ES256)]
    [InlineData(JwsAlgorithm.RS256)]
    public void Rotation_makes_the_successor_in_the_same_token_and_destroys_the_old_key_at_its_end(JwsAlgorithm algorithm)
    {
        var first = Create(KeyRole.IdentityTokens, algorithm);
        var old = (KeySigningFile)KeyFile.Read(first, Module());
        using var signer = Signer.Load(_folder.Path, Module());
        using var upkeep = new KeyUpkeep(signer, Directory(), new RotationPolicy(), _time, NullLogger<KeyUpkeep>.Instance);
        foreach (var (days, published) in (ReadOnlySpan<(int, int)>)[(89, 2), (1, 2), (30, 1)])
        {
            _time.Advance(TimeSpan.FromDays(days));
            upkeep.Run();
            Assert.Equal(published, signer.Published(KeyRole.IdentityTokens).Count);
        }

        var next = Assert.Single(signer.Files);
        Assert.NotEqual(old.PublicKey.KeyId, next.PublicKey.KeyId);
        Assert.Equal((SoftHsm.Token, old.Kind), (next.Uri!.Token, next.Kind));
        Assert.Equal(next.PublicKey.KeyId, signer.Active(KeyRole.IdentityTokens, algorithm).KeyId);

        // Asked in another process: the engine of this one remembers what it opened. Of the two keys one is there to be destroyed.
        var tool = new Pkcs11Tool(Module());
        Assert.Contains("failed", Assert.Throws<KeyDirectoryException>(() => tool.Destroy(old.Uri!)).Message, StringComparison.Ordinal);
        tool.Destroy(next.Uri);
    }

    [Fact]
    public void A_file_that_names_another_key_than_the_tokens_is_refused_and_its_own_accepted()
    {
        var (one, two) = (Create(KeyRole.IdentityTokens, JwsAlgorithm.ES256), Create(KeyRole.AccessTokens, JwsAlgorithm.ES256));
        Signer.Load(_folder.Path, Module()).Dispose();
        var other = JsonNode.Parse(File.ReadAllText(two))!["pkcs11"]!.GetValue<string>();
        Change(one, json => json["pkcs11"] = other);
        Assert.Contains("the object in the token is another key than jwk", Refused(Module()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pkcs11:token=server%20keys%3B%201;object=nothing", "the token has no such key")]
    [InlineData("pkcs11:token=nowhere;object=nothing", "the token has no such key, is not there")]
    [InlineData("pkcs11:token=t;object=o;pin-value=1234", "pkcs11 is no URI of a token and an object, and of nothing else")]
    [InlineData("pkcs11:object=o", "pkcs11 is no URI")]
    [InlineData("file:token=t;object=o", "pkcs11 is no URI")]
    public void A_place_where_no_key_is_or_that_holds_a_PIN_is_refused(string uri, string why)
    {
        var file = Create(KeyRole.IdentityTokens, JwsAlgorithm.ES256);
        Change(file, json => json["pkcs11"] = uri);
        var message = Refused(Module());
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_member_beside_the_token_a_missing_module_and_a_wrong_PIN_are_refused()
    {
        var file = Create(KeyRole.IdentityTokens, JwsAlgorithm.ES256);
        Assert.Contains("Keys:Pkcs11:Module is not set", Refused(null), StringComparison.Ordinal);
        Change(file, json => json["jwk"]!["d"] = "AAAA");
        Assert.Contains("a public JWK holds no 'd'", Refused(Module()), StringComparison.Ordinal);

        var other = new KeyKind(JwsAlgorithm.ES256, Token: SoftHsm.OtherToken);
        var right = new Pkcs11Module(token.Module, "another");
        var wrong = new Pkcs11Module(token.Module, "wrong-pin-77");
        var made = Assert.Throws<KeyDirectoryException>(() => KeyDirectory.OpenOrCreate(_folder.File("keys"), _time, wrong).CreateKey(KeyRole.Status, other, KeyState.Active, null));
        Assert.Contains("pkcs11-tool --keypairgen on token other failed", made.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-pin-77", made.Message, StringComparison.Ordinal);

        // A module that was let in once stays so for the whole process: the wrong PIN comes first, from this process too.
        var uri = new Pkcs11Tool(right).Create(other, "status-1").Uri;
        var opened = Assert.Throws<KeyDirectoryException>(() => wrong.OpenKey(uri, JwsAlgorithm.ES256));
        Assert.Contains("refuses the PIN", opened.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-pin-77", opened.ToString(), StringComparison.Ordinal);
        right.OpenKey(uri, JwsAlgorithm.ES256).Dispose();
    }

    [Fact]
    public async Task Keys_create_makes_a_key_in_the_token_with_the_request_for_its_certificate()
    {
        var (code, output, error) = await ServerUnderTest.RunAsync(
            "keys", "create", "--role", "request-objects", "--name", "request-objects", "--pkcs11", SoftHsm.Token,
            "--Keys:Directory", _folder.Path, "--Keys:Pkcs11:Module", token.Module, "--Keys:Pkcs11:Pin", SoftHsm.Pin);
        Assert.Equal((0, ""), (code, error));
        Assert.DoesNotContain(SoftHsm.Pin, output, StringComparison.Ordinal);
        using var signer = Signer.Load(_folder.Path, Module());
        var request = System.Security.Cryptography.X509Certificates.CertificateRequest.LoadSigningRequestPem(
            File.ReadAllText(_folder.File("request-objects.csr")), HashAlgorithmName.SHA256);
        using var requested = request.PublicKey.GetECDsaPublicKey()!;
        Assert.True(Jwk.Of(requested).IsSameKeyAs(signer.Active(KeyRole.RequestObjects).PublicKey));
    }

    private Pkcs11Module Module() => new(token.Module, SoftHsm.Pin);

    private KeyDirectory Directory() => KeyDirectory.OpenOrCreate(_folder.Path, _time, Module());

    private string Create(KeyRole role, JwsAlgorithm algorithm) => Directory().CreateKey(role, new KeyKind(algorithm, Token: SoftHsm.Token), KeyState.Active, null);

    private string Refused(Pkcs11Module? module) => Assert.Throws<KeyDirectoryException>(() => Signer.Load(_folder.Path, module)).Message;

    private static void Change(string file, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        change(json);
        File.WriteAllText(file, json.ToJsonString());
    }
}
