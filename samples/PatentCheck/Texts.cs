using System.Globalization;
using System.Resources;

namespace IdentityPlatform.PatentCheck;

/// <summary>The words of the check.</summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new("IdentityPlatform.PatentCheck.Texts", typeof(Texts).Assembly);

    /// <summary>The languages, the fallback first.</summary>
    public static IReadOnlyList<CultureInfo> Languages { get; } = [.. ((string[])["en", "ru", "hy", "kk", "ky", "uz", "tg"]).Select(CultureInfo.GetCultureInfo)];

    /// <summary>A language under its own name, which stands alone here and so begins with a capital letter.</summary>
    public static string NameOf(CultureInfo language) => char.ToUpper(language.NativeName[0], language) + language.NativeName[1..];

    /// <summary>A text in the language of the request.</summary>
    public static string Of(string name) => Of(name, CultureInfo.CurrentUICulture);

    /// <summary>A text in a language that is chosen later.</summary>
    public static Func<CultureInfo, string> Named(string name) => culture => Of(name, culture);

    /// <summary>A region's name, or its code.</summary>
    public static string RegionName(string code, CultureInfo culture) => Resources.GetString($"Region.{code}", culture) ?? code;

    private static string Of(string name, CultureInfo culture) =>
        Resources.GetString(name, culture) ?? throw new MissingManifestResourceException($"No text is named {name}.");
}
