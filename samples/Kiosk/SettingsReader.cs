using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.AspNetCore;
using Microsoft.Extensions.Configuration;

namespace IdentityPlatform.Kiosk;

/// <summary>Reads settings strictly: whatever is missing or wrong ends the program with a message that names the key.</summary>
public sealed class SettingsReader(IConfiguration configuration)
{
    /// <summary>A value that has to be there.</summary>
    public string Required(string key) => Optional(key) ?? throw new SettingsException($"{key} is missing");

    /// <summary>A value, or null where there is none.</summary>
    public string? Optional(string key) => configuration[key] is { Length: > 0 } value ? value : null;

    /// <summary>The values of a list, none where there is no list.</summary>
    public IReadOnlyList<string> List(string key) => [.. configuration.GetSection(key).GetChildren().Select(child => child.Value).OfType<string>()];

    /// <summary>A whole number within bounds.</summary>
    public int Number(string key, int usual, int least, int most)
    {
        var text = Optional(key);
        return text is null ? usual
            : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new SettingsException($"{key} is a number from {least} to {most}");
    }

    /// <summary>One of a few words.</summary>
    public string OneOf(string key, string usual, params ReadOnlySpan<string> words)
    {
        var value = Optional(key) ?? usual;
        return words.Contains(value) ? value : throw new SettingsException($"{key} is one of {string.Join(", ", words.ToArray())}");
    }

    /// <summary>An address: https, or http on this machine.</summary>
    public Uri Url(string key) =>
        Uri.TryCreate(Required(key), UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : throw new SettingsException($"{key} is an https address (http on this machine alone)");

    /// <summary>The key of an access certificate, with its chain.</summary>
    public SigningKey AccessKey(string key) => Read(key, json =>
    {
        var chain = (json.StringsMember("x5c") ?? []).Select(Convert.FromBase64String).ToList();
        return chain.Count > 0
            ? PrivateJwk.Parse(json.ObjectMember("jwk") ?? default, chain).OrThrow()
            : throw new FormatException("x5c holds no certificate");
    });

    /// <summary>Where a bundle comes from: the four settings that begin with a prefix.</summary>
    /// <param name="prefix">For example <c>EventDoor:Bundle</c>: its <c>Root</c> and <c>Url</c>.</param>
    /// <param name="directory">Where it is kept.</param>
    /// <param name="hours">The setting that says how often it is fetched.</param>
    public BundleSource Bundle(string prefix, string directory, string hours) => new()
    {
        Directory = directory,
        Roots = [Read($"{prefix}Root", json => Jwk.Parse(json).OrThrow())],
        Address = Optional($"{prefix}Url") is null ? null : Url($"{prefix}Url"),
        Every = TimeSpan.FromHours(Number(hours, 6, 1, 168)),
    };

    private T Read<T>(string key, Func<JsonElement, T> read)
    {
        var path = Required(key);
        try
        {
            return read(StrictJson.ParseObject(File.ReadAllBytes(path)).OrThrow().Element);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SettingsException($"{key}: {path} cannot be used: {e.Message}", e);
        }
    }
}

/// <summary>A setting is missing or wrong.</summary>
public sealed class SettingsException : Exception
{
    public SettingsException()
    {
    }

    public SettingsException(string message)
        : base(message)
    {
    }

    public SettingsException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
