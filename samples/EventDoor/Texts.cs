using System.Globalization;
using System.Resources;

namespace IdentityPlatform.EventDoor;

/// <summary>The door's words.</summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new("IdentityPlatform.EventDoor.Texts", typeof(Texts).Assembly);

    /// <summary>The languages of the door, the fallback first.</summary>
    public static IReadOnlyList<CultureInfo> Languages { get; } = [.. ((string[])["en", "ru", "hy", "kk", "ky", "uz", "tg"]).Select(CultureInfo.GetCultureInfo)];

    /// <summary>A language under its own name, which stands alone here and so begins with a capital letter.</summary>
    public static string NameOf(CultureInfo language) => char.ToUpper(language.NativeName[0], language) + language.NativeName[1..];

    /// <summary>A text in the language of the request.</summary>
    public static string Of(string name) => Of(name, CultureInfo.CurrentUICulture);

    /// <summary>A text in a language that is chosen later.</summary>
    public static Func<CultureInfo, string> Named(string name) => culture => Of(name, culture);

    private static string Of(string name, CultureInfo culture) =>
        Resources.GetString(name, culture) ?? throw new MissingManifestResourceException($"No text is named {name}.");
}
