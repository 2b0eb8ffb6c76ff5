namespace IdentityPlatform.Formats.SdJwt;

/// <summary>A type with all that it extends (SD-JWT VC, "Extending Type Metadata"), and the rules for claims that follow.</summary>
public sealed class TypeChain
{
    /// <summary>The bound on the number of types in a chain.</summary>
    public const int MaxTypes = 8;

    private TypeChain(IReadOnlyList<TypeMetadataDocument> documents, IReadOnlyList<ClaimRule> rules) => (Documents, Rules) = (documents, rules);

    /// <summary>The documents: the type's own first, then what it extends, in turn.</summary>
    public IReadOnlyList<TypeMetadataDocument> Documents { get; }

    /// <summary>The rules for claims, those of extended types included.</summary>
    public IReadOnlyList<ClaimRule> Rules { get; }

    /// <summary>Follows <c>extends</c> to its end. A chain that cannot be followed whole says nothing at all.</summary>
    /// <param name="type">The type (<c>vct</c>).</param>
    /// <param name="find">The octets of a type's document, or null: from what the caller holds, since nothing is fetched here.</param>
    /// <returns>
    /// A failure of <see cref="FormatRule.Member"/> where a document is missing or malformed, of <see cref="FormatRule.Digest"/> where one is not the one
    /// that was meant, and of <see cref="FormatRule.Structure"/> where the chain is a circle, too long, or loosens what it extends.
    /// </returns>
    public static Parsed<TypeChain> Resolve(string type, Func<string, ReadOnlyMemory<byte>?> find)
    {
        var documents = new List<TypeMetadataDocument>();
        string? integrity = null;
        for (var next = type; next is not null; (next, integrity) = (documents[^1].Extends, documents[^1].ExtendsIntegrity))
        {
            if (documents.Exists(known => known.Type == next))
            {
                return new FormatFailure(FormatRule.Structure, "a type extends itself, by way of others or at once");
            }

            if (documents.Count == MaxTypes)
            {
                return new FormatFailure(FormatRule.Structure, $"more than {MaxTypes} types extend one another");
            }

            if (Read(next, integrity, find).Failed(out var failure, out var document))
            {
                return failure;
            }

            documents.Add(document);
        }

        return Merge(documents);
    }

    /// <summary>The types, the own one first.</summary>
    public override string ToString() => string.Join(" extends ", Documents.Select(document => document.Type));

    private static Parsed<TypeMetadataDocument> Read(string type, string? integrity, Func<string, ReadOnlyMemory<byte>?> find)
    {
        if (find(type) is not { } octets)
        {
            return new FormatFailure(FormatRule.Member, $"there are no metadata of {type}");
        }

        if (TypeMetadataDocument.Parse(octets).Failed(out var failure, out var document))
        {
            return new FormatFailure(failure.Rule, $"{type}: {failure.Fact}");
        }

        // SD-JWT VC: the document says the very type by which it was asked for.
        if (document.Type != type)
        {
            return new FormatFailure(FormatRule.Member, $"the document of {type} is about another type");
        }

        return integrity is null ? document : Checked(document, integrity);
    }

    private static Parsed<TypeMetadataDocument> Checked(TypeMetadataDocument document, string integrity)
    {
        if (IntegrityMetadata.Parse(integrity).Failed(out var failure, out var expected))
        {
            return failure;
        }

        return expected.IsOf(document.Document.Span) ? document : new FormatFailure(FormatRule.Digest, $"the document of {document.Type} is not the one that was meant");
    }

    // From the root down: each type adds rules, and may only tighten those that it inherits.
    private static Parsed<TypeChain> Merge(List<TypeMetadataDocument> documents)
    {
        var rules = new Dictionary<ClaimPath, ClaimRule>();
        foreach (var document in documents.AsEnumerable().Reverse())
        {
            foreach (var stated in document.Rules)
            {
                var inherited = rules.GetValueOrDefault(stated.Path) ?? new ClaimRule(stated.Path, false, ClaimDisclosure.Allowed);
                var rule = new ClaimRule(stated.Path, stated.Mandatory ?? inherited.Mandatory, stated.Disclosure ?? inherited.Disclosure);
                if ((inherited.Mandatory && !rule.Mandatory) || (inherited.Disclosure != ClaimDisclosure.Allowed && rule.Disclosure != inherited.Disclosure))
                {
                    return new FormatFailure(FormatRule.Structure, $"{document.Type} loosens what it extends for {stated.Path}");
                }

                rules[stated.Path] = rule;
            }
        }

        return new TypeChain(documents, [.. rules.Values]);
    }
}
