using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Tests.Passkeys;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Hosting.Tests.Keys;

/// <summary>A server follows its key directory without a restart, and rotates what is due.</summary>
public sealed class LiveKeysTests : IDisposable
{
    private static readonly RotationPolicy Policy = new();

    private readonly TemporaryFolder _folder = new();
    private readonly SettableTime _time = new();
    private readonly KeyDirectory _directory;

    public LiveKeysTests()
    {
        _directory = KeyDirectory.OpenOrCreate(_folder.Path, _time);
        _directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.ES256, KeyState.Active, "first");
        _directory.CreateSecret(SecretRole.Invitations);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_changes_in_the_directory_is_in_force_after_the_next_reading_and_a_key_object_stays()
    {
        using var signer = Signer.Load(_folder.Path);
        var (key, version) = (signer.Active(KeyRole.IdentityTokens), signer.Version);
        Assert.False(signer.Reload());
        Assert.Equal(version, signer.Version);

        _directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.ES256, KeyState.Announced, "second");
        Assert.True(signer.Reload());
        Assert.True(signer.Version > version);
        Assert.Same(key, signer.Active(KeyRole.IdentityTokens));
        Assert.Equal(2, signer.Published(KeyRole.IdentityTokens).Count);
    }

    [Fact]
    public void What_is_made_of_keys_is_made_anew_when_they_change_and_only_then()
    {
        using var signer = Signer.Load(_folder.Path);
        var made = 0;
        var kept = new MadeOfKeys<string>(signer, keys => $"{++made}: {keys.Published(KeyRole.IdentityTokens).Count}");
        Assert.Equal(("1: 1", "1: 1"), (kept.Value, kept.Value));
        _directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.ES256, KeyState.Announced, "second");
        Assert.Equal("1: 1", kept.Value);
        signer.Reload();
        Assert.Equal(("2: 2", "2: 2"), (kept.Value, kept.Value));
    }

    [Theory]
    [InlineData("{", "not strict JSON")]
    [InlineData("{\"role\":\"identity-tokens\",\"state\":\"active\"}", "jwk is missing")]
    [Trait("Fault", "key away")]
    public void A_broken_file_leaves_the_keys_from_before_in_force_until_it_is_mended(string text, string why)
    {
        using var signer = Signer.Load(_folder.Path);
        _directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.ES256, KeyState.Announced, "second");
        File.WriteAllText(_folder.File("broken.json"), text);
        Assert.Contains($"broken.json: {why}", Assert.Throws<KeyDirectoryException>(() => signer.Reload()).Message, StringComparison.Ordinal);
        Assert.Single(signer.Published(KeyRole.IdentityTokens));

        File.Delete(_folder.File("broken.json"));
        Assert.True(signer.Reload());
        Assert.Equal(2, signer.Published(KeyRole.IdentityTokens).Count);
    }

    [Fact]
    [Trait("Safeguard", "SG19")]
    public void A_key_that_vanished_still_signs_and_one_that_was_denied_does_not()
    {
        using var signer = Signer.Load(_folder.Path);
        File.Move(_folder.File("first.json"), _folder.File("elsewhere"));
        Assert.Contains("is gone without a successor", Assert.Throws<KeyDirectoryException>(() => signer.Reload()).Message, StringComparison.Ordinal);
        Assert.NotNull(signer.FindActive(KeyRole.IdentityTokens));

        File.Move(_folder.File("elsewhere"), _folder.File("first.json"));
        _directory.SetState(Files().Single(), KeyState.Denied, _time.GetUtcNow());
        Assert.True(signer.Reload());
        Assert.Null(signer.FindActive(KeyRole.IdentityTokens));
        Assert.Empty(signer.Published(KeyRole.IdentityTokens));
    }

    [Fact]
    public void An_example_key_that_comes_later_is_refused_too_and_ones_own_accepted()
    {
        using var signer = Signer.Load(_folder.Path);
        signer.RefuseExampleKeys();
        File.Copy(ExampleFolder.Of("idp/access-tokens.json"), _folder.File("copied.json"));
        Assert.Contains("copied.json is one of keys.example", Assert.Throws<KeyDirectoryException>(() => signer.Reload()).Message, StringComparison.Ordinal);
        Assert.Null(signer.FindActive(KeyRole.AccessTokens));

        File.Delete(_folder.File("copied.json"));
        _directory.CreateKey(KeyRole.AccessTokens, JwsAlgorithm.ES256, KeyState.Active, null);
        Assert.True(signer.Reload());
        Assert.NotNull(signer.FindActive(KeyRole.AccessTokens));
    }

    [Fact]
    public void A_fault_is_logged_once_and_again_after_it_was_mended()
    {
        using var signer = Signer.Load(_folder.Path);
        using var logs = new RecordedLogs();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        using var upkeep = Upkeep(signer, Policy, factory.CreateLogger<KeyUpkeep>());
        File.WriteAllText(_folder.File("broken.json"), "{");
        upkeep.Run();
        upkeep.Run();
        Assert.Equal("The key directory could not be followed; the keys from before stay in force", Assert.Single(logs.Lines).Text);
        File.Delete(_folder.File("broken.json"));
        upkeep.Run();
        File.WriteAllText(_folder.File("broken.json"), "{");
        upkeep.Run();
        Assert.Equal(2, logs.Lines.Count);
    }

    [Fact]
    public void Nothing_is_written_where_rotation_is_off_and_what_is_due_where_it_is_on()
    {
        using var signer = Signer.Load(_folder.Path);
        _time.Advance(TimeSpan.FromDays(100));
        Upkeep(signer, new RotationPolicy { Automatic = false }).Run();
        Assert.Single(Files());
        Upkeep(signer, Policy).Run();
        Assert.Equal(2, Files().Count);
    }

    [Fact]
    public void The_example_keys_are_never_renewed()
    {
        File.Copy(ExampleFolder.Of("idp/access-tokens.json"), _folder.File("example.json"));
        using var signer = Signer.Load(_folder.Path);
        _time.Advance(TimeSpan.FromDays(100));
        Upkeep(signer, Policy).Run();
        Assert.Equal(2, Files().Count);
    }

    [Fact]
    public void One_of_many_processes_acts_and_the_others_follow()
    {
        var signers = Enumerable.Range(0, 8).Select(_ => Signer.Load(_folder.Path)).ToList();
        var processes = signers.ConvertAll(signer => Upkeep(signer, Policy, directory: KeyDirectory.OpenOrCreate(_folder.Path, _time)));
        foreach (var hours in (ReadOnlySpan<int>)[89 * 24, 24, 30 * 24])
        {
            _time.Advance(TimeSpan.FromHours(hours));
            Parallel.ForEach(processes, new ParallelOptions { MaxDegreeOfParallelism = 8 }, process => process.Run());
            processes.ForEach(process => process.Run());
        }

        // Announced once, changed over once, removed once.
        var key = Assert.Single(Files());
        Assert.NotEqual("first.json", key.Name);
        Assert.All(signers, signer => Assert.Equal(key.PublicKey.KeyId, signer.Active(KeyRole.IdentityTokens).KeyId));
        signers.ForEach(signer => signer.Dispose());
    }

    [Fact]
    public void While_another_process_holds_the_lock_nothing_is_changed()
    {
        using var signer = Signer.Load(_folder.Path);
        _time.Advance(TimeSpan.FromDays(100));
        using (KeyDirectory.OpenOrCreate(_folder.Path).Lock())
        {
            Upkeep(signer, Policy).Run();
            Assert.Single(Files());
        }

        Upkeep(signer, Policy).Run();
        Assert.Equal(2, Files().Count);
    }

    [Fact]
    [Trait("Fault", "killed process")]
    public void Wherever_a_rotation_breaks_off_one_key_signs_and_the_next_plan_completes_it()
    {
        // A directory in which a change over, a date and a removal are due for two algorithms.
        _directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.RS256, KeyState.Active, "rsa");
        _directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.ES256, KeyState.Retired, "old");
        _time.Advance(TimeSpan.FromDays(90));
        _directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.ES256, KeyState.Announced, "next");
        _directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.RS256, KeyState.Announced, "next-rsa");
        _time.Advance(TimeSpan.FromDays(1));
        var steps = KeyRotation.Plan(Files(), Policy, _time.GetUtcNow());
        Assert.Equal(5, steps.Count);
        for (var done = 0; done <= steps.Count; done++)
        {
            using var copy = new TemporaryFolder();
            foreach (var file in Directory.GetFiles(_folder.Path))
            {
                File.Copy(file, copy.File(Path.GetFileName(file)));
            }

            var directory = KeyDirectory.OpenOrCreate(copy.Path, _time);
            foreach (var step in KeyRotation.Plan([.. directory.Files().OfType<KeySigningFile>()], Policy, _time.GetUtcNow()).Take(done))
            {
                directory.Apply(step);
            }

            using var signer = Signer.Load(copy.Path);
            Assert.NotNull(signer.FindActive(KeyRole.IdentityTokens));
            Assert.NotNull(signer.FindActive(KeyRole.IdentityTokens, JwsAlgorithm.RS256));
            directory.TryRotate(Policy);
            Assert.Equal(
                ["first.json Retired", "next-rsa.json Active", "next.json Active", "rsa.json Retired"],
                directory.Files().OfType<KeySigningFile>().Select(file => $"{file.Name} {file.State}").Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_reader_never_sees_a_change_over_half_done()
    {
        _directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.ES256, KeyState.Announced, "second");
        using var signer = Signer.Load(_folder.Path);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var files = Files();
                var (active, other) = (files.Single(f => f.State == KeyState.Active), files.Single(f => f.State != KeyState.Active));
                _time.Advance(TimeSpan.FromDays(1));
                _directory.SetState(other, KeyState.Active, _time.GetUtcNow());
                _directory.SetState(active, KeyState.Retired, _time.GetUtcNow());
                await Task.Delay(3, TestContext.Current.CancellationToken);
            }
        }, TestContext.Current.CancellationToken);

        // Until the writer has come by often enough; the bound is there for a writer that never does.
        for (var began = DateTime.UtcNow; signer.Version < 50 && DateTime.UtcNow - began < TimeSpan.FromMinutes(1);)
        {
            try
            {
                signer.Reload();
            }
            catch (KeyDirectoryException e)
            {
                Assert.Contains("changes faster than it can be read", e.Message, StringComparison.Ordinal);
            }

            Assert.NotNull(signer.FindActive(KeyRole.IdentityTokens));
        }

        await stop.CancelAsync();
        await writer;
        Assert.InRange(signer.Version, 50, int.MaxValue);
    }

    private List<KeySigningFile> Files() => [.. _directory.Files().OfType<KeySigningFile>()];

    private KeyUpkeep Upkeep(Signer signer, RotationPolicy policy, ILogger<KeyUpkeep>? logger = null, KeyDirectory? directory = null) =>
        new(signer, directory ?? _directory, policy, _time, logger ?? NullLogger<KeyUpkeep>.Instance);
}
