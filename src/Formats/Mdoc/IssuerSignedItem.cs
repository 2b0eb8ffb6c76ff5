using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>An element as its issuer digested it (ISO/IEC 18013-5 §8.3.2.1.2.2). The bytes are kept: the digest covers them.</summary>
public sealed class IssuerSignedItem
{
    // ISO/IEC 18013-5 §9.1.2.5: at least 16 bytes, so that nobody guesses a value from its digest.
    private const int MinRandomBytes = 16;

    private IssuerSignedItem(ReadOnlyMemory<byte> encoded, long digestId, string identifier, CborValue value) =>
        (Encoded, DigestId, Identifier, Value) = (encoded, digestId, identifier, value);

    /// <summary>The name of the element.</summary>
    public string Identifier { get; }

    /// <summary>Its value.</summary>
    public CborValue Value { get; }

    internal long DigestId { get; }

    /// <summary>The item in its byte string behind tag 24: what the digest covers.</summary>
    internal ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Redacted: a value is personal.</summary>
    public override string ToString() => $"item {Identifier}";

    internal static Parsed<IssuerSignedItem> Parse(CborValue wrapped)
    {
        if (wrapped.Embedded() is not { } bytes)
        {
            return new FormatFailure(FormatRule.Structure, "an item is a byte string behind tag 24");
        }

        if (StrictCbor.ParseMap(bytes).Failed(out var failure, out var map))
        {
            return failure;
        }

        return map.Count == 4
            && map.Member("digestID")?.Number is >= 0 and { } id
            && map.Member("random")?.Bytes?.Length >= MinRandomBytes
            && map.Member("elementIdentifier")?.Text is { Length: > 0 } identifier
            && map.Member("elementValue") is { } value
            ? new IssuerSignedItem(wrapped.Encoded, id, identifier, value)
            : new FormatFailure(FormatRule.Disclosure, "an item has a digestID, 16 random bytes or more, an elementIdentifier and an elementValue, and nothing else");
    }
}
