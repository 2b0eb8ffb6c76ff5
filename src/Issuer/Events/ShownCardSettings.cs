using System.Globalization;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.Issuer.Events;

/// <summary>Whose cards are shown for a ticket: configuration section <c>Cards</c>.</summary>
public sealed class ShownCardSettings
{
    private ShownCardSettings(SettingsReader reader, bool development)
    {
        Type = reader.Required("Cards:Type");
        Bundle = new BundleSource
        {
            Address = Uri.TryCreate(reader.Required("Cards:BundleUrl"), UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
                ? uri
                : throw new SettingsException("Cards:BundleUrl", "is no https address."),
            Roots = [ReadKey(reader, development)],
            Directory = Path.GetFullPath(reader.Required("Cards:Directory")),
            Every = Every(reader),
            SoonAgain = TimeSpan.FromSeconds(5),
        };
    }

    /// <summary>The card's <c>vct</c>.</summary>
    public string Type { get; }

    /// <summary>Their issuer's bundle: fetched by the clock, never because of a visitor, and kept on disk.</summary>
    public BundleSource Bundle { get; }

    /// <summary>Reads the section.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static ShownCardSettings Read(IConfiguration configuration, bool development)
    {
        SettingsReader.RefuseUnknown(configuration, "Cards", "Type", "BundleUrl", "BundleRoot", "Directory", "RefreshSeconds");
        return new(new SettingsReader(configuration), development);
    }

    private static TimeSpan Every(SettingsReader reader) => reader.Find("Cards:RefreshSeconds") is not { } text ? TimeSpan.FromMinutes(1)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86_400 ? TimeSpan.FromSeconds(seconds)
        : throw new SettingsException("Cards:RefreshSeconds", "is no whole number from 1 to 86400.");

    private static Jwk ReadKey(SettingsReader reader, bool development)
    {
        const string setting = "Cards:BundleRoot";
        var file = Path.GetFullPath(reader.Required(setting));
        if (!File.Exists(file) || StrictJson.ParseObject(File.ReadAllBytes(file)).Failed(out _, out var json) || Jwk.Parse(json.Element).Failed(out _, out var jwk))
        {
            throw new SettingsException(setting, $"{file} holds no public JWK.");
        }

        return development || !ExampleKeys.Contains(jwk) ? jwk : throw new SettingsException(setting, $"{file} is a key of keys.example, which everybody has.");
    }
}
