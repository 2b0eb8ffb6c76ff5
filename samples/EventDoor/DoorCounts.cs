using IdentityPlatform.Formats;

namespace IdentityPlatform.EventDoor;

/// <summary>How many visitors there were, by verdict: all that the door keeps about visitors. Written whole, so that a crash loses a visit at most.</summary>
internal sealed class DoorCounts
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Dictionary<string, long> _counts = new() { ["accepted"] = 0, ["rejected"] = 0, ["declined"] = 0 };

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public DoorCounts(string directory)
    {
        _path = Path.Combine(directory, "counts.json");
        if (!File.Exists(_path))
        {
            return;
        }

        if (StrictJson.ParseObject(File.ReadAllBytes(_path), 4096).Failed(out var failure, out var json))
        {
            throw new InvalidDataException($"{_path} cannot be used: {failure.Fact}.");
        }

        foreach (var state in _counts.Keys)
        {
            _counts[state] = json.Element.LongMember(state) ?? 0;
        }
    }

    /// <summary>How many had this verdict.</summary>
    public long this[string state]
    {
        get
        {
            lock (_gate)
            {
                return _counts[state];
            }
        }
    }

    /// <summary>Counts a visitor.</summary>
    public void Add(string state)
    {
        lock (_gate)
        {
            _counts[state]++;
            File.WriteAllBytes(_path + ".new", JsonText.Write(writer =>
            {
                writer.WriteStartObject();
                foreach (var (name, count) in _counts)
                {
                    writer.WriteNumber(name, count);
                }

                writer.WriteEndObject();
            }));
            File.Move(_path + ".new", _path, overwrite: true);
        }
    }
}
