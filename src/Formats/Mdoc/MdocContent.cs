using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>
/// What an issuer mints an mdoc of: a type, and elements by namespace. Values are encoded when they are added, and the content is
/// used for every copy of a batch.
/// </summary>
public sealed class MdocContent
{
    private readonly List<MdocNamespace> _namespaces = [];
    private readonly List<(string NameSpace, string Element)> _ofDevice = [];

    /// <summary>Begins the content of a document.</summary>
    /// <param name="docType">The type of the document.</param>
    public MdocContent(string docType)
    {
        ArgumentException.ThrowIfNullOrEmpty(docType);
        DocType = docType;
    }

    /// <summary>The type of the document.</summary>
    public string DocType { get; }

    internal IReadOnlyList<MdocNamespace> Namespaces => _namespaces;

    /// <summary>What the device may say, as <c>keyAuthorizations</c>; null for nothing.</summary>
    internal CborValue? Authorizations => _ofDevice.Count == 0 ? null : CborValue.Map(("dataElements", CborValue.Map(
        _ofDevice.GroupBy(of => of.NameSpace, StringComparer.Ordinal).Select(of => (of.Key, CborValue.Array(of.Select(one => CborValue.Of(one.Element)).ToArray()))))));

    /// <summary>Adds an element.</summary>
    /// <exception cref="ArgumentException">The element is there already, or has no name.</exception>
    public MdocContent Add(string nameSpace, string element, CborValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(element);
        var space = In(nameSpace);
        if (space.Elements.Exists(other => other.Name == element))
        {
            throw new ArgumentException($"{nameSpace} {element} is there already.", nameof(element));
        }

        space.Elements.Add((element, value.Encoded));
        return this;
    }

    /// <summary>
    /// Adds digests that stand for no element, and that nobody can tell from others: in the place of elements that are absent,
    /// so that the number of digests does not say how many there are.
    /// </summary>
    public MdocContent WithDecoys(string nameSpace, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count > 0)
        {
            In(nameSpace).Decoys += count;
        }

        return this;
    }

    /// <summary>Lets the holder's device say this element itself, such as what its holder confirms (<c>keyAuthorizations</c>, ISO/IEC 18013-5 §9.1.2.4).</summary>
    public MdocContent LetDeviceSay(string nameSpace, string element)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameSpace);
        ArgumentException.ThrowIfNullOrEmpty(element);
        _ofDevice.Add((nameSpace, element));
        return this;
    }

    /// <summary>Redacted: elements are personal.</summary>
    public override string ToString() => $"content of a {DocType}";

    private MdocNamespace In(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_namespaces.Find(space => space.Name == name) is { } found)
        {
            return found;
        }

        var added = new MdocNamespace(name);
        _namespaces.Add(added);
        _namespaces.Sort((left, right) => CborKeyOrder.OfTexts.Compare(left.Name, right.Name));
        return added;
    }
}

/// <summary>The elements of one namespace, with their encoded values.</summary>
internal sealed class MdocNamespace(string name)
{
    public string Name { get; } = name;

    public List<(string Name, ReadOnlyMemory<byte> Value)> Elements { get; } = [];

    public int Decoys { get; set; }

    public int Digests => Elements.Count + Decoys;
}
