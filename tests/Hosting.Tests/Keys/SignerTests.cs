using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.Hosting.Tests.Keys;

public sealed class SignerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly KeyDirectory _directory;

    public SignerTests() => _directory = KeyDirectory.OpenOrCreate(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_signs_for_its_role_alone()
    {
        _directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Active, "status");
        using var signer = Signer.Load(_folder.Path);
        Assert.Same(signer.Active(KeyRole.Status), signer.FindActive(KeyRole.Status));
        Assert.Null(signer.FindActive(KeyRole.Credentials));
        Assert.Null(signer.FindActive(KeyRole.Status, JwsAlgorithm.ES384));
        Assert.Contains("no active ES256 key for credentials", Assert.Throws<KeyDirectoryException>(() => signer.Active(KeyRole.Credentials)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JwsAlgorithm.ES256)]
    [InlineData(JwsAlgorithm.ES384)]
    [InlineData(JwsAlgorithm.ES512)]
    [InlineData(JwsAlgorithm.PS256)]
    [InlineData(JwsAlgorithm.RS256)]
    public void What_an_active_key_signs_its_published_key_verifies(JwsAlgorithm algorithm)
    {
        _directory.CreateKey(KeyRole.Status, algorithm, KeyState.Active, null);
        using var signer = Signer.Load(_folder.Path);
        var signature = signer.Active(KeyRole.Status, algorithm).Sign("data"u8);
        using var key = VerificationKey.Import(Assert.Single(signer.Published(KeyRole.Status))).OrThrow();
        Assert.True(key.Verify(algorithm, "data"u8, signature));
        Assert.Same(signer.Active(KeyRole.Status, algorithm), signer.Active(KeyRole.Status, algorithm));
    }

    [Fact]
    public void Algorithms_stand_side_by_side_and_an_RSA_key_signs_in_its_own_alone()
    {
        foreach (var algorithm in (ReadOnlySpan<JwsAlgorithm>)[JwsAlgorithm.ES256, JwsAlgorithm.PS256, JwsAlgorithm.RS256])
        {
            _directory.CreateKey(KeyRole.IdentityTokens, algorithm, KeyState.Active, null);
        }

        using var signer = Signer.Load(_folder.Path);
        Assert.Equal([JwsAlgorithm.ES256, JwsAlgorithm.PS256, JwsAlgorithm.RS256], signer.Algorithms(KeyRole.IdentityTokens));
        var signature = signer.Active(KeyRole.IdentityTokens, JwsAlgorithm.RS256).Sign("data"u8);
        using var right = VerificationKey.Import(signer.Active(KeyRole.IdentityTokens, JwsAlgorithm.RS256).PublicKey).OrThrow();
        using var other = VerificationKey.Import(signer.Active(KeyRole.IdentityTokens, JwsAlgorithm.PS256).PublicKey).OrThrow();
        Assert.True(right.Verify(JwsAlgorithm.RS256, "data"u8, signature));
        Assert.False(right.Verify(JwsAlgorithm.PS256, "data"u8, signature));
        Assert.False(other.Verify(JwsAlgorithm.RS256, "data"u8, signature));
    }

    [Fact]
    public void An_RSA_key_file_that_does_not_name_its_algorithm_is_refused()
    {
        var file = _directory.CreateKey(KeyRole.Status, JwsAlgorithm.PS256, KeyState.Active, "status");
        Signer.Load(_folder.Path).Dispose();
        Change(file, json => json["jwk"]!.AsObject().Remove("alg"));
        Assert.Contains("status.json: jwk is an RSA key and its alg is neither RS256 nor PS256", Load().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyState.Announced, false, true)]
    [InlineData(KeyState.Active, true, true)]
    [InlineData(KeyState.Retired, false, true)]
    [InlineData(KeyState.Denied, false, false)]
    public void Only_active_keys_sign_and_denied_keys_are_not_published(KeyState state, bool signs, bool published)
    {
        _directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, state, null);
        using var signer = Signer.Load(_folder.Path);
        Assert.Equal(signs, signer.FindActive(KeyRole.Status) is not null);
        Assert.Equal(published ? 1 : 0, signer.Published(KeyRole.Status).Count);
        Assert.Empty(signer.Published(KeyRole.Credentials));
    }

    [Fact]
    public void Of_two_active_keys_of_one_role_and_algorithm_the_newer_one_signs_and_of_two_algorithms_each()
    {
        var one = _directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Active, "one");
        _directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES384, KeyState.Active, "two");
        var three = _directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Active, "three");
        Change(one, json => json["since"] = "2026-03-01T12:00:00Z");
        Change(three, json => json["since"] = "2026-03-01T12:00:01Z");
        using var signer = Signer.Load(_folder.Path);
        Assert.Equal(KeyIdOf(three), signer.Active(KeyRole.Status).KeyId);
        Assert.Equal(3, signer.Published(KeyRole.Status).Count);
        Assert.NotNull(signer.FindActive(KeyRole.Status, JwsAlgorithm.ES384));
    }

    [Theory]
    [InlineData("2026-03-01T12:00:00Z")]
    [InlineData(null)]
    public void Two_active_keys_of_which_none_is_newer_are_refused(string? since)
    {
        foreach (var name in (ReadOnlySpan<string>)["one", "three"])
        {
            Change(_directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Active, name), json =>
            {
                json.AsObject().Remove("since");
                if (since is not null)
                {
                    json["since"] = since;
                }
            });
        }

        Assert.Contains("one.json and three.json are both active for status with ES256, and neither is newer", Load().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_with_one_kid_are_refused()
    {
        var one = _directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Active, "one");
        var two = _directory.CreateKey(KeyRole.Roster, JwsAlgorithm.ES256, KeyState.Active, "two");
        Signer.Load(_folder.Path).Dispose();
        Change(two, json => json["jwk"]!["kid"] = KeyIdOf(one));
        Assert.Contains("one.json and two.json have the same kid", Load().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Published_are_the_active_key_first_then_the_announced_and_the_retired_one()
    {
        var files = new[] { KeyState.Retired, KeyState.Announced, KeyState.Active }.Select(state => _directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, state, null)).ToList();
        using var signer = Signer.Load(_folder.Path);
        Assert.Equal([KeyIdOf(files[2]), KeyIdOf(files[1]), KeyIdOf(files[0])], signer.Published(KeyRole.Status).Select(key => key.KeyId));
    }

    [Fact]
    public void A_secret_is_read_and_a_second_one_of_its_role_refused()
    {
        _directory.CreateSecret(SecretRole.PairwiseWrap);
        using var signer = Signer.Load(_folder.Path);
        Assert.Equal(32, signer.Secret(SecretRole.PairwiseWrap).Length);
        Assert.Contains("no secret person-key-wrap", Assert.Throws<KeyDirectoryException>(() => signer.Secret(SecretRole.PersonKeyWrap)).Message, StringComparison.Ordinal);
        File.Copy(_folder.File("pairwise-wrap.json"), _folder.File("twin.json"));
        Assert.Contains("are both the secret pairwise-wrap", Load().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("role", "\"nothing\"", "role is no role of a key")]
    [InlineData("state", "\"busy\"", "state is none of")]
    [InlineData("since", "\"yesterday\"", "since is no time")]
    [InlineData("since", "1767225600", "since is no time")]
    [InlineData("jwk", "null", "jwk is missing")]
    [InlineData("jwk", "{}", "kty is neither EC nor RSA")]
    [InlineData("x5c", "\"AA==\"", "x5c is not an array")]
    [InlineData("x5c", "[\"!\"]", "x5c holds what is not base64")]
    [InlineData("x5c", "[\"AAAA\"]", "x5c holds what is no certificate")]
    public void A_malformed_key_file_is_refused_by_name(string member, string value, string why)
    {
        Change(_directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Active, "status"), json => json[member] = JsonNode.Parse(value));
        Assert.Contains($"status.json: {why}", Load().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_part_of_another_key_is_refused()
    {
        var other = JsonNode.Parse(File.ReadAllText(_directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Retired, "other")))!["jwk"]!["d"]!.GetValue<string>();
        Change(_directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Active, "status"), json => json["jwk"]!["d"] = other);
        var message = Load().Message;
        Assert.Contains("status.json", message, StringComparison.Ordinal);
        Assert.DoesNotContain(other, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_another_key_is_refused()
    {
        var chain = JsonNode.Parse(File.ReadAllText(ExampleFolder.Of("card-issuer/status.json")))!["x5c"]!;
        Change(_directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Active, "status"), json => json["x5c"] = chain.DeepClone());
        Assert.Contains("status.json: the first certificate of x5c holds another key", Load().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"role\":\"invitations\",\"secret\":\"AAAA\"}", "secret is not base64url of 32 bytes")]
    [InlineData("{\"role\":\"status\",\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}", "role is no role of a secret")]
    [InlineData("{\"role\":\"invitations\",\"role\":\"invitations\"}", "not strict JSON")]
    [InlineData("[]", "a JSON object is expected")]
    public void A_malformed_secret_file_is_refused_by_name(string text, string why)
    {
        File.WriteAllText(_folder.File("bad.json"), text);
        Assert.Contains($"bad.json: {why}", Load().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_directory_is_named() =>
        Assert.Contains("/does/not/exist", Assert.Throws<KeyDirectoryException>(() => Signer.Load("/does/not/exist")).Message, StringComparison.Ordinal);

    [Fact]
    public void New_files_belong_to_their_owner_alone()
    {
        var files = new[] { _directory.CreateKey(KeyRole.Status, JwsAlgorithm.ES256, KeyState.Active, null), _directory.CreateSecret(SecretRole.Invitations) };
        Assert.All(files, file => Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite)));
    }

    [Fact]
    public void A_file_that_exists_is_never_overwritten()
    {
        var text = File.ReadAllText(_directory.CreateSecret(SecretRole.Invitations));
        Assert.Contains("exists already", Assert.Throws<KeyDirectoryException>(() => _directory.CreateSecret(SecretRole.Invitations)).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_folder.File("invitations.json")));
    }

    private static void Change(string file, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        change(json);
        File.WriteAllText(file, json.ToJsonString());
    }

    private static string KeyIdOf(string file) => JsonNode.Parse(File.ReadAllText(file))!["jwk"]!["kid"]!.GetValue<string>();

    private KeyDirectoryException Load() => Assert.Throws<KeyDirectoryException>(() => Signer.Load(_folder.Path));
}
