using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>
/// The keys and secrets of one server, from <c>Keys:Directory</c>. Keys follow the directory while the server runs: each
/// answer comes from the newest snapshot, which is swapped whole. One object per key, shared between threads
/// (<see cref="SigningKey"/> says why that is safe).
/// </summary>
public sealed class Signer : IDisposable
{
    private readonly string _directory;
    private readonly Pkcs11Module? _module;
    private readonly Lock _reloading = new();
    private bool _refusesExamples;
    private volatile KeySnapshot _keys;
    private long _followed;

    private Signer(string directory, Pkcs11Module? module, KeySnapshot keys) => (_directory, _module, _keys) = (directory, module, keys);

    /// <summary>Rises whenever a key came, went or changed its state: whoever keeps something made of keys makes it anew (<see cref="MadeOfKeys{T}"/>).</summary>
    public int Version => _keys.Version;

    /// <summary>Reads every <c>*.json</c> file of the directory: a file that cannot be read whole stops the program.</summary>
    /// <exception cref="KeyDirectoryException">Names the file and the fault.</exception>
    public static Signer Load(string directory) => Load(directory, null);

    /// <summary>The key that signs for a role.</summary>
    /// <exception cref="KeyDirectoryException">There is none.</exception>
    public SigningKey Active(KeyRole role, JwsAlgorithm algorithm = JwsAlgorithm.ES256) =>
        FindActive(role, algorithm) ?? throw new KeyDirectoryException($"Key directory {_directory} has no active {algorithm} key for {KeyNames.Of(role)}.");

    /// <summary>The key that signs for a role, or null.</summary>
    public SigningKey? FindActive(KeyRole role, JwsAlgorithm algorithm = JwsAlgorithm.ES256) => _keys.Active(role, algorithm);

    /// <summary>The algorithms in which something is signed for a role, the default one first.</summary>
    public IReadOnlyList<JwsAlgorithm> Algorithms(KeyRole role)
    {
        // In its own place: the array is this call's alone.
        var (keys, all, count) = (_keys, Enum.GetValues<JwsAlgorithm>(), 0);
        foreach (var algorithm in all)
        {
            if (keys.Active(role, algorithm) is not null)
            {
                all[count++] = algorithm;
            }
        }

        return all[..count];
    }

    /// <summary>What a JWKS shows for these roles: active keys first, then announced and retired ones, never denied ones.</summary>
    public IReadOnlyList<Jwk> Published(params KeyRole[] roles)
    {
        var keys = _keys;
        return [.. PublicKeys(keys, roles, KeyState.Active), .. PublicKeys(keys, roles, KeyState.Announced), .. PublicKeys(keys, roles, KeyState.Retired)];
    }

    /// <summary>The one key to which others are told to encrypt, or null. An announced one waits until every node can decrypt with it.</summary>
    public Jwk? FindRecipient(KeyRole role) => KeyRotation.Signing(_keys.Keys.Where(file => file.Role == role && file.Agreement is not null)).FirstOrDefault()?.PublicKey;

    /// <summary>The private half of a key to which something was encrypted, or null: active, announced, or retired and still known to caches; never a denied one.</summary>
    public ECDiffieHellman? FindDecryption(KeyRole role, string keyId) =>
        _keys.Keys.FirstOrDefault(file => file.Role == role && file.State != KeyState.Denied && file.PublicKey.KeyId == keyId)?.Agreement;

    /// <summary>A copy of the 32 bytes of a secret.</summary>
    /// <exception cref="KeyDirectoryException">There is none.</exception>
    public byte[] Secret(SecretRole role) => FindSecret(role) is { } file
        ? [.. file.Secret]
        : throw new KeyDirectoryException($"Key directory {_directory} has no secret {KeyNames.Of(role)}.");

    /// <summary>The public halves of denied keys of these roles: verifiers are told not to trust what they signed.</summary>
    public IReadOnlyList<Jwk> Denied(params KeyRole[] roles) => [.. PublicKeys(_keys, roles, KeyState.Denied)];

    /// <summary>The certificates of the key that signs for a role, leaf first; where none signs, of the newest that does not: for what they say the role is certified for.</summary>
    public IReadOnlyList<byte[]> Certificates(KeyRole role) => (FindActive(role)
        ?? _keys.Keys.Where(file => file.Role == role && file.Key?.CertificateChain.Count > 0).MaxBy(file => file.Since)?.Key)?.CertificateChain ?? [];

    /// <summary>A file that holds a key of this role in any state, or null.</summary>
    public string? FindFile(KeyRole role) => _keys.Keys.FirstOrDefault(file => file.Role == role)?.Path;

    /// <summary>The file that holds this secret, or null.</summary>
    public string? FindFile(SecretRole role) => FindSecret(role)?.Path;

    /// <summary>
    /// Follows the directory now, where a file of it came, went or was replaced since: one look at its time. Called before each
    /// signature of a program that must not sign once more with a key that was denied a moment ago.
    /// </summary>
    /// <exception cref="KeyDirectoryException">The directory cannot be read: whether a key was denied is not known.</exception>
    public void Follow()
    {
        var touched = Directory.GetLastWriteTimeUtc(_directory).Ticks;

        // The clock of a file system has coarse ticks: what was touched just now may be touched again in the same one.
        if (touched != Volatile.Read(ref _followed) || DateTime.UtcNow.Ticks - touched < TimeSpan.TicksPerSecond)
        {
            Reload();
            Volatile.Write(ref _followed, touched);
        }
    }

    /// <summary>Stops a program that would run with the published keys of <c>keys.example</c>, now and whenever the directory changes.</summary>
    /// <exception cref="KeyDirectoryException">Names the first such key.</exception>
    public void RefuseExampleKeys()
    {
        _refusesExamples = true;
        if (ExampleIn(_keys) is { } file)
        {
            throw Refused(file);
        }
    }

    /// <summary>Which keys there are, for whoever watches the program.</summary>
    public IReadOnlyList<(KeyRole Role, KeyState State, string KeyId)> States => [.. _keys.Keys.Select(file => (file.Role, file.State, file.PublicKey.KeyId!))];

    public void Dispose()
    {
        foreach (var file in _keys.Keys)
        {
            file.Key?.Dispose();
            file.Agreement?.Dispose();
        }

        foreach (var file in _keys.Secrets)
        {
            CryptographicOperations.ZeroMemory(file.Secret);
        }
    }

    internal static Signer Load(string directory, Pkcs11Module? module) => new(directory, module, KeySnapshot.Load(directory, module));

    /// <summary>The files as they were read last.</summary>
    internal IReadOnlyList<KeySigningFile> Files => _keys.Keys;

    /// <summary>True when a key or secret is one of keys.example.</summary>
    internal bool HasExampleKeys => ExampleIn(_keys) is not null;

    /// <summary>
    /// Reads the directory again; true when something has changed. What is wrong with it is thrown, and the keys from before
    /// stay in force. A key object that goes is not disposed of: somebody may be signing with it.
    /// </summary>
    /// <exception cref="KeyDirectoryException">Names the file and the fault.</exception>
    internal bool Reload()
    {
        lock (_reloading)
        {
            var next = _keys.Reload(_directory, _module);
            if (_refusesExamples && ExampleIn(next) is { } file)
            {
                throw Refused(file);
            }

            var changed = next != _keys;
            _keys = next;
            return changed;
        }
    }

    private KeySecretFile? FindSecret(SecretRole role) => _keys.Secrets.FirstOrDefault(file => file.Role == role);

    private static IEnumerable<Jwk> PublicKeys(KeySnapshot keys, KeyRole[] roles, KeyState state) =>
        keys.Keys.Where(file => file.State == state && roles.Contains(file.Role)).Select(file => file.PublicKey);

    private static KeyFile? ExampleIn(KeySnapshot keys) =>
        keys.Keys.FirstOrDefault(file => ExampleKeys.Contains(file.PublicKey))
        ?? (KeyFile?)keys.Secrets.FirstOrDefault(file => ExampleKeys.Contains(file.Secret));

    private static KeyDirectoryException Refused(KeyFile file) =>
        new($"Key file {file.Path} is one of keys.example, which everybody has: make your own with 'keys create'.");
}
