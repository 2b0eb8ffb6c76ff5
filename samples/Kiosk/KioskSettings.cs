using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.Kiosk;

/// <summary>What every program that checks cards reads when it starts.</summary>
public sealed class KioskSettings
{
    /// <summary>Reads the settings.</summary>
    /// <param name="reader">Where they stand.</param>
    /// <param name="section">The program's own section.</param>
    /// <param name="bundle">What the settings of its bundle begin with; null for <c>Bundle</c> in its section.</param>
    /// <param name="others">Bundles that speak for what answers the queries of these ids, where several issuers are asked about.</param>
    /// <exception cref="SettingsException">A value is missing or wrong; the message names its key.</exception>
    public KioskSettings(SettingsReader reader, string section, string? bundle = null, IReadOnlyDictionary<string, BundleSource>? others = null)
    {
        OtherBundles = others ?? new Dictionary<string, BundleSource>();
        PublicUrl = reader.Url("PublicUrl").GetLeftPart(UriPartial.Authority);
        AccessKey = reader.AccessKey($"{section}:AccessKey");
        Directory = reader.Required($"{section}:Directory");
        Bundle = reader.Bundle(bundle ?? $"{section}:Bundle", Directory, $"{section}:RefreshHours");
    }

    /// <summary>Where wallets and browsers reach it.</summary>
    public string PublicUrl { get; }

    /// <summary>The key of its access certificate.</summary>
    public SigningKey AccessKey { get; }

    /// <summary>Where the program keeps its files.</summary>
    public string Directory { get; }

    /// <summary>Where its bundle comes from.</summary>
    public BundleSource Bundle { get; }

    /// <summary>The bundles of other issuers, by the id of the query that their credentials answer.</summary>
    public IReadOnlyDictionary<string, BundleSource> OtherBundles { get; }
}
