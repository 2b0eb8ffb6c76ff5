using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>The keys and secrets of one server, read once from <c>Keys:Directory</c>. One object per key, shared between threads.</summary>
public sealed class Signer : IDisposable
{
    private readonly string _directory;
    private readonly IReadOnlyList<KeySigningFile> _keys;
    private readonly Dictionary<SecretRole, KeySecretFile> _secrets;

    private Signer(string directory, IReadOnlyList<KeySigningFile> keys, Dictionary<SecretRole, KeySecretFile> secrets) =>
        (_directory, _keys, _secrets) = (directory, keys, secrets);

    /// <summary>Reads every <c>*.json</c> file of the directory: a file that cannot be read whole stops the program.</summary>
    /// <exception cref="KeyDirectoryException">Names the file and the fault.</exception>
    public static Signer Load(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new KeyDirectoryException($"Key directory {directory} does not exist.");
        }

        var files = Directory.GetFiles(directory, "*.json").Order(StringComparer.Ordinal).Select(KeyFile.Read).ToList();
        var keys = files.OfType<KeySigningFile>().ToList();
        foreach (var twins in keys.Where(k => k.State == KeyState.Active).GroupBy(k => (k.Role, k.Key.Algorithm)).Where(g => g.Count() > 1))
        {
            throw new KeyDirectoryException($"Key files {string.Join(" and ", twins)} are both active for {KeyNames.Of(twins.Key.Role)} with {twins.Key.Algorithm}.");
        }

        foreach (var twins in files.OfType<KeySecretFile>().GroupBy(s => s.Role).Where(g => g.Count() > 1))
        {
            throw new KeyDirectoryException($"Key files {string.Join(" and ", twins)} are both the secret {KeyNames.Of(twins.Key)}.");
        }

        return new Signer(directory, keys, files.OfType<KeySecretFile>().ToDictionary(secret => secret.Role));
    }

    /// <summary>The key that signs for a role.</summary>
    /// <exception cref="KeyDirectoryException">There is none.</exception>
    public SigningKey Active(KeyRole role, JwsAlgorithm algorithm = JwsAlgorithm.ES256) =>
        FindActive(role, algorithm) ?? throw new KeyDirectoryException($"Key directory {_directory} has no active {algorithm} key for {KeyNames.Of(role)}.");

    /// <summary>The key that signs for a role, or null.</summary>
    public SigningKey? FindActive(KeyRole role, JwsAlgorithm algorithm = JwsAlgorithm.ES256) =>
        _keys.FirstOrDefault(file => file.Role == role && file.State == KeyState.Active && file.Key.Algorithm == algorithm)?.Key;

    /// <summary>What a JWKS shows for these roles: announced, active and retired keys, never denied ones.</summary>
    public IReadOnlyList<Jwk> Published(params KeyRole[] roles) =>
        [.. _keys.Where(file => roles.Contains(file.Role) && file.State != KeyState.Denied).OrderBy(file => file.State).Select(file => file.Key.PublicKey)];

    /// <summary>A copy of the 32 bytes of a secret.</summary>
    /// <exception cref="KeyDirectoryException">There is none.</exception>
    public byte[] Secret(SecretRole role) => _secrets.TryGetValue(role, out var file)
        ? [.. file.Secret]
        : throw new KeyDirectoryException($"Key directory {_directory} has no secret {KeyNames.Of(role)}.");

    /// <summary>Stops a program that would run with the published keys of <c>keys.example</c>.</summary>
    /// <exception cref="KeyDirectoryException">Names the first such key.</exception>
    public void RefuseExampleKeys()
    {
        foreach (var file in _keys.Where(file => ExampleKeys.Contains(file.Key.PublicKey)))
        {
            throw Refused(file);
        }

        foreach (var file in _secrets.Values.Where(file => ExampleKeys.Contains(file.Secret)))
        {
            throw Refused(file);
        }
    }

    public void Dispose()
    {
        foreach (var file in _keys)
        {
            file.Key.Dispose();
        }

        foreach (var file in _secrets.Values)
        {
            CryptographicOperations.ZeroMemory(file.Secret);
        }
    }

    private static KeyDirectoryException Refused(KeyFile file) =>
        new($"Key file {file.Path} is one of keys.example, which everybody has: make your own with 'keys create'.");
}
