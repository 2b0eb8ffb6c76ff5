using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>A key directory as settings describe it: where it is, the token beside it, and when its keys renew themselves.</summary>
public sealed class KeyStore
{
    private readonly RotationPolicy _rotation;
    private readonly Pkcs11Module? _module;

    private KeyStore(SettingsReader reader) =>
        (Directory, _rotation, _module) = (reader.Directory("Keys:Directory"), RotationPolicy.Read(reader), Pkcs11Module.Read(reader));

    public string Directory { get; }

    /// <summary>Reads <c>Keys:Directory</c> and what stands beside it.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static KeyStore Read(SettingsReader reader) => new(reader);

    /// <summary>Reads every key.</summary>
    /// <exception cref="KeyDirectoryException">A file is unreadable, or one of keys.example outside Development.</exception>
    public Signer Open(bool development)
    {
        var signer = Signer.Load(Directory, _module);
        if (!development)
        {
            signer.RefuseExampleKeys();
        }

        return signer;
    }

    /// <summary>What renews keys and lets the signer follow its directory every half minute.</summary>
    public IHostedService Upkeep(Signer signer, TimeProvider time, ILoggerFactory logging) =>
        new KeyUpkeep(signer, KeyDirectory.OpenOrCreate(Directory, time, _module), _rotation, time, logging.CreateLogger<KeyUpkeep>());
}
