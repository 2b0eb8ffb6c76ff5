using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Verifier.Refresh;

/// <summary>
/// When the newest status list of each address was made that any bundle has brought. The kept bundle does not tell: a list that one
/// bundle leaves out could come back older with the next one, and withdrawn cards with it.
/// </summary>
internal sealed class SeenLists
{
    private const int MaxBytes = 16 * 1024 * 1024;

    private readonly Dictionary<string, long> _newest = new(StringComparer.Ordinal);

    /// <summary>Reads what was written; nothing was seen where there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static SeenLists Read(string path)
    {
        var seen = new SeenLists();
        if (!File.Exists(path))
        {
            return seen;
        }

        var json = StrictJson.ParseObject(File.ReadAllBytes(path), MaxBytes).Failed(out var failure, out var value)
            ? throw new InvalidDataException($"{path} cannot be used: {failure.Fact}.")
            : value.Element;
        foreach (var list in json.EnumerateObject())
        {
            seen._newest[list.Name] = json.LongMember(list.Name) ?? throw new InvalidDataException($"{path} cannot be used: a time is no whole number.");
        }

        return seen;
    }

    /// <summary>When the newest list of this address was made, in Unix seconds; null where none was seen.</summary>
    public long? Newest(string uri) => _newest.TryGetValue(uri, out var time) ? time : null;

    /// <summary>These and those of a bundle, without those that are too old to be believed again.</summary>
    /// <param name="bundle">What comes to the store.</param>
    /// <param name="now">The time.</param>
    public SeenLists With(OfflineBundle bundle, DateTimeOffset now)
    {
        var oldest = (now - bundle.Content.StatusMaxAge - bundle.Content.BundleMaxAge).ToUnixTimeSeconds();
        var all = new SeenLists();
        foreach (var (uri, time) in _newest.Select(list => (list.Key, list.Value)).Where(list => list.Value >= oldest).Concat(bundle.StatusListTimes))
        {
            all._newest[uri] = Math.Max(time, all.Newest(uri) ?? long.MinValue);
        }

        return all;
    }

    /// <summary>The file that <see cref="Read"/> reads.</summary>
    public byte[] ToFile() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var (uri, time) in _newest)
        {
            writer.WriteNumber(uri, time);
        }

        writer.WriteEndObject();
    });
}
