using System.Globalization;
using System.Xml.Linq;
using IdentityPlatform.EndToEnd.Tests.Guards;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>The words of the pages as their authors wrote them, in the languages that are looked at.</summary>
internal static class Words
{
    /// <summary>Every English text that has another Russian one.</summary>
    public static IReadOnlySet<string> EnglishOnly { get; } = ReadEnglishOnly();

    /// <summary>The words of the issuer.</summary>
    public static string Issuer(string language, string key) => Of("src/Issuer/Pages/IssuerTexts", language, key);

    /// <summary>The words of the issuer's question about a wallet.</summary>
    public static string Wallet(string language, string key) => Of("src/Issuer/Pages/WalletTexts", language, key);

    /// <summary>The words of the issuer about acting for a child.</summary>
    public static string Guardian(string language, string key) => Of("src/Issuer/Pages/GuardianTexts", language, key);

    /// <summary>The words of what is printed.</summary>
    public static string Paper(string language, string key) => Of("src/Issuer/Pages/PaperTexts", language, key);

    /// <summary>The words of patents.</summary>
    public static string Patents(string language, string key) => Of("src/Issuer/Pages/PatentTexts", language, key);

    /// <summary>The words of agreements of regions.</summary>
    public static string Agreements(string language, string key) => Of("src/Issuer/Pages/AgreementTexts", language, key);

    /// <summary>The words of events and tickets.</summary>
    public static string Events(string language, string key) => Of("src/Issuer/Pages/EventTexts", language, key);

    /// <summary>The words of the IdP.</summary>
    public static string Idp(string language, string key) => Of("src/IdP/Pages/Texts", language, key);

    /// <summary>The words that the pages of all programs share.</summary>
    public static string Shared(string language, string key) => Of("src/Hosting/Pages/PageTexts", language, key);

    /// <summary>The words of a relying service.</summary>
    public static string Service(string language, string key) => Of("samples/RelyingService/Pages/ServiceTexts", language, key);

    /// <summary>The words of the event door.</summary>
    public static string Door(string language, string key) => Of("samples/EventDoor/Texts", language, key);

    /// <summary>The words that the event door and the patent check share.</summary>
    public static string Kiosk(string language, string key) => Of("samples/Kiosk/Texts", language, key);

    /// <summary>The words of the patent check.</summary>
    public static string Patent(string language, string key) => Of("samples/PatentCheck/Texts", language, key);

    private static string Of(string file, string language, string key) =>
        Read($"{file}{(language == "en" ? "" : $".{language}")}.resx").TryGetValue(key, out var text) ? text : throw new ArgumentException($"{file} has no text {key}");

    private static Dictionary<string, string> Read(string path) => XDocument.Load(Path.Combine(Repository.Root, path)).Root!
        .Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static HashSet<string> ReadEnglishOnly()
    {
        var all = new HashSet<string>();
        foreach (var russian in Directory.EnumerateFiles(Repository.Root, "*.ru.resx", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal)))
        {
            var translated = Read(russian);
            foreach (var (key, text) in Read(russian.Replace(".ru.resx", ".resx", StringComparison.Ordinal)))
            {
                if (translated.GetValueOrDefault(key) != text && text.Any(char.IsLetter))
                {
                    all.Add(text.Trim().ToLower(CultureInfo.InvariantCulture));
                }
            }
        }

        return all;
    }
}
