using System.Globalization;
using System.Reflection;

namespace IdentityPlatform.Hosting.Pages;

/// <summary>What the pages of one program have to know about it.</summary>
public sealed class PagesOptions
{
    /// <summary>Short and unique on its host: the beginning of every cookie's name.</summary>
    public required string ProgramName { get; init; }

    /// <summary>The address that people see, without a slash at its end.</summary>
    public required string PublicUrl { get; init; }

    /// <summary>The name in the header of every page, by language; English is the fallback.</summary>
    public required IReadOnlyDictionary<string, string> SiteName { get; init; }

    /// <summary>The languages of the pages, the fallback first. A language is complete or absent: a test compares the keys.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["en", "ru"];

    /// <summary>Programs with scripts or pictures of their own name their assembly; its files lie in <c>Pages/Assets</c>.</summary>
    public IReadOnlyList<Assembly> AssetAssemblies { get; init; } = [];

    /// <summary>The origin of <see cref="PublicUrl"/>, as browsers write it (RFC 6454 §6.2).</summary>
    public string Origin => new Uri(PublicUrl).GetLeftPart(UriPartial.Authority);

    /// <summary>True when people reach the program over https.</summary>
    public bool IsHttps => PublicUrl.StartsWith("https://", StringComparison.Ordinal);

    internal string SiteNameNow() =>
        SiteName.TryGetValue(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, out var name) ? name : SiteName[Languages[0]];
}
