using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using Microsoft.Extensions.Configuration;

namespace IdentityPlatform.Hosting;

/// <summary>Where short-lived state is kept.</summary>
public enum SharedStateEngine
{
    /// <summary>In this process: one node only.</summary>
    Memory,

    /// <summary>In the database.</summary>
    Sql,

    /// <summary>In Redis.</summary>
    Redis,
}

/// <summary>The configuration of a server, read strictly: a missing, malformed or unknown value stops the program and is named.</summary>
public sealed class ServerSettings
{
    private ServerSettings(SettingsReader reader, bool development)
    {
        Development = development;
        PublicUrl = reader.PublicUrl("PublicUrl", development);
        Engine = reader.OneOf<StorageEngine>("Storage:Engine");
        StorageConnectionString = reader.ConnectionString("Storage:ConnectionString", Engine);
        PersonKeysConnectionString = reader.ConnectionString("PersonKeys:ConnectionString", Engine);
        if (PersonKeysConnectionString == StorageConnectionString)
        {
            throw new SettingsException("PersonKeys:ConnectionString", "is the database of Storage:ConnectionString; keys and what they protect are kept apart.");
        }

        SharedState = reader.OneOf<SharedStateEngine>("SharedState:Engine");
        SharedStateConnectionString = SharedState == SharedStateEngine.Redis ? reader.RedisConnectionString("SharedState:ConnectionString") : null;
        KeysDirectory = reader.Directory("Keys:Directory");
        KeyRotation = RotationPolicy.Read(reader);
        Pkcs11 = Pkcs11Module.Read(reader);
        ClientsDirectory = reader.Directory("Clients:Directory");
    }

    /// <summary>The origin under which browsers and wallets reach this server, without a slash at its end: issuer identifier and WebAuthn origin.</summary>
    public string PublicUrl { get; }

    /// <summary>The WebAuthn relying party id: the host of <see cref="PublicUrl"/>.</summary>
    public string RpId => new Uri(PublicUrl).Host;

    /// <summary>True in the Development environment, which alone allows plain http on localhost and the keys of keys.example.</summary>
    public bool Development { get; }

    public StorageEngine Engine { get; }

    public string StorageConnectionString { get; }

    public string PersonKeysConnectionString { get; }

    public SharedStateEngine SharedState { get; }

    /// <summary>The connection of Redis; null for the other engines.</summary>
    public string? SharedStateConnectionString { get; }

    public string KeysDirectory { get; }

    public string ClientsDirectory { get; }

    internal RotationPolicy KeyRotation { get; }

    internal Pkcs11Module? Pkcs11 { get; }

    /// <summary>True when <see cref="PublicUrl"/> is https; false only for localhost in Development.</summary>
    public bool IsHttps => PublicUrl.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static ServerSettings Read(IConfiguration configuration, bool development)
    {
        SettingsReader.RefuseUnknown(configuration, "Storage", "Engine", "ConnectionString");
        SettingsReader.RefuseUnknown(configuration, "PersonKeys", "ConnectionString");
        SettingsReader.RefuseUnknown(configuration, "SharedState", "Engine", "ConnectionString");
        SettingsReader.RefuseUnknown(configuration, "Keys", "Directory", "RotateEvery", "AnnounceFor", "KeepRetiredFor", "Pkcs11");
        SettingsReader.RefuseUnknown(configuration, "Keys:Pkcs11", "Module", "Pin");
        SettingsReader.RefuseUnknown(configuration, "Clients", "Directory");
        return new ServerSettings(new SettingsReader(configuration), development);
    }

    /// <summary>Redacted: connection strings hold passwords.</summary>
    public override string ToString() => PublicUrl;
}
