using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>The values of an mdoc by namespace and element.</summary>
public sealed class MdocElements
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<IssuerSignedItem>>? _items;
    private readonly CborValue? _deviceNameSpaces;

    internal MdocElements(IReadOnlyDictionary<string, IReadOnlyList<IssuerSignedItem>> items) => _items = items;

    internal MdocElements(CborValue deviceNameSpaces) => _deviceNameSpaces = deviceNameSpaces;

    /// <summary>The elements by namespace.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, CborValue>> NameSpaces => field ??= All
        .GroupBy(one => one.NameSpace, StringComparer.Ordinal)
        .ToDictionary(
            space => space.Key,
            space => (IReadOnlyDictionary<string, CborValue>)space.ToDictionary(one => one.Element, one => one.Value, StringComparer.Ordinal),
            StringComparer.Ordinal);

    /// <summary>The elements one after the other, those of a namespace together.</summary>
    public IEnumerable<(string NameSpace, string Element, CborValue Value)> All => _items is not null ? OfIssuer(_items) : OfDevice(_deviceNameSpaces!);

    /// <summary>The value of an element, or null.</summary>
    public CborValue? Find(string nameSpace, string element) =>
        NameSpaces.TryGetValue(nameSpace, out var elements) && elements.TryGetValue(element, out var value) ? value : null;

    /// <summary>Redacted: values are personal.</summary>
    public override string ToString() => $"{All.Count()} elements";

    private static IEnumerable<(string NameSpace, string Element, CborValue Value)> OfIssuer(IReadOnlyDictionary<string, IReadOnlyList<IssuerSignedItem>> items) =>
        from space in items
        from item in space.Value
        select (space.Key, item.Identifier, item.Value);

    private static IEnumerable<(string NameSpace, string Element, CborValue Value)> OfDevice(CborValue nameSpaces) =>
        from space in nameSpaces.Members!
        from member in space.Value.Members!
        select (space.Key.Text!, member.Key.Text!, member.Value);
}
