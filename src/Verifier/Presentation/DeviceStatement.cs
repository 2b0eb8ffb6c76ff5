using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>An element that an mdoc's device itself says under its signature: what came of transaction data that its holder confirmed.</summary>
/// <param name="nameSpace">The namespace.</param>
/// <param name="element">The name.</param>
/// <param name="value">The value, as its type defines it.</param>
public sealed class DeviceStatement(string nameSpace, string element, CborValue value)
{
    /// <summary>The namespace.</summary>
    public string NameSpace => nameSpace;

    /// <summary>The name.</summary>
    public string Element => element;

    /// <summary>The value; it may be personal.</summary>
    public CborValue Value => value;

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{nameSpace} {element}";
}
