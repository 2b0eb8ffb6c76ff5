namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>The formats in which a type is issued.</summary>
public enum CredentialFormat
{
    /// <summary>SD-JWT VC: <c>dc+sd-jwt</c>.</summary>
    SdJwtVc,

    /// <summary>ISO mdoc: <c>mso_mdoc</c>.</summary>
    MsoMdoc,
}

/// <summary>A type in one of its formats: what a wallet asks for (OpenID4VCI 1.0 §12.2.4).</summary>
public sealed class CredentialConfiguration
{
    internal CredentialConfiguration(CredentialType type, CredentialFormat format, string id, string scope) =>
        (Type, Format, Id, Scope) = (type, format, id, scope);

    /// <summary>The type.</summary>
    public CredentialType Type { get; }

    /// <summary>The format.</summary>
    public CredentialFormat Format { get; }

    /// <summary>The <c>credential_configuration_id</c>.</summary>
    public string Id { get; }

    /// <summary>The OAuth scope that asks for it.</summary>
    public string Scope { get; }

    /// <summary>What stands for the dataset of a grant towards its wallet (<c>credential_identifier</c>): it names nobody.</summary>
    public string IdentifierIn(string grantId) => $"{Id}.{grantId}";

    /// <inheritdoc/>
    public override string ToString() => Id;
}

/// <summary>How a type is issued as mdoc.</summary>
/// <param name="Id">The <c>credential_configuration_id</c>.</param>
/// <param name="Scope">The OAuth scope that asks for it.</param>
/// <param name="DocType">The type of the document: a reversed domain and a version.</param>
public sealed record MdocForm(string Id, string Scope, string DocType);

/// <summary>Where a claim stands in an mdoc.</summary>
/// <param name="NameSpace">The namespace.</param>
/// <param name="Element">The element; of ages a pattern with <c>{0}</c> for each of them.</param>
/// <param name="AllItems">Of a list: the element is an array of all items, not the first one alone.</param>
public sealed record MdocPlace(string NameSpace, string Element, bool AllItems = false)
{
    /// <summary>The element of one age.</summary>
    public MdocPlace For(int age) => this with { Element = Element.Replace("{0}", age.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal) };
}
