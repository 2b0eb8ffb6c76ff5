using System.Globalization;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>One step of a <see cref="ClaimPath"/>: a member's name, an item's index, or all items of an array.</summary>
public sealed class ClaimPathPart : IEquatable<ClaimPathPart>
{
    // Most arrays are short.
    private static readonly ClaimPathPart[] FirstItems = [.. Enumerable.Range(0, 16).Select(index => new ClaimPathPart(null, index))];

    private ClaimPathPart(string? name, int? index) => (Name, Index) = (name, index);

    /// <summary>All items of an array: <c>null</c> in JSON.</summary>
    public static ClaimPathPart All { get; } = new(null, null);

    /// <summary>The member's name, or null.</summary>
    public string? Name { get; }

    /// <summary>The item's index, or null.</summary>
    public int? Index { get; }

    /// <summary>True for all items of an array.</summary>
    public bool IsAll => Name is null && Index is null;

    /// <summary>A member.</summary>
    public static ClaimPathPart Member(string name) => new(name, null);

    /// <summary>An item.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static ClaimPathPart Item(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return index < FirstItems.Length ? FirstItems[index] : new(null, index);
    }

    /// <summary>True when this part, of a query, selects <paramref name="actual"/>, of a path without <see cref="All"/>.</summary>
    public bool Selects(ClaimPathPart actual) => IsAll ? actual.Index is not null || actual.IsAll : Equals(actual);

    /// <inheritdoc/>
    public bool Equals(ClaimPathPart? other) => other is not null && Name == other.Name && Index == other.Index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClaimPathPart);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Index);

    /// <summary>The part as JSON.</summary>
    public override string ToString() =>
        Name is not null ? $"\"{JsonEncodedText.Encode(Name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""
        : Index?.ToString(CultureInfo.InvariantCulture) ?? "null";
}

/// <summary>A claims path pointer (OpenID4VP §7, SD-JWT VC "claim path"): strings, indexes and null, never empty.</summary>
public sealed class ClaimPath : IEquatable<ClaimPath>
{
    /// <summary>The bound on the length of a path.</summary>
    public const int MaxParts = StrictJson.MaxDepth;

    private readonly ClaimPathPart[] _parts;

    private ClaimPath(ClaimPathPart[] parts) => _parts = parts;

    /// <summary>The parts, from the top.</summary>
    public IReadOnlyList<ClaimPathPart> Parts => _parts;

    /// <summary>A path that the program names itself.</summary>
    /// <param name="parts">Strings for members, whole numbers for items, null for all items.</param>
    /// <exception cref="ArgumentException">The path is empty, or a part is of another type or negative.</exception>
    public static ClaimPath Of(params object?[]? parts)
    {
        if (parts is null || parts.Length == 0)
        {
            throw new ArgumentException("A claim path has at least one part.", nameof(parts));
        }

        return new([.. parts.Select(part => part switch
        {
            string name => ClaimPathPart.Member(name),
            int index => ClaimPathPart.Item(index),
            null => ClaimPathPart.All,
            _ => throw new ArgumentException("A part of a claim path is a string, a whole number or null.", nameof(parts)),
        })]);
    }

    /// <summary>The path of a member within a member: of an mdoc, namespace and element.</summary>
    public static ClaimPath OfMember(string outer, string inner) => new([ClaimPathPart.Member(outer), ClaimPathPart.Member(inner)]);

    /// <summary>Parses the JSON array of OpenID4VP §7.</summary>
    public static Parsed<ClaimPath> Parse(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() is 0 or > MaxParts)
        {
            return new FormatFailure(FormatRule.Structure, $"a claim path is an array of 1 to {MaxParts} parts");
        }

        var parts = new List<ClaimPathPart>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            if (PartOf(item) is not { } part)
            {
                return new FormatFailure(FormatRule.Member, "a part of a claim path is a string, a whole number from 0 on, or null");
            }

            parts.Add(part);
        }

        return new ClaimPath([.. parts]);
    }

    /// <summary>The path of what this one stands in.</summary>
    /// <exception cref="InvalidOperationException">It stands in nothing but the claims themselves.</exception>
    public ClaimPath Parent() => Parts.Count > 1 ? new([.. Parts.SkipLast(1)]) : throw new InvalidOperationException("The path has one part.");

    /// <summary>True when this path, with <c>null</c> for any item, names <paramref name="actual"/> itself.</summary>
    public bool Covers(ClaimPath actual) => Parts.Count == actual.Parts.Count && CoversStartOf(actual);

    /// <summary>True when <paramref name="actual"/> is this path or lies above it: what has to be disclosed for this path to be seen.</summary>
    public bool NeedsParent(ClaimPath actual) => actual.Parts.Count <= Parts.Count && IsSelectedFor(actual, actual.Parts.Count);

    /// <summary>True when <paramref name="actual"/> is this path or lies below it.</summary>
    public bool CoversStartOf(ClaimPath actual) =>
        Parts.Count <= actual.Parts.Count && IsSelectedFor(actual, Parts.Count);

    /// <summary>What the path selects (OpenID4VP §7.1); nothing where it does not fit the claims.</summary>
    public IReadOnlyList<JsonElement> Select(JsonElement claims)
    {
        List<JsonElement> selected = [claims];
        foreach (var part in Parts)
        {
            // OpenID4VP §7.1: a name on anything but objects, or an index or null on anything but arrays, ends with nothing.
            var expected = part.Name is not null ? JsonValueKind.Object : JsonValueKind.Array;
            if (selected.Any(element => element.ValueKind != expected))
            {
                return [];
            }

            selected = [.. selected.SelectMany(element => StepInto(element, part))];
        }

        return selected;
    }

    /// <summary>The paths of all values that this path selects, each without <c>null</c>; none where it does not fit the claims.</summary>
    public IReadOnlyList<ClaimPath> Expand(JsonElement claims)
    {
        List<(ClaimPathPart[] Path, JsonElement Value)> selected = [([], claims)];
        foreach (var part in Parts)
        {
            selected = [.. selected.SelectMany(found => Steps(found.Value, part).Select(step => ((ClaimPathPart[])[.. found.Path, step.Part], step.Value)))];
        }

        return [.. selected.Select(found => From(found.Path))];
    }

    /// <summary>True when <see cref="Select"/> would select something; gathers nothing.</summary>
    public bool SelectsAny(JsonElement claims) => Reach(claims, 0) == Reached.Some;

    /// <summary>Writes the path as a JSON array.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var part in Parts)
        {
            if (part.Name is not null)
            {
                writer.WriteStringValue(part.Name);
            }
            else if (part.Index is { } index)
            {
                writer.WriteNumberValue(index);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        writer.WriteEndArray();
    }

    /// <inheritdoc/>
    public bool Equals(ClaimPath? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClaimPath);

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Aggregate(17, HashCode.Combine);

    /// <summary>The path as JSON. Names are of a type's vocabulary, never values.</summary>
    public override string ToString() => new StringBuilder("[").AppendJoin(',', Parts).Append(']').ToString();

    internal static ClaimPath From(ClaimPathPart[] parts) => new(parts);

    private bool IsSelectedFor(ClaimPath actual, int parts)
    {
        for (var i = 0; i < parts; i++)
        {
            if (!_parts[i].Selects(actual._parts[i]))
            {
                return false;
            }
        }

        return true;
    }

    private enum Reached
    {
        None,
        Some,

        // OpenID4VP §7.1: one element that a part does not fit ends the whole with nothing.
        Misfit,
    }

    private Reached Reach(JsonElement element, int depth)
    {
        if (depth == _parts.Length)
        {
            return Reached.Some;
        }

        var part = _parts[depth];
        if (part.Name is not null)
        {
            return element.ValueKind != JsonValueKind.Object ? Reached.Misfit
                : element.TryGetProperty(part.Name, out var member) ? Reach(member, depth + 1)
                : Reached.None;
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            return Reached.Misfit;
        }

        if (part.Index is { } index)
        {
            return index < element.GetArrayLength() ? Reach(element[index], depth + 1) : Reached.None;
        }

        var all = Reached.None;
        foreach (var item in element.EnumerateArray())
        {
            all = (Reached)Math.Max((int)all, (int)Reach(item, depth + 1));
        }

        return all;
    }

    private static ClaimPathPart? PartOf(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            return ClaimPathPart.Member(item.GetString()!);
        }

        if (item.ValueKind == JsonValueKind.Null)
        {
            return ClaimPathPart.All;
        }

        return item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var index) && index >= 0 ? ClaimPathPart.Item(index) : null;
    }

    private static IEnumerable<(ClaimPathPart Part, JsonElement Value)> Steps(JsonElement element, ClaimPathPart part)
    {
        if (part.Name is not null)
        {
            return element.Member(part.Name) is { } member ? [(part, member)] : [];
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        var items = element.EnumerateArray().Select((item, index) => (ClaimPathPart.Item(index), item));
        return part.Index is { } only ? items.Skip(only).Take(1) : items;
    }

    private static IEnumerable<JsonElement> StepInto(JsonElement element, ClaimPathPart part)
    {
        if (part.Name is not null)
        {
            return element.Member(part.Name) is { } member ? [member] : [];
        }

        var items = element.EnumerateArray();
        return part.Index is { } index ? items.Skip(index).Take(1) : items;
    }
}
