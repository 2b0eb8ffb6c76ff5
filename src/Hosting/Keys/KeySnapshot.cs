using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>All keys of a directory as they were at one moment; never changes.</summary>
internal sealed class KeySnapshot
{
    private static readonly int Algorithms = Enum.GetValues<JwsAlgorithm>().Length;

    private readonly SigningKey?[] _active = new SigningKey?[Enum.GetValues<KeyRole>().Length * Algorithms];
    private readonly IReadOnlyDictionary<string, ReadFile> _files;

    private KeySnapshot(int version, IReadOnlyDictionary<string, ReadFile> files, IReadOnlyList<KeySecretFile> secrets)
    {
        (Version, _files, Secrets) = (version, files, secrets);
        Keys = [.. files.Values.Select(entry => entry.File).OfType<KeySigningFile>()];
        foreach (var file in KeyRotation.Signing(Keys))
        {
            _active[Index(file.Role, file.Algorithm)] = file.Key;
        }
    }

    /// <summary>Rises with every change.</summary>
    public int Version { get; }

    public IReadOnlyList<KeySigningFile> Keys { get; }

    public IReadOnlyList<KeySecretFile> Secrets { get; }

    public static KeySnapshot Load(string directory, Pkcs11Module? module)
    {
        var files = Read(directory, module, null);
        var secrets = files.Values.Select(entry => entry.File).OfType<KeySecretFile>().ToList();
        foreach (var twins in secrets.GroupBy(s => KeyNames.Of(s.Role), StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            throw new KeyDirectoryException($"Key files {string.Join(" and ", twins)} are both the secret {twins.Key}.");
        }

        return new(1, files, secrets);
    }

    /// <summary>
    /// What the directory holds now: this very snapshot where nothing has changed. A file that is as it was keeps its key
    /// object. Secrets stay: what they wrap is stored, so they change with a restart only.
    /// </summary>
    public KeySnapshot Reload(string directory, Pkcs11Module? module)
    {
        var files = Read(directory, module, _files);
        if (files.Count == _files.Count && files.All(entry => _files.TryGetValue(entry.Key, out var old) && ReferenceEquals(old.File, entry.Value.File)))
        {
            return this;
        }

        var next = new KeySnapshot(Version + 1, files, Secrets);

        // An empty folder where a volume should be mounted is no wish to sign nothing: whoever ends a key says so in its file.
        foreach (var lost in KeyRotation.Signing(Keys).Where(old => !KeyRotation.Signing(next.Keys).Any(key => (key.Role, key.Algorithm) == (old.Role, old.Algorithm)) && next.Keys.All(key => key.PublicKey.KeyId != old.PublicKey.KeyId)))
        {
            throw new KeyDirectoryException($"Key file {lost.Path} signs for {KeyNames.Of(lost.Role)} and is gone without a successor.");
        }

        return next;
    }

    /// <summary>One look into an array: no lock, nothing allocated.</summary>
    public SigningKey? Active(KeyRole role, JwsAlgorithm algorithm) => _active[Index(role, algorithm)];

    private static int Index(KeyRole role, JwsAlgorithm algorithm) => ((int)role * Algorithms) + (int)algorithm;

    private static Dictionary<string, ReadFile> Read(
        string directory, Pkcs11Module? module, IReadOnlyDictionary<string, ReadFile>? known)
    {
        var files = KeyDirectory.Contents(directory).ToDictionary(
            content => content.Path,
            content =>
            {
                var hash = SHA256.HashData(content.Bytes);
                return known is not null && known.TryGetValue(content.Path, out var old) && old.Hash.AsSpan().SequenceEqual(hash)
                    ? old
                    : new ReadFile(hash, KeyFile.Read(content.Path, content.Bytes, module));
            },
            StringComparer.Ordinal);
        Check([.. files.Values.Select(entry => entry.File).OfType<KeySigningFile>()]);
        return files;
    }

    private static void Check(IReadOnlyList<KeySigningFile> keys)
    {
        foreach (var twins in keys.GroupBy(key => key.PublicKey.KeyId, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            throw new KeyDirectoryException($"Key files {string.Join(" and ", twins)} have the same kid.");
        }

        // Two active keys are what is left when a change over broke off in its middle: the newer one signs. Without a newer one there is no telling.
        foreach (var twins in keys.Where(k => k.State == KeyState.Active).GroupBy(k => $"{KeyNames.Of(k.Role)} with {k.Algorithm}", StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            if (twins.MaxBy(key => key.Since)?.Since is var newest && twins.Where(key => key.Since == newest).ToList() is { Count: > 1 } equal)
            {
                throw new KeyDirectoryException($"Key files {string.Join(" and ", equal)} are both active for {twins.Key}, and neither is newer.");
            }
        }
    }

    /// <summary>A file, and the hash of what it held then.</summary>
    private sealed record ReadFile(byte[] Hash, KeyFile File);
}
