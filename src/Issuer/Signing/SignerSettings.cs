using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>The configuration of the signer's process: its own keys, its own state, and the catalogue. It has no database and no web server.</summary>
public sealed class SignerSettings
{
    /// <summary>What goes before the keys of its settings.</summary>
    public const string Section = "Signer:";

    private const int UsualCopiesADay = 200;

    private SignerSettings(IConfiguration configuration, bool development)
    {
        var (common, own) = (new SettingsReader(configuration), new SettingsReader(configuration, Section));
        Development = development;
        PublicUrl = common.PublicUrl("PublicUrl", development);
        Deployment = DeploymentDirectory.Read(configuration, Catalogue.Deployment.Load);
        Treasury = Treasury.Read(configuration, Deployment, development);
        Keys = KeyStore.Read(own);
        State = Path.GetFullPath(own.Required("State"));
        CopiesADay = own.Find("CopiesADay") is not { } text ? UsualCopiesADay
            : int.TryParse(text, out var copies) && copies > 0 ? copies : throw own.Wrong("CopiesADay", $"is '{text}'; it is a whole number above 0.");
        ForGroup = own.Find("SocketFor") switch
        {
            null or "owner" => false,
            "group" => true,
            var other => throw own.Wrong("SocketFor", $"is '{other}'; it is owner or group."),
        };
    }

    public bool Development { get; }

    public string PublicUrl { get; }

    /// <summary>The relying party of officers' passkeys.</summary>
    public string RpId => new Uri(PublicUrl).Host;

    public Deployment Deployment { get; }

    /// <summary>Who says what was paid.</summary>
    public Treasury Treasury { get; }

    /// <summary>The keys that no other process has.</summary>
    public KeyStore Keys { get; }

    /// <summary>The directory of the audit log and of what was withdrawn.</summary>
    public string State { get; }

    /// <summary>How many copies one approval gives in a day.</summary>
    public int CopiesADay { get; }

    /// <summary>The socket is open to the group of its directory too, so that the web process may be another user.</summary>
    public bool ForGroup { get; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static SignerSettings Read(IConfiguration configuration, bool development)
    {
        RefuseUnknown(configuration);
        return new(configuration, development);
    }

    /// <summary>The address of the socket; null where it is not set.</summary>
    public static string? FindSocket(IConfiguration configuration)
    {
        RefuseUnknown(configuration);
        return configuration[$"{Section}Socket"] is { Length: > 0 } path ? Path.GetFullPath(path) : null;
    }

    private static void RefuseUnknown(IConfiguration configuration)
    {
        SettingsReader.RefuseUnknown(configuration, "Signer", "Socket", "SocketFor", "Keys", "State", "CopiesADay", "EndsWithInput");
        SettingsReader.RefuseUnknown(configuration, "Signer:Keys", "Directory", "RotateEvery", "AnnounceFor", "KeepRetiredFor", "Pkcs11");
    }
}
