using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.Hosting.Tests.Keys;

/// <summary>Keys to which others encrypt: one is told to them, and those before and after it decrypt too.</summary>
public sealed class EncryptionKeysTests : IDisposable
{
    private const KeyRole Role = KeyRole.RequestEncryption;

    private readonly TemporaryFolder _folder = new();
    private readonly KeyDirectory _directory;

    public EncryptionKeysTests() => _directory = KeyDirectory.OpenOrCreate(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(KeyState.Announced, false, true)]
    [InlineData(KeyState.Active, true, true)]
    [InlineData(KeyState.Retired, false, true)]
    [InlineData(KeyState.Denied, false, false)]
    public void The_active_key_is_told_and_all_but_denied_ones_decrypt(KeyState state, bool told, bool decrypts)
    {
        var file = _directory.CreateKey(Role, JwsAlgorithm.ES256, state, "key");
        var publicKey = _directory.PublicKeyOf("key");
        using var signer = Signer.Load(_folder.Path);
        Assert.Equal(told, signer.FindRecipient(Role) is not null);
        Assert.Null(signer.FindActive(Role));
        Assert.Equal(("enc", "ECDH-ES"), (publicKey.Use, publicKey.Algorithm));
        var message = Jwe.Encrypt(publicKey, "A256GCM", "data"u8, RandomNumberGenerator.Fill);
        var key = signer.FindDecryption(Role, Jwe.KeyIdOf(message)!);
        Assert.Equal(decrypts, key is not null && Jwe.Decrypt(message, key).OrThrow().AsSpan().SequenceEqual("data"u8));
        Assert.Null(signer.FindDecryption(KeyRole.Credentials, publicKey.KeyId!));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void What_was_encrypted_before_a_change_over_still_decrypts_after_it()
    {
        _directory.CreateKey(Role, JwsAlgorithm.ES256, KeyState.Active, null);
        using var signer = Signer.Load(_folder.Path);
        var before = signer.FindRecipient(Role)!;
        _directory.CreateKey(Role, JwsAlgorithm.ES256, KeyState.Announced, null);
        Assert.True(signer.Reload());
        Assert.Equal(before.KeyId, signer.FindRecipient(Role)!.KeyId);
        _directory.Rotate((files, now) => KeyRotation.PlanByHand([.. files], new RotationPolicy(), now, atOnce: true));
        Assert.True(signer.Reload());
        var after = signer.FindRecipient(Role)!;
        Assert.NotEqual(before.KeyId, after.KeyId);
        Assert.NotNull(signer.FindDecryption(Role, before.KeyId!));
        Assert.NotNull(signer.FindDecryption(Role, after.KeyId!));
    }

    [Fact]
    public void They_are_renewed_by_the_server_itself()
    {
        var file = _directory.CreateKey(Role, JwsAlgorithm.ES256, KeyState.Active, "key");
        var old = Assert.IsType<KeySigningFile>(KeyFile.Read(file));
        var now = old.Since!.Value.AddDays(90);
        Assert.IsType<RotationStep.Announce>(Assert.Single(KeyRotation.Plan([old], new RotationPolicy(), now)));
    }

    [Fact]
    public void A_key_that_cannot_decrypt_is_refused()
    {
        Assert.Contains("not EC on P-256", Assert.Throws<KeyDirectoryException>(() => _directory.CreateKey(Role, JwsAlgorithm.ES384, KeyState.Active, "b")).Message, StringComparison.Ordinal);
        Assert.Contains("not EC on P-256", Assert.Throws<KeyDirectoryException>(() => _directory.CreateKey(Role, JwsAlgorithm.RS256, KeyState.Active, "c")).Message, StringComparison.Ordinal);
        var file = _directory.CreateKey(Role, JwsAlgorithm.ES256, KeyState.Active, "a");
        KeyFile.Read(file);
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        json["pkcs11"] = "pkcs11:token=a;object=b";
        File.WriteAllText(file, json.ToJsonString());
        Assert.Contains("lie in files", Assert.Throws<KeyDirectoryException>(() => KeyFile.Read(file)).Message, StringComparison.Ordinal);
    }
}
