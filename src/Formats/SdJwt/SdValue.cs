using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>A claim's value that an issuer mints: plain JSON, or an object or array with disclosable parts.</summary>
public abstract class SdValue
{
    private protected SdValue()
    {
    }

    /// <summary>A string.</summary>
    public static SdValue Of(string value) => new SdPlain(JsonElement.Parse(JsonText.Write(writer => writer.WriteStringValue(value))));

    /// <summary>A boolean.</summary>
    public static SdValue Of(bool value) => new SdPlain(JsonElement.Parse(JsonText.Write(writer => writer.WriteBooleanValue(value))));

    /// <summary>A whole number.</summary>
    public static SdValue Of(long value) => new SdPlain(JsonElement.Parse(JsonText.Write(writer => writer.WriteNumberValue(value))));

    /// <summary>Any JSON, disclosed or hidden as a whole.</summary>
    /// <exception cref="ArgumentException">It uses a name that RFC 9901 reserves.</exception>
    public static SdValue Of(JsonElement value) => HoldsReserved(value)
        ? throw new ArgumentException("'_sd', '_sd_alg' and '...' are reserved (RFC 9901 §4.1).", nameof(value))
        : new SdPlain(value);

    /// <summary>Redacted: claims are personal.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>Writes the value as it stands in the payload or in its disclosure.</summary>
    internal abstract void WriteTo(Utf8JsonWriter writer, DisclosureMint mint);

    /// <summary>How many salts and decoys the value needs, when each <c>_sd</c> array gets so many decoys.</summary>
    internal abstract void Count(ref int salts, ref int decoys, int decoysEach);

    private static bool HoldsReserved(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.EnumerateObject().Any(member => SdNames.IsReserved(member.Name) || HoldsReserved(member.Value));
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(HoldsReserved);
    }
}

/// <summary>An object whose members are plain or disclosable, in the order in which they were added.</summary>
public sealed class SdObject : SdValue
{
    private readonly List<(string Name, SdValue Value, bool Disclosable)> _members = [];
    private int _decoys;

    /// <summary>Adds a member that everybody sees.</summary>
    /// <exception cref="ArgumentException">The name is reserved or taken.</exception>
    public SdObject Plain(string name, SdValue value) => Add(name, value, disclosable: false);

    /// <summary>Adds a member that the holder may disclose.</summary>
    /// <exception cref="ArgumentException">The name is reserved or taken.</exception>
    public SdObject Disclosable(string name, SdValue value) => Add(name, value, disclosable: true);

    /// <summary>
    /// Adds decoys to this object alone, beside those that each array gets: they stand in for members that are absent, so that
    /// the number of digests does not tell which object has how many (RFC 9901 §4.2.7).
    /// </summary>
    public SdObject WithDecoys(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _decoys = count;
        return this;
    }

    internal bool Discloses(string name) => _members.Any(member => member.Disclosable && member.Name == name);

    internal override void Count(ref int salts, ref int decoys, int decoysEach)
    {
        foreach (var (_, value, disclosable) in _members)
        {
            salts += disclosable ? 1 : 0;
            value.Count(ref salts, ref decoys, decoysEach);
        }

        decoys += _members.Any(member => member.Disclosable) ? decoysEach + _decoys : 0;
    }

    internal override void WriteTo(Utf8JsonWriter writer, DisclosureMint mint)
    {
        writer.WriteStartObject();
        WriteMembers(writer, mint);
        writer.WriteEndObject();
    }

    internal void WriteMembers(Utf8JsonWriter writer, DisclosureMint mint)
    {
        foreach (var (name, value, _) in _members.Where(member => !member.Disclosable))
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer, mint);
        }

        var hidden = _members.Where(member => member.Disclosable).Select(member => mint.Disclose(member.Name, member.Value)).ToList();
        if (hidden.Count == 0)
        {
            return;
        }

        // RFC 9901 §4.2.4.1: the original order must not show. Digests are random, so their own order tells nothing.
        hidden.AddRange(mint.Decoys(_decoys));
        hidden.Sort(StringComparer.Ordinal);
        writer.WriteStartArray(SdNames.Digests);
        hidden.ForEach(writer.WriteStringValue);
        writer.WriteEndArray();
    }

    private SdObject Add(string name, SdValue value, bool disclosable)
    {
        if (SdNames.IsReserved(name) || _members.Any(member => member.Name == name))
        {
            throw new ArgumentException($"'{name}' is reserved or taken.", nameof(name));
        }

        _members.Add((name, value, disclosable));
        return this;
    }
}

/// <summary>An array whose items are plain or disclosable.</summary>
public sealed class SdArray : SdValue
{
    private readonly List<(SdValue Value, bool Disclosable)> _items = [];

    /// <summary>Adds an item that everybody sees.</summary>
    public SdArray Plain(SdValue value) => Add(value, disclosable: false);

    /// <summary>Adds an item that the holder may disclose.</summary>
    public SdArray Disclosable(SdValue value) => Add(value, disclosable: true);

    internal override void Count(ref int salts, ref int decoys, int decoysEach)
    {
        foreach (var (value, disclosable) in _items)
        {
            salts += disclosable ? 1 : 0;
            value.Count(ref salts, ref decoys, decoysEach);
        }
    }

    internal override void WriteTo(Utf8JsonWriter writer, DisclosureMint mint)
    {
        writer.WriteStartArray();
        foreach (var (value, disclosable) in _items)
        {
            if (!disclosable)
            {
                value.WriteTo(writer, mint);
                continue;
            }

            writer.WriteStartObject();
            writer.WriteString(SdNames.Placeholder, mint.Disclose(null, value));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private SdArray Add(SdValue value, bool disclosable)
    {
        _items.Add((value, disclosable));
        return this;
    }
}

/// <summary>Plain JSON.</summary>
internal sealed class SdPlain(JsonElement value) : SdValue
{
    internal override void WriteTo(Utf8JsonWriter writer, DisclosureMint mint) => value.WriteTo(writer);

    internal override void Count(ref int salts, ref int decoys, int decoysEach)
    {
    }
}
