using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Status;

/// <summary>What the offline bundle says beside the catalogue: <c>Bundle:Anchors</c> (certificate files, PEM) and <c>Bundle:Denied</c> (key thumbprints).</summary>
public sealed class BundleSettings
{
    private BundleSettings(IReadOnlyList<X509Certificate2> anchors, IReadOnlyList<string> denied, bool listsAsCwt) =>
        (Anchors, Denied, ListsAsCwt) = (anchors, denied, listsAsCwt);

    /// <summary>The root certificates under which this issuer's signers stand.</summary>
    public IReadOnlyList<X509Certificate2> Anchors { get; }

    /// <summary>RFC 7638 thumbprints of signers' keys that are trusted no longer.</summary>
    public IReadOnlyList<string> Denied { get; }

    /// <summary>Whether status lists go into the bundle as CWT, which is a quarter smaller, instead of as JWT.</summary>
    public bool ListsAsCwt { get; }

    /// <summary>How old a bundle may grow.</summary>
    public TimeSpan MaxAge { get; } = TimeSpan.FromDays(30);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static BundleSettings Read(IConfiguration configuration, bool development)
    {
        SettingsReader.RefuseUnknown(configuration, "Bundle", "Anchors", "Denied", "StatusLists");
        var anchors = configuration.GetSection("Bundle:Anchors").GetChildren().Select(setting => Certificates.Read(setting, development)).ToList();
        return anchors.Count == 0
            ? throw new SettingsException("Bundle:Anchors", "is missing: it names at least one certificate file.")
            : new BundleSettings(anchors, [.. configuration.GetSection("Bundle:Denied").GetChildren().Select(Thumbprint)], ReadForm(configuration["Bundle:StatusLists"]));
    }

    private static bool ReadForm(string? setting) => setting switch
    {
        null or "jwt" => false,
        "cwt" => true,
        _ => throw new SettingsException("Bundle:StatusLists", "is jwt or cwt."),
    };

    private static string Thumbprint(IConfigurationSection setting) =>
        Base64UrlText.TryDecode(setting.Value, out var bytes) && bytes.Length == 32
            ? setting.Value!
            : throw new SettingsException(setting.Path, "is no RFC 7638 thumbprint (base64url of 32 bytes).");
}
