using System.Globalization;
using System.Resources;

namespace IdentityPlatform.EventDoor;

/// <summary>The door's words.</summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new("IdentityPlatform.EventDoor.Texts", typeof(Texts).Assembly);

    public static CultureInfo English { get; } = CultureInfo.GetCultureInfo("en");

    public static CultureInfo Russian { get; } = CultureInfo.GetCultureInfo("ru");

    /// <summary>A text in the language of the request.</summary>
    public static string Of(string name) => Of(name, CultureInfo.CurrentUICulture);

    /// <summary>A text in a language that is chosen later.</summary>
    public static Func<CultureInfo, string> Named(string name) => culture => Of(name, culture);

    private static string Of(string name, CultureInfo culture) =>
        Resources.GetString(name, culture) ?? throw new MissingManifestResourceException($"No text is named {name}.");
}
