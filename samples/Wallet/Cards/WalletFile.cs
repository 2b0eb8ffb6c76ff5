using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Wallet.Cards;

/// <summary>
/// The cards of one holder in one file. A phone's wallet keeps keys in its secure element; this one is for trying the
/// platform out and keeps them beside the cards.
/// </summary>
public sealed class WalletFile
{
    private const int MaxBytes = 16 * 1024 * 1024;

    private readonly string? _path;
    private readonly List<CardCopy> _copies;

    private WalletFile(string? path, List<CardCopy> copies) => (_path, _copies) = (path, copies);

    /// <summary>The copies, oldest first.</summary>
    public IReadOnlyList<CardCopy> Copies => _copies;

    /// <summary>A wallet that forgets when the program ends.</summary>
    public static WalletFile InMemory() => new(null, []);

    /// <summary>Opens a file, or starts an empty one.</summary>
    /// <exception cref="FormatException">The file is no wallet.</exception>
    public static WalletFile Open(string path)
    {
        if (!File.Exists(path))
        {
            return new(path, []);
        }

        var json = StrictJson.ParseObject(File.ReadAllBytes(path), MaxBytes).OrThrow().Element;
        return new(path, [.. json.GetProperty("copies").EnumerateArray().Select(CardCopy.Read)]);
    }

    /// <summary>Adds a batch.</summary>
    public void Add(IEnumerable<CardCopy> copies)
    {
        _copies.AddRange(copies);
        Save();
    }

    /// <summary>Drops every copy of a type: after a loss report the old ones are worth nothing.</summary>
    public void Forget(string type)
    {
        _copies.RemoveAll(copy => copy.Type == type);
        Save();
    }

    /// <summary>Writes the file whole, or leaves the old one.</summary>
    public void Save()
    {
        if (_path is null)
        {
            return;
        }

        var temporary = _path + ".new";
        File.WriteAllBytes(temporary, JsonText.Write(WriteTo));
        File.Move(temporary, _path, overwrite: true);
    }

    private void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("copies");
        _copies.ForEach(copy => copy.WriteTo(writer));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
