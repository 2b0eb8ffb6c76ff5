using IdentityPlatform.Hosting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Npgsql;
using StackExchange.Redis;

namespace IdentityPlatform.Hosting;

/// <summary>Reads configuration values one by one; each is right or a <see cref="SettingsException"/> that names its key.</summary>
/// <param name="configuration">Where the values are.</param>
/// <param name="section">What goes before every key, such as <c>Signer:</c>; messages name the whole key.</param>
public sealed class SettingsReader(IConfiguration configuration, string section = "")
{
    /// <summary>The value, or null where it is absent.</summary>
    public string? Find(string key) => configuration[section + key];

    /// <summary>Refuses a member of a section that nobody reads: most often a misspelled one.</summary>
    public static void RefuseUnknown(IConfiguration configuration, string section, params IReadOnlyCollection<string> known)
    {
        var unknown = configuration.GetSection(section).GetChildren()
            .FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new SettingsException(unknown.Path, $"is not a setting; {section} has {string.Join(" and ", known)}.");
        }
    }

    public string Required(string key) =>
        string.IsNullOrWhiteSpace(Find(key)) ? throw Wrong(key, "is missing.") : Find(key)!;

    /// <summary>An enum value, written in lower case.</summary>
    public T OneOf<T>(string key)
        where T : struct, Enum
    {
        var text = Required(key);
        var names = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToList();
        return names.IndexOf(text) is >= 0 and var index
            ? Enum.GetValues<T>()[index]
            : throw Wrong(key, $"is '{text}'; it is one of {string.Join(", ", names)}.");
    }

    public string Directory(string key)
    {
        var path = Path.GetFullPath(Required(key));
        return System.IO.Directory.Exists(path) ? path : throw Wrong(key, $"the directory {path} does not exist.");
    }

    /// <summary>An origin: https, or http on localhost in Development.</summary>
    public string PublicUrl(string key, bool development)
    {
        var text = Required(key);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.UserInfo.Length > 0 || url.GetLeftPart(UriPartial.Authority) != text)
        {
            throw Wrong(key, $"is '{text}'; it is an origin such as https://id.example.org, in lower case and without a path.");
        }

        if (url.Scheme == "http" && !(development && url.Host == "localhost"))
        {
            throw Wrong(key, $"is '{text}'; plain http is for localhost in Development only.");
        }

        return text;
    }

    public string ConnectionString(string key, StorageEngine engine)
    {
        var text = Required(key);
        try
        {
            var place = engine == StorageEngine.Sqlite ? new SqliteConnectionStringBuilder(text).DataSource : new NpgsqlConnectionStringBuilder(text).Host;
            return string.IsNullOrEmpty(place) ? throw Wrong(key, $"names no {(engine == StorageEngine.Sqlite ? "Data Source" : "Host")}.") : text;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw Wrong(key, $"is not a connection string of {engine}.");
        }
    }

    public string RedisConnectionString(string key)
    {
        var text = Required(key);
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0 ? text : throw Wrong(key, "names no Redis server.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw Wrong(key, "is not a Redis configuration.");
        }
    }

    /// <summary>The exception for a value that is no good, with the whole key.</summary>
    public SettingsException Wrong(string key, string why) => new(section + key, why);
}
