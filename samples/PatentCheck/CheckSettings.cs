using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.PatentCheck;

/// <summary>What the check reads when it starts.</summary>
internal sealed class CheckSettings
{
    private CheckSettings(IConfiguration configuration)
    {
        PublicUrl = Url(configuration, "PublicUrl").GetLeftPart(UriPartial.Authority);
        AccessKey = Read(configuration, "PatentCheck:AccessKey", ReadAccessKey);
        BundleRoot = Read(configuration, "PatentCheck:BundleRoot", json => Jwk.Parse(json).OrThrow());
        Directory = Required(configuration, "PatentCheck:Directory");
        BundleUrl = configuration["PatentCheck:BundleUrl"] is { Length: > 0 } ? Url(configuration, "PatentCheck:BundleUrl") : null;
        RefreshEvery = TimeSpan.FromHours(Hours(configuration, "PatentCheck:RefreshHours"));
    }

    /// <summary>Where wallets reach it.</summary>
    public string PublicUrl { get; }

    /// <summary>The key of its access certificate.</summary>
    public SigningKey AccessKey { get; }

    /// <summary>The pinned root of the bundle.</summary>
    public Jwk BundleRoot { get; }

    /// <summary>Where the bundle is kept.</summary>
    public string Directory { get; }

    /// <summary>Where newer bundles are, or null where there is no network.</summary>
    public Uri? BundleUrl { get; }

    /// <summary>How often it is asked for newer ones.</summary>
    public TimeSpan RefreshEvery { get; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="CheckSettingsException">A value is missing or wrong; the message names its key.</exception>
    public static CheckSettings Read(IConfiguration configuration) => new(configuration);

    private static SigningKey ReadAccessKey(System.Text.Json.JsonElement json)
    {
        var chain = (json.StringsMember("x5c") ?? []).Select(Convert.FromBase64String).ToList();
        return chain.Count > 0
            ? PrivateJwk.Parse(json.ObjectMember("jwk") ?? default, chain).OrThrow()
            : throw new FormatException("x5c holds no certificate");
    }

    private static T Read<T>(IConfiguration configuration, string key, Func<System.Text.Json.JsonElement, T> read)
    {
        var path = Required(configuration, key);
        try
        {
            return read(StrictJson.ParseObject(File.ReadAllBytes(path)).OrThrow().Element);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CheckSettingsException($"{key}: {path} cannot be used: {e.Message}", e);
        }
    }

    private static Uri Url(IConfiguration configuration, string key) =>
        Uri.TryCreate(Required(configuration, key), UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : throw new CheckSettingsException($"{key} is an https address (http on this machine alone)");

    private static int Hours(IConfiguration configuration, string key)
    {
        var hours = configuration.GetValue<int?>(key) ?? 6;
        return hours is >= 1 and <= 168 ? hours : throw new CheckSettingsException($"{key} is a number from 1 to 168");
    }

    private static string Required(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value ? value : throw new CheckSettingsException($"{key} is missing");
}

/// <summary>A setting is missing or wrong.</summary>
internal sealed class CheckSettingsException : Exception
{
    public CheckSettingsException()
    {
    }

    public CheckSettingsException(string message)
        : base(message)
    {
    }

    public CheckSettingsException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
