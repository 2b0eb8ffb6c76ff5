using System.Globalization;
using System.Resources;

namespace IdentityPlatform.Kiosk;

/// <summary>The words of a program in the languages that it offers.</summary>
public sealed class Words(Type program)
{
    private static readonly Words Shared = new(typeof(Words));

    private readonly ResourceManager _own = new($"{program.Namespace}.Texts", program.Assembly);

    /// <summary>The languages, the fallback first.</summary>
    public static IReadOnlyList<CultureInfo> Languages { get; } = [.. ((string[])["en", "ru", "hy", "kk", "ky", "uz", "tg"]).Select(CultureInfo.GetCultureInfo)];

    /// <summary>A language under its own name, which stands alone here and so begins with a capital letter.</summary>
    public static string NameOf(CultureInfo language) => char.ToUpper(language.NativeName[0], language) + language.NativeName[1..];

    /// <summary>A time as people here read it.</summary>
    public static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy HH:mm", CultureInfo.CurrentCulture) + " UTC";

    /// <summary>A text in the language of the request.</summary>
    public string this[string name] => In(CultureInfo.CurrentUICulture, name);

    /// <summary>A text with its places filled, in the language of the request.</summary>
    public string Of(string name, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.CurrentCulture, this[name], values);

    /// <summary>A text in a language that is chosen later.</summary>
    public Func<CultureInfo, string> Named(string name) => culture => In(culture, name);

    /// <summary>A text, or null where there is none of this name.</summary>
    public string? Find(CultureInfo culture, string name) => _own.GetString(name, culture) ?? (ReferenceEquals(this, Shared) ? null : Shared.Find(culture, name));

    private string In(CultureInfo culture, string name) => Find(culture, name) ?? throw new MissingManifestResourceException($"No text is named {name}.");
}
