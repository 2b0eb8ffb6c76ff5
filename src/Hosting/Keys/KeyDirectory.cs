using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>
/// Makes and changes the files of a key directory. Files are written whole and then moved into place, readable by their
/// owner alone; private parts are never printed. Whoever changes what is there holds the lock file.
/// </summary>
internal sealed class KeyDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Pkcs11Module? _module;

    private KeyDirectory(string path, TimeProvider time, Pkcs11Module? module) => (_path, _time, _module) = (path, time, module);

    /// <summary>Opens a directory, or makes it.</summary>
    public static KeyDirectory OpenOrCreate(string path, TimeProvider? time = null, Pkcs11Module? module = null)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }

        return new KeyDirectory(path, time ?? TimeProvider.System, module);
    }

    /// <summary>
    /// The content of every file at one moment. A change over touches two files: they are read until two readings agree, so
    /// that nobody sees the one before and the other after it.
    /// </summary>
    /// <exception cref="KeyDirectoryException">The directory or a file cannot be read, or does not come to rest.</exception>
    public static IReadOnlyList<(string Path, byte[] Bytes)> Contents(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new KeyDirectoryException($"Key directory {directory} does not exist.");
        }

        var before = ReadAll(directory);
        for (var tries = 0; tries < 20; tries++)
        {
            var after = ReadAll(directory);
            if (IsSame(before, after))
            {
                return after;
            }

            before = after;
        }

        throw new KeyDirectoryException($"Key directory {directory} changes faster than it can be read.");
    }

    private static bool IsSame(List<(string Path, byte[] Bytes)> before, List<(string Path, byte[] Bytes)> after)
    {
        var same = before.Count == after.Count;
        for (var i = 0; same && i < after.Count; i++)
        {
            same = before[i].Path == after[i].Path && before[i].Bytes.AsSpan().SequenceEqual(after[i].Bytes);
        }

        return same;
    }

    public IReadOnlyList<KeyFile> Files() => [.. Contents(_path).Select(content => KeyFile.Read(content.Path, content.Bytes, _module))];

    /// <summary>Makes a key in a file.</summary>
    public string CreateKey(KeyRole role, JwsAlgorithm algorithm, KeyState state, string? name) => CreateKey(role, new KeyKind(algorithm), state, name);

    /// <summary>Makes a key, in a file or in a token, and gives its file; beside it goes a certificate request where the role needs a certificate.</summary>
    public string CreateKey(KeyRole role, KeyKind kind, KeyState state, string? name)
    {
        using var key = NewKey.Make(kind, KeyNames.Of(role), _module);
        name ??= $"{KeyNames.Of(role)}-{key.KeyId[..8]}";
        var json = new JsonObject { ["role"] = KeyNames.Of(role), ["state"] = KeyNames.Of(state), ["since"] = Text(_time.GetUtcNow()) };
        if (key.Uri is not null)
        {
            json["pkcs11"] = key.Uri.ToString();
        }

        json["jwk"] = key.Json;
        var file = Write(name, json);
        if (NeedsCertificate(role))
        {
            File.WriteAllText(Path.Combine(_path, $"{name}.csr"), key.CertificateRequest($"CN={KeyNames.Of(role)}") + "\n");
        }

        return file;
    }

    /// <summary>Makes a secret of 32 random bytes and gives its file.</summary>
    public string CreateSecret(SecretRole role) => Write(KeyNames.Of(role), new JsonObject
    {
        ["role"] = KeyNames.Of(role),
        ["secret"] = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(KeyFile.SecretBytes)),
    });

    /// <summary>The public half of a key, for those who pin or register it.</summary>
    public Jwk PublicKeyOf(string name) => KeyFile.Read(Existing(name), _module) is KeySigningFile file
        ? file.PublicKey
        : throw new KeyDirectoryException($"Key file {name}.json holds a secret: nothing of it is public.");

    /// <summary>Puts certificates, leaf first, into the file of a key. A trust anchor has no place among them (HAIP §6.1.1).</summary>
    public string Certify(string name, string pemFile)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(pemFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new KeyDirectoryException($"Certificate file {pemFile} cannot be read: {e.Message}", e);
        }

        if (certificates.Count == 0 || certificates.Any(c => c.SubjectName.RawData.AsSpan().SequenceEqual(c.IssuerName.RawData)))
        {
            throw new KeyDirectoryException($"Certificate file {pemFile}: it holds the leaf and what lies between leaf and anchor, and nothing self-signed.");
        }

        return Change(name, json => json["x5c"] = new JsonArray([.. certificates.Select(c => (JsonNode)Convert.ToBase64String(c.RawData))]));
    }

    /// <summary>Gives a key another state.</summary>
    public string SetState(KeySigningFile key, KeyState state, DateTimeOffset since) => Change(Path.GetFileNameWithoutExtension(key.Path), json =>
    {
        json["state"] = KeyNames.Of(state);
        json["since"] = Text(since);
    });

    /// <summary>Does what is due, and says what it did; nothing while another process holds the lock.</summary>
    public IReadOnlyList<string> TryRotate(RotationPolicy policy)
    {
        using var taken = TryLock();
        return taken is null ? [] : [.. KeyRotation.Plan(Files().OfType<KeySigningFile>(), policy, _time.GetUtcNow()).Select(Apply)];
    }

    /// <summary>Carries out a plan under the lock, for which it waits a little.</summary>
    /// <exception cref="KeyDirectoryException">Another process keeps the lock.</exception>
    public IReadOnlyList<string> Rotate(Func<IReadOnlyList<KeySigningFile>, DateTimeOffset, IReadOnlyList<RotationStep>> plan)
    {
        using var taken = Lock();
        return [.. plan([.. Files().OfType<KeySigningFile>()], _time.GetUtcNow()).Select(Apply)];
    }

    /// <summary>The lock of the directory: it ends with the process at the latest.</summary>
    /// <exception cref="KeyDirectoryException">Another process keeps it.</exception>
    public IDisposable Lock()
    {
        for (var tries = 0; tries < 100; tries++)
        {
            if (TryLock() is { } taken)
            {
                return taken;
            }

            Task.Delay(100).Wait();
        }

        throw new KeyDirectoryException($"Key directory {_path} is being changed by another process.");
    }

    /// <summary>Carries out one step and says what it did.</summary>
    internal string Apply(RotationStep step) => step switch
    {
        RotationStep.Stamp s => $"dated {SetState(s.File, s.File.State, s.Since)}",
        RotationStep.Announce a => $"announced {CreateKey(a.Like.Role, a.Like.Kind, KeyState.Announced, null)}",
        RotationStep.Replace r => $"replaced {r.Like.Path} by {CreateKey(r.Like.Role, r.Like.Kind, KeyState.Active, null)}",
        RotationStep.Promote p => $"signing with {SetState(p.File, KeyState.Active, p.Since)}",
        RotationStep.Retire r => $"retired {SetState(r.File, KeyState.Retired, r.Since)}",
        RotationStep.Deny d => $"denied {SetState(d.File, KeyState.Denied, d.Since)}",
        RotationStep.Remove r => $"removed {Remove(r.File)}",
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private static List<(string Path, byte[] Bytes)> ReadAll(string directory)
    {
        var contents = new List<(string, byte[])>();
        try
        {
            foreach (var path in Directory.GetFiles(directory, "*.json").Order(StringComparer.Ordinal))
            {
                try
                {
                    contents.Add((path, File.ReadAllBytes(path)));
                }
                catch (FileNotFoundException)
                {
                    // Removed since it was listed.
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyDirectoryException($"Key directory {directory} cannot be read: {e.Message}", e);
        }

        return contents;
    }

    private static bool NeedsCertificate(KeyRole role) =>
        role is KeyRole.Credentials or KeyRole.Status or KeyRole.Metadata or KeyRole.RequestObjects or KeyRole.WalletProvider;

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(KeyFile.TimeFormat, CultureInfo.InvariantCulture);

    private FileStream? TryLock()
    {
        try
        {
            return new FileStream(Path.Combine(_path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    // The file goes first: an object that nothing names is harmless, a file that names no object is not.
    private string Remove(KeySigningFile key)
    {
        File.Delete(key.Path);
        if (key.Uri is not null && _module is not null)
        {
            new Pkcs11Tool(_module).Destroy(key.Uri);
        }

        return key.Path;
    }

    private string Change(string name, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(Existing(name)))!.AsObject();
        change(json);
        return Write(name, json, overwrite: true);
    }

    private string Existing(string name)
    {
        var path = Path.Combine(_path, $"{name}.json");
        return File.Exists(path) ? path : throw new KeyDirectoryException($"Key file {path} does not exist.");
    }

    // What is written is read back before it counts, so that a file that the server would refuse never takes its place.
    private string Write(string name, JsonObject json, bool overwrite = false)
    {
        var path = Path.Combine(_path, $"{name}.json");
        if (!overwrite && File.Exists(path))
        {
            throw new KeyDirectoryException($"Key file {path} exists already.");
        }

        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(json, Indented));
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
        }

        try
        {
            _ = KeyFile.Read(draft, _module);
            File.Move(draft, path, overwrite);
            return path;
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
