using System.Globalization;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.IdP;

/// <summary>Which cards people may sign in with: configuration section <c>Cards</c>. Without it card sign-in is off.</summary>
public sealed class CardSettings
{
    private const string Section = "Cards";

    private CardSettings(SettingsReader? reader, string? type, string? service, bool development)
    {
        (Type, Service, RepresentationType) = (type, service, reader?.Find($"{Section}:RepresentationType"));
        if (reader is null)
        {
            return;
        }

        Bundle = new BundleSource
        {
            Address = Address(reader, $"{Section}:BundleUrl"),
            Roots = [Key(reader, $"{Section}:BundleRoot", development)],
            Directory = Path.GetFullPath(reader.Required($"{Section}:Directory")),
            Every = Seconds(reader, $"{Section}:RefreshSeconds"),
            SoonAgain = TimeSpan.FromSeconds(5),
        };
    }

    /// <summary>True when cards are configured.</summary>
    public bool IsOn => Bundle is not null;

    /// <summary>The card issuer's bundle: where it is published and kept, its pinned root, and how often it is fetched, whether anybody signs in or not.</summary>
    public BundleSource? Bundle { get; }

    /// <summary>The type of the card: its <c>vct</c>.</summary>
    public string? Type { get; }

    /// <summary>The card issuer as a client of this provider: the sector of the subject in the card's <c>account</c> claim.</summary>
    public string? Service { get; }

    /// <summary>The type of the credential by which somebody acts for a child: its <c>vct</c>. Null: nobody can show one here.</summary>
    public string? RepresentationType { get; }

    /// <summary>Reads the section.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static CardSettings Read(IConfiguration configuration, bool development)
    {
        SettingsReader.RefuseUnknown(configuration, Section, "BundleUrl", "BundleRoot", "Directory", "Type", "RepresentationType", "Service", "RefreshSeconds");
        if (!configuration.GetSection(Section).GetChildren().Any())
        {
            return new(null, null, null, development);
        }

        var reader = new SettingsReader(configuration);
        return new(reader, reader.Required($"{Section}:Type"), reader.Required($"{Section}:Service"), development);
    }

    private static Uri Address(SettingsReader reader, string key) =>
        Uri.TryCreate(reader.Required(key), UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
            ? uri
            : throw new SettingsException(key, "is no https address.");

    private static TimeSpan Seconds(SettingsReader reader, string key) => reader.Find(key) switch
    {
        null => TimeSpan.FromMinutes(1),
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86_400 => TimeSpan.FromSeconds(seconds),
        _ => throw new SettingsException(key, "is no whole number from 1 to 86400."),
    };

    private static Jwk Key(SettingsReader reader, string key, bool development)
    {
        var file = Path.GetFullPath(reader.Required(key));
        if (!File.Exists(file))
        {
            throw new SettingsException(key, $"the file {file} does not exist.");
        }

        if (StrictJson.ParseObject(File.ReadAllBytes(file)).Failed(out _, out var json) || Jwk.Parse(json.Element).Failed(out _, out var jwk))
        {
            throw new SettingsException(key, $"{file} holds no public JWK.");
        }

        return development || !ExampleKeys.Contains(jwk)
            ? jwk
            : throw new SettingsException(key, $"{file} is a key of keys.example, which everybody has.");
    }
}
