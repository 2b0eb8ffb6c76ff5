using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>
/// Opens private keys that stay in a PKCS#11 token, through OpenSSL's engine <c>pkcs11</c> (Debian: libengine-pkcs11-openssl).
/// The framework signs with such a key as with any other. The PIN goes to the engine beside the URI and not in it: the
/// engine prints a URI that it cannot follow.
/// </summary>
internal sealed partial class Pkcs11Module(string path, string pin)
{
    private const string Library = "libcrypto.so.3";
    private const string EngineName = "pkcs11";

    // One engine in the process: between saying the PIN and opening the key nobody else may say another.
    private static readonly Lock Engine = new();

    /// <summary>The shared library of the token's maker.</summary>
    public string Path { get; } = path;

    /// <summary>The user's PIN, for those who call the token themselves.</summary>
    public string Pin { get; } = pin;

    /// <summary>The module of <c>Keys:Pkcs11:Module</c> and <c>Keys:Pkcs11:Pin</c>, or null where neither is set.</summary>
    /// <exception cref="SettingsException">One is there without the other, or the module does not exist.</exception>
    public static Pkcs11Module? Read(SettingsReader reader)
    {
        if (reader.Find("Keys:Pkcs11:Module") is null && reader.Find("Keys:Pkcs11:Pin") is null)
        {
            return null;
        }

        var path = System.IO.Path.GetFullPath(reader.Required("Keys:Pkcs11:Module"));
        return File.Exists(path) ? new(path, reader.Required("Keys:Pkcs11:Pin")) : throw reader.Wrong("Keys:Pkcs11:Module", $"the file {path} does not exist.");
    }

    /// <summary>Opens a key to sign with. The caller checks that it is the one that its file names.</summary>
    /// <exception cref="KeyDirectoryException">There is no such token, object or engine, or the PIN is wrong.</exception>
    public SigningKey Open(Pkcs11Uri uri, Jwk publicKey, JwsAlgorithm algorithm, IReadOnlyList<byte[]> chain)
    {
        var key = OpenKey(uri, algorithm);
        return key is RSA rsa ? SigningKey.From(rsa, algorithm, publicKey.KeyId, chain) : SigningKey.From((ECDsa)key, publicKey.KeyId, chain);
    }

    /// <summary>Opens a key.</summary>
    /// <exception cref="KeyDirectoryException">There is no such token, object or engine, or the PIN is wrong.</exception>
    public AsymmetricAlgorithm OpenKey(Pkcs11Uri uri, JwsAlgorithm algorithm)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new KeyDirectoryException($"Key {uri}: PKCS#11 tokens are opened on Linux only.");
        }

        try
        {
            using var handle = OpenHandle(uri);
            return algorithm.Curve() is null ? new RSAOpenSsl(handle) : new ECDsaOpenSsl(handle);
        }
        catch (Exception e) when (e is CryptographicException or DllNotFoundException or ArgumentException)
        {
            throw new KeyDirectoryException($"Key {uri}: the token has no such key, is not there, or refuses the PIN.", e);
        }
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => Path;

    [SupportedOSPlatform("linux")]
    private SafeEvpPKeyHandle OpenHandle(Pkcs11Uri uri)
    {
        lock (Engine)
        {
            var engine = EngineById(EngineName);
            if (engine == 0)
            {
                throw new KeyDirectoryException($"Key {uri}: OpenSSL has no engine {EngineName} (on Debian or Ubuntu: apt-get install libengine-pkcs11-openssl).");
            }

            try
            {
                // The engine forgets its PIN after a failure: it is told before each opening. The module counts the first time.
                return Control(engine, "MODULE_PATH", Path, 0) == 1 && Control(engine, "PIN", Pin, 0) == 1
                    ? SafeEvpPKeyHandle.OpenPrivateKeyFromEngine(EngineName, $"{uri};type=private")
                    : throw new KeyDirectoryException($"Key {uri}: OpenSSL's engine {EngineName} does not take the module.");
            }
            finally
            {
                _ = EngineFree(engine);
            }
        }
    }

    [LibraryImport(Library, EntryPoint = "ENGINE_by_id", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint EngineById(string id);

    [LibraryImport(Library, EntryPoint = "ENGINE_ctrl_cmd_string", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(nint engine, string command, string argument, int optional);

    [LibraryImport(Library, EntryPoint = "ENGINE_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EngineFree(nint engine);
}
